/** One thing that was done; `skipped`: the id belongs to a stronger source and was left alone. */
export type Change = {
  readonly noun: 'upstream' | 'model' | 'price' | 'route'
  readonly id: string
  readonly action: 'added' | 'changed' | 'removed' | 'skipped'
}

/** Whether two flat records say the same, in any order. */
export function isSameRecord(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  const sorted = (record: Readonly<Record<string, unknown>>) =>
    JSON.stringify(Object.entries(record).toSorted(([x], [y]) => (x < y ? -1 : 1)))
  return sorted(a) === sorted(b)
}
