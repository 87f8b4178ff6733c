import { type Database, DatabaseError, sql } from '../../src/db/index.ts'
import { stopTestServer } from '../../src/db/testing.ts'
import { closeDays } from '../../src/ledger/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { breakingOff } from './breaking-database.ts'
import { openBooks, type SimulatedBooks } from './simulated-books.ts'

const FIRST_DAY = 19_000
const RERUNS = 10
/** How often the whole of the books is recomputed on the way. */
const VERIFICATIONS = 8

/**
 * MON-18: days of simulated calls are closed as they come, late, by two nodes at once, and by one that breaks off somewhere. Each
 * account is charged each day exactly what its calls of that day cost, and the house what prices were above holds and what each upstream
 * asks, once, however often it is run again.
 */
export async function dailyClose(context: CheckContext): Promise<Measured> {
  const accounts = context.n >= 100_000 ? 1000 : context.n >= 10_000 ? 200 : 50
  const days = Math.max(3, Math.ceil(context.n / accounts))
  const books = await openBooks({ seed: context.seed, accounts, day: FIRST_DAY })
  try {
    const run = { context, books, breaks: 0, lateRows: 0, closeMs: 0 }
    for (let day = 0; day < days; day += 1) await liveDay(run, day, days)
    await books.beginDay(FIRST_DAY + days)
    await closeUntilDone(run, FIRST_DAY + days)
    const { postings, house, rows } = await comparePostings(run)
    await rerun(run, FIRST_DAY + days)
    await expectBlindSpotsSeen(run)
    return {
      n: postings,
      measured: {
        days,
        accounts,
        rows,
        house_transfers: house,
        late_rows: run.lateRows,
        broken_off: run.breaks,
        close_ms_per_day: Math.round(run.closeMs / days),
      },
    }
  } finally {
    await books.close()
    await stopTestServer()
  }
}

type Run = { readonly context: CheckContext; readonly books: SimulatedBooks; breaks: number; lateRows: number; closeMs: number }

async function liveDay(run: Run, day: number, days: number): Promise<void> {
  const { books, context } = run
  const { random } = books
  await books.beginDay(FIRST_DAY + day)
  if (day > 0) run.lateRows += (await books.settle(some(books, 20), 1)).length
  await books.settle(some(books, 1.2))
  if (random.below(3) === 0) await books.settle(some(books, 3))
  // Now and then nobody closes for a day or two.
  if (random.below(4) > 0) await closeUntilDone(run, FIRST_DAY + day)
  if (day % Math.ceil(days / VERIFICATIONS) === 0) {
    await expectAgreement(run, `on day ${day}`)
    context.progress(`${day} of ${days} days`)
  }
}

/** About one account in `oneIn`. */
const some = ({ accounts, random }: SimulatedBooks, oneIn: number): readonly string[] => accounts.filter(() => random.next() * oneIn < 1)

/** Closes what is over, at times as two nodes at once, at times broken off at some statement; then once more to the end. */
async function closeUntilDone(run: Run, before: number): Promise<void> {
  const { books, context } = run
  const { random, ids, clock } = books
  const close = (database: Database) => closeDays(database, { ids, now: clock.at, before })
  const ledger = books.kit.ledgerDatabase
  if (random.below(4) === 0) {
    try {
      await close(breakingOff(ledger, random))
    } catch (thrown) {
      if (!(thrown instanceof DatabaseError)) throw thrown
      run.breaks += 1
      if (random.below(10) === 0) await expectAgreement(run, 'after a close that broke off')
    }
  }
  const began = performance.now()
  if (random.below(3) === 0) await Promise.all([close(ledger), close(ledger)])
  await close(ledger)
  run.closeMs += performance.now() - began
  const open = await ledger.query(sql`select from usage_day where closed_at is null and day < date '1970-01-01' + ${before}::integer`)
  context.expect(open.length === 0, `${open.length} sums of days that are over were left open`)
}

async function expectAgreement({ books, context }: Run, when: string): Promise<void> {
  const { ok, problems } = await books.ledger.verify()
  context.expect(ok, `the books do not agree ${when}: ${problems.join(', ')}`)
}

type Difference = { readonly account_id: string; readonly day: string }

/** Sums of calls against transfers, both ways. */
const differences = ({ kit }: SimulatedBooks): Promise<readonly Difference[]> =>
  kit.ownerDatabase.query<Difference>(sql`
    with calls as (
      select account_id, posted_day as day, sum(cost) as cost from usage_event group by account_id, posted_day
    ), posted as (
      select debit_account as account_id, split_part(source_key, ':', 3)::date as day, amount, source_key from transfer where kind = 'usage'
    )
    select account_id, day from calls full join posted using (account_id, day)
    where coalesce(calls.cost, 0) <> coalesce(posted.amount, 0) or posted.source_key <> 'usage:' || account_id || ':' || day`)

/** The house's side of each day by its calls against transfers, both ways: shortfall, and cost by upstream. */
const houseDifferences = ({ kit }: SimulatedBooks): Promise<readonly { readonly source_key: string }[]> =>
  kit.ownerDatabase.query<{ source_key: string }>(sql`
    with told as (
      select 'shortfall:' || posted_day as source_key, sum(shortfall) as amount from usage_event group by posted_day having sum(shortfall) > 0
      union all
      select 'upstream_cost:' || route.upstream_serial || ':' || posted_day, sum(upstream_cost)
      from usage_event join route on route.serial = route_serial group by upstream_serial, posted_day having sum(upstream_cost) > 0
    ), posted as (
      select transfer.source_key, amount from transfer join ledger_account as debited on debited.id = debit_account
        join ledger_account as credited on credited.id = credit_account
      where (debited.kind, credited.kind) in (('shortfall', 'revenue'), ('upstream_cost', 'upstream_payable'))
    )
    select source_key from told full join posted using (source_key) where coalesce(told.amount, 0) <> coalesce(posted.amount, 0)`)

/** Sums of the calls of each day, upstream and model against what is kept of them for the comparison with bills. */
const keptDifferences = ({ kit }: SimulatedBooks): Promise<readonly { readonly day: string }[]> =>
  kit.ownerDatabase.query<{ day: string }>(sql`
    with told as (
      select posted_day as day, coalesce(route.upstream_serial, 0) as upstream_serial, usage_event.model_serial, count(*) as calls,
        count(upstream_cost) as known_calls, coalesce(sum(upstream_cost), 0) as cost, sum(input) as input, sum(cache_read) as cache_read,
        sum(cache_write_5m) as cache_write_5m, sum(cache_write_1h) as cache_write_1h, sum(output) as output, sum(reasoning) as reasoning,
        coalesce(sum(more[7]), 0) as searches
      from usage_event left join route on route.serial = route_serial group by 1, 2, 3
    )
    select coalesce(told.day, kept.day) as day from told full join upstream_day as kept using (day, upstream_serial, model_serial)
    where (told.calls, told.known_calls, told.cost, told.input, told.cache_read, told.cache_write_5m, told.cache_write_1h, told.output,
        told.reasoning, told.searches)
      is distinct from (kept.calls, kept.known_calls, kept.cost, kept.input, kept.cache_read, kept.cache_write_5m, kept.cache_write_1h,
        kept.output, kept.reasoning, coalesce(kept.more[7], 0))`)

async function comparePostings(run: Run): Promise<Readonly<Record<keyof Counted, number>>> {
  const { books, context } = run
  for (const { source_key } of await houseDifferences(books)) context.fail(`the house's ${source_key} is not what its calls say`)
  for (const { day } of await keptDifferences(books)) context.fail(`what is kept of the upstreams of ${day} is not what its calls say`)
  for (const { account_id, day } of await differences(books)) context.fail(`${account_id} was charged something else for ${day}`)
  await expectAgreement(run, 'at the end')
  const [counted] = await books.kit.ownerDatabase.query<Counted>(sql`
    select (select count(*) from transfer where kind = 'usage') as postings,
      (select count(*) from transfer where kind in ('shortfall', 'upstream_cost')) as house, (select count(*) from usage_event) as rows`)
  return { postings: Number(counted?.postings ?? 0n), house: Number(counted?.house ?? 0n), rows: Number(counted?.rows ?? 0n) }
}

type Counted = { readonly postings: bigint; readonly house: bigint; readonly rows: bigint }

async function rerun(run: Run, before: number): Promise<void> {
  const { books, context } = run
  const state = async (): Promise<string> => {
    const [row] = await books.kit.ownerDatabase.query<{ state: string }>(sql`
      select md5(string_agg(t::text, '' order by id)) || (select md5(string_agg(u::text, '' order by account_id, day)) from usage_day u)
        || (select md5(string_agg(u::text, '' order by day, upstream_serial, model_serial)) from upstream_day u)
        || (select md5(string_agg(h::text, '' order by day)) from house_day h) as state from transfer t`)
    return row?.state ?? ''
  }
  const first = await state()
  for (let times = 0; times < RERUNS; times += 1) {
    const { days, transfers } = await closeDays(books.kit.ledgerDatabase, { ids: books.ids, now: books.clock.at, before })
    context.expect(days === 0 && transfers === 0, `run again, the close made ${transfers} transfers`)
  }
  context.expect((await state()) === first, 'the books changed when the close was run again')
}

/** A call that cost a nano-dollar more, and a posting that is not there, have to be seen. */
async function expectBlindSpotsSeen({ books, context }: Run): Promise<void> {
  const { ownerDatabase } = books.kit
  const [row] = await ownerDatabase.query<{ request_id: string }>(
    sql`select request_id from usage_event where cost < hold and covered is null limit 1`,
  )
  await ownerDatabase.query(sql`update usage_event set cost = cost + 1 where request_id = ${row?.request_id}::uuid`)
  context.expect((await differences(books)).length === 1, 'blind: a call that cost more than was posted was not seen')
  await ownerDatabase.query(sql`update usage_event set cost = cost - 1 where request_id = ${row?.request_id}::uuid`)
  await ownerDatabase.query(sql`update usage_event set shortfall = shortfall + 1 where request_id = ${row?.request_id}::uuid`)
  context.expect((await houseDifferences(books)).length === 1, 'blind: a shortfall that was not posted was not seen')
  await ownerDatabase.query(sql`update usage_event set shortfall = shortfall - 1 where request_id = ${row?.request_id}::uuid`)
  await ownerDatabase.query(sql`alter table upstream_day disable trigger all`)
  await ownerDatabase.query(sql`update upstream_day set known_calls = known_calls - 1 where day = (select min(day) from upstream_day where known_calls > 0)
    and known_calls > 0`)
  context.expect((await keptDifferences(books)).length > 0, 'blind: a call too few was not seen')
  await ownerDatabase.query(sql`alter table transfer disable trigger all`)
  await ownerDatabase.query(
    sql`update transfer set amount = amount + 1 where id = (select min(id::text)::uuid from transfer where kind = 'usage')`,
  )
  context.expect((await differences(books)).length === 1, 'blind: a posting of another amount was not seen')
  context.expect(!(await books.ledger.verify()).ok, 'blind: the books agree with a posting of another amount')
}
