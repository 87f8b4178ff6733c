import { setTimeout as sleep } from 'node:timers/promises'
import type { SimCall } from '../../sim/index.ts'
import { parseUsd } from '../../src/lib/index.ts'
import { flatPrice, NO_USAGE, priceOf } from '../../src/spec/index.ts'
import { call, type Spoken } from '../calls.ts'
import { type CheckContext, type Measured, NotRunError } from '../harness/index.ts'
import { type Customer, costOf } from '../operator.ts'
import { inParallel, until } from '../parallel.ts'
import { startWorld, type World } from '../world.ts'

/** Milliseconds from one token to the next, and until the kill; long enough for a call to be written down several times. */
const CHUNK_MS = 50
const STREAMED_MS = 12_000
/** What may be lost of a call when gateway and control die together. */
const LOST_MS_MAX = 5000
const SETTLED_MS_MAX = 30_000
const PRICE = flatPrice({ input: parseUsd('3.00') ?? 0n, output: parseUsd('15.00') ?? 0n })

type Rider = { readonly customer: Customer; readonly spoken: Spoken; readonly tag: string }

/** CRA-02: gateway and control die together in the middle of long streams; nobody is charged too much, and the house loses at most five seconds. */
export async function lossBound(context: CheckContext): Promise<Measured> {
  if (process.platform !== 'linux') throw new NotRunError('it finds processes through /proc, which only Linux has')
  const world = await startWorld({ keepBodies: true, script: { outputTokens: 1000, chunkDelayMs: CHUNK_MS } })
  try {
    const riders: Rider[] = []
    for (let index = 0; index < context.n; index += 1) {
      const spoken = index % 2 === 0 ? 'openai' : 'anthropic'
      riders.push({ customer: await world.operator.customer('10.00'), spoken, tag: `ride-${index};` })
    }
    const streams = riders.map(({ customer, spoken, tag }) =>
      call({ base: world.base, key: customer.key, protocol: spoken, isStream: true, outputMax: 2000, text: `Tell me about ${tag}` }),
    )
    await sleep(STREAMED_MS)
    await Promise.all([world.kill('gateway'), world.kill('control')])
    await Promise.all(streams)
    await world.untilReady()
    await world.sim.idle()
    return await weigh(context, world, riders)
  } finally {
    await world.stop()
  }
}

async function weigh(context: CheckContext, world: World, riders: readonly Rider[]): Promise<Measured> {
  const truths = new Map(world.sim.calls.map((one) => [/ride-\d+;/.exec(String(one.body))?.[0] ?? '', one]))
  const weighed = await inParallel(riders, 8, (rider) => weighOne(context, { world, rider, truth: truths.get(rider.tag) }))
  const { ok, problems } = await world.operator.verify()
  context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
  return {
    n: riders.length,
    measured: {
      overchargeMaxNano: String(weighed.reduce((most, { over }) => (over > most ? over : most), 0n)),
      underchargeMaxMs: Math.max(0, ...weighed.map(({ lostMs }) => lostMs)),
    },
  }
}

type Weighing = { readonly world: World; readonly rider: Rider; readonly truth: SimCall | undefined }

async function weighOne(context: CheckContext, { world, rider, truth }: Weighing): Promise<{ over: bigint; lostMs: number }> {
  const rows = await until(
    () => world.operator.usage(rider.customer.id),
    (found) => found.length > 0,
    SETTLED_MS_MAX,
  )
  context.expect(rows.length === 1, `${rider.tag} ${rows.length} usage rows`)
  if (truth === undefined) {
    context.fail(`${rider.tag} did not reach the upstream`)
    return { over: 0n, lostMs: 0 }
  }
  const cost = priceOf(PRICE, { ...NO_USAGE, input: truth.truePromptTokens, output: truth.trueOutputTokensSent })
  const charged = costOf(rows)
  const lostTokens = Number(cost - charged) / Number(priceOf(PRICE, { ...NO_USAGE, output: 1 }))
  const lostMs = Math.round(lostTokens * CHUNK_MS)
  context.expect(charged <= cost, `${rider.tag} charged ${charged}, truly ${cost}`)
  context.expect(lostMs <= LOST_MS_MAX, `${rider.tag} ${lostMs} ms of its stream were not charged (${JSON.stringify(rows[0]?.tokens)})`)
  return { over: charged > cost ? charged - cost : 0n, lostMs }
}
