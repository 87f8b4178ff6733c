import { type CheckContext, type Measured, timeLimit } from '../harness/index.ts'
import { quantile } from '../parallel.ts'
import { startWorld } from '../world.ts'
import { expectStatuses, runCaller, type Told } from './run-caller.ts'
import { startPlainUpstream } from './start-plain-upstream.ts'

const EVERY_MS = 5
const BODY_BYTES = 2_000
const WARM_UP = 500
const ADDED_MICROS_MAX = { p50: 5_000, p99: 25_000 }
/** From so many calls on the 99th percentile says something. */
const JUDGED_FROM = 1_000

/** LOD-01: calls of 2 kB, 200 a second, to the upstream itself and through Farebox; what the latter takes longer. */
export async function addedLatency(context: CheckContext): Promise<Measured> {
  const upstream = await startPlainUpstream({ first: 1 })
  const world = await startWorld({ ...upstream.world, gateways: 1 })
  try {
    const { key } = await world.operator.customer('1000.00')
    const calling = (base: string, calls: number): Promise<Told> =>
      runCaller({ base, keys: [key], how: { every: EVERY_MS, bytes: BODY_BYTES, calls } })
    for (const base of [upstream.base, world.base]) await calling(base, WARM_UP)
    const direct = await calling(upstream.base, context.n)
    const through = await calling(world.base, context.n)
    expectStatuses(context, through, { who: 'the customer', allowed: ['200'] })
    const added = { p50: addedAt(0.5, { direct, through }), p99: addedAt(0.99, { direct, through }) }
    context.expect(added.p50 <= timeLimit(context, ADDED_MICROS_MAX.p50), `p50 is ${added.p50} µs later, not ${ADDED_MICROS_MAX.p50}`)
    context.expect(
      context.n < JUDGED_FROM || added.p99 <= timeLimit(context, ADDED_MICROS_MAX.p99),
      `p99 is ${added.p99} µs later, not ${ADDED_MICROS_MAX.p99}`,
    )
    return {
      n: context.n,
      measured: {
        ...{ added_p50_us: added.p50, added_p99_us: added.p99 },
        ...{ direct_p50_us: quantile(direct.micros, 0.5), direct_p99_us: quantile(direct.micros, 0.99) },
        answered: through.micros.length,
      },
    }
  } finally {
    await world.stop()
    await upstream.stop()
  }
}

const addedAt = (share: number, { direct, through }: { readonly direct: Told; readonly through: Told }): number =>
  quantile(through.micros, share) - quantile(direct.micros, share)
