import { setTimeout as sleep } from 'node:timers/promises'
import { parseUsd } from '../../src/lib/index.ts'
import { call, isFullAnswer } from '../calls.ts'
import { type CheckContext, type Measured, NotRunError, timeLimit } from '../harness/index.ts'
import type { Customer } from '../operator.ts'
import { inParallel, quantile, until } from '../parallel.ts'
import { signal } from '../processes.ts'
import { startWorld, type World } from '../world.ts'
import { auditBooks } from './books.ts'
import { type Counted, countSessions, metricOf, watchBackends } from './database-load.ts'
import type { Ride } from './load.ts'
import { startRate } from './rate.ts'

/** Calls per second while the database is away, before and after. */
const PER_SECOND = 200
const CREDIT = '1000.00'
const GATEWAYS = 2
const REFUSED_MS_MAX = 1000
const BACK_MS_MAX = 10_000
const CHUNK_MS = 500
const BEFORE_MS = 1500
/** Connections that control may have: its three pools and the one that listens for changes. */
const CONNECTIONS_MAX = 8 + 8 + 3 + 1
/** What docs/scaling.md asks a server to have for each node: one that was given up counts until the server has seen that, beside the one in its place. */
const SERVER_CONNECTIONS_MAX = 30
const LOOK_UPS_PER_KEY_MAX = 2
const LOOK_UPS = 'farebox_key_lookups_total'

/** How many streams are open and how many keys call, in a short outage and in a long one. */
const SHORT = { streams: 100, known: 25, fresh: 5 } as const
const LONG = { streams: 500, known: 90, fresh: 10 } as const
const LONG_SECONDS = 30

/** silent: the database stands still and says nothing. gone: it was killed and nobody starts it again; the world's own server alone can be. */
type Outage = 'silent' | 'gone'

/** CRA-05: the database is away for some seconds under load: refused with 503, never 401 or 402; open streams finish and are settled. */
export async function databaseDown(context: CheckContext): Promise<Measured> {
  if (process.platform !== 'linux') throw new NotRunError('it finds processes through /proc, which only Linux has')
  const figures: Record<string, Measured['measured']> = {}
  let outages: readonly Outage[] = ['silent']
  for (let index = 0; index < outages.length; index += 1) {
    const outage = outages[index] ?? 'silent'
    const world = await startWorld({ gateways: GATEWAYS, script: { outputTokens: 32 } })
    if (world.postgres !== undefined) outages = context.tier === 'pr' ? ['gone'] : ['silent', 'gone']
    const run: Run = { context, world, outage: outages[index] ?? outage, size: context.n < LONG_SECONDS ? SHORT : LONG }
    try {
      figures[run.outage] = await goDown(run)
    } finally {
      await comeBack(run)
      await world.stop()
    }
  }
  const named = Object.entries(figures).flatMap(([outage, measured]) =>
    Object.entries(measured).map(([name, figure]) => [`${outage}_${name}`, figure] as const),
  )
  return { n: context.n, measured: Object.fromEntries(named) }
}

type Run = {
  readonly context: CheckContext
  readonly world: World
  readonly outage: Outage
  readonly size: { readonly streams: number; readonly known: number; readonly fresh: number }
}

type Times = { readonly downAt: number; readonly upAt: number; readonly backMs: number }

async function goDown(run: Run): Promise<Measured['measured']> {
  const { context, world, size } = run
  const indexes = Array.from({ length: size.known + size.fresh }, (_, index) => index)
  const all = await inParallel(indexes, 4, () => world.operator.customer(CREDIT))
  const streams = Array.from({ length: size.streams }, (_, index) => streamThrough(run, { customer: all[index % size.known], index }))
  await until(
    async () => world.sim.calls.length,
    (count) => count >= size.streams,
    20_000,
  )
  const outage = await underLoad(run, all)
  const { rides, times } = outage
  const finished = (await Promise.all(streams)).filter((requestId) => requestId !== '')
  context.expect(finished.length === size.streams, `${size.streams - finished.length} of ${size.streams} open streams did not finish`)
  const lookUpsAfter = await metricOf(world, LOOK_UPS)
  context.expect(lookUpsAfter > outage.lookUpsBefore, 'blind: no look-up of a key was counted')
  const counted: Counted = {
    // A server that was killed has forgotten what it had counted.
    sessions: (await countSessions(world)) - (run.outage === 'gone' ? 0 : outage.sessionsBefore) - 1,
    backendsMax: outage.backendsMax,
    lookUps: lookUpsAfter - outage.lookUps,
    keys: all.length,
  }
  judge(context, rides, times)
  judgeLoad(context, counted)
  const settled = await expectSettled(run, { all, rides, finished })
  return { ...figuresOf(rides, times), ...counted, streamsFinished: finished.length, streamsSettled: settled, calls: rides.length }
}

/** What an outage looked like: calls, times, and what had been counted when it began and when it was over. */
type Outaged = {
  readonly rides: readonly Ride[]
  readonly times: Times
  readonly sessionsBefore: number
  readonly lookUpsBefore: number
  readonly lookUps: number
  readonly backendsMax: number
}

/** Takes the database away and gives it back while calls come at their rate, and until all are served again. */
async function underLoad(run: Run, all: readonly Customer[]): Promise<Outaged> {
  const { context, world, size } = run
  // Keys that nobody has used before the database went away, as new customers come at any time.
  let calling: readonly Customer[] = all.slice(0, size.known)
  const load = startRate({ world, customers: () => calling, perSecond: PER_SECOND, millisMax: 20_000 })
  const backends = watchBackends(world)
  try {
    await sleep(BEFORE_MS)
    const sessionsBefore = await countSessions(world)
    const downAt = performance.now()
    await goAway(run)
    const lookUpsBefore = await metricOf(world, LOOK_UPS)
    calling = all
    await sleep(context.n * 1000)
    const upAt = performance.now()
    await comeBack(run)
    const lookUps = await metricOf(world, LOOK_UPS)
    const backMs = await untilWhole(load.rides, upAt)
    return { rides: load.rides, times: { downAt, upAt, backMs }, sessionsBefore, lookUpsBefore, lookUps, backendsMax: backends.stop() }
  } finally {
    backends.stop()
    await load.stop()
  }
}

/** The database is away until `comeBack`. */
async function goAway({ world, outage }: Run): Promise<void> {
  if (outage === 'gone') world.postgres?.takeDown()
  else pause(world, 'SIGSTOP')
}

async function comeBack({ world, outage }: Run): Promise<void> {
  if (outage === 'gone') await world.postgres?.untilUp()
  else pause(world, 'SIGCONT')
}

/** Stops or wakes every process of the database. */
function pause(world: World, name: 'SIGSTOP' | 'SIGCONT'): void {
  for (const { pid, role } of world.processes()) if (role === 'postgres' || role === 'other') signal(pid, name)
}

type Streaming = { readonly customer: Customer | undefined; readonly index: number }

/** A stream that is open before the database goes and ends after it is back; its request id, '' when it did not end whole. */
async function streamThrough({ context, world }: Run, { customer, index }: Streaming): Promise<string> {
  const tokens = Math.ceil(((context.n + 4) * 1000) / CHUNK_MS)
  const protocol = index % 2 === 0 ? 'openai' : 'anthropic'
  const fields = { metadata: { sim: `tokens=${tokens},chunk-ms=${CHUNK_MS}` } }
  const millisMax = (context.n + 60) * 1000
  const answer = await call({ base: world.base, key: customer?.key ?? '', protocol, isStream: true, outputMax: tokens, fields, millisMax })
  return isFullAnswer(answer, protocol) ? answer.requestId : ''
}

const refusedIn = (rides: readonly Ride[], { downAt, upAt }: Times): readonly Ride[] =>
  rides.filter((ride) => ride.startedAt > downAt && ride.startedAt < upAt && !ride.isFull)

function judge(context: CheckContext, rides: readonly Ride[], times: Times): void {
  const since = (ride: Ride | undefined): number => Math.round((ride?.startedAt ?? 0) - times.downAt)
  const blamed = rides.filter(({ status }) => status === 401 || status === 402 || status === 403)
  context.expect(blamed.length === 0, `${blamed.length} callers were told ${blamed[0]?.status} for our trouble`)
  const refused = refusedIn(rides, times)
  context.expect(refused.length > 0, 'blind: nobody was refused, so the database was not away')
  const odd = refused.filter(({ status, retryAfter }) => status !== 503 || retryAfter === '')
  context.expect(
    odd.length === 0,
    `${odd.length} calls were not told 503 with Retry-After but ${odd[0]?.status} ${odd[0]?.error} ${since(odd[0])} ms after the database went`,
  )
  const late = refused.filter(({ startedAt, endedAt }) => endedAt - startedAt > timeLimit(context, REFUSED_MS_MAX))
  context.expect(
    late.length === 0,
    `${late.length} of ${refused.length} refusals took more than ${REFUSED_MS_MAX} ms, the first ${since(late[0])} ms after the database went, the last ${since(late.at(-1))}`,
  )
  context.expect(times.backMs <= timeLimit(context, BACK_MS_MAX), `full service came ${times.backMs} ms after the database`)
}

function judgeLoad(context: CheckContext, { sessions, backendsMax, lookUps, keys }: Counted): void {
  context.expect(backendsMax > 0, 'blind: no connection to the database was seen')
  context.expect(backendsMax <= SERVER_CONNECTIONS_MAX, `${backendsMax} connections at the same time`)
  context.expect(sessions <= CONNECTIONS_MAX, `${sessions} connections were made after the database was back`)
  context.expect(lookUps <= LOOK_UPS_PER_KEY_MAX * keys, `${lookUps} look-ups of ${keys} keys`)
}

type Settling = { readonly all: readonly Customer[]; readonly rides: readonly Ride[]; readonly finished: readonly string[] }

/** Every stream that was open is in the books, and every other call as well; returns how many streams are. */
async function expectSettled({ context, world, size }: Run, { all, rides, finished }: Settling): Promise<number> {
  // The rides of streams are known by their request ids alone.
  const streams = finished.map((requestId): Ride => ({ ...STREAM, requestId, customer: all[0] ?? NOBODY }))
  await auditBooks(context, { world, customers: all, credit: parseUsd(CREDIT) ?? 0n, rides: [...rides, ...streams] })
  const rows = (await inParallel(all, 4, ({ id }) => world.operator.usage(id))).flat()
  const completed = new Set(rows.filter(({ outcome }) => outcome === 'completed').map((row) => row.request_id))
  const settled = finished.filter((requestId) => completed.has(requestId)).length
  context.expect(settled === size.streams, `${settled} of ${size.streams} streams were settled as completed`)
  return settled
}

const NOBODY: Customer = { id: '', key: '', keyId: '' }
const STREAM = { tag: '', status: 200, isFull: true, error: '', retryAfter: '', startedAt: 0, endedAt: 0 } as const

function figuresOf(rides: readonly Ride[], times: Times): Readonly<Record<string, number>> {
  const refused = refusedIn(rides, times)
  const millis = refused.map(({ startedAt, endedAt }) => endedAt - startedAt)
  const first = refused.map(({ startedAt }) => startedAt - times.downAt)
  return {
    refused: refused.length,
    refused_ms_p99: quantile(millis, 0.99),
    refused_ms_max: quantile(millis, 1),
    firstRefusalMs: quantile(first, 0),
    backMs: times.backMs,
  }
}

/** A second in which every call was served ends the wait. */
const WHOLE_MS = 1000

/** Milliseconds from when the database is back to the end of the last call that was refused. */
async function untilWhole(rides: readonly Ride[], upAt: number): Promise<number> {
  const last = (): number =>
    Math.max(0, ...rides.filter((ride) => ride.endedAt > upAt && !ride.isFull).map(({ endedAt }) => endedAt - upAt))
  await until(
    async () => performance.now() - upAt - last(),
    (quietMs) => quietMs > WHOLE_MS,
    2 * BACK_MS_MAX,
  )
  return Math.round(last())
}
