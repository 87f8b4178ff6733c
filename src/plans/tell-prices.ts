import { type Database, sql } from '../db/index.ts'
import { formatUsd, isoTime, type NanoUsd } from '../lib/index.ts'
import { noteLetter } from './letters.ts'
import { HAD_SINCE, newestPrice } from './member-price.ts'
import { nameOf } from './name-of.ts'
import { DAY_MS, type PlanParts } from './parts.ts'
import { periodAt } from './period.ts'
import type { SubscriptionRow } from './subscription-record.ts'

const LETTERS_AT_ONCE = 100

type Row = Pick<SubscriptionRow, 'id' | 'account_id' | 'plan_id' | 'pool_id' | 'block' | 'anchor' | 'period_index'> & {
  readonly months: number
  readonly price_id: number
  readonly set_at: Date
  readonly before: NanoUsd
  readonly after: NanoUsd
}

/** Writes to members whose plan will cost them another price from a renewal on, once for each, where prices are not locked. Returns to how many. */
export async function tellPrices(parts: PlanParts): Promise<number> {
  const { database, settings } = parts
  if (settings.priceLock) return 0
  return await database.transaction(async (tx) => {
    const rows = await tx.query<Row>(sql`
      select s.id, s.account_id, s.plan_id, s.pool_id, s.block, s.anchor, s.period_index, s.months, newest.id as price_id,
        newest.created_at as set_at, coalesce(told.price, s.price) as before, newest.price as after
      from subscription s
        join lateral (${newestPrice(undefined)}) as newest on true
        left join plan_price told on told.id = s.told_price_id and told.plan_id = s.plan_id and told.created_at > ${HAD_SINCE}
      where s.state in ('active', 'past_due') and s.months is not null and not s.is_gift and not s.cancel_at_period_end
        and s.next_plan_id is null and s.ending_at is null and newest.price <> coalesce(told.price, s.price)
      order by s.id limit ${LETTERS_AT_ONCE} for update of s skip locked`)
    for (const row of rows) await tell(tx, parts, row)
    return rows.length
  })
}

async function tell(tx: Database, parts: PlanParts, row: Row): Promise<void> {
  const fields = {
    plan: await nameOf(tx, row),
    ...{ before: formatUsd(row.before), after: formatUsd(row.after) },
    effective: isoTime(firstAt(row, parts.settings.priceNoticeDays)).slice(0, 10),
  }
  await noteLetter(tx, parts, { accountId: row.account_id, template: 'subscription-price', fields })
  await tx.query(sql`update subscription set told_price_id = ${row.price_id} where id = ${row.id}::uuid`)
}

/** The first renewal that is so many days after the price was set, in milliseconds. */
function firstAt({ anchor, months, period_index, set_at }: Row, noticeDays: number): number {
  const earliest = set_at.getTime() + noticeDays * DAY_MS
  for (let index = period_index; ; index += 1) {
    const { end } = periodAt({ anchor: anchor.getTime(), months }, index)
    if (end >= earliest) return end
  }
}
