import { type CheckContext, type Measured, timeLimit } from '../harness/index.ts'
import type { Customer, UsageRow } from '../operator.ts'
import { quantile, until } from '../parallel.ts'
import { startWorld, type World } from '../world.ts'
import { expectStatuses, runCaller, type Told } from './run-caller.ts'
import { startPlainUpstream } from './start-plain-upstream.ts'

const CREDIT = '1000.00'
const SECONDS = 20
const EVERY_MS = 25
/** What keeps the machine as busy as the many do, without a queue to speak of. */
const BUSY_CONNECTIONS = 32
const RATIO_MAX = 1.5
const WRITTEN_MS_MAX = 10_000

/**
 * LOD-07: one account keeps many calls at the same time open through one gateway, while another makes one now and then. The other's 99th
 * percentile is compared with that beside 32 calls at the same time, which fill the same processors; alone on the machine it is told beside.
 * The upstream costs next to nothing, so that nobody waits in a queue of its. What the gateway itself took for the same calls, by their usage
 * rows, is told apart: what the client sees above it is the machine's, which also carries the clients, and no design of a gateway mends it.
 */
export async function fairShare(context: CheckContext): Promise<Measured> {
  const upstream = await startPlainUpstream({ first: 5 })
  const world = await startWorld({ ...upstream.world, gateways: 1 })
  try {
    const many = await world.operator.customer(CREDIT)
    const few = await world.operator.customer(CREDIT)
    const inside = insideOf(world, few)
    await flood(world, many.key, BUSY_CONNECTIONS)
    const alone = await steady(world, few.key)
    const aloneInside = await inside(alone)
    const [busy] = await Promise.all([steady(world, few.key), flood(world, many.key, BUSY_CONNECTIONS)])
    const busyInside = await inside(busy)
    const [beside, flooded] = await Promise.all([steady(world, few.key), flood(world, many.key, context.n)])
    const besideInside = await inside(beside)
    for (const [name, told] of Object.entries({ alone, busy, beside }))
      expectStatuses(context, told, { who: `${name}: the other account`, allowed: ['200'] })
    expectStatuses(context, flooded, { who: 'the account with many', allowed: ['200', '503'] })
    const p99 = { alone: quantile(alone.micros, 0.99), busy: quantile(busy.micros, 0.99), beside: quantile(beside.micros, 0.99) }
    context.expect(
      p99.beside <= timeLimit(context, p99.busy * RATIO_MAX),
      `p99 of the other account is ${p99.beside} µs beside ${context.n} calls of one account, ${p99.busy} µs beside ${BUSY_CONNECTIONS}`,
    )
    const { ok, problems } = await world.operator.verify()
    context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
    return {
      n: context.n,
      measured: {
        ...{ p99_us_alone: p99.alone, p99_us_busy: p99.busy, p99_us_beside: p99.beside },
        ...{ inside_p99_us_alone: aloneInside, inside_p99_us_busy: busyInside, inside_p99_us_beside: besideInside },
        ...{ many_served: flooded.statuses['200'] ?? 0, many_told_to_wait: flooded.statuses['503'] ?? 0 },
        many_p99_us: quantile(flooded.micros, 0.99),
      },
    }
  } finally {
    await world.stop()
    await upstream.stop()
  }
}

const flood = (world: World, key: string, connections: number): Promise<Told> =>
  runCaller({ base: world.base, keys: [key], how: { connections, seconds: SECONDS } })
const steady = (world: World, key: string): Promise<Told> =>
  runCaller({ base: world.base, keys: [key], how: { every: EVERY_MS, seconds: SECONDS } })

/** The 99th percentile of what the gateway took for the calls that an account was told of since this was last asked, in microseconds; it keeps whole milliseconds. */
function insideOf({ operator }: World, { id }: Customer): (told: Told) => Promise<number> {
  let before = 0
  return async ({ micros }) => {
    const isWritten = (rows: readonly UsageRow[]): boolean => rows.length >= before + micros.length
    const rows = await until(() => operator.usage(id), isWritten, WRITTEN_MS_MAX)
    const latest = rows.slice(0, rows.length - before)
    before = rows.length
    return quantile(
      latest.map((row) => row.latency_ms * 1_000),
      0.99,
    )
  }
}
