/** Does the work for one after the other; one that fails holds up no other, and the first failure is thrown at the end. */
export async function doEach<Item>(items: Iterable<Item>, work: (item: Item) => Promise<unknown>): Promise<void> {
  const failures: unknown[] = []
  for (const item of items) {
    try {
      await work(item)
    } catch (thrown) {
      failures.push(thrown)
    }
  }
  if (failures.length > 0) await Promise.reject(failures[0])
}
