import { sql } from '../../../db/index.ts'
import { errorCode } from '../../../lib/index.ts'
import { type StripeParts, timeOf } from './parts.ts'
import { syncIntent, syncSession } from './settle.ts'
import { isStripeError } from './stripe-error.ts'
import type { Way } from './stripe-rows.ts'

const BATCH = 20
const FIRST_MS = 900_000
const EVERY_MS = 3_600_000

type Row = { readonly id: string; readonly rail_ref: string | null; readonly way: Way; readonly is_over: boolean }

/** Looks at payments of which nothing was heard for long, as an event can be lost; those that nobody can pay any more end. Returns how many. */
export async function lookAgain(parts: StripeParts): Promise<number> {
  const now = parts.clock.now()
  const rows = await parts.database.query<Row>(sql`
    update stripe_payment set looked_at = ${timeOf(parts)}::timestamptz from (
      select payment.id, rail_ref, coalesce(expires_at < ${new Date(now - FIRST_MS)}::timestamptz, false) as is_over
      from payment join stripe_payment kept on kept.payment_id = payment.id
      where state in ('open', 'pending') and (rail_ref is not null or way = 'checkout')
        and payment.created_at < ${new Date(now - FIRST_MS)}::timestamptz
        and coalesce(looked_at, '-infinity') < ${new Date(now - EVERY_MS)}::timestamptz
      order by payment.created_at limit ${BATCH}) due
    where payment_id = due.id returning due.id, due.rail_ref, way, due.is_over`)
  for (const row of rows) {
    await look(parts, row).catch((thrown: unknown) => parts.log({ event: 'payment-unseen', payment: row.id, code: errorCode(thrown) }))
  }
  return rows.length
}

async function look(parts: StripeParts, { id, rail_ref: ref, way, is_over: isOver }: Row): Promise<void> {
  try {
    if (ref !== null) await (way === 'checkout' ? syncSession(parts, ref) : syncIntent(parts, ref))
    // Of a page without a name nobody was ever told.
    else if (isOver) await parts.desk.fail(id, 'expired', 'expired')
  } catch (thrown) {
    if (!isStripeError(thrown, 'missing')) throw thrown
    if (isOver) await parts.desk.fail(id, 'expired', 'expired')
  }
}
