import type { SeededRandom } from '../../../sim/index.ts'

/** How a page is paid at. */
export const WAYS = ['at-once', 'second-card', 'delayed', 'delayed-lost', 'expired', 'left'] as const
export type Way = (typeof WAYS)[number]

/** Something that happens at Stripe after a payment; amounts in cents, `at` counts refunds of the payment from the first. */
export type Act =
  | { readonly kind: 'refund-at-dashboard'; readonly cents: number }
  | { readonly kind: 'end-refund'; readonly at: number; readonly status: 'succeeded' | 'failed' }
  | { readonly kind: 'dispute'; readonly cents: number; readonly isInquiry: boolean }
  | { readonly kind: 'escalate' }
  | { readonly kind: 'close'; readonly outcome: 'won' | 'lost' }

/** A history of one account: a page, what is spent of it, what is asked back, and what else happens. */
export type Plan = {
  readonly cents: number
  readonly way: Way
  readonly spentCents: number
  readonly askedBack: readonly number[]
  readonly refundsPend: boolean
  readonly acts: readonly Act[]
  /** Cents of a second payment at the end; 0 for none. */
  readonly again: number
}

const ACTS_MAX = 5

/** Draws a history. */
export function drawPlan(random: SeededRandom): Plan {
  const cents = 100 + random.below(20_000)
  const part = (): number => 1 + random.below(cents)
  const acts = Array.from({ length: random.below(ACTS_MAX + 1) }, () => drawAct(random, part))
  return {
    ...{ cents, acts, way: random.pick(WAYS), refundsPend: random.below(3) === 0, spentCents: random.below(2) * part() },
    askedBack: Array.from({ length: random.below(3) }, part),
    again: random.below(3) === 0 ? 100 + random.below(20_000) : 0,
  }
}

/** Draws something that happens; `part` in cents. */
export function drawAct(random: SeededRandom, part: () => number): Act {
  switch (random.below(5)) {
    case 0:
      return { kind: 'refund-at-dashboard', cents: part() }
    case 1:
      return { kind: 'end-refund', at: random.below(3), status: random.pick(['succeeded', 'failed']) }
    case 2:
      return { kind: 'dispute', cents: part(), isInquiry: random.below(3) === 0 }
    case 3:
      return { kind: 'escalate' }
    default:
      return { kind: 'close', outcome: random.pick(['won', 'lost']) }
  }
}
