import { setTimeout as sleep } from 'node:timers/promises'
import { connect, sql } from '../../src/db/index.ts'
import type { CheckContext, Figure, Measured } from '../harness/index.ts'
import { quantile } from '../parallel.ts'
import { startWorld, type World } from '../world.ts'
import { expectStatuses, runCaller, type Told } from './run-caller.ts'
import { startPlainUpstream } from './start-plain-upstream.ts'
import { type Sample, sample, watchDuring } from './watch-processes.ts'

const CONNECTIONS = 50
const FULL_SECONDS = 10
const LOOK_EVERY_MS = 2_000
/** Drift is between the second and the last fifth: the first is the warm-up. */
const FIFTHS = 5
const DRIFT_MAX = { memory: 0.05, p99: 0.1, rows: 0.1 }
const FILES_MORE_MAX = 5
/** After so long nothing is left of the load: a connection to an upstream that carries nothing is kept for 25 s. */
const REST_MS = 35_000
const RATE_MIN = 0.9
/** From so many minutes on drift is judged: memory grows for the first ones whatever is done. */
const JUDGED_FROM = 10
const NEVER_SECONDS = '86400'

/**
 * LOD-05: half of what is carried at most, for so many minutes without and then with recycling of gateways. Memory, open files and the 99th
 * percentile stay where they are, and there is one row for each call.
 */
export async function soak(context: CheckContext): Promise<Measured> {
  const upstream = await startPlainUpstream({ first: 5 })
  try {
    const measured: Record<string, Figure> = {}
    const recycled = String(Math.max(10, Math.round((context.n * 60) / 10)))
    for (const [name, seconds] of [['kept', NEVER_SECONDS] as const, ['recycled', recycled] as const]) {
      const world = await startWorld({ ...upstream.world, gateways: 1, env: { FAREBOX_GATEWAY_RECYCLE_SECONDS: seconds } })
      try {
        Object.assign(measured, await soakOne(context, { world, name }))
      } finally {
        await world.stop()
      }
    }
    return { n: context.n, measured }
  } finally {
    await upstream.stop()
  }
}

type Soaked = { readonly world: World; readonly name: string }

async function soakOne(context: CheckContext, { world, name }: Soaked): Promise<Record<string, number>> {
  const customer = await world.operator.customer('100000.00')
  const calling = { base: world.base, keys: [customer.key] }
  const full = await runCaller({ ...calling, how: { connections: CONNECTIONS, seconds: FULL_SECONDS } })
  const perSecond = Math.max(1, Math.floor(full.micros.length / FULL_SECONDS / 2))
  const fifths: Fifth[] = []
  for (let index = 0; index < FIFTHS; index += 1) {
    const how = { every: 1000 / perSecond, seconds: (context.n * 60) / FIFTHS }
    const began = performance.now()
    const { result: told, samples } = await watchDuring(world, LOOK_EVERY_MS, () => runCaller({ ...calling, how }))
    const made = Math.round(told.micros.length / ((performance.now() - began) / 1000))
    if (context.n >= JUDGED_FROM) context.expect(made >= perSecond * RATE_MIN, `blind: ${made} calls a second were made, not ${perSecond}`)
    expectStatuses(context, told, { who: `${name}: the customer`, allowed: ['200'] })
    fifths.push({ ...fifthOf(told, samples), files: await filesAtRest(world) })
    context.progress(`${name}: ${JSON.stringify(fifths.at(-1))}`)
  }
  const rows = await countRows(world)
  const calls = full.micros.length + fifths.reduce((sum, one) => sum + one.calls, 0)
  // What the last caller broke off as its time was over may have a row and no answer.
  context.expect(Math.abs(rows - calls) <= calls * DRIFT_MAX.rows, `${name}: ${rows} rows for ${calls} calls`)
  const [second, last] = [fifths[1], fifths.at(-1)]
  if (second === undefined || last === undefined) throw new TypeError('no fifths')
  const drift = { memory: last.bytes / second.bytes - 1, p99: last.p99 / second.p99 - 1, files: last.files - second.files }
  if (context.n >= JUDGED_FROM) {
    context.expect(drift.memory <= DRIFT_MAX.memory, `${name}: memory drifts by ${percent(drift.memory)} %`)
    context.expect(drift.p99 <= DRIFT_MAX.p99, `${name}: p99 drifts by ${percent(drift.p99)} %`)
    context.expect(drift.files <= FILES_MORE_MAX, `${name}: ${drift.files} files more`)
  }
  const { ok, problems } = await world.operator.verify()
  context.expect(ok, `${name}: the books do not agree: ${problems.join(', ')}`)
  return {
    ...{ [`${name}_calls_per_second`]: perSecond, [`${name}_calls`]: calls, [`${name}_rows`]: rows, [`${name}_p99_us`]: last.p99 },
    ...{ [`${name}_memory_drift_percent`]: percent(drift.memory), [`${name}_p99_drift_percent`]: percent(drift.p99) },
    [`${name}_files_more`]: drift.files,
  }
}

/** A fifth of the time: the median of the memory of gateway and control, and their open files after it. */
type Fifth = { readonly calls: number; readonly p99: number; readonly bytes: number; readonly files: number }

function fifthOf({ micros }: Told, samples: readonly Sample[]): Omit<Fifth, 'files'> {
  const bytes = samples.map(({ gatewayBytes, controlBytes }) => gatewayBytes + controlBytes)
  return { calls: micros.length, p99: quantile(micros, 0.99), bytes: quantile(bytes, 0.5) }
}

/** Under load there are as many as calls were ever at once in this fifth, which a single stall decides; what leaks is still there when all have gone. */
async function filesAtRest(world: World): Promise<number> {
  await sleep(REST_MS)
  const { gatewayFiles, controlFiles } = await sample(world)
  return gatewayFiles + controlFiles
}

async function countRows(world: World): Promise<number> {
  const database = connect({ connection: world.connection(), role: undefined, poolMax: 1 })
  try {
    const [found] = await database.query<{ readonly rows: string }>(sql`select count(*)::text as rows from usage_event`)
    return Number(found?.rows ?? 0)
  } finally {
    await database.end()
  }
}

const percent = (share: number): number => Math.round(share * 1000) / 10
