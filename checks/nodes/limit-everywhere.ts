import { setTimeout as sleep } from 'node:timers/promises'
import { errorCodeOf } from '../calls.ts'
import type { CheckContext, Figure } from '../harness/index.ts'
import type { Customer } from '../operator.ts'
import { inParallel, until } from '../parallel.ts'
import type { World } from '../world.ts'
import { callPatiently } from './call-patiently.ts'
import type { Nodes } from './start-nodes.ts'
import { countsTogether, timesAlone } from './told-limits.ts'

const LIMIT = 60
const MINUTE = 60_000
/** What comes in a minute begins this long after it, so that clocks that differ a little mean the same one. */
const AFTER_MS = 1_500
const AT_ONCE = 12
const COUNTED_MS_MAX = 240_000
const MINUTES_MAX = 4

/** Waits until a limit is had in full on one node alone, which is so when all nodes count together. */
export async function untilCounted(context: CheckContext, { worlds }: Nodes): Promise<Record<string, Figure>> {
  const began = performance.now()
  const [first] = worlds
  if (first === undefined) return {}
  let minutes = 0
  const granted = await until(
    async () => {
      const customer = await limited(first)
      await sleep(untilMinute())
      minutes += 1
      return await callOn([first], customer, LIMIT * 2)
    },
    (count) => count === LIMIT,
    COUNTED_MS_MAX,
  )
  context.expect(granted === LIMIT, `one node grants ${granted} of ${LIMIT} after ${COUNTED_MS_MAX} ms, so nodes do not count together`)
  // Most of the seconds is the wait for a whole minute; the first one that counts is what there is to know.
  return { counted_together_minute: minutes, counted_together_s: Math.round((performance.now() - began) / 1_000) }
}

/**
 * With Valkey a limit is granted in full and not once more, whichever node is called, key by key. A minute in which Valkey did not answer a
 * node in time is none with Valkey: it is told, held to the bound of such minutes, and another one is tried.
 */
export async function limitWithValkey(context: CheckContext, { worlds }: Nodes): Promise<Record<string, Figure>> {
  for (let minute = 0; minute < MINUTES_MAX; minute += 1) {
    const before = timesAlone(worlds)
    const counts = await grantedInMinute(worlds)
    const isExact = worlds.every(countsTogether) && timesAlone(worlds) === before
    const most = isExact ? LIMIT : boundOf(worlds)
    for (const granted of counts) context.expect(granted <= most, `${granted} of ${LIMIT} were granted in a minute, ${most} is the bound`)
    if (!isExact) continue
    for (const granted of counts) context.expect(granted === LIMIT, `${granted} of ${LIMIT} were granted in a minute with Valkey`)
    return { limit: LIMIT, granted_with_valkey: counts.join(','), minutes_valkey_was_late: minute }
  }
  context.fail(`in each of ${MINUTES_MAX} minutes Valkey did not answer a node in time`)
  return {}
}

/** How often each of some keys is let in within a minute. */
async function grantedInMinute(worlds: readonly World[]): Promise<readonly number[]> {
  const [first] = worlds
  if (first === undefined) return []
  const customers = await inParallel([0, 1, 2], 3, () => limited(first))
  await sleep(untilMinute())
  return await Promise.all(
    customers.map(async (customer) => {
      const granted = await callOn(worlds, customer, LIMIT * 3)
      // What a node had ahead and did not need is back after a second or two.
      await sleep(3_000)
      return granted + (await callOn(worlds, customer, LIMIT))
    }),
  )
}

/** What nodes may grant of a limit in a minute in which Valkey goes. */
const boundOf = (worlds: readonly World[]): number => Math.floor(LIMIT * (1 + 1 / worlds.length))

/** Valkey stands still, then it is killed, then it is there again: bounded meanwhile, in full afterwards; nobody is refused as if it were our fault. */
export async function limitWithout(context: CheckContext, nodes: Nodes): Promise<Record<string, Figure>> {
  const { worlds, valkey } = nodes
  const [first] = worlds
  if (first === undefined) return {}
  const most = boundOf(worlds)
  const [inOutage, after] = [await limited(first), await limited(first)]
  await sleep(untilMinute())
  const before = await callOn(worlds, inOutage, LIMIT / 2)
  valkey.freeze()
  const during = await callOn(worlds, inOutage, LIMIT * 3)
  context.expect(
    before + during <= most,
    `${before} + ${during} of ${LIMIT} in the minute in which Valkey stood still, ${most} is the bound`,
  )
  await valkey.kill()
  await sleep(MINUTE)
  await sleep(untilMinute())
  const alone = await callOn(worlds, after, LIMIT * 3)
  context.expect(alone > 0 && alone <= LIMIT, `${alone} of ${LIMIT} in a minute without Valkey`)
  await valkey.start()
  const back = await untilCounted(context, nodes)
  return {
    granted_when_it_froze: before + during,
    granted_without: alone,
    bound: most,
    shared_again_minute: back['counted_together_minute'] ?? 0,
  }
}

const untilMinute = (): number => {
  const now = performance.timeOrigin + performance.now()
  return MINUTE - (now % MINUTE) + AFTER_MS
}

const limited = (world: World): Promise<Customer> => world.operator.customer('10.00', { limits: { requests_per_minute: LIMIT } })

/** Calls so often over these nodes in turn and tells how many were let in; throws for an answer that blames anybody but the limit. */
async function callOn(worlds: readonly World[], { key }: Customer, times: number): Promise<number> {
  const turns = Array.from({ length: times }, (_, index) => worlds[index % worlds.length]?.base ?? '')
  const answers = await inParallel(turns, AT_ONCE, async (base) => {
    const { answer } = await callPatiently({ key, protocol: 'openai', outputMax: 1 }, () => base)
    return answer
  })
  const odd = answers.find(({ status }) => status !== 200 && status !== 429)
  if (odd !== undefined)
    throw new Error(`a limited call was answered ${odd.status} ${odd.error || errorCodeOf(odd)} after ${odd.millis} ms`)
  return answers.filter(({ status }) => status === 200).length
}
