/** The middle of several rounds with its extremes; all in the unit of the values given. */
export type Spread = { readonly median: number; readonly min: number; readonly max: number; readonly count: number }

/** The value below which the share `q` (0 to 1) of the values lies, by linear interpolation; NaN when there are none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  if (sorted.length === 0) return Number.NaN
  const position = Math.min(Math.max(q, 0), 1) * (sorted.length - 1)
  const below = sorted[Math.floor(position)] ?? Number.NaN
  const above = sorted[Math.ceil(position)] ?? Number.NaN
  return below + (above - below) * (position - Math.floor(position))
}

/** The 0.5 quantile. */
export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** Median, least and greatest of the rounds; undefined when no round gave a value. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined
  return { median: median(values), min: Math.min(...values), max: Math.max(...values), count: values.length }
}

/** What `combine` makes of the values of the same round; rounds that only one side has are left out. */
export function pairRounds(
  mine: ReadonlyMap<number, number>,
  base: ReadonlyMap<number, number>,
  combine: (mine: number, base: number) => number,
): number[] {
  const combined: number[] = []
  for (const [round, value] of mine) {
    const other = base.get(round)
    if (other !== undefined) combined.push(combine(value, other))
  }
  return combined
}

/** Mine ÷ base, round by round, so that a slow minute of the machine touches both. */
export const ratios = (mine: ReadonlyMap<number, number>, base: ReadonlyMap<number, number>): number[] =>
  pairRounds(mine, base, (a, b) => a / b)

/**
 * Between which values the true median lies with a confidence of 95 %, whatever the values are spread like: those whose ranks a fair coin
 * falls outside of at most once in twenty. NaN twice for fewer than six values, which cannot say.
 */
export function medianInterval(values: readonly number[]): readonly [number, number] {
  const sorted = values.toSorted((a, b) => a - b)
  const n = sorted.length
  let [outside, chance, below] = [0, 0.5 ** n, 0]
  while (outside + 2 * chance <= 0.05) {
    outside += 2 * chance
    below += 1
    chance = (chance * (n - below + 1)) / below
  }
  return below === 0 ? [Number.NaN, Number.NaN] : [sorted[below - 1] ?? Number.NaN, sorted[n - below] ?? Number.NaN]
}

/** Mine − base, round by round. */
export const differences = (mine: ReadonlyMap<number, number>, base: ReadonlyMap<number, number>): number[] =>
  pairRounds(mine, base, (a, b) => a - b)
