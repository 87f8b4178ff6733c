import { z } from 'zod'

/** What people read when the rule for refunds is not right. */
export const REFUND_FIELD = {
  expected: 'never, case_by_case, or { days: N } with N from 1 to 365',
  mend: 'leave it out to decide case by case',
} as const

/** The rule for money that goes back, as farebox.yaml has it. */
export const refundBlock = z
  .union([z.enum(['never', 'case_by_case']), z.strictObject({ days: z.number().int().min(1).max(365) })])
  .describe(REFUND_FIELD.expected)

/** Whether money goes back: never, when the operator says so, or for so many days after it was paid. */
export type RefundPolicy = { readonly kind: 'never' | 'case_by_case' } | { readonly kind: 'days'; readonly days: number }

/** The rule, by default case by case. */
export const refundPolicyOf = (written: z.output<typeof refundBlock> | undefined): RefundPolicy =>
  typeof written === 'object' ? { kind: 'days', days: written.days } : { kind: written ?? 'case_by_case' }
