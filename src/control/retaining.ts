import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../db/index.ts'
import { PERSONAL_DATA } from '../inventory.ts'
import { type Clock, errorCode, type Log, utcDayOf } from '../lib/index.ts'
import {
  agreedTime,
  forgetAged,
  forgetSpent,
  purgeDays,
  purgeShortKept,
  readLateness,
  retentionJobs,
  rewriteDeleted,
  turnWal,
} from '../retention/index.ts'
import { type RunningJobs, repeat } from './repeat.ts'

/** What retention works with; `booksDatabase` has the role farebox_ledger and time for statements that take long, `clock` is the machine's. */
export type RetainingOptions = {
  readonly appDatabase: Database
  readonly booksDatabase: Database
  readonly clock: Clock
  /** Charges and seals days that are over, as nothing else may be dropped. */
  readonly close: () => Promise<void>
  readonly log: Log
  /** Hears for how many seconds something should have been deleted. */
  readonly onLate: (seconds: number) => void
}

/** What deletes on time, from `start` on. */
export type Retention = { readonly start: () => RunningJobs }

/** The day is looked at so often, as what is due is due at midnight; */
const LOOK_MS = 1_000
/** what becomes due when a day was closed, or by the hour, is looked for so often, */
const AGAIN_MS = 600_000
/** and so often when something failed, or the database's day has not begun. */
const SOON_MS = 10_000
/** Files are written anew for rows that went one by one, and the log is turned, at the beginning of a day and at most so often. */
const TURN_MS = 3_600_000
const LATE_SECONDS = 3_600
const CATCH_UP_TRIES = 4
const CATCH_UP_WAIT_MS = 500

/**
 * Deletes calls, receipts and everything else that has an age and became due while nothing ran, then resolves with what goes on with it.
 * One that cannot be caught up with, as a day does not close, is an alarm and no reason to refuse calls: they make nothing older.
 */
export async function openRetention(options: RetainingOptions): Promise<Retention> {
  const { clock, close, log } = options
  const purge = makePurge(options)
  let last: { readonly triedDay: number; readonly doneDay: number; readonly at: number } | undefined
  const isDone = (): boolean => {
    const today = utcDayOf(clock.now())
    if (last?.triedDay !== today) return false
    return clock.monotonic() - last.at < (last.doneDay === today ? AGAIN_MS : SOON_MS)
  }
  const run = async (isServing: boolean): Promise<boolean> => {
    const [triedDay, at] = [utcDayOf(clock.now()), clock.monotonic()]
    const doneDay = await purge(isServing)
    last = { triedDay, doneDay: doneDay ?? 0, at }
    return doneDay !== undefined
  }
  await close().catch((thrown: unknown) => log({ event: 'day-unclosed', code: errorCode(thrown) }))
  for (let tries = 1; !(await run(false)) && tries < CATCH_UP_TRIES; tries += 1) await delay(CATCH_UP_WAIT_MS)
  last = undefined
  const start = (): RunningJobs =>
    repeat(async () => void (isDone() || (await run(true))), {
      name: 'retention.purge',
      waitMs: LOOK_MS,
      onFailed: (thrown) => log({ event: 'purge-failed', code: errorCode(thrown) }),
    })
  return { start }
}

/**
 * Makes what does all there is to do, each whatever becomes of the others. It returns the day up to which it is done, by the clock that is
 * behind; undefined when something failed.
 */
function makePurge(options: RetainingOptions): (isServing: boolean) => Promise<number | undefined> {
  const { appDatabase, booksDatabase, clock, log } = options
  const jobs = retentionJobs(PERSONAL_DATA)
  let turned = { day: 0, at: Number.NEGATIVE_INFINITY }
  let isUnturned = false
  return async (isServing) => {
    let isWhole = true
    const step = async (event: string, work: () => Promise<number>): Promise<void> => {
      try {
        if ((await work()) > 0) isUnturned = true
      } catch (thrown) {
        isWhole = false
        log({ event, code: errorCode(thrown) })
      }
    }
    let day = 0
    await step('clock-unread', async () => {
      day = utcDayOf((await agreedTime(booksDatabase, clock.now())).earlier)
      return 0
    })
    await step('days-kept', async () => (await purgeDays(booksDatabase, clock.now())).length)
    await step('calls-kept', () => purgeShortKept(booksDatabase, clock.now()))
    // One table at a time, so that what cannot be deleted from keeps no other rows.
    for (const job of jobs) await step('rows-kept', () => forgetAged({ appDatabase, ledgerDatabase: booksDatabase }, [job], clock.now()))
    await step('rows-kept', () => forgetSpent(booksDatabase))
    await step('log-unturned', async () => {
      // A checkpoint takes its time, for which nobody has to wait before calls are served.
      if (!isServing || (day === turned.day && !(isUnturned && clock.monotonic() - turned.at >= TURN_MS))) return 0
      await rewriteDeleted(booksDatabase)
      await turnWal(booksDatabase)
      turned = { day, at: clock.monotonic() }
      isUnturned = false
      return 0
    })
    await step('purge-unwatched', () => watch(options))
    return isWhole ? day : undefined
  }
}

async function watch({ booksDatabase, clock, log, onLate }: RetainingOptions): Promise<number> {
  const late = await readLateness(booksDatabase, clock.now())
  onLate(late?.seconds ?? 0)
  if (late !== undefined && late.seconds > LATE_SECONDS) log({ event: 'purge-late', day: late.day, seconds: late.seconds })
  return 0
}
