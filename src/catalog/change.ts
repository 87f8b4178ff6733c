/**
 * One thing that was done; `skipped`: the id belongs to a stronger source and was left alone; `held`: it rises for customers, and waits until its
 * notice is over, `until` then.
 */
export type Change = {
  readonly noun: 'upstream' | 'model' | 'price' | 'route' | 'plan'
  readonly id: string
  readonly action: 'added' | 'changed' | 'removed' | 'skipped' | 'held'
  readonly until?: string
}

/** Whether two records say the same, in any order of their keys. */
export const isSameRecord = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .toSorted(([x], [y]) => (x < y ? -1 : 1))
    .map(([key, part]) => [key, sorted(part)])
}
