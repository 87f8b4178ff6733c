import { type Database, sql } from '../db/index.ts'

/** An account whose books do not agree, and in what. */
export type BrokenAccount = { readonly accountId: string; readonly reason: string }

/** A day with more calls than this is added up by `verifyLedger` alone, as an audit has to end soon. */
const CALLS_MAX = 200_000

/**
 * Recomputes accounts from their sources, in one snapshot: balance against journal and open days, what is held against slices, debt against
 * its journal, open days against their calls, windows of spending against slices. Its work is bounded by the accounts given. Returns those that do not agree.
 */
export async function auditAccounts(database: Database, accountIds: readonly string[]): Promise<readonly BrokenAccount[]> {
  const rows = await database.query<{ account_id: string; reason: string }>(sql.named('audit_accounts')`
    with audited as (
      select balance.account_id, available, held, coalesce(debt.amount, 0) as debt,
        (select coalesce(sum(amount), 0) from transfer where credit_account = balance.account_id)
          - (select coalesce(sum(amount), 0) from transfer where debit_account = balance.account_id) as journal,
        (select coalesce(sum(amount), 0) from transfer where debit_account = debt.ledger_account_id)
          - (select coalesce(sum(amount), 0) from transfer where credit_account = debt.ledger_account_id) as debt_journal,
        (select coalesce(sum(cost), 0) from usage_day where account_id = balance.account_id and closed_at is null) as charged,
        (select coalesce(sum(amount), 0) from slice where account_id = balance.account_id) as sliced,
        exists (
          select from usage_day as open, lateral (
            select coalesce(sum(cost), 0) as cost, coalesce(sum(covered), 0) as covered, coalesce(sum(shortfall), 0) as shortfall,
              count(*) as calls
            from usage_event where usage_event.posted_day = open.day and usage_event.account_id = open.account_id
          ) as told
          where open.account_id = balance.account_id and open.closed_at is null and open.calls <= ${CALLS_MAX}
            and (told.cost, told.covered, told.shortfall, told.calls) is distinct from (open.cost, open.covered, open.shortfall, open.calls)
        ) as has_other_calls,
        exists (
          select from spend_window as given where given.account_id = balance.account_id and granted - spent <> (
            select coalesce(sum(amount), 0) from spend_slice
            where (spend_slice.subject_id, spend_slice.kind, spend_slice.starts_at) = (given.subject_id, given.kind, given.starts_at))
        ) as has_other_windows
      from balance left join account_debt as debt using (account_id)
      where balance.account_id = any(${[...accountIds]}::uuid[])
    ), judged as (
      select account_id, case
        when available < 0 or held < 0 then 'balance_negative'
        when available + held <> journal - charged then 'balance_not_replay'
        when held <> sliced then 'held_not_slices'
        when debt <> debt_journal then 'debt_not_journal'
        when has_other_calls then 'day_not_calls'
        when has_other_windows then 'window_not_slices'
      end as reason
      from audited
    )
    select account_id, reason from judged where reason is not null order by account_id`)
  return rows.map((row) => ({ accountId: row.account_id, reason: row.reason }))
}

/** The ids of the accounts that come after one, in the order of ids; undefined begins. */
export async function listAccountsAfter(database: Database, after: string | undefined, limit: number): Promise<readonly string[]> {
  const rows = await database.query<{ account_id: string }>(sql`
    select account_id from balance where ${after ?? null}::uuid is null or account_id > ${after ?? null}::uuid
    order by account_id limit ${limit}`)
  return rows.map((row) => row.account_id)
}
