import { type Database, sql } from '../db/index.ts'
import { type Audited, auditHouse } from './audit-house.ts'
import { type FrozenAccount, listFrozen } from './freeze.ts'

/**
 * What `verifyLedger` found; `checked` counts what it looked at, `problems` names invariants and how many rows break each, `frozen` lists
 * accounts that are served no more.
 */
export type Verification = {
  readonly ok: boolean
  readonly checked: Readonly<Record<string, number>>
  readonly problems: readonly string[]
  readonly frozen: readonly FrozenAccount[]
}

/** Before every day. */
const FIRST_DAY = '1970-01-01'

/**
 * Recomputes all of the books from their sources, in one snapshot: the journal sums to zero; each balance is its journal less what its open
 * days say; what is held is what slices say; each debt is its journal; each open day is the sum of its calls, none of which costs more than
 * its hold; each closed day has its transfers; each window of spending has granted no more than its limit, and what is not spent of it is in
 * slices. It reads the journal and the calls of open days, so it takes the longer the more there are.
 */
export async function verifyLedger(database: Database): Promise<Verification> {
  const { rows, frozen } = await database.transaction(async (tx) => {
    await tx.query(sql`set transaction isolation level repeatable read read only`)
    // Before the snapshot is taken: a purge that writes a partition anew is not seen as one that emptied it.
    await tx.query(sql`lock table usage_event in access share mode`)
    const found = [
      await verifyJournal(tx),
      await verifyBalances(tx),
      await verifyDays(tx),
      await verifySpending(tx),
      await auditHouse(tx, FIRST_DAY),
    ]
    return { rows: found.flat(), frozen: await listFrozen(tx) }
  })
  const broken = rows.filter((row) => row.broken > 0n)
  return {
    ok: broken.length === 0,
    checked: Object.fromEntries(rows.map((row) => [row.name, Number(row.seen)])),
    problems: broken.map((row) => `${row.name}: ${row.broken} of ${row.seen}`),
    frozen,
  }
}

const verifyJournal = (tx: Database): Promise<readonly Audited[]> =>
  tx.query<Audited>(sql`
    with posting as (
      select debit_account as account_id, -amount::numeric as amount from transfer
      union all select credit_account, amount::numeric from transfer
    )
    select 'journal_sums_to_zero' as name, count(*) as seen, (coalesce(sum(amount), 0) <> 0)::int::bigint as broken from posting
    union all
    select 'transfers_positive', count(*), count(*) filter (where amount <= 0 or debit_account = credit_account) from transfer
    union all
    select 'reversals_opposite', count(*), count(*) filter (where later.amount <> transfer.amount
      or later.debit_account <> transfer.credit_account or later.credit_account <> transfer.debit_account)
    from transfer as later join transfer on transfer.id = later.reverses
    union all
    select 'returns_within_purchases', count(*), count(*) filter (where purchase.kind <> 'purchase' or told.amount > purchase.amount
      or told.accounts <> array[purchase.debit_account])
    from (
      select returns, sum(amount) as amount, array_agg(distinct credit_account) as accounts from transfer where returns is not null group by returns
    ) as told join transfer as purchase on purchase.id = told.returns`)

const verifyBalances = (tx: Database): Promise<readonly Audited[]> =>
  tx.query<Audited>(sql`
    with journal as (
      select account_id, sum(amount) as amount from (
        select debit_account as account_id, -amount::numeric as amount from transfer
        union all select credit_account, amount::numeric from transfer
      ) as posting group by account_id
    ), charged as (
      select account_id, sum(cost)::numeric as amount from usage_day where closed_at is null group by account_id
    ), sliced as (
      select account_id, sum(amount)::numeric as amount from slice group by account_id
    )
    select 'balances_equal_replay' as name, count(*) as seen, count(*) filter (
      where balance.available + balance.held <> coalesce(journal.amount, 0) - coalesce(charged.amount, 0)) as broken
    from balance left join journal using (account_id) left join charged using (account_id)
    union all
    select 'held_equals_slices', count(*), count(*) filter (where balance.held <> coalesce(sliced.amount, 0))
    from balance left join sliced using (account_id)
    union all
    select 'debts_equal_journal', count(*), count(*) filter (where coalesce(account_debt.amount, 0) <> -coalesce(journal.amount, 0))
    from ledger_account left join account_debt on account_debt.ledger_account_id = ledger_account.id
      left join journal on journal.account_id = ledger_account.id
    where ledger_account.kind = 'debt'
    union all
    select 'balances_not_negative', count(*), count(*) filter (where available < 0 or held < 0) from balance`)

const verifyDays = (tx: Database): Promise<readonly Audited[]> =>
  tx.query<Audited>(sql`
    with calls as (
      select account_id, posted_day as day, sum(cost)::numeric as cost, sum(shortfall)::numeric as shortfall, count(*) as calls,
        coalesce(sum(covered), 0)::numeric as covered,
        count(*) filter (where cost > hold or cost < 0 or covered > hold or (covered is not null and cost <> 0)) as dear
      from usage_event where posted_day > (select coalesce(max(day), '-infinity') from house_day) group by account_id, posted_day
    )
    select 'days_equal_calls' as name, count(*) as seen, count(*) filter (where usage_day.cost is distinct from calls.cost
      or usage_day.covered is distinct from calls.covered or usage_day.shortfall is distinct from calls.shortfall
      or usage_day.calls is distinct from calls.calls) as broken
    from usage_day full join calls using (account_id, day)
    where usage_day.closed_at is null
    union all
    select 'closed_days_equal_transfers', count(*), count(*) filter (where (usage_day.cost > 0 or transfer.id is not null) and (
      transfer.amount is distinct from usage_day.cost or transfer.debit_account <> usage_day.account_id
      or transfer.source_key <> 'usage:' || usage_day.account_id || ':' || usage_day.day))
    from usage_day left join transfer on transfer.id = usage_day.transfer_id
    where usage_day.closed_at is not null
    union all
    select 'usage_transfers_close_days', count(*), count(*) filter (where usage_day.transfer_id is null)
    from transfer left join usage_day on usage_day.transfer_id = transfer.id
    where transfer.kind = 'usage'
    union all
    select 'costs_within_holds', coalesce(sum(calls), 0)::bigint, coalesce(sum(dear), 0)::bigint from calls`)

const verifySpending = (tx: Database): Promise<readonly Audited[]> =>
  tx.query<Audited>(sql`
    with sliced as (
      select subject_id, kind, starts_at, sum(amount)::numeric as amount from spend_slice group by subject_id, kind, starts_at
    )
    select 'windows_equal_slices' as name, count(*) as seen,
      count(*) filter (where granted - spent <> coalesce(sliced.amount, 0)) as broken
    from spend_window left join sliced using (subject_id, kind, starts_at)
    union all
    select 'windows_within_limits', count(*), count(*) filter (where granted > cap or spent > granted or spent < 0) from spend_window`)
