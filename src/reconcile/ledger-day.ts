import { type Database, sql } from '../db/index.ts'
import type { NanoUsd } from '../lib/index.ts'
import { amountOnly, type Comparison, type Difference, sidesOf } from './difference.ts'

/** An account whose calls of a day cost something else than was posted; amounts in nano-USD. */
export type AccountDifference = { readonly accountId: string; readonly posted: NanoUsd; readonly calls: NanoUsd }

/** What calls cost: those whose rows are there, and by account what the rows cost that went before their day did. */
const CALL_COSTS = sql`
  select account_id, cost from (
    select account_id, posted_day, cost from usage_event union all select account_id, posted_day, cost from purged_usage
  ) as call`

/** Accounts whose postings of a closed day are not what its calls cost, by account. */
export async function accountsApart(database: Database, day: string): Promise<readonly AccountDifference[]> {
  const rows = await database.query<{ account_id: string; posted: NanoUsd; calls: NanoUsd }>(sql`
    with calls as (
      select account_id, sum(cost)::bigint as cost from (${CALL_COSTS} where posted_day = ${day}::date) as told group by account_id
    ), posted as (
      select usage_day.account_id, transfer.amount from usage_day join transfer on transfer.id = usage_day.transfer_id
      where usage_day.day = ${day}::date
    )
    select account_id, coalesce(posted.amount, 0) as posted, coalesce(calls.cost, 0) as calls
    from calls full join posted using (account_id) where coalesce(posted.amount, 0) <> coalesce(calls.cost, 0) order by account_id`)
  return rows.map((row) => ({ accountId: row.account_id, posted: row.posted, calls: row.calls }))
}

/**
 * The postings of a day against the rows of its calls. They may not differ by a nano-dollar; no account is named in what is kept. The rows
 * themselves are read, as sums that were kept beside them would prove nothing of them: those of one day, once, when it is closed.
 */
export async function compareLedger(database: Database, day: string): Promise<Comparison> {
  const apart = await accountsApart(database, day)
  const [sums] = await database.query<{ posted: NanoUsd; calls: NanoUsd }>(sql`
    select (select coalesce(sum(transfer.amount), 0) from usage_day join transfer on transfer.id = usage_day.transfer_id
      where usage_day.day = ${day}::date)::bigint as posted,
      (select coalesce(sum(cost), 0) from (${CALL_COSTS} where posted_day = ${day}::date) as told)::bigint as calls`)
  const differences = [
    ...differenceOf(
      'posted beyond the calls',
      apart.filter(({ posted, calls }) => posted > calls),
    ),
    ...differenceOf(
      'calls that were not posted',
      apart.filter(({ posted, calls }) => posted < calls),
    ),
  ]
  const { over, under } = sidesOf(differences)
  return {
    ...{ part: 'ledger', source: 'books', report: 'read', reportCode: undefined },
    ...{ ours: sums?.posted ?? 0n, theirs: sums?.calls ?? 0n, over, under, loss: under },
    ...{ isAlarming: differences.length > 0, differences },
  }
}

function differenceOf(name: string, apart: readonly AccountDifference[]): readonly Difference[] {
  if (apart.length === 0) return []
  const posted = apart.reduce((sum, one) => sum + one.posted, 0n)
  const calls = apart.reduce((sum, one) => sum + one.calls, 0n)
  return [{ name, side: posted > calls ? 'over' : 'under', ours: amountOnly(posted), theirs: amountOnly(calls) }]
}
