import { type Database, sql } from '../../db/index.ts'
import { fail } from '../../failures.ts'
import { formatUsd, isUuid, type NanoUsd } from '../../lib/index.ts'
import type { Payment } from '../payment.ts'
import { type RefundAsker, requireRefundable } from '../rules/index.ts'
import { findPayment } from '../store.ts'
import { type RefundParts, timeOf } from './parts.ts'
import { findDeposit } from './payer.ts'
import { type RailRefund, REFUND_RAILS, type RefundRail } from './refund.ts'
import { findRefund, insertRefund, listRefundsOf } from './store.ts'

/** What is to go back of a payment; `amount` in nano-USD, a whole number of what its rail counts in. */
export type RailRefundRequest = { readonly paymentId: string; readonly amount: NanoUsd; readonly by: RefundAsker }

/** Whether money of a rail goes back by these refunds. */
export const isRefundRail = (rail: string): rail is RefundRail => (REFUND_RAILS as readonly string[]).includes(rail)

/** A cent, in nano-USD: what BTCPay Server counts dollars in. */
const CENT = 10_000_000n

/**
 * Writes down that money is to go back, which `carryOnRefund` then does; `tx` is a transaction of the caller's. Fails with payment_unknown,
 * amount_invalid, refund_not_offered, refund_never, refund_too_late, refund_case_by_case, refund_exceeds_payment, balance_insufficient.
 */
export async function askRailRefund(parts: RefundParts, tx: Database, { paymentId, amount, by }: RailRefundRequest): Promise<RailRefund> {
  if (!isUuid(paymentId)) fail('payment_unknown')
  // Whoever asks at the same time waits here, so that all parts together are never more than was paid.
  await tx.query(sql`select from payment where id = ${paymentId}::uuid for update`)
  const payment = await findPayment(tx, paymentId)
  if (payment?.transferId === undefined || !isRefundRail(payment.rail)) return fail('payment_unknown')
  const { settledAt, takenBack } = await deposited(tx, paymentId)
  requireRefundable(parts.policy, { by, settledAt, now: parts.clock.now() })
  const way = await wayOf(parts, tx, payment)
  if (amount <= 0n || amount % way.each !== 0n) fail('amount_invalid', { field: 'amount' })
  const live = (await listRefundsOf(tx, paymentId)).filter(({ state }) => state !== 'cancelled' && state !== 'refused')
  const before = live.reduce((sum, refund) => sum + refund.amount, 0n)
  if ((before > takenBack ? before : takenBack) + amount > payment.amount) fail('refund_exceeds_payment')
  await requireBalance(tx, payment.accountId, amount)
  const id = parts.ids.uuid()
  const { accountId, rail } = payment
  await insertRefund(tx, { id, paymentId, accountId, rail, amount, askedAt: timeOf(parts), chainId: way.chainId })
  const written = await findRefund(tx, id)
  if (written === undefined) throw new TypeError('a refund that was written is not there')
  return written
}

/** When the money of a payment was in the books, in milliseconds, and how much of it is gone. */
async function deposited(tx: Database, paymentId: string): Promise<{ readonly settledAt: number; readonly takenBack: NanoUsd }> {
  const [row] = await tx.query<{ created_at: Date; taken_back: NanoUsd; is_undone: boolean; amount: NanoUsd }>(sql`
    select transfer.created_at, payment.taken_back, payment.amount,
      exists (select from transfer undone where undone.reverses = transfer.id) as is_undone
    from payment join transfer on transfer.id = payment.transfer_id where payment.id = ${paymentId}::uuid`)
  if (row === undefined) return fail('payment_unknown')
  return { settledAt: row.created_at.getTime(), takenBack: row.is_undone ? row.amount : row.taken_back }
}

type Way = { readonly each: NanoUsd; readonly chainId: number | undefined }

/** In what a payment can go back, and on which chain; one whose money cannot be looked for there is not promised. */
async function wayOf(parts: RefundParts, tx: Database, payment: Payment): Promise<Way> {
  if (payment.rail === 'btcpay') return parts.btcpay === undefined ? fail('refund_not_offered') : { each: CENT, chainId: undefined }
  const deposit = await findDeposit(parts, tx, payment)
  const on = deposit && chainOf(parts, { rail: payment.rail, chainId: deposit.chainId })
  if (on === undefined) return fail('refund_not_offered')
  return { each: 10n ** BigInt(9 - on.chain.decimals), chainId: on.chain.id }
}

/** The chain that money of a rail goes back on; undefined where it is not looked at any more. */
export function chainOf(
  { chains, callChain }: Pick<RefundParts, 'chains' | 'callChain'>,
  { rail, chainId }: { readonly rail: string; readonly chainId: number | undefined },
) {
  if (rail === 'x402') return callChain?.chain.id === chainId ? callChain : undefined
  return chainId === undefined ? undefined : chains.get(chainId)
}

/** What is refused before anything is written is told at once; what the balance lacks later is found when it is taken. */
async function requireBalance(tx: Database, accountId: string, amount: NanoUsd): Promise<void> {
  const [row] = await tx.query<{ available: NanoUsd }>(sql`select available from balance where account_id = ${accountId}::uuid`)
  const available = row?.available ?? 0n
  if (available < amount) fail('balance_insufficient', { available: formatUsd(available) })
}
