import { setTimeout as sleep } from 'node:timers/promises'
import { call } from '../calls.ts'
import type { CheckContext, Figure } from '../harness/index.ts'
import type { Customer } from '../operator.ts'
import { inParallel, until } from '../parallel.ts'
import type { World } from '../world.ts'
import type { Nodes } from './start-nodes.ts'

const LIMIT = 60
const MINUTE = 60_000
/** What comes in a minute begins this long after it, so that clocks that differ a little mean the same one. */
const AFTER_MS = 1_500
const AT_ONCE = 12
const COUNTED_MS_MAX = 240_000

/** Waits until a limit is had in full on one node alone, which is so when all nodes count together. */
export async function untilCounted(context: CheckContext, { worlds }: Nodes): Promise<Record<string, Figure>> {
  const began = performance.now()
  const [first] = worlds
  if (first === undefined) return {}
  const granted = await until(
    async () => {
      const customer = await limited(first)
      await sleep(untilMinute())
      return await callOn([first], customer, LIMIT * 2)
    },
    (count) => count === LIMIT,
    COUNTED_MS_MAX,
  )
  context.expect(granted === LIMIT, `one node grants ${granted} of ${LIMIT} after ${COUNTED_MS_MAX} ms, so nodes do not count together`)
  return { counted_together_s: Math.round((performance.now() - began) / 1_000) }
}

/** With Valkey a limit is granted in full and not once more, whichever node is called, key by key. */
export async function limitWithValkey(context: CheckContext, { worlds }: Nodes): Promise<Record<string, Figure>> {
  const [first] = worlds
  if (first === undefined) return {}
  const customers = await inParallel([0, 1, 2], 3, () => limited(first))
  await sleep(untilMinute())
  const counts = await Promise.all(
    customers.map(async (customer) => {
      const granted = await callOn(worlds, customer, LIMIT * 3)
      // What a node had ahead and did not need is back after a second or two.
      await sleep(3_000)
      return granted + (await callOn(worlds, customer, LIMIT))
    }),
  )
  for (const granted of counts) context.expect(granted === LIMIT, `${granted} of ${LIMIT} were granted in a minute with Valkey`)
  return { limit: LIMIT, granted_with_valkey: counts.join(',') }
}

/** Valkey stands still, then it is killed, then it is there again: bounded meanwhile, in full afterwards; nobody is refused as if it were our fault. */
export async function limitWithout(context: CheckContext, nodes: Nodes): Promise<Record<string, Figure>> {
  const { worlds, valkey } = nodes
  const [first] = worlds
  if (first === undefined) return {}
  const most = Math.floor(LIMIT * (1 + 1 / worlds.length))
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
  return { granted_when_it_froze: before + during, granted_without: alone, bound: most, shared_again_s: back['counted_together_s'] ?? 0 }
}

const untilMinute = (): number => {
  const now = performance.timeOrigin + performance.now()
  return MINUTE - (now % MINUTE) + AFTER_MS
}

const limited = (world: World): Promise<Customer> => world.operator.customer('10.00', { limits: { requests_per_minute: LIMIT } })

/** Calls so often over these nodes in turn and tells how many were let in; throws for an answer that blames anybody but the limit. */
async function callOn(worlds: readonly World[], { key }: Customer, times: number): Promise<number> {
  const turns = Array.from({ length: times }, (_, index) => worlds[index % worlds.length]?.base ?? '')
  const statuses = await inParallel(turns, AT_ONCE, async (base) => (await call({ base, key, protocol: 'openai', outputMax: 1 })).status)
  const odd = statuses.find((status) => status !== 200 && status !== 429)
  if (odd !== undefined) throw new Error(`a limited call was answered ${odd}`)
  return statuses.filter((status) => status === 200).length
}
