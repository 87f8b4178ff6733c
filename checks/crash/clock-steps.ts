import { setTimeout as sleep } from 'node:timers/promises'
import { parseUsd } from '../../src/lib/index.ts'
import { type Answer, call, errorCodeOf, isFullAnswer } from '../calls.ts'
import { type CheckContext, type Measured, NotRunError } from '../harness/index.ts'
import { type Customer, costOf } from '../operator.ts'
import { inParallel, until } from '../parallel.ts'
import { startWorld, type World } from '../world.ts'
import { type Books, type CallRow, openLookout } from './clock-books.ts'
import { openClocks, type SteppedClock, startSteppedPostgres } from './stepped-clock.ts'

/** What is done to the clocks; what is not named stays as it is. `restarts`: control is killed and begins in that time. */
type Step = { readonly name: string; readonly control?: string; readonly database?: string; readonly restarts?: boolean }

/** Steps in turn; each is seen by control's machine, by the database's, or by both. */
const STEPS: readonly Step[] = [
  { name: 'control a day ahead', control: '+1d', restarts: true },
  { name: 'control two days back', control: '-1d' },
  { name: 'database a day ahead', database: '+1d', restarts: true },
  { name: 'database set back', database: '+0' },
  { name: 'control set right', control: '+0', restarts: true },
  { name: 'a second twice', control: '-1s', database: '-1s' },
  { name: 'a second left out', control: '+1s', database: '+1s' },
  { name: 'clock slewed', control: '+0 x1.1', database: '+0' },
  { name: 'database a day behind', database: '-1d' },
  { name: 'control begins behind', restarts: true },
  { name: 'all a week ahead', control: '+7d', database: '+7d' },
  { name: 'all set right', control: '+0', database: '+0' },
  { name: 'control begins anew', restarts: true },
]

const CREDIT = '100.00'
const CALLS = 10
/** Control asks the database for the time every second. */
const FOLLOWED_MS = 2500
/** Long enough to be made and seen on a busy machine. */
const BRIEF_MS = 4000
const LASTING_MS = 90 * 86_400_000
const STREAM_TOKENS = 50
const STREAM_CHUNK_MS = 100
const SLACK_MS = 1500
/** So much of what the server said last is told with a failure. */
const LOG_LINES = 8
const DAY_MS = 86_400_000

type Run = {
  readonly context: CheckContext
  readonly world: World
  readonly books: Books
  readonly control: SteppedClock
  readonly database: SteppedClock
  readonly customer: Customer
  /** A key that expires long after all of this. */
  readonly lasting: string
  /** The database was set back since control began: for control keys expire by the time it had been, and new ones may be refused. */
  isPast: boolean
}

/**
 * CRA-08: the wall clocks of control's machine and of the database are set ahead and back by days while calls go on. Days, closes and
 * expiries follow the database, durations no wall clock; nothing is closed or deleted early or twice, and no key lives longer.
 */
export async function clockSteps(context: CheckContext): Promise<Measured> {
  if (process.platform !== 'linux') throw new NotRunError('libfaketime and /proc are of Linux')
  const clocks = openClocks()
  const [control, database] = [clocks.make('control'), clocks.make('clock-of-database')]
  const postgres = await startSteppedPostgres(clocks, database)
  const env = { ...control.environment, DATABASE_URL: postgres.connection }
  const world = await startWorld({ gateways: 2, env, script: { firstByteDelayMs: 50 } }).catch(async (thrown: unknown) => {
    await postgres.stop()
    throw thrown
  })
  const books = openLookout(postgres.connection)
  try {
    const customer = await world.operator.customer(CREDIT)
    const lasting = await keyFor({ world, books, customer }, LASTING_MS)
    const run: Run = { context, world, books, control, database, customer, lasting, isPast: false }
    await expectSteppable(run)
    let calls = 0
    for (let index = 0; index < context.n; index += 1) {
      const step = STEPS[index % STEPS.length] ?? { name: 'none' }
      calls += await takeStep(run, step)
      context.progress(`${index + 1}: ${step.name}`)
    }
    await expectBooks(run)
    const { ended, partitions } = await books.look()
    return { n: context.n, measured: { calls, daysEnded: ended.length, partitions: partitions.length } }
  } finally {
    await books.close()
    await world.stop()
    await postgres.stop()
    clocks.remove()
  }
}

/** A clock that cannot be set proves nothing. */
async function expectSteppable({ context, books, control, database }: Run): Promise<void> {
  control.set('+1d')
  const machine = control.now() - Date.now()
  control.set('+0')
  database.set('+1d')
  const { now } = await books.look()
  database.set('+0')
  // Control can have seen the database's clock ahead, and asks again within a second.
  await sleep(FOLLOWED_MS)
  for (const [name, ahead] of [
    ['control', machine],
    ['the database', now - Date.now()],
  ] as const)
    context.expect(Math.abs(ahead - DAY_MS) < 60_000, `blind: the clock of ${name} was not set ahead`)
}

async function takeStep(run: Run, step: Step): Promise<number> {
  const { context, world, books, customer } = run
  const brief = await keyFor(run, BRIEF_MS)
  const over = sleep(BRIEF_MS + SLACK_MS)
  // Every gateway knows the key from here on.
  const known = await inParallel([1, 2, 3, 4], 1, () => callWith(world, brief))
  context.expect(
    run.isPast || known.every(({ status }) => status === 200),
    `${step.name}: a key that had not expired was answered ${known[0]?.status}`,
  )
  const stream = streamThrough(world, run.lasting)
  await sleep(300)
  const before = await books.look()
  if (step.control !== undefined) run.control.set(step.control)
  if (step.database !== undefined) run.database.set(step.database)
  run.isPast = step.restarts !== true && (run.isPast || (await books.look()).now < before.now)
  if (step.restarts === true) await restartControl(run)
  await sleep(FOLLOWED_MS)
  const answers = [...(await inParallel(Array.from({ length: CALLS }), 4, () => callWith(world, run.lasting))), await stream]
  const odd = answers.filter(({ status }) => status !== 200)
  const said = odd.length === 0 ? '' : world.log().trim().split('\n').slice(-LOG_LINES).join(' ')
  context.expect(
    odd.length === 0,
    `${step.name}: ${odd.length} calls were answered ${odd[0]?.status} ${odd[0] ? errorCodeOf(odd[0]) : ''}; the server said ${said}`,
  )
  await over
  const late = await inParallel([1, 2, 3, 4], 1, () => callWith(world, brief))
  const revived = late.filter((answer) => errorCodeOf(answer) !== 'key_expired')
  context.expect(revived.length === 0, `${step.name}: a key that had expired was answered ${revived[0]?.status}`)
  const rows = await settledRows(run, answers)
  await judge(run, { step, before, answers, rows })
  context.expect((await world.operator.usage(customer.id)).length > 0, 'blind: no usage')
  return answers.length + known.length
}

type Keyed = Pick<Run, 'world' | 'books' | 'customer'>

/** A key that expires so long from now, by the database's clock. */
async function keyFor({ world, books, customer }: Keyed, millis: number): Promise<string> {
  const { now } = await books.look()
  const expires = new Date(now + millis).toISOString()
  const minted = (await world.operator.ask('POST', `/accounts/${customer.id}/keys`, { name: 'clock', expires_at: expires })) as {
    secret: string
  }
  return minted.secret
}

const callWith = (world: World, key: string): Promise<Answer> => call({ base: world.base, key, protocol: 'openai' })

/** A call that is open while the clocks are set. */
function streamThrough(world: World, key: string): Promise<Answer> {
  const fields = { metadata: { sim: `tokens=${STREAM_TOKENS},chunk-ms=${STREAM_CHUNK_MS}` } }
  return call({ base: world.base, key, protocol: 'anthropic', isStream: true, outputMax: STREAM_TOKENS, fields })
}

async function restartControl({ context, world, lasting }: Run): Promise<void> {
  context.expect((await world.kill('control')) > 0, 'there was no control to kill')
  const answer = await until(
    () => callWith(world, lasting),
    ({ status }) => status === 200,
    15_000,
  )
  context.expect(answer.status === 200, `after a restart a call is answered ${answer.status} ${errorCodeOf(answer)}`)
}

async function settledRows({ books, context }: Run, answers: readonly Answer[]): Promise<ReadonlyMap<string, CallRow>> {
  const wanted = answers.filter(({ status }) => status === 200).map(({ requestId }) => requestId)
  const rows = await until(
    () => books.calls(wanted),
    (found) => found.size === wanted.length,
    10_000,
  )
  context.expect(rows.size === wanted.length, `${wanted.length - rows.size} of ${wanted.length} calls were not settled`)
  return rows
}

type Judged = {
  readonly step: Step
  readonly before: Awaited<ReturnType<Books['look']>>
  readonly answers: readonly Answer[]
  readonly rows: ReadonlyMap<string, CallRow>
}

async function judge({ context, books }: Run, { step, before, answers, rows }: Judged): Promise<void> {
  const after = await books.look()
  const expected = [after.today, after.firstOpen].sort().at(-1)
  const days = new Set([...rows.values()].map((row) => row.posted_day))
  context.expect(
    days.size === 1 && days.has(expected ?? ''),
    `${step.name}: charged to ${[...days].join(', ')}, by the database it is ${expected}`,
  )
  for (const answer of answers) {
    const row = rows.get(answer.requestId)
    if (row === undefined) continue
    const isSound = row.latency_ms > 0 && row.latency_ms <= answer.millis + SLACK_MS && (row.first_byte_ms ?? 0) <= row.latency_ms
    context.expect(
      isSound,
      `${step.name}: a call of ${Math.round(answer.millis)} ms is written down with ${row.latency_ms}, first ${row.first_byte_ms}`,
    )
    if (answer.millis > STREAM_TOKENS * STREAM_CHUNK_MS)
      context.expect(
        isFullAnswer(answer, 'anthropic') && row.latency_ms > answer.millis / 2,
        `${step.name}: a stream was written down with ${row.latency_ms} ms`,
      )
  }
  const early = after.ended.filter((day) => !before.ended.includes(day) && day >= after.today)
  context.expect(early.length === 0, `${step.name}: ${early.join(', ')} was ended on ${after.today}`)
  const lost = before.partitions.filter((name) => !after.partitions.includes(name))
  context.expect(lost.length === 0, `${step.name}: ${lost.join(', ')} is gone`)
  for (const [day, closed] of before.closed) context.expect(after.closed.get(day) === closed, `${step.name}: ${day} was closed once more`)
}

/** At the end: the books agree, and the customer has what is left. */
async function expectBooks({ context, world, customer }: Run): Promise<void> {
  const { ok, problems } = await world.operator.verify()
  context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
  const { available, held } = await world.operator.balance(customer.id)
  const charged = costOf(await world.operator.usage(customer.id))
  context.expect(available + held === (parseUsd(CREDIT) ?? 0n) - charged, `${available} + ${held} left after ${charged}`)
}
