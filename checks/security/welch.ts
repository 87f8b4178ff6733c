/** The slowest of measured times are this machine's and say nothing of what was measured. */
const DROPPED_SHARE = 0.02

/** Times without the slowest of them. */
export const trimmed = (times: readonly number[]): readonly number[] =>
  times.toSorted((a, b) => a - b).slice(0, Math.max(2, Math.floor(times.length * (1 - DROPPED_SHARE))))

/** The mean of at least one number. */
export const mean = (times: readonly number[]): number => times.reduce((sum, time) => sum + time, 0) / times.length

function varianceOf(times: readonly number[]): number {
  const middle = mean(times)
  return times.reduce((sum, time) => sum + (time - middle) ** 2, 0) / (times.length - 1)
}

/** Welch's t of two samples of any variance. Source: B. L. Welch, Biometrika 34 (1947), pages 28 to 35. */
export function welch(one: readonly number[], other: readonly number[]): number {
  const error = Math.sqrt(varianceOf(one) / one.length + varianceOf(other) / other.length)
  return error === 0 ? 0 : (mean(one) - mean(other)) / error
}
