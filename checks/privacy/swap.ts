import { readFileSync } from 'node:fs'
import type { CheckContext, Measured } from '../harness/index.ts'
import { startWorld } from '../world.ts'
import { IMPATIENT, MODELS, planCalls, Traffic } from './traffic.ts'

const CALLS_AT_ONCE = 8

/** PRV-09: after load no memory of any process of a server lies on a swap device; whether this host has one is told with the figure. */
export async function swap(context: CheckContext): Promise<Measured> {
  const world = await startWorld({ models: MODELS, env: IMPATIENT })
  try {
    const { key } = await world.operator.customer('100000.00')
    await new Traffic(world, { rich: key, poor: key, limited: key }).makeAll(planCalls(context.n), CALLS_AT_ONCE)
    const kilobytes = world.processes().map(({ pid }) => swappedKilobytes(pid))
    const swapped = kilobytes.reduce((sum, size) => sum + size, 0)
    context.expect(swapped === 0, `${swapped} kB of the server's memory are on a swap device`)
    const devices = readFileSync('/proc/swaps', 'utf8').trim().split('\n').length - 1
    return { n: context.n, measured: { swappedKilobytes: swapped, processes: kilobytes.length, swapDevices: devices } }
  } finally {
    await world.stop()
  }
}

/** Source: proc(5), smaps_rollup (2026-11-26). A process that has ended has none. */
function swappedKilobytes(pid: number): number {
  try {
    return Number(/^Swap:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1] ?? 0)
  } catch {
    // It has ended.
    return 0
  }
}
