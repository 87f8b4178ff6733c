import { type Database, sql } from '../db/index.ts'
import { nowOf, type PlanParts } from './parts.ts'
import type { PeriodRow, SubscriptionRow } from './subscription-record.ts'

/** How long a renewal that is due is left alone at most, so that nobody is written to of what their card pays the next moment. */
const CARD_MS = 300_000

/** Whether a renewal that the balance does not pay is to be paid by the saved card first: its account wants that, and what was charged did not fail. */
export async function awaitsCard(
  tx: Database,
  parts: Pick<PlanParts, 'clock'>,
  { subscription, due }: { readonly subscription: SubscriptionRow; readonly due: PeriodRow },
): Promise<boolean> {
  if (nowOf(parts) >= due.created_at.getTime() + CARD_MS) return false
  const rows = await tx.query(sql`
    select from card_renewal where account_id = ${subscription.account_id}::uuid and state = 'on'
      and not exists (select from renewal_charge charge join payment on payment.id = charge.payment_id
        where charge.subscription_id = ${subscription.id}::uuid and charge.period_start = ${due.period_start}
          and payment.state not in ('open', 'pending', 'paid'))`)
  return rows.length > 0
}
