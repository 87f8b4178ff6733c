import { randomBytes, randomUUID } from 'node:crypto'
import { sql } from '../../src/db/index.ts'
import type { Settlement } from '../../src/ledger/index.ts'
import { isoDate } from '../../src/lib/index.ts'
import { purgeDays, readLateness, readWalTurnover, turnWal } from '../../src/retention/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { PlaceSearch } from './places.ts'
import { DAY_MS, type KeptBooks, openKeptBooks } from './retention-books.ts'
import { purgesBeforeItServes } from './retention-served.ts'

const EVENT_DAYS = 120
const CALLS_A_DAY = 4
const SHORT_DAYS = 7
/** The first and the last day on which nothing purges. */
const DOWN = { from: 100, to: 102 } as const
/** On these days one clock is set a month ahead. */
const AHEAD = { ours: 95, database: 97 } as const
const ANALYZED_EVERY = 24
const ALL_FROM = 84
const DAYS_MAX = 90
const MONTH_MS = 30 * DAY_MS

type Planted = Settlement & { readonly keyId: string }
type Run = {
  readonly context: CheckContext
  readonly books: KeptBooks
  readonly calls: Planted[]
  looks: number
  late: number
}

/**
 * PRV-10: calls of 120 days, the clock of the database moved day by day; at every look nothing is older than its account wants or than 90
 * days, but for three days on which the purge does not run, which are an alarm and are caught up with before anybody is served. A clock
 * that jumps ahead deletes nothing. In the end no byte of an id that went is in a file of the database.
 */
export async function retention(context: CheckContext): Promise<Measured> {
  const books = await openKeptBooks(context.seed, (what) => context.fail(`control logs ${what}`))
  try {
    const run: Run = { context, books, calls: [], looks: 0, late: 0 }
    for (const account of books.shortKept) await keepFor(books, account, SHORT_DAYS)
    for (let day = 0; day < context.n; day += 1) {
      // Before a merge, days on which nothing new can happen are left out by the two.
      if (context.tier === 'pr' && day < ALL_FROM && day % 3 > 0 && !isDown(day + DAYS_MAX)) continue
      await liveDay(run, day)
      if (day % 20 === 0) context.progress(`day ${day}`)
    }
    await expectBooks(run)
    if (context.tier !== 'pr') await purgesBeforeItServes(context)
    return { n: run.looks, measured: { calls: run.calls.length, late_looks: run.late, ...(await searchFiles(run)) } }
  } finally {
    await books.close()
  }
}

const keepFor = (books: KeptBooks, account: string, days: number) =>
  books.kit.appDatabase.query(sql`update account set usage_retention_days = ${days}::smallint where id = ${account}::uuid`)

const isDown = (day: number): boolean => day >= DOWN.from && day <= DOWN.to

async function liveDay(run: Run, day: number): Promise<void> {
  const { context, books } = run
  await books.beginDay(day)
  if (isDown(day)) await lookLate(run, day)
  else {
    // As an operator or the server itself does, who thereby copies values into the catalogue.
    if (day % ANALYZED_EVERY === 0) await books.kit.ownerDatabase.query(sql`analyze`)
    if (day === AHEAD.ours) await expectNothingGone(run, { ours: MONTH_MS, database: 0 })
    if (day === AHEAD.database) await expectNothingGone(run, { ours: 0, database: MONTH_MS })
    const late = await books.startAndPurge()
    context.expect(late === 0, `day ${day}: after the start something is late by ${late} s`)
    await look(run, day)
  }
  if (day < EVENT_DAYS) run.calls.push(...(await plantCalls(books)))
}

/** Calls of all accounts in turn, each with a key of its own. */
async function plantCalls(books: KeptBooks): Promise<readonly Planted[]> {
  const accounts = Array.from({ length: CALLS_A_DAY }, () => books.random.pick(books.accounts as [string, ...string[]]))
  const calls = (await books.settle([...accounts, ...books.shortKept])).map((call) => ({ ...call, keyId: randomUUID() }))
  await books.kit.ownerDatabase.query(sql`
    update usage_event set key_id = given.key_id
    from unnest(${calls.map(({ requestId }) => requestId)}::uuid[], ${calls.map(({ keyId }) => keyId)}::uuid[]) as given (request_id, key_id)
    where usage_event.request_id = given.request_id`)
  return calls
}

type Seen = { readonly old: bigint; readonly short: bigint; readonly rows: bigint; readonly days: bigint }

async function see({ books }: Run): Promise<Seen> {
  const [seen] = await books.kit.ownerDatabase.query<Seen>(sql`
    select count(*) as rows, count(*) filter (where clock_timestamp() - started_at > interval '90 days') as old,
      count(*) filter (where (clock_timestamp() at time zone 'UTC')::date - day > usage_retention_days) as short,
      (select count(*) from pg_inherits where inhparent in ('usage_event'::regclass, 'receipt_batch'::regclass)) as days
    from usage_event join account on account.id = usage_event.account_id`)
  if (seen === undefined) throw new Error('the database told nothing')
  return seen
}

async function look(run: Run, day: number): Promise<void> {
  const seen = await see(run)
  run.looks += 1
  run.context.expect(seen.old === 0n, `day ${day}: ${seen.old} rows are older than 90 days`)
  run.context.expect(seen.short === 0n, `day ${day}: ${seen.short} rows are older than their account wants`)
  const kept = run.calls.filter((call) => run.books.dayOf(call) + daysKept(run, call) > day)
  run.context.expect(BigInt(kept.length) === seen.rows, `day ${day}: ${seen.rows} rows are there of ${kept.length} that should be`)
}

const daysKept = ({ books }: Run, { accountId }: Settlement): number => (books.shortKept.includes(accountId) ? SHORT_DAYS : DAYS_MAX)

/** While nothing purges, the same look finds what is late, and so does the alarm. */
async function lookLate(run: Run, day: number): Promise<void> {
  const { context, books } = run
  const seen = await see(run)
  const late = await readLateness(books.kit.ledgerDatabase, books.clock.at)
  if (seen.old > 0n) run.late += 1
  context.expect(seen.old > 0n || seen.short > 0n, 'blind: nothing is late though the purge is down')
  const seconds = (day - DOWN.from) * (DAY_MS / 1_000) + books.secondsOfDay()
  // The database's clock has gone on a little.
  context.expect(Math.abs((late?.seconds ?? 0) - seconds) < 60, `what is late by ${seconds} s is told to be so by ${late?.seconds} s`)
}

/** One clock is wrong, the other is not: nothing goes. */
async function expectNothingGone(run: Run, ahead: { readonly ours: number; readonly database: number }): Promise<void> {
  const { context, books } = run
  await books.startAndPurge()
  const before = await see(run)
  books.setDatabase(ahead.database)
  const dropped = await purgeDays(books.kit.ledgerDatabase, books.clock.at + ahead.ours)
  const late = await readLateness(books.kit.ledgerDatabase, books.clock.at + ahead.ours)
  books.setDatabase(0)
  context.expect(dropped.length === 0, `with a clock that is ahead ${dropped.join(', ')} went`)
  context.expect((late?.seconds ?? 0) > 3600, 'a clock that is ahead was not noticed')
  const after = await see(run)
  context.expect(after.rows === before.rows && after.days === before.days, 'with a clock that is ahead something went')
}

async function expectBooks(run: Run): Promise<void> {
  const { context, books } = run
  const { ok, problems } = await books.ledger.verify()
  context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
  const days = await books.kit.ownerDatabase.query<{ day: string }>(sql`select day from purged_day order by day`)
  context.expect(
    days.length === new Set(days.map(({ day }) => day)).size && (context.n < 91 || days[0]?.day === isoDate(books.firstDay)),
    'days that went are not written down',
  )
}

/** The ids of calls as they lie in files, in bytes and spelled out. */
const patternsOf = (id: string) => {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex')
  return [
    { canary: id, form: 'bytes', bytes },
    { canary: id, form: 'text', bytes: Buffer.from(id) },
  ]
}

async function searchFiles({ context, books, calls }: Run): Promise<Readonly<Record<string, number | string>>> {
  const { ledgerDatabase, ownerDatabase } = books.kit
  const rows = await ownerDatabase.query<{ request_id: string }>(sql`select request_id from usage_event`)
  const left = new Set(rows.map(({ request_id }) => request_id))
  const ids = calls.flatMap(({ requestId, keyId }) => [requestId, keyId].map((id) => ({ id, isGone: !left.has(requestId) })))
  const gone = new Set(ids.filter(({ isGone }) => isGone).map(({ id }) => id))
  const planted = randomBytes(16).toString('hex')
  await ownerDatabase.query(sql`update signing_key set jwk = jwk || jsonb_build_object('planted', ${planted}::text)`)
  const { by } = await readWalTurnover(ledgerDatabase)
  context.expect(await turnWal(ledgerDatabase), 'the log cannot be turned')
  const search = new PlaceSearch([
    ...ids.flatMap(({ id }) => patternsOf(id)),
    { canary: planted, form: 'text', bytes: Buffer.from(planted) },
  ])
  search.folder(books.dataDir)
  const found = search.found.filter(({ canary }) => gone.has(canary))
  for (const { place, form } of found) context.fail(`an id that went is in ${place.replace(books.dataDir, '')} (${form})`)
  const seen = new Set(search.found.map(({ canary }) => canary))
  context.expect(seen.has(planted), 'blind: what is surely there was not found')
  const kept = ids.filter(({ isGone }) => !isGone)
  context.expect(
    kept.every(({ id }) => seen.has(id)),
    'blind: an id that is there was not found',
  )
  context.expect(gone.size > 0, 'blind: nothing went')
  return { ids_gone: gone.size, ids_found: found.length, ids_left: kept.length, log: by, bytes: search.bytesSearched }
}
