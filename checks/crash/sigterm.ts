import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '../../sim/index.ts'
import { parseUsd } from '../../src/lib/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { inParallel, quantile } from '../parallel.ts'
import type { ProcessRole } from '../processes.ts'
import { startWorld, type World } from '../world.ts'
import { auditBooks } from './books.ts'
import { type Load, type Ride, startLoad } from './load.ts'

const LOOPS = 20
const CREDIT = '1000.00'
const DRAIN_MS_MAX = 30_000
/** Time for the supervisor to stop control and database after the gateways have drained. */
const STOP_MS_MAX = DRAIN_MS_MAX + 10_000

/** CRA-12: SIGTERM under load: what is open is finished, the exit code is 0, no settlement is lost. */
export async function sigterm(context: CheckContext): Promise<Measured> {
  const random = seededRandom(context.seed)
  const world = await startWorld({ gateways: 2, script: { outputTokens: 60, chunkDelayMs: 10 } })
  try {
    const customers = await inParallel([1, 2, 3], 1, () => world.operator.customer(CREDIT))
    const rides: Ride[] = []
    const stopMs: number[] = []
    let cut = 0
    for (let index = 0; index < context.n; index += 1) {
      const load = startLoad({ world, customers, loops: LOOPS })
      await sleep(500 + random.below(1000))
      const termed = await terminateUnder(context, world, load)
      stopMs.push(termed.millis)
      cut += load.rides.filter((ride) => isCut(ride, termed.at)).length
      rides.push(...load.rides)
      await world.start()
      context.progress(`round ${index + 1}: ended after ${Math.round(termed.millis)} ms`)
    }
    context.expect(cut === 0, `${cut} answers that had begun were cut off`)
    const audit = await auditBooks(context, { world, customers, credit: parseUsd(CREDIT) ?? 0n, rides })
    return {
      n: context.n,
      measured: { calls: rides.length, full: audit.full, usageRows: audit.rows, cut, stop_ms_max: quantile(stopMs, 1) },
    }
  } finally {
    await world.stop()
  }
}

const SERVING: ReadonlySet<ProcessRole> = new Set(['gateway', 'control'])

/** An answer that began before the end was asked for, and did not come whole. */
const isCut = (ride: Ride, at: number): boolean => ride.startedAt < at && ride.status === 200 && !ride.isFull

/** The load ends whatever becomes of the server. */
async function terminateUnder(context: CheckContext, world: World, load: Load): Promise<{ at: number; millis: number }> {
  try {
    return await terminate(context, world)
  } finally {
    await load.stop()
  }
}

async function terminate(context: CheckContext, world: World): Promise<{ at: number; millis: number }> {
  const at = performance.now()
  const code = await world.terminate(STOP_MS_MAX)
  const millis = performance.now() - at
  context.expect(code === 0, `the exit code was ${code}`)
  context.expect(millis <= DRAIN_MS_MAX, `it took ${Math.round(millis)} ms to end`)
  // A database of the system's packages is not the server's to stop.
  const isOurs = (role: ProcessRole): boolean => (world.postgres === undefined ? role !== 'supervisor' : SERVING.has(role))
  const left = world.processes().filter(({ role }) => isOurs(role))
  context.expect(left.length === 0, `left behind: ${left.map(({ role, pid }) => `${role} ${pid}`).join(', ')}`)
  return { at, millis }
}
