import { type CheckContext, type Measured, timeLimit } from '../harness/index.ts'
import { quantile } from '../parallel.ts'
import { startWorld } from '../world.ts'
import { runStreams } from './run-caller.ts'
import { startPlainUpstream } from './start-plain-upstream.ts'
import { sample, watchDuring } from './watch-processes.ts'

const FIRST_MS = 20
const TOKEN_EVERY_MS = 100
const OPENED_PER_SECOND = 100
/** So long each stream takes, by how many there are: few are looked at for a moment, thousands for minutes. */
const SECONDS = { pr: 10, nightly: 300, release: 600 }
const MANY = 1_000
const FEW_SECONDS = 10
const BYTES_PER_STREAM_MAX = 100_000
const LOOP_LATE_MS_MAX = 50
const FIRST_ADDED_MICROS_MAX = 30_000
const LOOK_EVERY_MS = 1_000

/**
 * LOD-03: so many streams at the same time, ten tokens a second each. None is cut or lacks a token; the gateway takes 100 kB for each (judged
 * from a thousand on), its event loop is 50 ms late at most, and first tokens come 30 ms later than from the upstream itself.
 */
export async function manyStreams(context: CheckContext): Promise<Measured> {
  const seconds = context.n < MANY ? FEW_SECONDS : SECONDS[context.tier]
  const tokens = (seconds * 1000) / TOKEN_EVERY_MS
  const upstream = await startPlainUpstream({ first: FIRST_MS, tokens, every: TOKEN_EVERY_MS })
  const world = await startWorld({ ...upstream.world, gateways: 1, env: { FAREBOX_GATEWAY_RECYCLE_SECONDS: '86400' } })
  try {
    const { key } = await world.operator.customer('1000.00')
    const how = { streams: context.n, rate: OPENED_PER_SECOND, tokens }
    const direct = await firstOfUpstream(Math.min(context.n, OPENED_PER_SECOND))
    await runStreams({ base: world.base, key, how: { ...how, streams: 20 } })
    const before = await sample(world)
    const { result: told, samples } = await watchDuring(world, LOOK_EVERY_MS, () => runStreams({ base: world.base, key, how }))
    const broken = Object.entries(told.broken).map(([why, count]) => `${count} × ${why}`)
    context.expect(told.whole === context.n, `${context.n - told.whole} of ${context.n} streams were not whole: ${broken.join(', ')}`)
    const bytes = Math.max(...samples.map(({ gatewayBytes }) => gatewayBytes)) - before.gatewayBytes
    const perStream = Math.round(bytes / context.n)
    context.expect(
      context.n < MANY || perStream <= BYTES_PER_STREAM_MAX,
      `a stream takes ${perStream} bytes of the gateway, not ${BYTES_PER_STREAM_MAX}`,
    )
    const late = quantile(
      samples.map(({ loopLateMs }) => loopLateMs),
      0.99,
    )
    context.expect(late <= timeLimit(context, LOOP_LATE_MS_MAX), `the event loop was ${late} ms late, not ${LOOP_LATE_MS_MAX}`)
    const added = quantile(told.firstMicros, 0.99) - quantile(direct, 0.99)
    context.expect(
      added <= timeLimit(context, FIRST_ADDED_MICROS_MAX),
      `first tokens came ${added} µs later, not ${FIRST_ADDED_MICROS_MAX}`,
    )
    const { ok, problems } = await world.operator.verify()
    context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
    return {
      n: context.n,
      measured: {
        ...{ seconds, whole: told.whole, dropped: context.n - told.whole, gateway_bytes_per_stream: perStream },
        ...{ loop_late_ms_p99: late, first_token_added_us_p99: added },
        gateway_mb_at_most: Math.round((bytes + before.gatewayBytes) / 1e6),
      },
    }
  } finally {
    await world.stop()
    await upstream.stop()
  }
}

/** Microseconds to the first bytes of an upstream alone; they do not depend on how long its streams are, so that these are short. */
async function firstOfUpstream(streams: number): Promise<readonly number[]> {
  const tokens = (FEW_SECONDS * 1000) / TOKEN_EVERY_MS
  const upstream = await startPlainUpstream({ first: FIRST_MS, tokens, every: TOKEN_EVERY_MS })
  try {
    return (await runStreams({ base: upstream.base, key: 'nobody', how: { streams, rate: OPENED_PER_SECOND, tokens } })).firstMicros
  } finally {
    await upstream.stop()
  }
}
