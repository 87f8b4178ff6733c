import type { CheckContext, Measured } from '../harness/index.ts'
import { inParallel } from '../parallel.ts'
import { startWorld } from '../world.ts'
import { expectStatuses, runCaller } from './run-caller.ts'
import { startPlainUpstream } from './start-plain-upstream.ts'

const ACCOUNTS = 100
const CONNECTIONS = 100
const WARM_UP_SECONDS = 3
const RATE_MIN = { many: 600, one: 400 }

/** LOD-02: how many calls a second are answered to a hundred accounts, and to one alone, when each connection calls as fast as it is answered. */
export async function throughput(context: CheckContext): Promise<Measured> {
  const upstream = await startPlainUpstream()
  const world = await startWorld({ ...upstream.world })
  try {
    const customers = await inParallel([...Array(ACCOUNTS).keys()], 8, () => world.operator.customer('1000.00'))
    const keys = customers.map(({ key }) => key)
    const rate = async (who: string, callers: readonly string[], seconds: number): Promise<number> => {
      const told = await runCaller({ base: world.base, keys: callers, how: { connections: CONNECTIONS, seconds } })
      expectStatuses(context, told, { who, allowed: ['200'] })
      return Math.round(told.micros.length / seconds)
    }
    await rate('the warm-up', keys, WARM_UP_SECONDS)
    const many = await rate('one of a hundred accounts', keys, context.n)
    const one = await rate('the one account', keys.slice(0, 1), context.n)
    context.expect(many >= RATE_MIN.many, `a hundred accounts are answered ${many} calls a second, not ${RATE_MIN.many}`)
    context.expect(one >= RATE_MIN.one, `one account is answered ${one} calls a second, not ${RATE_MIN.one}`)
    const { ok, problems } = await world.operator.verify()
    context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
    return { n: context.n, measured: { calls_per_second_100_accounts: many, calls_per_second_1_account: one } }
  } finally {
    await world.stop()
    await upstream.stop()
  }
}
