import { type Database, sql } from '../../db/index.ts'
import { FailureError } from '../../failures.ts'
import { undo } from '../undo.ts'
import { type RefundParts, timeOf } from './parts.ts'
import type { RailRefund } from './refund.ts'
import { type RefundStep, stepRefund } from './store.ts'

/** What the books know a refund by: our own id, so that it leaves the balance once. */
const sourceKeyOf = ({ id }: Pick<RailRefund, 'id'>): string => `rail-refund:${id}`

const FINAL: readonly string[] = ['balance_insufficient', 'account_frozen', 'account_unknown']

/** Takes a refund that was asked for off the balance, once, however often it is called; refused where the balance does not have it. */
export async function takeRefund(parts: RefundParts, refund: RailRefund): Promise<void> {
  const { accountId, amount } = refund
  try {
    const { transferId } = await parts.ledger.refund({ accountId, amount, sourceKey: sourceKeyOf(refund), reason: 'to whoever paid' })
    await stepAndMark(parts, refund, { from: ['asked'], to: 'taken', at: timeOf(parts), transferId })
  } catch (thrown) {
    if (!(thrown instanceof FailureError) || !FINAL.includes(thrown.failure.code)) throw thrown
    await stepRefund(parts.database, refund.id, { from: ['asked'], to: 'refused', at: timeOf(parts), outcome: thrown.failure.code })
  }
}

/** What a payment says of itself is never apart from its refunds. */
const stepAndMark = (parts: RefundParts, { id, paymentId }: RailRefund, step: RefundStep): Promise<void> =>
  parts.database.transaction(async (tx) => {
    await stepRefund(tx, id, step)
    await markRefunded(tx, { paymentId, at: step.at })
  })

/** Brings the money of a refund that was cancelled back to the balance, once. */
export async function returnRefund(parts: RefundParts, refund: RailRefund): Promise<void> {
  const { transferId } = refund
  if (transferId === undefined) throw new TypeError('a refund that was not taken cannot be returned')
  const sourceKey = `${sourceKeyOf(refund)}:back`
  const returnId = await undo(parts, { transferId, sourceKey, reason: 'it was not sent' })
  await stepAndMark(parts, refund, { from: ['cancelled'], to: 'cancelled', at: timeOf(parts), returnId })
}

/** Says on a payment how much of it is gone, and whether all of it is, from what is known by now; whoever learns something else waits. */
async function markRefunded(tx: Database, { paymentId, at }: { readonly paymentId: string; readonly at: Date }): Promise<void> {
  await tx.query(sql`select from payment where id = ${paymentId}::uuid for update`)
  await tx.query(sql`
    update payment set taken_back = told.gone, is_followed = false,
      state = case when told.gone >= amount then 'refunded' else 'settled' end, ended_at = ${at}::timestamptz
    from (select least(payment.amount, coalesce(sum(rail_refund.amount), 0))::bigint as gone
      from payment left join rail_refund on rail_refund.payment_id = payment.id and rail_refund.state in ('taken', 'sent', 'done')
      where payment.id = ${paymentId}::uuid group by payment.amount) told
    where id = ${paymentId}::uuid and payment.state in ('settled', 'refunded') and payment.taken_back <> told.gone
      and not exists (select from transfer undone where undone.reverses = payment.transfer_id)`)
}
