import { type Database, sql } from '../../../db/index.ts'
import { fail } from '../../../failures.ts'
import { formatUsd, isUuid, type NanoUsd } from '../../../lib/index.ts'
import { type RefundAsker, requireRefundable } from '../../rules/index.ts'
import { findPayment, isUndone } from '../../store.ts'
import { centsOfNano, grossOfCredit, nanoOfCents } from './cents.ts'
import { RAIL, type StripeParts, timeOf } from './parts.ts'
import { insertRefund, listRefundsOf, type Refund } from './refund-rows.ts'
import { grossOf } from './stripe-rows.ts'

/** What is to go back to the card that paid; `amount` in nano-USD, a whole number of cents. */
export type RefundRequest = {
  readonly paymentId: string
  readonly amount: NanoUsd
  readonly by: RefundAsker
}

/**
 * Writes down that money is to go back to a card, which `carryOnRefund` then does; `tx` is a transaction of the caller's. Fails with
 * payment_unknown, amount_invalid, refund_never, refund_too_late, refund_case_by_case, refund_exceeds_payment, balance_insufficient.
 */
export async function askRefund(parts: StripeParts, tx: Database, { paymentId, amount, by }: RefundRequest): Promise<Refund> {
  if (!isUuid(paymentId)) fail('payment_unknown')
  // Whoever asks at the same time waits here, so that all parts together are never more than was paid.
  await tx.query(sql`select from payment where id = ${paymentId}::uuid for update`)
  const payment = await findPayment(tx, paymentId)
  if (payment?.rail !== RAIL || payment.transferId === undefined) return fail('payment_unknown')
  requireRefundable(parts.refunds, { by, settledAt: await settledAt(tx, payment.transferId), now: parts.clock.now() })
  const credit = amount > 0n ? centsOfNano(amount) : undefined
  if (credit === undefined) return fail('amount_invalid', { field: 'amount' })
  const returned = (await listRefundsOf(tx, paymentId)).filter(({ state }) => state !== 'failed' && state !== 'refused')
  const before = returned.reduce((sum, refund) => sum + refund.amount, 0n)
  if (before + amount > payment.amount || (await isUndone(tx, payment.transferId))) fail('refund_exceeds_payment')
  await requireBalance(tx, payment.accountId, amount)
  const gross = await grossOf(tx, payment)
  const grossCents = grossOfCredit(gross, { before: before / nanoOfCents(1n), credit })
  const { accountId } = payment
  return await insertRefund(tx, { id: parts.ids.uuid(), paymentId, accountId, origin: 'here', amount, grossCents, askedAt: timeOf(parts) })
}

/** What is refused before anything is written is told at once; what the balance lacks later is found when it is taken. */
async function requireBalance(tx: Database, accountId: string, amount: NanoUsd): Promise<void> {
  const [row] = await tx.query<{ available: NanoUsd }>(sql`select available from balance where account_id = ${accountId}::uuid`)
  const available = row?.available ?? 0n
  if (available < amount) fail('balance_insufficient', { available: formatUsd(available) })
}

/** When the money of a payment was in the books, in milliseconds. */
async function settledAt(tx: Database, transferId: string): Promise<number> {
  const [row] = await tx.query<{ created_at: Date }>(sql`select created_at from transfer where id = ${transferId}::uuid`)
  return row?.created_at.getTime() ?? fail('payment_unknown')
}
