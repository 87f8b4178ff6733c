import { setTimeout as sleep } from 'node:timers/promises'
import { connect, sql } from '../../src/db/index.ts'
import { parseUsd } from '../../src/lib/index.ts'
import { call, isFullAnswer } from '../calls.ts'
import { type CheckContext, type Measured, NotRunError, timeLimit } from '../harness/index.ts'
import type { Customer } from '../operator.ts'
import { inParallel, until } from '../parallel.ts'
import { startWorld, type World } from '../world.ts'
import { auditBooks } from './books.ts'
import { type Load, type Ride, startLoad } from './load.ts'
import { mountSmallDisk, type SmallDisk } from './small-disk.ts'
import { watchStarts } from './starts.ts'

const DISK_BYTES = 512 * 1_048_576
const CREDIT = '1000.00'
const CUSTOMERS = 4
const LOOPS = 20
const BEFORE_MS = 2_000
/** By then the write-ahead log of a server under this load has taken the room it had set aside. */
const REFUSED_MS_MAX = 120_000
const BACK_MS_MAX = 30_000
const STARTS_MAX = 3
/** A second in which every call was served ends the wait for the service to be whole. */
const WHOLE_MS = 1_000
const STREAMS = 10
/** The code of the refusal, and what Anthropic's protocol calls it. */
const REFUSALS: ReadonlySet<string> = new Set(['unavailable', 'overloaded_error'])
/** The bound of a stream that spans filling, fullness and recovery: chunks this far apart. */
const CHUNK_MS = 1_000

/**
 * CRA-07: the disk with all that Farebox writes fills up under load and stays full for `n` seconds; then space comes free. Calls are refused
 * with 503 meanwhile, open streams finish, nothing starts over and over, and all is served again by itself with books that are exact.
 */
export async function diskFull(context: CheckContext): Promise<Measured> {
  if (process.platform !== 'linux') throw new NotRunError('it mounts a file system of its own, as only Linux lets it')
  const disk = await mountSmallDisk(DISK_BYTES)
  if ('notRun' in disk) throw new NotRunError(disk.notRun)
  try {
    const world = await startWorld({ gateways: 2, home: disk.folder, script: { outputTokens: 24 } })
    try {
      return await fillUnderLoad({ context, world, disk })
    } finally {
      await world.stop()
    }
  } finally {
    await disk.remove()
  }
}

type Run = { readonly context: CheckContext; readonly world: World; readonly disk: SmallDisk }

type Times = {
  readonly fillingAt: number
  readonly fullAt: number
  readonly refusedAt: number
  readonly freedAt: number
  readonly backMs: number
}

async function fillUnderLoad(run: Run): Promise<Measured> {
  const { context, world, disk } = run
  const customers = await inParallel(Array.from({ length: CUSTOMERS }), 1, () => world.operator.customer(CREDIT))
  const starts = watchStarts(world)
  const load = startLoad({ world, customers, loops: LOOPS, millisMax: 20_000 })
  try {
    await sleep(BEFORE_MS)
    const streams = Array.from({ length: STREAMS }, (_, index) => streamThrough(run, customers[index % CUSTOMERS], index))
    const started = starts.seen()
    const times = await goFull(run, load)
    await load.stop()
    const counted = { database: starts.seen().database - started.database, farebox: starts.seen().farebox - started.farebox }
    const finished = (await Promise.all(streams)).filter((requestId) => requestId !== '')
    judge(run, load.rides, times)
    context.expect(
      counted.database <= STARTS_MAX && counted.farebox <= STARTS_MAX,
      `the database was started ${counted.database} times and processes of Farebox ${counted.farebox} times`,
    )
    context.expect(counted.database > 0, 'blind: the database never ended for want of room')
    context.expect(finished.length === STREAMS, `${STREAMS - finished.length} of ${STREAMS} open streams did not finish`)
    const rides = [...load.rides, ...finished.map((requestId): Ride => ({ ...STREAM, requestId, customer: customers[0] ?? NOBODY }))]
    const audit = await auditBooks(context, { world, customers, credit: parseUsd(CREDIT) ?? 0n, rides })
    return {
      n: context.n,
      measured: {
        file_system: disk.kind,
        ...{ calls: load.rides.length, full: audit.full, usage_rows: audit.rows, streams_finished: finished.length },
        refused: refusedOf(load.rides).length,
        first_refusal_ms: Math.round(times.refusedAt - times.fullAt),
        ...{ database_starts: counted.database, farebox_starts: counted.farebox, back_ms: times.backMs },
      },
    }
  } finally {
    starts.stop()
    await load.stop()
  }
}

/** Fills the disk, lets it be full for `n` seconds after the first refusal, and frees it; returns when all is served again. */
async function goFull({ context, world, disk }: Run, load: Load): Promise<Times> {
  const fillingAt = performance.now()
  const written = await disk.fill()
  const fullAt = performance.now()
  context.progress(`full after ${Math.round(written / 1_048_576)} MiB more`)
  const first = await until(
    async () => load.rides.find((ride) => ride.startedAt > fullAt && !ride.isFull),
    (ride) => ride !== undefined,
    REFUSED_MS_MAX,
  )
  context.expect(first !== undefined, 'blind: nobody was refused while the disk was full')
  await sleep(context.n * 500)
  await startNextLogFile(world)
  await sleep(context.n * 500)
  context.progress(`${refusedOf(load.rides).length} calls were refused; the disk is freed`)
  const freedAt = performance.now()
  await disk.free()
  const backMs = await untilWhole(world, load.rides, freedAt)
  return { fillingAt, fullAt, refusedAt: first?.endedAt ?? Number.POSITIVE_INFINITY, freedAt, backMs }
}

/** Has the write-ahead log go on in a file for which there is no room, as it does by itself after enough writes: the worst that can happen to it. */
async function startNextLogFile(world: World): Promise<void> {
  const database = connect({ connection: world.connection(), role: undefined, poolMax: 1 })
  try {
    const switched = database.query(sql`select pg_switch_wal()`)
    const written = switched.then(() => database.query(sql`select pg_logical_emit_message(false, 'farebox', 'the next file')`))
    // Whoever writes the first byte of the next file may be the one with whom the server ends, unless it has ended before.
    await written.catch(() => undefined)
  } finally {
    await database.end()
  }
}

/** Milliseconds from when there was room again to the end of the last call that was refused, and until the books can be read. */
async function untilWhole(world: World, rides: readonly Ride[], freedAt: number): Promise<number> {
  const last = (): number =>
    Math.max(0, ...rides.filter((ride) => ride.endedAt > freedAt && !ride.isFull).map(({ endedAt }) => endedAt - freedAt))
  const isServed = (): boolean => rides.some((ride) => ride.startedAt > freedAt + last() && ride.isFull)
  await until(
    async () => (isServed() ? performance.now() - freedAt - last() : 0),
    (quietMs) => quietMs > WHOLE_MS,
    4 * BACK_MS_MAX,
  )
  if (!isServed()) return Math.round(performance.now() - freedAt)
  await world.operator.verify()
  return Math.round(last())
}

const refusedOf = (rides: readonly Ride[]): readonly Ride[] => rides.filter(({ isFull }) => !isFull)

function judge({ context }: Run, rides: readonly Ride[], { fillingAt, fullAt, freedAt, backMs }: Times): void {
  const early = refusedOf(rides).filter(({ endedAt }) => endedAt < fillingAt)
  context.expect(
    early.length === 0,
    `${early.length} calls were refused before the disk filled up, such as ${early[0]?.status} ${early[0]?.error}`,
  )
  const odd = refusedOf(rides).filter(({ status, retryAfter, error }) => status !== 503 || retryAfter === '' || !REFUSALS.has(error))
  const [first] = odd
  context.expect(
    odd.length === 0,
    `${odd.length} of ${refusedOf(rides).length} refusals were not 503 unavailable with Retry-After but ${first?.status} ${first?.error} ${Math.round((first?.startedAt ?? 0) - fullAt)} ms after the disk was full, ${Math.round((first?.startedAt ?? 0) - freedAt)} ms after it was not`,
  )
  context.expect(backMs <= timeLimit(context, BACK_MS_MAX), `full service came ${backMs} ms after there was room`)
}

/** A stream that is open before the disk is full and ends when it has been for a while; its request id, '' when it did not end whole. */
async function streamThrough({ context, world }: Run, customer: Customer | undefined, index: number): Promise<string> {
  const tokens = context.n + 30
  const protocol = index % 2 === 0 ? 'openai' : 'anthropic'
  const fields = { metadata: { sim: `tokens=${tokens},chunk-ms=${CHUNK_MS}` } }
  const millisMax = (tokens + 120) * 1000
  const answer = await call({ base: world.base, key: customer?.key ?? '', protocol, isStream: true, outputMax: tokens, fields, millisMax })
  return isFullAnswer(answer, protocol) ? answer.requestId : ''
}

const NOBODY: Customer = { id: '', key: '', keyId: '' }
const STREAM = { tag: '', status: 200, isFull: true, error: '', retryAfter: '', startedAt: 0, endedAt: 0 } as const
