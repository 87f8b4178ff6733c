import { type Database, isDatabaseError, sql } from '../../db/index.ts'
import type { RefundParts } from './parts.ts'
import type { RailRefund } from './refund.ts'
import { type RefundStep, stepRefund } from './store.ts'

/** What whoever paid is written of: that they have to say where their money goes, and that it is there. */
export type RefundNews = 'refund.asking' | 'refund.sent'

/** Notes that somebody is to be written of their refund, once for each news of it. */
export async function tellOf(database: Database, refund: RailRefund, news: RefundNews): Promise<void> {
  await database.query(sql`
    select note_event(${refund.accountId}::uuid, ${news}, jsonb_build_object('amount', ${refund.amount.toString()}::text), ${refund.id}::text)`)
}

/** Ends a refund that is there, and has whoever paid told of it; false where it is elsewhere by now, or the transfer is another refund's. */
export async function endRefund({ database }: Pick<RefundParts, 'database'>, refund: RailRefund, step: RefundStep): Promise<boolean> {
  const ending = database.transaction(async (tx) => {
    const isEnded = await stepRefund(tx, refund.id, step)
    if (isEnded) await tellOf(tx, refund, 'refund.sent')
    return isEnded
  })
  return await ending.catch(takenMeanwhile)
}

/** Another refund took the same transfer at the same moment. */
function takenMeanwhile(thrown: unknown): false {
  if (isDatabaseError(thrown, '23505')) return false
  throw thrown
}
