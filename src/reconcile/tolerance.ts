import type { NanoUsd } from '../lib/index.ts'
import type { Difference } from './difference.ts'

/** A report is late so long after the end of its day, in milliseconds. */
export const LATE_AFTER_MS = 48 * 3_600_000

/**
 * What a provider may count differently without an alarm: a cent a day, or five in a thousand of what the day cost, whichever is more;
 * and five in a thousand of the tokens. Calls that a client broke off are counted by us and by them. The ledger and the rails may not differ at all.
 */
export const PROVIDER_TOLERANCE = { amount: 10_000_000n, tokens: 1_000, inThousand: 5 } as const

/** Whether differences with a provider are more than may be. `ours` is what the whole day cost, in nano-USD. */
export function isBeyondTolerance(differences: readonly Difference[], ours: NanoUsd, sums: { over: NanoUsd; under: NanoUsd }): boolean {
  const { amount, tokens, inThousand } = PROVIDER_TOLERANCE
  const share = (ours * BigInt(inThousand)) / 1000n
  const allowed = share > amount ? share : amount
  if (sums.over > allowed || sums.under > allowed) return true
  return differences.some((difference) => {
    const seen = (difference.ours.input ?? 0) + (difference.ours.output ?? 0)
    return tokensApart(difference) > Math.max(tokens, (seen * inThousand) / 1000)
  })
}

const tokensApart = ({ ours, theirs }: Difference): number => apart(ours.input, theirs.input) + apart(ours.output, theirs.output)

const apart = (a: number | undefined, b: number | undefined): number => (a === undefined || b === undefined ? 0 : Math.abs(a - b))
