import { type Database, sql } from '../db/index.ts'
import { type Clock, errorCode, isoDate, type Log, utcDayOf } from '../lib/index.ts'
import { backlogSource, booksSource, paymentsSource, watchClearing } from './clearing-watch.ts'
import type { DatabaseClock } from './database-clock.ts'

/** What upkeep works with; `backlog` counts settlements that wait to be written. */
export type UpkeepOptions = {
  readonly clock: DatabaseClock
  readonly ledgerDatabase: Database
  readonly appDatabase: Database
  readonly backlog: () => number
  readonly log: Log
}

/** Upkeep that goes on until it is stopped; `overdueCount` is how many things the last look found waiting for too long. */
export type Upkeep = { readonly overdueCount: () => number; readonly stop: () => void }

const HOUR_MS = 3_600_000

/** Starts what is looked after beside the calls: the time, partitions of days to come, and what hangs. */
export function startUpkeep({ clock, ledgerDatabase, appDatabase, backlog, log }: UpkeepOptions): Upkeep {
  const makePartitions = (): void => {
    ensurePartitions(ledgerDatabase, clock).catch((thrown: unknown) => log({ event: 'partition-unmade', code: errorCode(thrown) }))
  }
  const keeping = clock.keep(makePartitions)
  const sources = [booksSource(ledgerDatabase, clock), paymentsSource(appDatabase, clock), backlogSource(backlog, clock)]
  const clearing = watchClearing({ sources, log })
  const hourly = setInterval(makePartitions, HOUR_MS)
  return {
    overdueCount: clearing.overdueCount,
    stop: () => {
      keeping.stop()
      clearing.stop()
      clearInterval(hourly)
    },
  }
}

/** Makes the partitions of yesterday to the day after tomorrow. */
export async function ensurePartitions(ledgerDatabase: Database, clock: Pick<Clock, 'now'>): Promise<void> {
  const today = utcDayOf(clock.now())
  for (const day of [today - 1, today, today + 1, today + 2]) {
    await ledgerDatabase.query(sql`select ensure_usage_partition(${isoDate(day)}::date)`)
  }
}
