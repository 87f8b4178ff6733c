import type { Database } from '../db/index.ts'
import { listOverdue } from '../ledger/index.ts'
import { type Clock, errorCode, type Log } from '../lib/index.ts'
import { countOverdue } from '../payments/index.ts'

/** Where things wait to be cleared, and how many have waited too long. Each way that money comes in adds one. */
export type ClearingSource = { readonly name: string; readonly countOverdue: () => Promise<number> }

/** Looks after all sources; `overdueCount` is what the last look found. */
export type ClearingWatch = { readonly overdueCount: () => number; readonly look: () => Promise<void>; readonly stop: () => void }

/** What a watch works with; it looks every minute. */
export type ClearingWatchOptions = { readonly sources: readonly ClearingSource[]; readonly log: Log }

/** Nothing may wait longer than this to be cleared. */
export const CLEARING_MS_MAX = 15 * 60_000

const LOOK_MS = 60_000

/** Starts the alarm: what waits for more than a quarter of an hour is logged and counted, every minute, until it is cleared. */
export function watchClearing({ sources, log }: ClearingWatchOptions): ClearingWatch {
  let found = 0
  const lookAt = async ({ name, countOverdue }: ClearingSource): Promise<number> => {
    const count = await countOverdue()
    if (count > 0) log({ event: 'clearing-overdue', source: name, items: count })
    return count
  }
  const look = async (): Promise<void> => {
    const counts = await Promise.all(sources.map(lookAt))
    found = counts.reduce((sum, count) => sum + count, 0)
  }
  const timer = setInterval(() => {
    look().catch((thrown: unknown) => log({ event: 'clearing-unread', code: errorCode(thrown) }))
  }, LOOK_MS)
  return { overdueCount: () => found, look, stop: () => clearInterval(timer) }
}

/** Calls and days that the books still have open. */
export const booksSource = (database: Database, clock: Pick<Clock, 'now'>): ClearingSource => ({
  name: 'books',
  countOverdue: async () => (await listOverdue(database, { now: clock.now(), afterMs: CLEARING_MS_MAX })).length,
})

/** Payments that are not carried to their end, and money that fits nothing. */
export const paymentsSource = (database: Database, clock: Pick<Clock, 'now'>): ClearingSource => ({
  name: 'payments',
  countOverdue: () => countOverdue(database, new Date(clock.now() - CLEARING_MS_MAX)),
})

/** Settlements that wait in this process for the database: as many as there are, once there have been some for too long. */
export function backlogSource(backlog: () => number, clock: Pick<Clock, 'monotonic'>): ClearingSource {
  let since: number | undefined
  return {
    name: 'settlements',
    countOverdue: async () => {
      if (backlog() === 0) since = undefined
      else since ??= clock.monotonic()
      return since !== undefined && clock.monotonic() - since >= CLEARING_MS_MAX ? backlog() : 0
    },
  }
}
