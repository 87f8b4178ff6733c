import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, errorCodeOf } from '../calls.ts'
import type { CheckContext, Figure } from '../harness/index.ts'
import { costOf, nanoOf } from '../operator.ts'
import { until } from '../parallel.ts'
import type { World } from '../world.ts'
import { callPatiently } from './call-patiently.ts'
import type { Nodes } from './start-nodes.ts'

const CREDIT = '100.00'
const PAUSE_MS = 50
const STOP_MS_MAX = 40_000
const BETWEEN_MS = 2_000
const BALANCED_MS = 1_000

const BACK_MS_MAX = 60_000

/** Control of a node that is not yet upgraded is killed beside new ones; its supervisor starts it again, on what the new version migrated. */
async function comesBack(context: CheckContext, world: World, up: Set<World>): Promise<void> {
  up.delete(world)
  await sleep(BALANCED_MS)
  const before = world.pidsOf('control')
  const killed = await world.kill('control')
  context.expect(killed > 0, 'blind: no control was killed')
  await until(
    async () => world.pidsOf('control'),
    (pids) => pids.some((pid) => !before.includes(pid)),
    BACK_MS_MAX,
  )
  const isBack = await world.untilReady(BACK_MS_MAX).then(
    () => true,
    () => false,
  )
  context.expect(isBack, 'a node of the version before did not come back when its control was killed beside the new version')
  if (isBack) up.add(world)
}

/** A call of the load: the node that was asked, and what was done to which node when it began and when it ended. */
type Answered = { readonly node: number; readonly began: string; readonly ended: string; readonly answer: Answer }

const TOLD_MAX = 5

/** The first of them, each with who answered what while what was done. */
const tellFailed = (failed: readonly Answered[]): string =>
  failed
    .slice(0, TOLD_MAX)
    .map(({ node, began, ended, answer }) => {
      const said = `${answer.status} ${answer.error}${errorCodeOf(answer)}`
      return `node ${node} ${said} after ${Math.round(answer.millis)} ms (${began}${ended === began ? '' : `, then ${ended}`})`
    })
    .join('; ')

/** What happens when a node was stopped, how long it is until the next one is (2 s when left out), and whether control of the next, an old one, is killed meanwhile. */
export type Upgrading = { readonly onUpgrade: (index: number) => void; readonly betweenMs?: number; readonly killsOld?: boolean }

/**
 * Node by node is stopped, and started as the new version, `betweenMs` after the one before; calls go on through those that are up, old ones
 * and new ones, and none fails.
 */
export async function upgradeOneByOne(
  context: CheckContext,
  { worlds }: Nodes,
  { onUpgrade, betweenMs = BETWEEN_MS, killsOld = false }: Upgrading,
): Promise<Record<string, Figure>> {
  const [first] = worlds
  if (first === undefined) return {}
  const customer = await first.operator.customer(CREDIT)
  const up = new Set<World>(worlds)
  const answers: Answered[] = []
  let toldToWait = 0
  let step = 'before the first'
  let isOver = false
  const load = async (): Promise<void> => {
    for (let turn = 0; !isOver; turn += 1) {
      const began = step
      let asked = first
      const base = (): string => {
        asked = [...up][turn % up.size] ?? first
        return asked.base
      }
      const protocol = turn % 2 === 0 ? 'openai' : 'anthropic'
      const { answer, waits } = await callPatiently({ key: customer.key, protocol, isStream: turn % 4 < 2 }, base)
      answers.push({ node: worlds.indexOf(asked), began, ended: step, answer })
      toldToWait += waits
      await sleep(PAUSE_MS)
    }
  }
  const loads = [load(), load(), load()]
  try {
    for (const [index, world] of worlds.entries()) {
      // As a balancer does: first nothing new comes to it, and a moment later it is told to end.
      up.delete(world)
      step = `node ${index} gets no more`
      await sleep(BALANCED_MS)
      step = `node ${index} ends`
      const code = await world.terminate(STOP_MS_MAX)
      context.expect(code === 0, `node ${index} ended with ${code}`)
      onUpgrade(index)
      step = `node ${index} starts`
      await world.start()
      up.add(world)
      step = `node ${index} is new`
      const next = worlds[index + 1]
      if (killsOld && next !== undefined) await comesBack(context, next, up)
      await sleep(betweenMs)
    }
  } finally {
    isOver = true
    await Promise.all(loads)
  }
  const failed = answers.filter(({ answer }) => answer.status !== 200)
  context.expect(failed.length === 0, `${failed.length} of ${answers.length} calls failed while nodes were upgraded: ${tellFailed(failed)}`)
  const rows = await until(
    () => first.operator.usage(customer.id),
    (found) => found.length >= answers.length,
    10_000,
  )
  context.expect(rows.length === answers.length, `${rows.length} rows for ${answers.length} calls`)
  const balance = await until(
    () => first.operator.balance(customer.id),
    ({ held }) => held === 0n,
    10_000,
  )
  context.expect(balance.available + balance.held === nanoOf(CREDIT) - costOf(rows), 'the balance is not what the calls left of it')
  const { ok, problems } = await first.operator.verify()
  context.expect(ok, `the books do not agree after the upgrade: ${problems.join(', ')}`)
  return { calls_during_upgrade: answers.length, failed_during_upgrade: failed.length, told_to_wait_during_upgrade: toldToWait }
}
