/** Works on each item in turn, also when one fails; then throws what the first failure threw. */
export async function doEach<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const failures: unknown[] = []
  for (const item of items) await work(item).catch((thrown: unknown) => failures.push(thrown))
  if (failures.length > 0) throw failures[0]
}
