import type { Told } from '../../../src/control/testing.ts'
import { type Database, sql } from '../../../src/db/index.ts'
import { type Difference, isOf, type Movement, type Rail, readJournal, reconcile } from './rails.ts'

/** Where the money of a month is, and what nobody can explain. `problems` names each; `unexplained` is the sum of their amounts. */
export type Explained = {
  readonly given: bigint
  readonly balances: bigint
  readonly charged: bigint
  readonly openDays: bigint
  readonly problems: readonly string[]
  readonly unexplained: bigint
}

/** What is to be explained: accounts of customers, rails, what gateways were told, and whether some charge found no cover. */
export type Explaining = {
  readonly database: Database
  readonly accounts: readonly string[]
  readonly rails: readonly Rail[]
  readonly told: Told
  readonly hasUncovered: boolean
}

type Account = { readonly account_id: string; readonly left: bigint; readonly open: bigint; readonly calls: bigint }
type Call = {
  readonly request_id: string
  readonly cost: bigint
  readonly shortfall: bigint
  readonly hold: bigint
  readonly outcome: number
}

const GATEWAY_LOST = 7
const USAGE = 'usage'
/** What an account is lent and gives back is the books' own affair, but has to stand in what is explained. */
const LENT: readonly string[] = ['debt', 'repayment']

/** Explains every nano-dollar: by account, by rail, and by call. */
export async function explain(explaining: Explaining): Promise<Explained> {
  const { database, rails } = explaining
  const journal = await readJournal(database)
  const accounts = await readAccounts(database, explaining.accounts)
  const differences = rails.flatMap((rail) => reconcile(rail, journal))
  const byAccount = accounts.map((account) => explainAccount(account, { journal, rails }))
  const strangers = unknownMovements(journal, explaining)
  const calls = explainCalls(await readCalls(database), explaining)
  const problems = [...differences.map(tell), ...byAccount.flatMap(({ problems: found }) => found), ...strangers, ...calls]
  const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n)
  const amounts = [...differences.map(({ nano }) => nano), ...byAccount.map(({ missing }) => missing)]
  return {
    given: sum(rails.flatMap((rail) => rail.evidence().map(({ amount }) => amount))),
    balances: sum(accounts.map((account) => account.left - debtOf(account.account_id, journal))),
    charged: sum(journal.filter(({ kind }) => kind === USAGE).map(({ amount }) => amount)),
    openDays: sum(accounts.map(({ open }) => open)),
    problems,
    unexplained: sum(amounts.map((amount) => (amount < 0n ? -amount : amount))),
  }
}

const tell = ({ rail, sourceKey, nano }: Difference): string => `${rail} and the journal differ by ${nano} over ${sourceKey}`

const readAccounts = (database: Database, accounts: readonly string[]): Promise<readonly Account[]> =>
  database.query<Account>(sql`
    select account_id, available + held as left,
      coalesce((select sum(cost) from usage_day d where d.account_id = b.account_id and closed_at is null), 0)::bigint as open,
      coalesce((select sum(cost) from usage_event e where e.account_id = b.account_id), 0)::bigint as calls
    from balance b where account_id = any(${[...accounts]}::uuid[])`)

const readCalls = (database: Database): Promise<readonly Call[]> =>
  database.query<Call>(sql`select request_id, cost, shortfall, hold, outcome from usage_event`)

type Books = { readonly journal: readonly Movement[]; readonly rails: readonly Rail[] }

/** What came in and went out by rails, less what is left, was charged, and will be: nothing. And charges are what calls cost. */
function explainAccount(account: Account, { journal, rails }: Books): { readonly missing: bigint; readonly problems: readonly string[] } {
  const given = rails.flatMap((rail) => rail.evidence()).filter(({ accountId }) => accountId === account.account_id)
  const charged = journal.filter(({ kind, debit_account }) => kind === USAGE && debit_account === account.account_id)
  const total = (amounts: readonly { readonly amount: bigint }[]): bigint => amounts.reduce((sum, { amount }) => sum + amount, 0n)
  const left = account.left - debtOf(account.account_id, journal)
  const missing = total(given) - left - total(charged) - account.open
  const uncharged = account.calls - total(charged) - account.open
  const problems = [
    ...(missing === 0n ? [] : [`${missing} nano-USD of ${account.account_id} are nowhere`]),
    ...(uncharged === 0n ? [] : [`calls of ${account.account_id} cost ${uncharged} more than was charged`]),
  ]
  return { missing: missing === 0n ? uncharged : missing, problems }
}

/** What of an account's loans is not paid back. */
const debtOf = (accountId: string, journal: readonly Movement[]): bigint =>
  journal
    .filter(({ kind, debit_account, credit_account }) => LENT.includes(kind) && [debit_account, credit_account].includes(accountId))
    .reduce((sum, { credit_account, amount }) => sum + (credit_account === accountId ? amount : -amount), 0n)

/** A movement that touches a customer has to be a charge, a loan or of a rail; a new kind needs its rail here. */
function unknownMovements(journal: readonly Movement[], { accounts, rails }: Explaining): readonly string[] {
  const isKnown = (movement: Movement): boolean =>
    movement.kind === USAGE || LENT.includes(movement.kind) || rails.some((rail) => isOf(rail, movement))
  const isCustomers = ({ debit_account, credit_account }: Movement): boolean =>
    accounts.includes(debit_account) || accounts.includes(credit_account)
  return journal
    .filter((movement) => isCustomers(movement) && !isKnown(movement))
    .map(({ kind, source_key }) => `no rail explains "${kind}" ${source_key}`)
}

/** Every call is in the books once, at its price, as far as its hold covers it. */
function explainCalls(calls: readonly Call[], { told, hasUncovered }: Explaining): readonly string[] {
  const rows = new Map(calls.map((row) => [row.request_id, row]))
  const problems: string[] = []
  if (rows.size !== calls.length) problems.push(`${calls.length - rows.size} calls are in the books twice`)
  for (const requestId of told.acknowledged)
    if (!rows.has(requestId)) problems.push(`${requestId} was acknowledged and is not in the books`)
  for (const [requestId, { hold }] of told.granted) {
    const [row, price] = [rows.get(requestId), told.settled.get(requestId)]
    if (row === undefined || price === undefined || row.outcome === GATEWAY_LOST) continue
    if (row.cost + row.shortfall !== price)
      problems.push(`${requestId} cost ${row.cost} and ${row.shortfall} of the house, its price is ${price}`)
    else if (row.cost > hold || (!hasUncovered && row.cost !== (price < hold ? price : hold)))
      problems.push(`${requestId} was charged ${row.cost} of a price of ${price} and a hold of ${hold}`)
  }
  for (const requestId of told.refused.keys())
    if ((rows.get(requestId)?.cost ?? 0n) > 0n) problems.push(`${requestId} was refused and charged`)
  return problems
}
