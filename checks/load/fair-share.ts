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
const ROUNDS = 3
const RATIO_MAX = 1.5
const WRITTEN_MS_MAX = 10_000
const NOTHING: Told = { statuses: {}, micros: [], left: 0 }

/**
 * LOD-07: one account keeps many calls at the same time open through one gateway, while another makes one now and then. The other's 99th
 * percentile is compared with that beside 32 calls at the same time, which keep the same processors at work; alone on the machine it is told beside.
 * Both are called in turn, round by round, as a machine's neighbours come and go; the percentile is that of all rounds.
 * The upstream costs next to nothing, so that nobody waits in a queue of its. What the gateway itself took for the same calls, by their usage
 * rows, is told apart: what the client sees above it is the machine's, which also carries the clients, and no design of a gateway mends it.
 */
export async function fairShare(context: CheckContext): Promise<Measured> {
  const upstream = await startPlainUpstream({ first: 5 })
  const world = await startWorld({ ...upstream.world, gateways: 1 })
  try {
    const roundBeside = await twoAccounts(world)
    await roundBeside(BUSY_CONNECTIONS)
    const alone = [await roundBeside(0)]
    const [busy, beside]: [Round[], Round[]] = [[], []]
    for (let round = 0; round < ROUNDS; round += 1) {
      busy.push(await roundBeside(BUSY_CONNECTIONS))
      beside.push(await roundBeside(context.n))
    }
    for (const { few, many } of [alone, busy, beside].flat()) {
      expectStatuses(context, few, { who: 'the other account', allowed: ['200'] })
      expectStatuses(context, many, { who: 'the account with many', allowed: ['200', '503'] })
    }
    const p99 = { alone: p99Of(alone, seen), busy: p99Of(busy, seen), beside: p99Of(beside, seen) }
    context.expect(
      p99.beside <= timeLimit(context, p99.busy * RATIO_MAX),
      `p99 of the other account is ${p99.beside} µs beside ${context.n} calls of one account, ${p99.busy} µs beside ${BUSY_CONNECTIONS}`,
    )
    const { ok, problems } = await world.operator.verify()
    context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
    const counted = (status: string): number => beside.reduce((sum, { many }) => sum + (many.statuses[status] ?? 0), 0)
    return {
      n: context.n,
      measured: {
        ...{ rounds: ROUNDS, p99_us_alone: p99.alone, p99_us_busy: p99.busy, p99_us_beside: p99.beside },
        ...{ inside_p99_us_alone: p99Of(alone, inside), inside_p99_us_busy: p99Of(busy, inside) },
        ...{ inside_p99_us_beside: p99Of(beside, inside), many_served: counted('200'), many_told_to_wait: counted('503') },
        many_p99_us: p99Of(beside, ({ many }) => many.micros),
      },
    }
  } finally {
    await world.stop()
    await upstream.stop()
  }
}

/** What both accounts were told within one round, and what the gateway itself took for each of the other's calls, in microseconds. */
type Round = { readonly few: Told; readonly many: Told; readonly inside: readonly number[] }

const seen = ({ few }: Round): readonly number[] => few.micros
const inside = (round: Round): readonly number[] => round.inside
const p99Of = (rounds: readonly Round[], micros: (round: Round) => readonly number[]): number => quantile(rounds.flatMap(micros), 0.99)

/** Two accounts, and how a round is run in which one calls now and then while the other keeps so many calls open. */
async function twoAccounts(world: World): Promise<(connections: number) => Promise<Round>> {
  const many = await world.operator.customer(CREDIT)
  const few = await world.operator.customer(CREDIT)
  const insideOf = insideLatest(world, few)
  return async (connections) => {
    const flooding = connections === 0 ? NOTHING : runCaller({ base: world.base, keys: [many.key], how: { connections, seconds: SECONDS } })
    const calling = runCaller({ base: world.base, keys: [few.key], how: { every: EVERY_MS, seconds: SECONDS } })
    const [ofFew, ofMany] = await Promise.all([calling, flooding])
    return { few: ofFew, many: ofMany, inside: await insideOf(ofFew) }
  }
}

/** What the gateway took for the calls that an account was told of since this was last asked, by their usage rows; these keep whole milliseconds. */
function insideLatest({ operator }: World, { id }: Customer): (told: Told) => Promise<number[]> {
  let before = 0
  return async ({ micros }) => {
    const isWritten = (rows: readonly UsageRow[]): boolean => rows.length >= before + micros.length
    const rows = await until(() => operator.usage(id), isWritten, WRITTEN_MS_MAX)
    const latest = rows.slice(0, rows.length - before)
    before = rows.length
    return latest.map((row) => row.latency_ms * 1_000)
  }
}
