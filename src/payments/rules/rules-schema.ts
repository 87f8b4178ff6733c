import { z } from 'zod'
import { type NanoUsd, parseUsd } from '../../lib/index.ts'
import { type BasisPoints, parsePercent } from './percent.ts'
import type { PaymentRules, PromoRule, RefundPolicy } from './rules.ts'

/** What people read when a field of the rules is not right. */
export const RULE_FIELDS: Readonly<Record<string, { readonly expected: string; readonly mend: string }>> = {
  'payments.rules.bonus': {
    expected: 'a list of tiers, each with from and percent',
    mend: 'write it like [{ from: "100.00", percent: "5" }]',
  },
  'payments.rules.bonus.from': { expected: 'an amount of USD in quotes', mend: 'write it like "100.00"' },
  'payments.rules.bonus.percent': { expected: 'a percentage up to 100 in quotes', mend: 'write it like "2.5"' },
  'payments.rules.promo_codes': {
    expected: 'a list of codes, each with total and one of percent and amount',
    mend: 'write it like [{ code: WELCOME, percent: "10", total: "1000.00" }]',
  },
  'payments.rules.promo_codes.code': { expected: '4 to 32 capital letters and digits', mend: 'write it like WELCOME26' },
  'payments.rules.promo_codes.percent': {
    expected: 'a percentage up to 100 in quotes',
    mend: 'write it like "10", and no amount beside it',
  },
  'payments.rules.promo_codes.amount': { expected: 'an amount of USD in quotes', mend: 'write it like "5.00", and no percent beside it' },
  'payments.rules.promo_codes.minimum_topup': { expected: 'an amount of USD in quotes', mend: 'write it like "20.00", or leave it out' },
  'payments.rules.promo_codes.total': {
    expected: 'an amount of USD in quotes',
    mend: 'write the most that all gifts of the code may come to',
  },
  'payments.rules.promo_codes.until': {
    expected: 'a day',
    mend: 'write it like 2027-01-31: the first day on which the code holds no more',
  },
  'payments.rules.referral': {
    expected: 'a mapping with percent, and minimum_topup, rewards_per_day and reward_max',
    mend: 'leave it out to pay nothing for referrals',
  },
  'payments.rules.referral.percent': { expected: 'a percentage up to 100 in quotes', mend: 'write it like "10"' },
  'payments.rules.referral.minimum_topup': { expected: 'an amount of USD in quotes', mend: 'write it like "20.00", or leave it out' },
  'payments.rules.referral.rewards_per_day': { expected: 'a whole number from 1 to 10000', mend: 'leave it out for 20' },
  'payments.rules.referral.reward_max': { expected: 'an amount of USD in quotes', mend: 'write the most that one account may get in all' },
  'payments.rules.signup_credit': { expected: 'an amount of USD in quotes', mend: 'leave it out to give new accounts nothing' },
  'payments.rules.promotion_expires_days': {
    expected: 'a whole number of days from 1 to 3650',
    mend: 'leave it out, and credit that was a gift does not expire',
  },
  'payments.rules.refunds': { expected: 'never, case_by_case, or days', mend: 'write days for the number of refund_days' },
  'payments.rules.refund_days': { expected: 'a whole number of days from 1 to 365', mend: 'leave it out for 7' },
  'payments.rules.low_balance': {
    expected: 'an amount of USD in quotes',
    mend: 'leave it out, and accounts are told only if they set an amount',
  },
  'payments.rules.price_notice_days': { expected: 'a whole number of days from 1 to 365', mend: 'leave it out for 30' },
  'payments.rules.usage_reads_per_12_hours': { expected: 'a whole number from 1 to 100000', mend: 'leave it out for 12' },
}

const told = (path: string): string => RULE_FIELDS[`payments.rules.${path}`]?.expected ?? ''
const usd = (path: string) =>
  z
    .string()
    .refine((text) => (parseUsd(text) ?? 0n) > 0n)
    .describe(told(path))
const percent = (path: string) =>
  z
    .string()
    .refine((text) => parsePercent(text) !== undefined)
    .describe(told(path))
const whole = (path: string, max: number) => z.int().min(1).max(max).describe(told(path))

const promoCode = z
  .strictObject({
    code: z
      .string()
      .regex(/^[A-Z0-9]{4,32}$/)
      .describe(told('promo_codes.code')),
    percent: percent('promo_codes.percent').optional(),
    amount: usd('promo_codes.amount').optional(),
    minimum_topup: usd('promo_codes.minimum_topup').optional(),
    total: usd('promo_codes.total'),
    until: z.iso.date().describe(told('promo_codes.until')).optional(),
  })
  .refine((promo) => (promo.percent === undefined) !== (promo.amount === undefined), { path: ['percent'] })

/** The rules as farebox.yaml has them, beside the bounds of a top-up. */
export const ruleShape = {
  bonus: z
    .array(z.strictObject({ from: usd('bonus.from'), percent: percent('bonus.percent') }))
    .max(20)
    .describe(told('bonus'))
    .optional(),
  promo_codes: z.array(promoCode).max(200).describe(told('promo_codes')).optional(),
  referral: z
    .strictObject({
      percent: percent('referral.percent'),
      minimum_topup: usd('referral.minimum_topup').optional(),
      rewards_per_day: whole('referral.rewards_per_day', 10_000).optional(),
      reward_max: usd('referral.reward_max').optional(),
    })
    .describe(told('referral'))
    .optional(),
  signup_credit: usd('signup_credit').optional(),
  promotion_expires_days: whole('promotion_expires_days', 3650).optional(),
  refunds: z.enum(['never', 'case_by_case', 'days']).describe(told('refunds')).optional(),
  refund_days: whole('refund_days', 365).optional(),
  low_balance: usd('low_balance').optional(),
  price_notice_days: whole('price_notice_days', 365).optional(),
  usage_reads_per_12_hours: whole('usage_reads_per_12_hours', 100_000).optional(),
} as const

const writtenRules = z.object(ruleShape)

/** The rules as they are written; all of it may be absent. */
export type WrittenRules = z.output<typeof writtenRules>

const REWARDS_PER_DAY = 20
const REWARD_MAX = 1_000_000_000_000n
const REFUND_DAYS = 7
const PRICE_NOTICE_DAYS = 30
const USAGE_READS = 12

/** The rules with their defaults: no gift, refunds case by case, thirty days' notice of prices. */
export function rulesOf(written: WrittenRules | undefined): PaymentRules {
  const { referral } = written ?? {}
  return {
    bonus: (written?.bonus ?? []).map(({ from, percent: text }) => ({ from: nano(from), percent: points(text) })),
    promoCodes: (written?.promo_codes ?? []).map(promoOf),
    referral:
      referral === undefined
        ? undefined
        : {
            percent: points(referral.percent),
            minimumTopup: nano(referral.minimum_topup),
            rewardsPerDay: referral.rewards_per_day ?? REWARDS_PER_DAY,
            rewardMax: referral.reward_max === undefined ? REWARD_MAX : nano(referral.reward_max),
          },
    signupCredit: written?.signup_credit === undefined ? undefined : nano(written.signup_credit),
    promotionExpiresDays: written?.promotion_expires_days,
    refunds: refundsOf(written),
    lowBalance: written?.low_balance === undefined ? undefined : nano(written.low_balance),
    priceNoticeDays: written?.price_notice_days ?? PRICE_NOTICE_DAYS,
    usageReadsPer12Hours: written?.usage_reads_per_12_hours ?? USAGE_READS,
  }
}

const promoOf = (written: z.output<typeof promoCode>): PromoRule => ({
  code: written.code,
  size: written.amount === undefined ? { percent: points(written.percent ?? '') } : { amount: nano(written.amount) },
  minimumTopup: nano(written.minimum_topup),
  total: nano(written.total),
  until: written.until === undefined ? undefined : Date.parse(`${written.until}T00:00:00Z`),
})

function refundsOf(written: WrittenRules | undefined): RefundPolicy {
  if (written?.refunds === 'never') return { kind: 'never' }
  if (written?.refunds === 'days') return { kind: 'days', days: written.refund_days ?? REFUND_DAYS }
  return { kind: 'case_by_case' }
}

const nano = (text: string | undefined): NanoUsd => (text === undefined ? 0n : (parseUsd(text) ?? 0n))
const points = (text: string): BasisPoints => parsePercent(text) ?? 0n
