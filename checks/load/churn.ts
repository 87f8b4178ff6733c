import type { CheckContext, Measured } from '../harness/index.ts'
import { until } from '../parallel.ts'
import { startWorld } from '../world.ts'
import { heapSlope } from './heap-slope.ts'
import { expectStatuses, runCaller } from './run-caller.ts'
import { startPlainUpstream } from './start-plain-upstream.ts'
import { type Sample, sample } from './watch-processes.ts'

const CONNECTIONS = 50
const LEFT_OF_TEN = 3
/** Who leaves does so within 12 ms: nearly all before they are answered, some just then. */
const FIRST_MS = 10
const WARM_UP = 1_000
const FILES_MORE_MAX = 5
const BACK_MS_MAX = 30_000
/** A gateway keeps connections to upstreams for a while, as many as it had calls; they are counted as they are before. */
const SETTLED_MS_MAX = 40_000
/** What a call may leave behind, in bytes of the heap, where the run is too short for a slope by the hour: less than any object of a call. */
const BYTES_PER_CALL_MAX = 32
const MB_PER_HOUR_MAX = 1
const HOURS_JUDGED = 1 / 6

/**
 * LOD-04: calls of which three in ten are broken off, without recycling. Files and sockets of gateway and control are as many as before within
 * 30 s, books agree; and the heap of a gateway, after garbage was collected, grows by 1 MB an hour at most (a run of less than ten minutes is
 * judged by the call, one of less than 10,000 calls only told).
 */
export async function churn(context: CheckContext): Promise<Measured> {
  const upstream = await startPlainUpstream({ first: FIRST_MS })
  const world = await startWorld({ ...upstream.world, gateways: 1, env: { FAREBOX_GATEWAY_RECYCLE_SECONDS: '86400' } })
  try {
    const { key } = await world.operator.customer('10000.00')
    const calling = { base: world.base, keys: [key] }
    const idle = await sample(world)
    await runCaller({ ...calling, how: { connections: CONNECTIONS, calls: WARM_UP, left: LEFT_OF_TEN } })
    const settled = await until(() => sample(world), isNear(idle), SETTLED_MS_MAX)
    const told = await runCaller({ ...calling, how: { connections: CONNECTIONS, calls: context.n, left: LEFT_OF_TEN } })
    expectStatuses(context, told, { who: 'the customer', allowed: ['200'] })
    context.expect(told.left > context.n / 5, `blind: only ${told.left} of ${context.n} calls were broken off`)
    const began = performance.now()
    const after = await until(() => sample(world), isNear(settled), BACK_MS_MAX)
    const backSeconds = Math.round((performance.now() - began) / 1000)
    context.expect(
      isNear(settled)(after),
      `files: ${JSON.stringify(filesOf(settled))} before, ${JSON.stringify(filesOf(after))} 30 s after`,
    )
    const { ok, problems } = await world.operator.verify()
    context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
    const heap = await heapSlope(upstream.base, { calls: context.n, left: LEFT_OF_TEN, connections: CONNECTIONS })
    if (heap.hours >= HOURS_JUDGED)
      context.expect(heap.mbPerHour <= MB_PER_HOUR_MAX, `the heap grows by ${heap.mbPerHour} MB an hour, not ${MB_PER_HOUR_MAX}`)
    else if (heap.isWarm)
      context.expect(heap.bytesPerCall <= BYTES_PER_CALL_MAX, `a call leaves ${heap.bytesPerCall} bytes behind in the heap`)
    return {
      n: context.n,
      measured: {
        ...{ broken_off: told.left, gateway_files_before: settled.gatewayFiles, gateway_files_after: after.gatewayFiles },
        ...{ back_after_s: backSeconds, heap_bytes_per_call: heap.bytesPerCall, heap_mb_per_hour: heap.mbPerHour },
        ...{ heap_watched_s: Math.round(heap.hours * 3600), heap_judged: heap.isWarm },
      },
    }
  } finally {
    await world.stop()
    await upstream.stop()
  }
}

const filesOf = ({ gatewayFiles, controlFiles }: Sample): readonly number[] => [gatewayFiles, controlFiles]

const isNear =
  (before: Sample) =>
  (now: Sample): boolean =>
    now.gatewayFiles <= before.gatewayFiles + FILES_MORE_MAX && now.controlFiles <= before.controlFiles + FILES_MORE_MAX
