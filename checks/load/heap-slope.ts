import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { runCaller } from './run-caller.ts'

const GATEWAY = fileURLToPath(new URL('heap-gateway.ts', import.meta.url))
const BATCHES = 10
/** By then code is compiled, and what was compiled for the start is thrown away, which is megabytes. */
const WARM_UP_CALLS = 10_000
/** What a call has is gone this long after it: sockets are closed, timers are over. */
const QUIET_MS = 1_000
const HOUR_MS = 3_600_000

/**
 * How the heap grew after warm-up, by the straight line that lies closest to what was left after each batch; how long it was watched, and
 * whether the warm-up was long enough for that to mean anything.
 */
export type HeapSlope = { readonly mbPerHour: number; readonly bytesPerCall: number; readonly hours: number; readonly isWarm: boolean }

/** Calls a gateway alone in batches, `left` of ten broken off, after a warm-up of 10,000 calls, or of as many as there are in all where that is less. */
export async function heapSlope(
  upstream: string,
  { calls, left, connections }: { readonly calls: number; readonly left: number; readonly connections: number },
): Promise<HeapSlope> {
  const child = spawn(process.execPath, ['--no-warnings', '--expose-gc', GATEWAY, '--upstream', upstream], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<unknown> => JSON.parse(String((await lines.next()).value))
  try {
    const { base, key } = (await next()) as { readonly base: string; readonly key: string }
    const batch = Math.max(connections, Math.ceil(calls / BATCHES))
    const warmUp = Math.min(WARM_UP_CALLS, calls)
    const points: Point[] = []
    for (let index = 0; index <= BATCHES; index += 1) {
      const count = index === 0 ? warmUp : batch
      await runCaller({ base, keys: [key], how: { connections, left, calls: count } })
      await sleep(QUIET_MS)
      child.stdin.write('heap\n')
      const { heapBytes } = (await next()) as { readonly heapBytes: number }
      points.push({ atMs: performance.now(), calls: index * batch, heapBytes })
    }
    const [first, last] = [points[0]?.atMs ?? 0, points.at(-1)?.atMs ?? 0]
    return {
      mbPerHour: Math.round(slope(points, ({ atMs }) => atMs) * HOUR_MS * 1e-5) / 10,
      bytesPerCall: Math.round(slope(points, (point) => point.calls) * 10) / 10,
      hours: (last - first) / HOUR_MS,
      isWarm: warmUp === WARM_UP_CALLS,
    }
  } finally {
    child.stdin.end()
    await ended
  }
}

type Point = { readonly atMs: number; readonly calls: number; readonly heapBytes: number }

/** Bytes of heap for each unit of what a point has, by least squares. */
function slope(points: readonly Point[], of: (point: Point) => number): number {
  const mean = (read: (point: Point) => number): number => points.reduce((sum, point) => sum + read(point), 0) / points.length
  const [x, y] = [mean(of), mean(({ heapBytes }) => heapBytes)]
  const covariance = points.reduce((sum, point) => sum + (of(point) - x) * (point.heapBytes - y), 0)
  return covariance / points.reduce((sum, point) => sum + (of(point) - x) ** 2, 0)
}
