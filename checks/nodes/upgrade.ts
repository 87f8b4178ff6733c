import { setTimeout as sleep } from 'node:timers/promises'
import { call } from '../calls.ts'
import type { CheckContext, Figure } from '../harness/index.ts'
import { costOf, nanoOf } from '../operator.ts'
import { until } from '../parallel.ts'
import type { World } from '../world.ts'
import type { Nodes } from './start-nodes.ts'

const CREDIT = '100.00'
const PAUSE_MS = 50
const STOP_MS_MAX = 40_000
const BETWEEN_MS = 2_000
const ON_THE_WAY_MS = 500

/** What happens when a node was stopped, and how long it is until the next one is (2 s when left out). */
export type Upgrading = { readonly onUpgrade: (index: number) => void; readonly betweenMs?: number }

/**
 * Node by node is stopped, and started as the new version, `betweenMs` after the one before; calls go on through those that are up, old ones
 * and new ones, and none fails.
 */
export async function upgradeOneByOne(
  context: CheckContext,
  { worlds }: Nodes,
  { onUpgrade, betweenMs = BETWEEN_MS }: Upgrading,
): Promise<Record<string, Figure>> {
  const [first] = worlds
  if (first === undefined) return {}
  const customer = await first.operator.customer(CREDIT)
  const up = new Set<World>(worlds)
  const statuses: number[] = []
  let isOver = false
  const load = async (): Promise<void> => {
    for (let turn = 0; !isOver; turn += 1) {
      const base = [...up][turn % up.size]?.base ?? ''
      statuses.push(
        (await call({ base, key: customer.key, protocol: turn % 2 === 0 ? 'openai' : 'anthropic', isStream: turn % 4 < 2 })).status,
      )
      await sleep(PAUSE_MS)
    }
  }
  const loads = [load(), load(), load()]
  try {
    for (const [index, world] of worlds.entries()) {
      // As a balancer does: first nothing new comes to it, then, when what was on its way has come, it is told to end.
      up.delete(world)
      await sleep(ON_THE_WAY_MS)
      const code = await world.terminate(STOP_MS_MAX)
      context.expect(code === 0, `node ${index} ended with ${code}`)
      onUpgrade(index)
      await world.start()
      up.add(world)
      await sleep(betweenMs)
    }
  } finally {
    isOver = true
    await Promise.all(loads)
  }
  const failed = statuses.filter((status) => status !== 200)
  context.expect(failed.length === 0, `${failed.length} of ${statuses.length} calls failed while nodes were upgraded, such as ${failed[0]}`)
  const rows = await until(
    () => first.operator.usage(customer.id),
    (found) => found.length >= statuses.length,
    10_000,
  )
  context.expect(rows.length === statuses.length, `${rows.length} rows for ${statuses.length} calls`)
  const balance = await until(
    () => first.operator.balance(customer.id),
    ({ held }) => held === 0n,
    10_000,
  )
  context.expect(balance.available + balance.held === nanoOf(CREDIT) - costOf(rows), 'the balance is not what the calls left of it')
  const { ok, problems } = await first.operator.verify()
  context.expect(ok, `the books do not agree after the upgrade: ${problems.join(', ')}`)
  return { calls_during_upgrade: statuses.length, failed_during_upgrade: failed.length }
}
