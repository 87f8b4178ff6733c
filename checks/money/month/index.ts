/** A simulated month in which everything breaks; every nano-dollar of it has to be explained. Touches a database of its own alone. */
import { randomUUID } from 'node:crypto'
import { sql } from '../../../src/db/index.ts'
import { stopTestServer } from '../../../src/db/testing.ts'
import { listOverdue } from '../../../src/ledger/index.ts'
import type { CheckContext, Measured } from '../../harness/index.ts'
import { type Explained, type Explaining, explain } from './explain.ts'
import { endMonth, liveDay, type Month, openMonth } from './month.ts'
import { manualRails } from './rails.ts'
import { expectReportsAgree } from './reports.ts'

const DAYS = 30
const QUARTER_MS = 15 * 60_000
const DAY_MS = 86_400_000
/** What has to have happened, as nothing is shown by a month without it: by its end whatever chance says. */
const MET = ['dispute-won', 'dispute-lost', 'refund-failed', 'refund-succeeded', 'chain-taken-back', 'chain-halted'] as const
/** What happens so often that a month without it is none. */
const MET_IN_MONTH = [
  ...(['database-fault', 'gateway-killed', 'control-restarted', 'told-twice', 'close-broken-off', 'credit-broken-off'] as const),
  ...(['delivery-broken-off', 'chain-reorganised', 'chain-payment-lost', 'chain-reader-killed', 'card-dispute', 'pause'] as const),
]

/**
 * MON-20: months of credits, calls and daily closes in which gateways and control die, the database fails at every await, settlements
 * come after midnight and everything is told twice. In the end what was given is what is left, charged, and still to be charged.
 */
export async function everyNano(context: CheckContext): Promise<Measured> {
  const totals: Totals = { days: 0, given: 0n, charged: 0n, balances: 0n, unexplained: 0n, calls: 0, seen: {} }
  try {
    for (let month = 0; month * DAYS < context.n; month += 1)
      await liveMonth(context, { seed: context.seed + month, days: Math.min(DAYS, context.n - month * DAYS), totals })
  } finally {
    await stopTestServer()
  }
  for (const name of [...MET, ...(context.n < DAYS ? [] : MET_IN_MONTH)])
    context.expect((totals.seen[name] ?? 0) > 0, `blind: ${name} never happened`)
  const { days, given, charged, balances, unexplained, calls, seen } = totals
  return {
    n: days,
    measured: {
      ...{ unexplained_nano: String(unexplained), given_nano: String(given), charged_nano: String(charged), left_nano: String(balances) },
      ...{ calls, ...seen },
    },
  }
}

type Totals = {
  days: number
  given: bigint
  charged: bigint
  balances: bigint
  unexplained: bigint
  calls: number
  readonly seen: Record<string, number>
}

type Living = { readonly seed: number; readonly days: number; readonly totals: Totals }

async function liveMonth(context: CheckContext, { seed, days, totals }: Living): Promise<void> {
  const month = await openMonth(seed, days)
  try {
    for (let day = 0; day < days; day += 1) {
      await liveDay(month)
      if (day % 10 === 9) context.progress(`day ${day + 1} of ${days}`)
    }
    await endMonth(month)
    const explaining = explainingOf(month)
    const explained = await explain(explaining)
    judge(context, { seed, explained })
    await expectReportsAgree(context, month)
    await expectNothingHangs(context, month)
    await expectBlindSpotsSeen(context, month, explaining)
    add(totals, { month, explained, days })
  } finally {
    // A writer of a month that broke would go on asking for ever.
    for (const { control } of month.nodes) control.faults.kill()
    for (const till of Object.values(month.tills)) await till.close()
    await month.store.drop()
  }
}

const explainingOf = ({ store, customers, given, told, events, tills }: Month): Explaining => ({
  database: store.database,
  accounts: customers.map(({ accountId }) => accountId),
  rails: [...manualRails(given), ...Object.values(tills).flatMap(({ rails }) => rails)],
  told,
  hasUncovered: events.some(({ event }) => event === 'settlement-uncovered'),
})

type Judged = { readonly seed: number; readonly explained: Explained }

function judge(context: CheckContext, { seed, explained }: Judged): void {
  const { given, balances, charged, openDays, problems } = explained
  for (const problem of problems) context.fail(`seed ${seed}: ${problem}`)
  context.expect(
    given === balances + charged + openDays,
    `seed ${seed}: of ${given} given ${given - balances - charged - openDays} are missing`,
  )
  context.expect(given > 0n && charged > 0n, `blind: seed ${seed} moved no money`)
}

async function expectNothingHangs(context: CheckContext, { store, clock }: Month): Promise<void> {
  const { ok, problems } = await store.ledger.verify()
  context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
  const [held] = await store.database.query<{ nano: bigint }>(sql`select coalesce(sum(held), 0)::bigint as nano from balance`)
  context.expect(held?.nano === 0n, `${held?.nano} nano-USD are held for calls that have ended`)
  const overdue = await listOverdue(store.database, { now: clock.now(), afterMs: QUARTER_MS })
  context.expect(overdue.length === 0, `${overdue.length} things hang, such as ${overdue[0]?.kind} ${overdue[0]?.name}`)
}

/** One nano-dollar more or less, wherever it is, and everything that hangs for a quarter of an hour, have to be seen. */
async function expectBlindSpotsSeen(context: CheckContext, month: Month, explaining: Explaining): Promise<void> {
  const { store, given, clock } = month
  const own = store.ownerDatabase
  const isSeen = async (what: string, nano = 1n): Promise<void> => {
    const { problems, unexplained } = await explain(explaining)
    context.expect(problems.length > 0 && unexplained >= nano, `blind: ${what} was not seen`)
  }
  const [row] = await own.query<{ id: string }>(sql`select account_id as id from balance where available > 1 limit 1`)
  if (!context.expect(row !== undefined, 'blind: nobody has anything left') || row === undefined) return
  await own.query(sql`update balance set available = available + 1 where account_id = ${row.id}::uuid`)
  await isSeen('a nano-dollar too much')
  await own.query(sql`update balance set available = available - 1 where account_id = ${row.id}::uuid`)
  const taken = given.manual.pop()
  if (taken === undefined) return context.fail('blind: nothing was given')
  await isSeen('a credit that its rail knows nothing of', taken.amount)
  given.manual.push(taken, { ...taken, sourceKey: randomUUID() })
  await isSeen('money of a rail that was never credited', taken.amount)
  given.manual.pop()
  await own.query(
    sql`update usage_event set cost = cost - 1 where request_id = (select request_id from usage_event where cost > 0 limit 1)`,
  )
  await isSeen('a call that cost less than was charged')
  await expectAlarms(context, month, { accountId: row.id, now: clock.now() })
}

type Alarming = { readonly accountId: string; readonly now: number }

async function expectAlarms(context: CheckContext, { store }: Month, { accountId, now }: Alarming): Promise<void> {
  const own = store.ownerDatabase
  const listAt = (at: number) => listOverdue(store.database, { now: at, afterMs: QUARTER_MS })
  await own.query(sql`
    insert into open_call (request_id, node_id, account_id, key_id, day, model_serial, route_serial, price_version, hold, started_at,
      updated_at, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning)
    values (${randomUUID()}, ${randomUUID()}, ${accountId}, ${accountId}, '2022-01-08', 1, 1, 1, 5, now(), ${new Date(now)}, 0, 0, 0, 0, 0, 0)`)
  context.expect((await listAt(now + QUARTER_MS - 2000)).length === 0, 'an alarm for a call that hangs for less than a quarter of an hour')
  context.expect((await listAt(now + QUARTER_MS + 2000)).length === 1, 'blind: a call that hangs for a quarter of an hour raises no alarm')
  await own.query(sql`delete from open_call`)
  const yesterday = Math.floor(now / DAY_MS) - 1
  await own.query(sql`alter table usage_day disable trigger all`)
  await own.query(sql`
    update usage_day set closed_at = null where (account_id, day) =
      (select account_id, day from usage_day where day <= date '1970-01-01' + ${yesterday}::integer order by day desc limit 1)`)
  // Today is open rightly, and does not hang before a quarter past tomorrow's midnight.
  context.expect((await listAt(now + QUARTER_MS)).length === 1, 'blind: a day that was not closed raises no alarm')
}

type Added = { readonly month: Month; readonly explained: Explained; readonly days: number }

function add(totals: Totals, { month, explained, days }: Added): void {
  totals.days += days
  totals.given += explained.given
  totals.charged += explained.charged
  totals.balances += explained.balances
  totals.unexplained += explained.unexplained
  totals.calls += month.told.granted.size
  for (const [name, times] of Object.entries(month.seen)) totals.seen[name] = (totals.seen[name] ?? 0) + times
}
