import { sql } from '../../db/index.ts'
import type { RefundParts } from './parts.ts'
import type { RailRefund } from './refund.ts'

/** What whoever paid is written of: that they have to say where their money goes, and that it is there. */
export type RefundNews = 'refund.asking' | 'refund.sent'

/** Notes that somebody is to be written of their refund, once for each news of it. */
export async function tellOf({ database }: Pick<RefundParts, 'database'>, refund: RailRefund, news: RefundNews): Promise<void> {
  await database.query(sql`
    select note_event(${refund.accountId}::uuid, ${news}, jsonb_build_object('amount', ${refund.amount.toString()}::text), ${refund.id}::text)`)
}
