import type { NanoUsd } from '../../lib/index.ts'
import { type BasisPoints, shareOf } from './percent.ts'

/** A gift on a top-up: a share of it, or an amount. */
export type GiftSize = { readonly percent: BasisPoints } | { readonly amount: NanoUsd }

/** A bonus on top-ups from an amount on. */
export type BonusTier = { readonly from: NanoUsd; readonly percent: BasisPoints }

/** A code that brings a gift with a top-up: once for an account, in sum at most `total`, before `until` (milliseconds). */
export type PromoRule = {
  readonly code: string
  readonly size: GiftSize
  readonly minimumTopup: NanoUsd
  readonly total: NanoUsd
  readonly until: number | undefined
}

/** What somebody gets for whom they brought: a share of each of their payments, within caps of a UTC day and in all for each referrer. */
export type ReferralRule = {
  readonly percent: BasisPoints
  readonly minimumTopup: NanoUsd
  readonly rewardsPerDay: number
  readonly rewardMax: NanoUsd
}

/** Whether money goes back: never, within some days, or as the operator decides. */
export type RefundPolicy = { readonly kind: 'never' } | { readonly kind: 'days'; readonly days: number } | { readonly kind: 'case_by_case' }

/** The rules that money comes in by; amounts in nano-USD. */
export type PaymentRules = {
  readonly bonus: readonly BonusTier[]
  readonly promoCodes: readonly PromoRule[]
  readonly referral: ReferralRule | undefined
  readonly signupCredit: NanoUsd | undefined
  /** Days after which credit that was a gift is taken back; undefined: never. */
  readonly promotionExpiresDays: number | undefined
  readonly refunds: RefundPolicy
  /** Below what an account is told that its balance is low, unless it set an amount itself; undefined: not told. */
  readonly lowBalance: NanoUsd | undefined
  /** Days before a higher price holds that those who pay it are told. */
  readonly priceNoticeDays: number
  /** Answers of usage that an account gets in 12 hours. */
  readonly usageReadsPer12Hours: number
}

/** The bonus on a top-up: that of the highest tier it reaches; 0 below all. */
export function bonusOn(amount: NanoUsd, tiers: readonly BonusTier[]): NanoUsd {
  const reached = tiers.filter(({ from }) => amount >= from)
  const highest = reached.reduce<BonusTier | undefined>(
    (best, tier) => (best === undefined || tier.from > best.from ? tier : best),
    undefined,
  )
  return highest === undefined ? 0n : shareOf(amount, highest.percent)
}

/** How large a gift is on a top-up. */
export const giftOn = (amount: NanoUsd, size: GiftSize): NanoUsd => ('amount' in size ? size.amount : shareOf(amount, size.percent))

const DAY_MS = 86_400_000

/** Whether a payment settled at a time may still be given back, both in milliseconds; `ask` where the operator decides. */
export function refundable(
  policy: RefundPolicy,
  { settledAt, now }: { readonly settledAt: number; readonly now: number },
): 'yes' | 'no' | 'ask' {
  if (policy.kind === 'never') return 'no'
  if (policy.kind === 'case_by_case') return 'ask'
  return now < settledAt + policy.days * DAY_MS ? 'yes' : 'no'
}
