import { type Database, sql } from '../../db/index.ts'
import type { RefundWish } from './wish.ts'

/** Notes that somebody is to be written of what became of their wish, once. */
export async function tellOfWish(
  tx: Database,
  { id, accountId, amount }: Pick<RefundWish, 'id' | 'accountId' | 'amount'>,
  news: 'refund.accepted' | 'refund.declined',
): Promise<void> {
  await tx.query(sql`
    select note_event(${accountId}::uuid, ${news}, jsonb_build_object('amount', ${amount.toString()}::text), ${id}::text)`)
}
