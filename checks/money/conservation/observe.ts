import { sql } from '../../../src/db/index.ts'
import type { Play } from './world.ts'

/** What the books say of one account, each figure from its own tables. */
export type Observed = {
  readonly account_id: string
  readonly available: bigint
  readonly held: bigint
  readonly debt: bigint
  /** Sum of the account's transfers but for charges of calls: what came in less what went out. */
  readonly moved: bigint
  /** Sum of the account's charges of calls in the journal, by the close of days. */
  readonly posted: bigint
  /** Cost of its calls by their rows. */
  readonly settled: bigint
  /** Cost of its calls on open days by their sums. */
  readonly open: bigint
  readonly sliced: bigint
  /** What its debt account says. */
  readonly lent: bigint
  /** Negative slices, sums or costs. */
  readonly negative: bigint
}

/** One look at the books of all customers of a history, in one snapshot. */
export const observe = (play: Play): Promise<readonly Observed[]> =>
  play.lane.eyes.query<Observed>(sql.named('observe_books')`
    select balance.account_id, available, held, coalesce(account_debt.amount, 0) as debt,
      (select coalesce(sum(amount), 0) from transfer where credit_account = balance.account_id)::bigint
        - (select coalesce(sum(amount), 0) from transfer where debit_account = balance.account_id and kind <> 'usage')::bigint as moved,
      (select coalesce(sum(amount), 0) from transfer where debit_account = balance.account_id and kind = 'usage')::bigint as posted,
      (select coalesce(sum(cost), 0) from usage_event where usage_event.account_id = balance.account_id)::bigint as settled,
      (select coalesce(sum(cost), 0) from usage_day where usage_day.account_id = balance.account_id and closed_at is null)::bigint as open,
      (select coalesce(sum(amount), 0) from slice where slice.account_id = balance.account_id)::bigint as sliced,
      (select coalesce(sum(amount), 0) from transfer where debit_account = account_debt.ledger_account_id)::bigint
        - (select coalesce(sum(amount), 0) from transfer where credit_account = account_debt.ledger_account_id)::bigint as lent,
      (select count(*) from slice where slice.account_id = balance.account_id and amount < 0)
        + (select count(*) from usage_day where usage_day.account_id = balance.account_id and (cost < 0 or shortfall < 0)) as negative
    from balance left join account_debt using (account_id)
    where balance.account_id = any(${play.customers.map(({ accountId }) => accountId)}::uuid[])`)

/** What does not hold in a state, in words; empty when all does. */
export function problemsOf(row: Observed): readonly string[] {
  const found = [
    [row.available + row.held === row.moved - row.settled, 'what is there is not what came in less what went out and was settled'],
    [row.posted + row.open === row.settled, 'charges in the journal and open days are not the calls'],
    [row.held === row.sliced, 'what is held is not what slices say'],
    [row.debt === row.lent, 'the debt is not its journal'],
    [!isNegative(row), 'something is below zero'],
  ] as const
  return found.filter(([holds]) => !holds).map(([, what]) => `${what}: ${tell(row)}`)
}

/** Whether anything of a state is below zero. */
export const isNegative = (row: Observed): boolean => row.available < 0n || row.held < 0n || row.debt < 0n || row.negative > 0n

const tell = (row: Observed): string =>
  Object.entries(row)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
