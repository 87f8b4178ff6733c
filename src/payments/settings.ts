import { z } from 'zod'
import { type NanoUsd, parseUsd } from '../lib/index.ts'

/** What people read when a field of the payments' part of farebox.yaml is not right. */
export const PAYMENT_FIELDS: Readonly<Record<string, { readonly expected: string; readonly mend: string }>> = {
  payments: { expected: 'a mapping with rules and one part for each way to pay', mend: 'leave it out to give credit by hand alone' },
  'payments.rules': { expected: 'a mapping with minimum_topup and maximum_topup', mend: 'leave it out for the defaults' },
  'payments.rules.minimum_topup': { expected: 'an amount of USD in quotes', mend: 'write it like "10.00"' },
  'payments.rules.maximum_topup': { expected: 'an amount of USD in quotes', mend: 'write it like "10000.00"' },
}

const told = (path: string): string => PAYMENT_FIELDS[path]?.expected ?? ''

/** An amount of USD more than zero, as farebox.yaml has it, in nano-USD. */
export const usdAmount = (path: string) =>
  z
    .string()
    .refine((text) => (parseUsd(text) ?? 0n) > 0n)
    .describe(told(path))

/** The payments' part of farebox.yaml. */
export const paymentsBlock = z.strictObject({
  rules: z
    .strictObject({
      minimum_topup: usdAmount('payments.rules.minimum_topup').optional(),
      maximum_topup: usdAmount('payments.rules.maximum_topup').optional(),
    })
    .describe(told('payments.rules'))
    .optional(),
})

/** What farebox.yaml says of payments, as it is written there; all of it may be absent. */
export type WrittenPayments = z.output<typeof paymentsBlock>

/** What payments are taken by; amounts in nano-USD. */
export type PaymentSettings = { readonly rules: TopupRules }

/** How much may be paid at once, in nano-USD. */
export type TopupRules = { readonly minimumTopup: NanoUsd; readonly maximumTopup: NanoUsd }

const MINIMUM_TOPUP = 10_000_000_000n
const MAXIMUM_TOPUP = 10_000_000_000_000n

/** The settings with their defaults. */
export const paymentSettingsOf = (written: WrittenPayments | undefined): PaymentSettings => ({
  rules: {
    minimumTopup: parseUsd(written?.rules?.minimum_topup ?? '') ?? MINIMUM_TOPUP,
    maximumTopup: parseUsd(written?.rules?.maximum_topup ?? '') ?? MAXIMUM_TOPUP,
  },
})
