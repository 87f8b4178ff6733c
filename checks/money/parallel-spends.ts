import { formatUsd } from '../../src/lib/index.ts'
import { type Answer, call, errorCodeOf } from '../calls.ts'
import { type CheckContext, type Measured, timeLimit } from '../harness/index.ts'
import { costOf } from '../operator.ts'
import { quantile, until } from '../parallel.ts'
import { startWorld, type World } from '../world.ts'

/** Calls that the balance is worth. */
const WORTH = 100
const OUTPUT_TOKENS = 10
/**
 * What one call holds and costs in nano-USD: ten output tokens at a thousandth of a dollar, and an input so cheap that its bound and its
 * true size round up to the same one nano-USD.
 */
const CALL_COST = 10_000_001n
const PRICE = { input: '0.000001', output: '1000.00' }
const REPEATS = { pr: 2, nightly: 20, release: 20 } as const
const ANSWER_MS_MAX = 5000
const STATUSES_ALLOWED: ReadonlySet<number> = new Set([200, 402])

/** MON-03: many parallel calls on a balance worth exactly a hundred of them, through four gateways. */
export async function parallelSpends(context: CheckContext): Promise<Measured> {
  const repeats = REPEATS[context.tier]
  const world = await startWorld({
    gateways: 4,
    models: [{ id: 'm-exact', upstream: 'oai', upstreamModel: 'sim-model!tokens=1000,first-byte-ms=30', price: PRICE }],
  })
  try {
    const rounds: Round[] = []
    for (let index = 0; index < repeats; index += 1) {
      const round = await spend(world, context)
      rounds.push(round)
      context.progress(`round ${index + 1}: ${round.granted} granted, p99 ${quantile(round.millis, 0.99)} ms`)
    }
    const { ok, problems } = await world.operator.verify()
    context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
    const p99 = quantile(
      rounds.flatMap(({ millis }) => millis),
      0.99,
    )
    context.expect(p99 <= timeLimit(context, ANSWER_MS_MAX), `p99 of an answer is ${p99} ms`)
    const overshoot = rounds.reduce((sum, round) => sum + round.overshoot, 0n)
    return {
      n: context.n,
      measured: { runs: repeats, granted: rounds.map((round) => round.granted).join(','), overshoot_nano: String(overshoot), p99_ms: p99 },
    }
  } finally {
    await world.stop()
  }
}

type Round = { readonly granted: number; readonly overshoot: bigint; readonly millis: readonly number[] }

async function spend(world: World, context: CheckContext): Promise<Round> {
  const credit = CALL_COST * BigInt(WORTH)
  const customer = await world.operator.customer(formatUsd(credit))
  const spendOnce = (): Promise<Answer> =>
    call({ base: world.base, key: customer.key, protocol: 'openai', model: 'm-exact', outputMax: OUTPUT_TOKENS })
  const answers = await Promise.all(Array.from({ length: context.n }, spendOnce))
  const granted = answers.filter(({ status }) => status === 200).length
  context.expect(granted === Math.min(WORTH, context.n), `${granted} of ${context.n} calls were granted`)
  const odd = answers.filter(({ status }) => !STATUSES_ALLOWED.has(status))
  context.expect(
    odd.length === 0,
    `${odd.length} answers were neither 200 nor 402, such as ${odd[0]?.status} ${errorCodeOf(odd[0] ?? EMPTY)}`,
  )
  const rows = await until(
    () => world.operator.usage(customer.id),
    (found) => found.length >= granted,
    5000,
  )
  context.expect(rows.length === granted, `${rows.length} usage rows for ${granted} granted calls`)
  context.expect(new Set(rows.map((row) => row.request_id)).size === rows.length, 'a request id has two rows')
  const charged = costOf(rows)
  context.expect(charged === CALL_COST * BigInt(granted), `charged ${charged} for ${granted} calls`)
  const { available, held } = await world.operator.balance(customer.id)
  context.expect(available + held === credit - charged, `${available} + ${held} left of ${credit} after ${charged}`)
  if (granted >= WORTH) context.expect((await spendOnce()).status === 402, 'the next call was not refused for credit')
  return { granted, overshoot: charged > credit ? charged - credit : 0n, millis: answers.map(({ millis }) => millis) }
}

const EMPTY: Answer = {
  ...{ status: 0, headers: {}, requestId: '', body: Buffer.alloc(0), chunks: 0, isWhole: false, error: '', millis: 0, isAborted: false },
}
