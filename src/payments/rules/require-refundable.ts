import { fail } from '../../failures.ts'
import { type RefundPolicy, refundable } from './rules.ts'

/**
 * Who asks for money to go back: the rules bind customers, and the operator unless it is an exception of theirs. A wish that the operator grants was judged
 * when its customer asked for it.
 */
export type RefundAsker = 'customer' | 'operator' | 'operator-exception' | 'wish'

const DAY_MS = 86_400_000

/**
 * Lets money of a payment go back as far as the rules do; times in milliseconds. Fails with refund_never, refund_too_late, and for a customer where the
 * operator decides with refund_case_by_case.
 */
export function requireRefundable(
  policy: RefundPolicy,
  { by, settledAt, now }: { readonly by: RefundAsker; readonly settledAt: number; readonly now: number },
): void {
  if (by === 'operator-exception' || by === 'wish') return
  const answer = refundable(policy, { settledAt, now })
  if (answer === 'yes' || (answer === 'ask' && by === 'operator')) return
  if (answer === 'ask') fail('refund_case_by_case')
  if (policy.kind !== 'days') fail('refund_never')
  fail('refund_too_late', { days: policy.days, until: new Date(settledAt + policy.days * DAY_MS).toISOString() })
}
