import { fail } from '../failures.ts'

/** Does work in its turn. Fails with unavailable when too much waits. */
export type WorkQueue = <T>(work: () => Promise<T>) => Promise<T>

/** A queue that does so much at once and lets so much wait. */
export function makeWorkQueue({ atOnce, waitingMax }: { readonly atOnce: number; readonly waitingMax: number }): WorkQueue {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= atOnce) {
      if (waiting.length >= waitingMax) fail('unavailable', { seconds: 1 })
      // Whoever ends hands its place on, so that nobody who comes now takes it first.
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}
