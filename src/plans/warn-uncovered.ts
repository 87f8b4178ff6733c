import { type Database, type Sql, sql } from '../db/index.ts'
import { isoTime, type NanoUsd } from '../lib/index.ts'
import { renewalPrice } from './member-price.ts'
import { DAY_MS, nowOf, type PlanParts } from './parts.ts'
import type { SubscriptionRow } from './subscription-record.ts'

/** So many days before a renewal it is told that the balance does not pay it. */
const BEFORE_DAYS = 3
const AT_ONCE = 100

type Row = Pick<SubscriptionRow, 'id' | 'account_id'> & {
  readonly period_end: Date
  readonly price: NanoUsd
  readonly lack: NanoUsd
}

/**
 * Tells accounts some days before of each renewal that their balance does not pay, with those that come before it, unless their saved card does; once for
 * each period. Returns how many were told of.
 */
export async function warnUncovered(parts: PlanParts): Promise<number> {
  const { database } = parts
  const rows = await database.query<Row>(uncovered(parts))
  let told = 0
  for (const row of rows) if (await database.transaction((tx) => tell(tx, row))) told += 1
  return told
}

/** What is short is what the balance lacks of this renewal and of all before it, and of this one at most its price. */
function uncovered(parts: PlanParts): Sql {
  const now = nowOf(parts)
  return sql`
    with coming as (
      select s.id, s.account_id, s.period_end, s.uncovered_told_for, next.price,
        sum(next.price) over (partition by s.account_id order by s.period_end, s.id) - coalesce(b.available, 0) as short
      from subscription s join account a on a.id = s.account_id left join balance b on b.account_id = s.account_id
        join lateral (${renewalPrice(parts)}) as next on true
      where s.state = 'active' and a.status = 'active' and not s.cancel_at_period_end and s.ending_at is null
        and s.period_end > ${new Date(now)} and s.period_end <= ${new Date(now + BEFORE_DAYS * DAY_MS)}
    ), lacking as (select coming.*, least(price, short)::bigint as lack from coming where price > 0 and short > 0)
    select id, lacking.account_id, period_end, price, lack from lacking
      left join card_renewal c on c.account_id = lacking.account_id and c.state = 'on' and c.daily_maximum >= lack
    where uncovered_told_for is distinct from period_end and c.account_id is null
    order by period_end, id limit ${AT_ONCE}`
}

/** Notes that it is told, with what is told of; false where somebody else did. */
async function tell(tx: Database, { id, account_id: accountId, period_end: end, price, lack }: Row): Promise<boolean> {
  const noted = await tx.query(sql`
    update subscription set uncovered_told_for = ${end} where id = ${id}::uuid and state = 'active' and period_end = ${end}
      and uncovered_told_for is distinct from ${end}::timestamptz returning 1`)
  if (noted.length === 0) return false
  const until = isoTime(end.getTime())
  await tx.query(sql`
    select note_event(${accountId}::uuid, 'renewal.uncovered', jsonb_build_object('subscription_id', ${id}::text,
      'price', ${price.toString()}::text, 'lacking', ${lack.toString()}::text, 'renews_at', ${until}::text), ${`${id}:${until}`}::text)`)
  return true
}
