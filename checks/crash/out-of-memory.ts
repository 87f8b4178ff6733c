import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, call, isFullAnswer } from '../calls.ts'
import { type CheckContext, type Measured, NotRunError, timeLimit } from '../harness/index.ts'
import { until } from '../parallel.ts'
import { startWorld, type World } from '../world.ts'
import { type MemoryGroup, makeMemoryGroup } from './memory-group.ts'

const MORE_BYTES = 1_048_576
/** What is freed and shorter than two megabytes is used again, which takes nothing more: MALLOC_ENVIRONMENT of the supervisor. */
const LARGE_BYTES = 4 * MORE_BYTES
/**
 * A body that takes more, whatever was freed before; for a model that is not there, so that it is read and then refused. Each comes on a connection of
 * its own, as one that is kept leads to the same gateway for ever.
 */
const LARGE = { protocol: 'openai', model: 'm-absent', text: 'deep '.repeat(LARGE_BYTES / 5), headers: { connection: 'close' } } as const
const KILLED_MS_MAX = 20_000
const SETTLED_MS_MAX = 60_000
/** Whoever is cut off by a death is so at once; this long after it all others have to be served. */
const CUT_MS_MAX = 3_000
const STREAM_SECONDS = 10

/** A stream with the moment at which it was over. */
type Ended = { readonly answer: Answer; readonly at: number }

/**
 * CRA-13: of two gateways one is killed by the kernel, as it has used up the memory of its control group on large bodies. Streams of the
 * other go on to their ends, and what was held for those of the dead is settled within 60 s.
 */
export async function outOfMemory(context: CheckContext): Promise<Measured> {
  const group = makeMemoryGroup(`farebox-check-${process.pid}`)
  if (group === undefined) throw new NotRunError('no control group of memory can be made here')
  const upstreamModel = `sim-model!tokens=${STREAM_SECONDS * 10},chunk-ms=100`
  const models = [{ id: 'm-long', upstream: 'oai', upstreamModel }]
  const world = await startWorld({ gateways: 2, models })
  try {
    return await killOne(context, { world, group })
  } finally {
    await world.stop()
    group.remove()
  }
}

async function killOne(context: CheckContext, { world, group }: { readonly world: World; readonly group: MemoryGroup }): Promise<Measured> {
  const customer = await world.operator.customer('100.00')
  const streams = Array.from({ length: context.n }, () => stream(world, customer.key))
  await until(
    async () => world.sim.calls.length,
    (count) => count >= context.n,
    KILLED_MS_MAX,
  )
  const [victim = 0] = world.pidsOf('gateway')
  group.bound(victim, MORE_BYTES)
  const large: Promise<Answer>[] = []
  const isDead = await until(
    async () => {
      large.push(call({ base: world.base, key: customer.key, ...LARGE }))
      return !world.pidsOf('gateway').includes(victim)
    },
    (isGone) => isGone,
    KILLED_MS_MAX,
  )
  const diedAt = performance.now()
  context.expect(isDead && group.kills() === 1, `blind: the kernel killed ${group.kills()} gateways`)
  const settled = settledWithin(world, { accountId: customer.id, count: context.n, diedAt })
  const ended = await Promise.all(streams)
  await Promise.all(large)
  const whole = ended.filter(({ answer }) => isFullAnswer(answer, 'openai'))
  const cut = ended.filter(({ answer }) => !isFullAnswer(answer, 'openai'))
  context.expect(whole.length > 0 && cut.length > 0, `blind: ${cut.length} streams were cut and ${whole.length} went on`)
  const late = cut.filter(({ at }) => at > diedAt + timeLimit(context, CUT_MS_MAX))
  context.expect(late.length === 0, `${late.length} streams were cut later than the gateway died`)
  const settledMs = await settled
  context.expect(settledMs !== undefined, `holds are open ${SETTLED_MS_MAX} ms after their gateway died`)
  const rows = await world.operator.usage(customer.id)
  const unsettled = ended.filter(({ answer }) => answer.requestId !== '' && !rows.some((row) => row.request_id === answer.requestId))
  context.expect(unsettled.length === 0, `${unsettled.length} streams have no settlement`)
  const { ok, problems } = await world.operator.verify()
  context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
  return {
    n: context.n,
    measured: { cut: cut.length, went_on: whole.length, settled_after_ms: settledMs ?? -1, killed_by_kernel: group.kills() },
  }
}

async function stream({ base }: World, key: string): Promise<Ended> {
  const answer = await call({ base, key, protocol: 'openai', model: 'm-long', isStream: true, outputMax: 1000, millisMax: 90_000 })
  return { answer, at: performance.now() }
}

type Awaited = { readonly accountId: string; readonly count: number; readonly diedAt: number }

/** Milliseconds from the death until every call is settled and nothing is held; undefined when that takes too long. */
async function settledWithin({ operator }: World, { accountId, count, diedAt }: Awaited): Promise<number | undefined> {
  while (performance.now() < diedAt + SETTLED_MS_MAX) {
    const rows = await operator.usage(accountId)
    if (rows.length >= count && (await operator.balance(accountId)).held === 0n) return Math.round(performance.now() - diedAt)
    await sleep(250)
  }
  return undefined
}
