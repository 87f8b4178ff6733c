import { setTimeout as sleep } from 'node:timers/promises'
import { call } from '../calls.ts'
import { type CheckContext, type Figure, type Measured, NotRunError } from '../harness/index.ts'
import { type Nodes, startNodes } from '../nodes/start-nodes.ts'
import type { Customer } from '../operator.ts'
import { until } from '../parallel.ts'
import { valkeyMissing } from '../valkey.ts'
import { type DoorManner, openValkeyDoor, type ValkeyDoor } from '../valkey-door.ts'

const NODES = 2
const LIMIT = 60
const EVERY_MS = 100
const MINUTE_MS = 60_000
const FAULTS: readonly DoorManner[] = ['slow', 'nonsense', 'shut']
/** Trips to Valkey end after 200 ms; so long may a call be refused for that. */
const REFUSED_MS_MAX = 1_000
const SETTLED_MS_MAX = 10_000

/**
 * CRA-06: two nodes whose Valkey answers after 5 s, answers nonsense, and is not there, for so many seconds each. Calls go on, but for the first
 * second none is answered 5xx; a limit grants 1 + 1/nodes of it at most in the minute it happens and itself in others; money is untouched.
 */
export async function valkeyFaults(context: CheckContext): Promise<Measured> {
  const missing = valkeyMissing()
  if (missing !== undefined) throw new NotRunError(missing)
  const doors: ValkeyDoor[] = []
  const nodes = await startNodes(NODES, {
    through: async (url) => {
      const door = await openValkeyDoor(url)
      doors.push(door)
      return door.url
    },
  })
  try {
    const [door] = doors
    const [first] = nodes.worlds
    if (door === undefined || first === undefined) throw new TypeError('no node')
    const measured: Record<string, Figure> = { valkey: nodes.valkey.name }
    const served = new Map<string, number>()
    for (const manner of FAULTS) {
      const told = await oneFault(context, { nodes, door, manner })
      for (const [account, count] of told.served) served.set(account, count)
      Object.assign(measured, told.figures)
      context.progress(`${manner}: ${JSON.stringify(told.figures)}`)
    }
    for (const [account, count] of served) {
      const rows = await until(
        async () => (await first.operator.usage(account)).length,
        (found) => found === count,
        SETTLED_MS_MAX,
      )
      context.expect(rows === count, `${rows} settlements for ${count} calls that were answered`)
    }
    const { ok, problems } = await first.operator.verify()
    context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
    return { n: context.n, measured }
  } finally {
    await nodes.stop()
    for (const door of doors) await door.stop()
  }
}

type Fault = { readonly nodes: Nodes; readonly door: ValkeyDoor; readonly manner: DoorManner }
type Answered = { readonly at: number; readonly status: number }

async function oneFault(context: CheckContext, { nodes, door, manner }: Fault) {
  const [first] = nodes.worlds
  if (first === undefined) throw new TypeError('no node')
  const limited = await first.operator.customer('10.00', { limits: { requests_per_minute: LIMIT } })
  const free = await first.operator.customer('10.00')
  door.behave('open')
  await callFor(nodes, free, 2_000)
  const beganAt = Date.now()
  door.behave(manner)
  const [bounded, unbounded] = await Promise.all([callFor(nodes, limited, context.n * 1_000), callFor(nodes, free, context.n * 1_000)])
  door.behave('open')
  const late = [...bounded, ...unbounded].filter(({ at, status }) => status >= 500 && at > beganAt + REFUSED_MS_MAX)
  context.expect(late.length === 0, `${manner}: ${late.length} calls were answered ${late[0]?.status} after the first second`)
  const odd = unbounded.filter(({ status }) => status !== 200 && status < 500)
  context.expect(odd.length === 0, `${manner}: ${odd.length} calls without a limit were answered ${odd[0]?.status}`)
  const minutes = Map.groupBy(
    bounded.filter(({ status }) => status === 200),
    ({ at }) => Math.floor(at / MINUTE_MS),
  )
  const granted = [...minutes].map(([minute, all]) => ({ minute, count: all.length }))
  for (const { minute, count } of granted) {
    const bound = minute === Math.floor(beganAt / MINUTE_MS) ? LIMIT * (1 + 1 / NODES) : LIMIT
    context.expect(count <= bound, `${manner}: ${count} calls of ${LIMIT} a minute were let in, ${bound} is the bound`)
  }
  context.expect(granted.length > 0, `${manner}: blind: no call with a limit was let in`)
  const count = (all: readonly Answered[]): number => all.filter(({ status }) => status === 200).length
  return {
    // The warm-up calls of `free` were answered too.
    served: new Map([[limited.id, count(bounded)]]),
    figures: {
      [`${manner}_granted`]: granted.map((one) => one.count).join(','),
      [`${manner}_unlimited_served`]: count(unbounded),
      [`${manner}_5xx_at_first`]: [...bounded, ...unbounded].filter(({ status }) => status >= 500).length,
    },
  }
}

/** Calls all nodes in turn, one call every so often, for so long. */
async function callFor({ worlds }: Nodes, { key }: Customer, millis: number): Promise<readonly Answered[]> {
  const until = performance.now() + millis
  const calls: Promise<Answered>[] = []
  for (let index = 0; performance.now() < until; index += 1) {
    const base = worlds[index % worlds.length]?.base ?? ''
    calls.push(
      call({ base, key, protocol: 'openai', outputMax: 1 }).then(({ status }) => ({ at: Date.now(), status: status === 0 ? 599 : status })),
    )
    await sleep(EVERY_MS)
  }
  return Promise.all(calls)
}
