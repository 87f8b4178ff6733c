import { type Database, sql } from '../../db/index.ts'
import { type NanoUsd, utcDayOf } from '../../lib/index.ts'
import type { GiftHistory, Granted } from './left-at-expiry.ts'

/** Keeps others from planning what becomes of the gifts of an account until the transaction ends. */
export const lockGifts = (tx: Database, accountId: string): Promise<readonly unknown[]> =>
  tx.query(sql`select pg_advisory_xact_lock(hashtextextended(${`gifts:${accountId}`}, 0))`)

type Gift = { readonly id: string; readonly amount: NanoUsd; readonly created_at: Date }

/**
 * What an account was given and keeps, and what it spent, by UTC day; what of a purchase was returned on a day counts against what was spent on it,
 * and what of a gift was taken back was not given.
 */
export async function readGiftHistory(database: Database, accountId: string): Promise<Omit<GiftHistory, 'days'>> {
  const gifts = await database.query<Gift>(sql`
    select id, amount - coalesce((select sum(take.amount) from gift join gift_take take on take.gift_id = gift.id
        where gift.transfer_id = transfer.id and not take.is_returned), 0)::bigint as amount, created_at
    from transfer where credit_account = ${accountId} and kind = 'promotion' and source_key not like 'sla:%'
      and not exists (select from transfer undone where undone.reverses = transfer.id)`)
  const spent = await database.query<{ at: Date; amount: NanoUsd }>(sql`
    select day::timestamp at time zone 'UTC' as at, cost as amount from usage_day where account_id = ${accountId}
    union all select created_at, amount from transfer where debit_account = ${accountId} and kind = 'purchase'
    union all select created_at, -amount from transfer where credit_account = ${accountId} and kind = 'purchase_return'`)
  const spentOn = new Map<number, NanoUsd>()
  for (const { at, amount } of spent) spentOn.set(utcDayOf(at.getTime()), (spentOn.get(utcDayOf(at.getTime())) ?? 0n) + amount)
  const granted: Granted[] = gifts.map(({ id, amount, created_at: at }) => ({ id, amount, day: utcDayOf(at.getTime()) }))
  return { granted, spentOn }
}
