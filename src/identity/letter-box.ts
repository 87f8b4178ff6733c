import { errorCode, type Log } from '../lib/index.ts'

/** What is done after the answer, so that neither the answer nor its time tells what was found. */
export type LetterBox = {
  /** Takes work; false when too much waits. What fails is logged by its code. */
  readonly take: (work: () => Promise<void>) => boolean
  /** Resolves when all that was taken is done. */
  readonly settled: () => Promise<void>
}

const WAITING_MAX = 500
const WORKERS = 2

/** A box that a few workers empty, in order. */
export function makeLetterBox(log: Log): LetterBox {
  const waiting: (() => Promise<void>)[] = []
  const running = new Set<Promise<void>>()
  const empty = async (): Promise<void> => {
    for (let work = waiting.shift(); work !== undefined; work = waiting.shift())
      await work().catch((thrown: unknown) => log({ event: 'letter-failed', code: errorCode(thrown) }))
  }
  return {
    take: (work) => {
      if (waiting.length >= WAITING_MAX) return false
      waiting.push(work)
      if (running.size < WORKERS) {
        const worker = empty().finally(() => running.delete(worker))
        running.add(worker)
      }
      return true
    },
    settled: async () => {
      while (running.size > 0) await Promise.all(running)
    },
  }
}
