import { setTimeout as sleep } from 'node:timers/promises'
import { type CheckContext, type Measured, NotRunError } from '../harness/index.ts'
import { until } from '../parallel.ts'
import { startWorld, type World } from '../world.ts'
import { ByteSearch } from './byte-search.ts'
import { makeCanary, patternsOf } from './canary.ts'
import { canariesInMemory } from './process-memory.ts'
import { IMPATIENT, MODELS, planCalls, Traffic } from './traffic.ts'

const CALLS_AT_ONCE = 8
/** How long a gateway lives after the calls, and how long after them it is looked at again: the catalogue's 30 seconds in the larger sizes. */
const AGES = { pr: { ageSeconds: 40, idleMs: 8_000 }, full: { ageSeconds: 90, idleMs: 30_000 } } as const
/** What a call takes at most, in the mean: the gateway that served the first of them is still there after the last. */
const SECONDS_PER_CALL = 0.15

/**
 * PRV-07: of what was said nothing is ever in the memory of control, supervisor or database; what is left in gateways is a figure, at once
 * and after a while without calls; in the processes that have taken their place there is nothing.
 */
export async function residue(context: CheckContext): Promise<Measured> {
  const { ageSeconds, idleMs } = context.tier === 'pr' ? AGES.pr : AGES.full
  const recycleSeconds = ageSeconds + Math.ceil(context.n * SECONDS_PER_CALL)
  const world = await startWorld({
    models: MODELS,
    env: { ...IMPATIENT, FAREBOX_GATEWAY_RECYCLE_SECONDS: String(recycleSeconds), FAREBOX_DRAIN_SECONDS: '2' },
  })
  try {
    const { key } = await world.operator.customer('100000.00')
    const traffic = new Traffic(world, { rich: key, poor: key, limited: key })
    expectReadable(context)
    const first = world.pidsOf('gateway')
    const made = await traffic.makeAll(planCalls(context.n), CALLS_AT_ONCE)
    const patterns = made.flatMap(({ canary }) => patternsOf(canary))
    const search = new ByteSearch(patterns)
    const look = (pids: readonly number[]): number => {
      const shared = new Set<string>()
      return pids.reduce((sum, pid) => sum + (canariesInMemory(pid, search, shared)?.size ?? 0), 0)
    }
    const others = (): number => look(othersOf(world))
    const atOnce = { gateway: look(first), others: others() }
    await sleep(idleMs)
    const isSame = world.pidsOf('gateway').join() === first.join()
    const later = { gateway: look(first), others: others() }
    const successors = await until(
      () => Promise.resolve(world.pidsOf('gateway')),
      (pids) => pids.length > 0 && !pids.some((pid) => first.includes(pid)),
      (recycleSeconds + 20) * 1000,
    )
    context.expect(!successors.some((pid) => first.includes(pid)), 'no gateway was replaced')
    const afterwards = { gateway: look(successors), others: others() }
    context.expect(atOnce.gateway > 0, 'blind: nothing is seen in the memory of a gateway that has just served')
    for (const { others: left } of [atOnce, later, afterwards])
      context.expect(left === 0, `${left} canaries in the memory of processes that see no content`)
    context.expect(afterwards.gateway === 0, `${afterwards.gateway} canaries in gateways that have served nobody`)
    const figures = { gatewayAtOnce: atOnce.gateway, gatewayLater: isSame ? later.gateway : 'replaced', laterSeconds: idleMs / 1000 }
    return {
      n: made.length,
      measured: { ...figures, gatewayReplaced: afterwards.gateway, others: 0, processesLookedAt: othersOf(world).length },
    }
  } finally {
    await world.stop()
  }
}

const othersOf = (world: World): readonly number[] =>
  world
    .processes()
    .filter(({ role }) => role !== 'gateway')
    .map(({ pid }) => pid)

/** The positive control, and whether this host lets us look at all: our own memory holds a canary. */
function expectReadable(context: CheckContext): void {
  const canary = makeCanary()
  const found = canariesInMemory(process.pid, new ByteSearch(patternsOf(canary)))
  if (found === undefined) throw new NotRunError('the memory of processes may not be read here')
  context.expect(found.has(canary), 'blind: a canary in our own memory is not found')
}
