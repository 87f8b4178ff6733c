import { z } from 'zod'
import { NANO_USD_MAX, type NanoUsd, parseUsd } from '../lib/index.ts'
import { BTCPAY_FIELDS, type BtcpaySettings, btcpayBlock, btcpaySettingsOf } from './rails/btcpay/settings.ts'
import { STRIPE_ADDRESS, STRIPE_FIELDS, type StripeSettings, stripeBlock, stripeSettingsOf } from './rails/stripe/settings.ts'
import { USDC_FIELDS, type UsdcSettings, usdcBlock, usdcServers, usdcSettingsOf } from './rails/usdc/settings.ts'
import { X402_FIELDS, type X402Settings, x402Block, x402SettingsOf } from './rails/x402/settings.ts'
import { type PaymentRules, RULE_FIELDS, ruleShape, rulesOf } from './rules/index.ts'

/** What people read when a field of the payments' part of farebox.yaml is not right. */
export const PAYMENT_FIELDS: Readonly<Record<string, { readonly expected: string; readonly mend: string }>> = {
  payments: { expected: 'a mapping with rules and one part for each way to pay', mend: 'leave it out to give credit by hand alone' },
  'payments.rules': {
    expected: 'a mapping with minimum_topup, maximum_topup and the rules of gifts, refunds and alerts',
    mend: 'leave it out for the defaults',
  },
  'payments.rules.minimum_topup': { expected: 'an amount of USD in quotes', mend: 'write it like "10.00"' },
  'payments.rules.maximum_topup': { expected: 'an amount of USD in quotes', mend: 'write it like "10000.00"' },
  ...RULE_FIELDS,
  'payments.manual': { expected: 'a mapping with second_person_above', mend: 'leave it out, and one operator is enough for any credit' },
  'payments.manual.second_person_above': { expected: 'an amount of USD in quotes', mend: 'write it like "500.00"' },
  'payments.sla': {
    expected: 'a mapping with target and credit, and plans if it does not hold for all',
    mend: 'leave it out to promise nothing',
  },
  'payments.sla.target': { expected: 'a part of the minutes of a month, in quotes', mend: 'write it like "0.995"' },
  'payments.sla.credit': { expected: 'a part of what an account spent in the month, in quotes', mend: 'write it like "0.01"' },
  'payments.sla.plans': { expected: 'a list of ids of plans', mend: 'write it like [pro], or leave it out for all accounts' },
  ...BTCPAY_FIELDS,
  ...USDC_FIELDS,
  ...X402_FIELDS,
  ...STRIPE_FIELDS,
}

const told = (path: string): string => PAYMENT_FIELDS[path]?.expected ?? ''

/** An amount of USD more than zero, as farebox.yaml has it, in nano-USD. */
export const usdAmount = (path: string) =>
  z
    .string()
    .refine((text) => (parseUsd(text) ?? 0n) > 0n)
    .describe(told(path))

const fraction = (path: string) =>
  z
    .string()
    .regex(/^0\.\d{1,6}$/)
    .describe(told(path))

/** The payments' part of farebox.yaml. */
export const paymentsBlock = z.strictObject({
  rules: z
    .strictObject({
      minimum_topup: usdAmount('payments.rules.minimum_topup').optional(),
      maximum_topup: usdAmount('payments.rules.maximum_topup').optional(),
      ...ruleShape,
    })
    .describe(told('payments.rules'))
    .optional(),
  manual: z
    .strictObject({ second_person_above: usdAmount('payments.manual.second_person_above').optional() })
    .describe(told('payments.manual'))
    .optional(),
  sla: z
    .strictObject({
      target: fraction('payments.sla.target'),
      credit: fraction('payments.sla.credit'),
      plans: z.array(z.string().min(1).max(64)).min(1).max(100).describe(told('payments.sla.plans')).optional(),
    })
    .describe(told('payments.sla'))
    .optional(),
  btcpay: btcpayBlock.optional(),
  usdc: usdcBlock.describe(told('payments.usdc')).optional(),
  x402: x402Block.optional(),
  stripe: stripeBlock.optional(),
})

/** What farebox.yaml says of payments, as it is written there; all of it may be absent. */
export type WrittenPayments = z.output<typeof paymentsBlock>

/** What payments are taken by; amounts in nano-USD. */
export type PaymentSettings = {
  readonly rules: TopupRules & PaymentRules
  /** Credit by hand above this amount needs a second person. */
  readonly manual: { readonly secondPersonAbove: NanoUsd }
  /** Undefined where no cards are taken. */
  readonly stripe: StripeSettings | undefined
  /** Whether cards are written of and their secrets are not such as Stripe makes. */
  readonly isStripeUnusable: boolean
  readonly sla: SlaSettings | undefined
  readonly btcpay: BtcpaySettings | undefined
  readonly usdc: UsdcSettings | undefined
  readonly x402: X402Settings | undefined
}

/** How much of a month the service has to be there, and what part of a month's spending is credited else, in millionths; `plans` undefined: for all. */
export type SlaSettings = { readonly target: number; readonly credit: number; readonly plans: readonly string[] | undefined }

/** How much may be paid at once, in nano-USD. */
export type TopupRules = { readonly minimumTopup: NanoUsd; readonly maximumTopup: NanoUsd }

const MINIMUM_TOPUP = 10_000_000_000n
const MAXIMUM_TOPUP = 10_000_000_000_000n

/** The settings with their defaults. */
export const paymentSettingsOf = (written: WrittenPayments | undefined): PaymentSettings => ({
  rules: {
    minimumTopup: parseUsd(written?.rules?.minimum_topup ?? '') ?? MINIMUM_TOPUP,
    maximumTopup: parseUsd(written?.rules?.maximum_topup ?? '') ?? MAXIMUM_TOPUP,
    ...rulesOf(written?.rules),
  },
  manual: { secondPersonAbove: parseUsd(written?.manual?.second_person_above ?? '') ?? NANO_USD_MAX },
  sla: written?.sla && { target: millionths(written.sla.target), credit: millionths(written.sla.credit), plans: written.sla.plans },
  btcpay: written?.btcpay && btcpaySettingsOf(written.btcpay),
  usdc: written?.usdc && usdcSettingsOf(written.usdc),
  x402: written?.x402 && x402SettingsOf(written.x402),
  stripe: stripeSettingsOf(written?.stripe),
  isStripeUnusable: written?.stripe !== undefined && stripeSettingsOf(written.stripe) === undefined,
})

const millionths = (fractional: string): number => Number(fractional.slice(2).padEnd(6, '0'))

/** Whom control calls for payments: an address, and what for. */
export const paymentServers = ({
  btcpay,
  stripe,
  usdc,
  x402,
}: PaymentSettings): readonly { readonly url: string; readonly why: string }[] => [
  ...(btcpay === undefined ? [] : [{ url: btcpay.url, why: 'payments by BTCPay Server' }]),
  ...(usdc === undefined ? [] : usdcServers(usdc)),
  ...(x402 === undefined ? [] : [{ url: x402.facilitator, why: 'payments by x402' }]),
  ...(stripe === undefined ? [] : [{ url: stripe.apiBase ?? STRIPE_ADDRESS, why: 'cards by Stripe' }]),
]
