/** How many tests passed, failed and were skipped. */
export type Tally = { readonly passed: number; readonly failed: number; readonly skipped: number }

/** A tally of nothing at all. */
export const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0 }

/** The sum of tallies. */
export const addTallies = (...tallies: readonly Tally[]): Tally =>
  tallies.reduce(
    (sum, tally) => ({
      passed: sum.passed + tally.passed,
      failed: sum.failed + tally.failed,
      skipped: sum.skipped + tally.skipped,
    }),
    NOTHING,
  )

/** Whether something ran and nothing failed; a run of nothing proves nothing, so it is not good. */
export const isGood = (tally: Tally): boolean => tally.failed === 0 && tally.passed > 0

/** The one line a run ends with: "12 passed, 0 failed", and ", 1 skipped" when there is any. */
export const closingLine = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
