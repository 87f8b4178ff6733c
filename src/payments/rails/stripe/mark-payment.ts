import { sql } from '../../../db/index.ts'
import { type StripeParts, timeOf } from './parts.ts'

/**
 * Says on a payment whether a bank holds it back or all of it went back to its card, and how much of it is gone, from what is known of it by now; whoever learns something
 * else at the same time waits, so that the last one has seen everything.
 */
export async function markPayment(parts: StripeParts, paymentId: string): Promise<void> {
  await parts.database.transaction(async (tx) => {
    await tx.query(sql`select from payment where id = ${paymentId}::uuid for update`)
    await tx.query(sql`
      update payment set state = told.state, ended_at = ${timeOf(parts)}::timestamptz from (
        select case
          when exists (select from stripe_dispute where payment_id = ${paymentId}::uuid and is_taken and not is_returned) then 'disputed'
          when (select coalesce(sum(amount), 0) from stripe_refund
            where payment_id = ${paymentId}::uuid and state not in ('failed', 'refused')) >= payment.amount then 'refunded'
          else 'settled' end as state
        from payment where id = ${paymentId}::uuid) told
      where id = ${paymentId}::uuid and payment.state in ('settled', 'refunded', 'disputed') and payment.state <> told.state`)
    await tx.query(sql`
      update payment set taken_back = told.taken_back, is_followed = false from (
        select least(amount,
          (select coalesce(sum(amount), 0) from stripe_dispute where payment_id = ${paymentId}::uuid and is_taken and not is_returned)
          + (select coalesce(sum(amount), 0) from stripe_refund where payment_id = ${paymentId}::uuid and state in ('taken', 'sent', 'done'))
        )::bigint as taken_back from payment where id = ${paymentId}::uuid) told
      where id = ${paymentId}::uuid and payment.transfer_id is not null and payment.taken_back <> told.taken_back
        and not exists (select from transfer undone where undone.reverses = payment.transfer_id)`)
  })
}
