import { setTimeout as sleep } from 'node:timers/promises'
import { parseUsd } from '../../src/lib/index.ts'
import { call, isFullAnswer } from '../calls.ts'
import { type CheckContext, type Measured, NotRunError } from '../harness/index.ts'
import { inParallel, quantile, until } from '../parallel.ts'
import { signal } from '../processes.ts'
import { startWorld, type World } from '../world.ts'
import { auditBooks } from './books.ts'
import { type Ride, startLoad } from './load.ts'

const STREAMS = 100
const LOOPS = 20
const CREDIT = '1000.00'
/** Time that calls may still be served from money that control holds already. */
const NOTICE_MS = 6000
const REFUSED_MS_MAX = 1000
const BACK_MS_MAX = 10_000
const CHUNK_MS = 100

/** CRA-05: the database stands still for some seconds under load: refused with 503, never 401 or 402; open streams finish and are settled. */
export async function databaseDown(context: CheckContext): Promise<Measured> {
  if (process.platform !== 'linux') throw new NotRunError('it finds processes through /proc, which only Linux has')
  const world = await startWorld({ gateways: 2, script: { outputTokens: 32 } })
  try {
    const customers = await inParallel([1, 2, 3], 1, () => world.operator.customer(CREDIT))
    const [streaming] = customers
    if (streaming === undefined) throw new RangeError('no customer')
    const streams = Array.from({ length: STREAMS }, (_, index) => streamThrough(context, { world, key: streaming.key, index }))
    await until(
      async () => world.sim.calls.length,
      (count) => count >= STREAMS,
      10_000,
    )
    const load = startLoad({ world, customers, loops: LOOPS, millisMax: 15_000 })
    await sleep(1000)
    const downAt = performance.now()
    pause(world, 'SIGSTOP')
    await sleep(context.n * 1000)
    pause(world, 'SIGCONT')
    const upAt = performance.now()
    const backMs = await untilWhole(load.rides, upAt)
    await load.stop()
    const finished = (await Promise.all(streams)).filter(Boolean).length
    context.expect(finished === STREAMS, `${STREAMS - finished} of ${STREAMS} open streams did not finish`)
    context.expect(backMs <= BACK_MS_MAX, `full service came ${backMs} ms after the database`)
    judge(context, load.rides, { downAt, upAt })
    const audit = await auditBooks(context, { world, customers, credit: parseUsd(CREDIT) ?? 0n, rides: load.rides })
    return {
      n: context.n,
      measured: { ...figures(load.rides, { downAt, upAt }), backMs, streamsFinished: finished, usageRows: audit.rows },
    }
  } finally {
    pause(world, 'SIGCONT')
    await world.stop()
  }
}

/** Stops or wakes every process of the database. */
function pause(world: World, name: 'SIGSTOP' | 'SIGCONT'): void {
  for (const { pid, role } of world.processes()) if (role === 'postgres' || role === 'other') signal(pid, name)
}

type Streaming = { readonly world: World; readonly key: string; readonly index: number }

/** A stream that is open before the database stops and ends after it is back. */
async function streamThrough(context: CheckContext, { world, key, index }: Streaming): Promise<boolean> {
  const tokens = Math.ceil(((context.n + 4) * 1000) / CHUNK_MS)
  const protocol = index % 2 === 0 ? 'openai' : 'anthropic'
  const fields = { metadata: { sim: `tokens=${tokens},chunk-ms=${CHUNK_MS}` } }
  const millisMax = (context.n + 60) * 1000
  const answer = await call({ base: world.base, key, protocol, isStream: true, outputMax: tokens, fields, millisMax })
  return isFullAnswer(answer, protocol)
}

type Outage = { readonly downAt: number; readonly upAt: number }

const refusedIn = (rides: readonly Ride[], { downAt, upAt }: Outage): readonly Ride[] =>
  rides.filter((ride) => ride.startedAt > downAt && ride.startedAt < upAt && !ride.isFull)

function judge(context: CheckContext, rides: readonly Ride[], outage: Outage): void {
  const blamed = rides.filter(({ status }) => status === 401 || status === 402 || status === 403)
  context.expect(blamed.length === 0, `${blamed.length} callers were told ${blamed[0]?.status} for our trouble`)
  const refused = refusedIn(rides, outage)
  const odd = refused.filter(({ status, retryAfter }) => status !== 503 || retryAfter === '')
  context.expect(odd.length === 0, `${odd.length} calls were not told 503 with Retry-After but ${odd[0]?.status} ${odd[0]?.error}`)
  const late = refused.filter(({ startedAt, endedAt }) => startedAt > outage.downAt + NOTICE_MS && endedAt - startedAt > REFUSED_MS_MAX)
  context.expect(late.length === 0, `${late.length} refusals took more than ${REFUSED_MS_MAX} ms`)
}

function figures(rides: readonly Ride[], outage: Outage): Readonly<Record<string, number>> {
  const refused = refusedIn(rides, outage)
  const times = refused.map(({ startedAt, endedAt }) => endedAt - startedAt)
  const first = refused.map(({ startedAt }) => startedAt - outage.downAt)
  return {
    refused: refused.length,
    refused_ms_p99: quantile(times, 0.99),
    refused_ms_max: quantile(times, 1),
    firstRefusalMs: quantile(first, 0),
  }
}

/** Milliseconds from when the database is back to the end of the last call that was refused. */
async function untilWhole(rides: readonly Ride[], upAt: number): Promise<number> {
  await sleep(BACK_MS_MAX / 2)
  const failed = rides.filter((ride) => ride.startedAt > upAt && !ride.isFull)
  return Math.round(Math.max(0, ...failed.map(({ endedAt }) => endedAt - upAt)))
}
