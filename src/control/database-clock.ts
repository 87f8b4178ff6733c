import { type Database, sql } from '../db/index.ts'
import type { Clock, Log } from '../lib/index.ts'

/** The database's time of day, told without asking it each time; `look` asks it, `keep` does so every second until it is stopped. */
export type DatabaseClock = Clock & {
  /** Tells whether the time was set, by a second or more; rejects when the database cannot be asked, and the time goes on as it did. */
  readonly look: () => Promise<boolean>
  /** Looks every second; `onSet` is called when the time was set. */
  readonly keep: (onSet: () => void) => { readonly stop: () => void }
}

/** What a clock is made of; `machine` is the clock of this machine, of which only the monotonic part is believed. */
export type DatabaseClockOptions = { readonly database: Database; readonly machine: Clock; readonly log: Log }

const LOOK_MS = 1_000
/** A difference that the way to the database and back can make; the time does not follow it. */
const TOLERANCE_MS = 100
/** An answer that took so long says too little about when it was given. */
const ANSWER_MS_MAX = 1_000
const TOLD_MS = 1_000

/**
 * Makes a clock that begins with the machine's time and follows the database's from the first look on: days, closes and expiries are one
 * for all nodes, and a step of this machine's clock moves none of them.
 */
export function databaseClock({ database, machine, log }: DatabaseClockOptions): DatabaseClock {
  let offset = machine.now() - machine.monotonic()
  const now = (): number => machine.monotonic() + offset
  const look = async (): Promise<boolean> => {
    const asked = machine.monotonic()
    const [row] = await database.query<{ now: Date }>(sql`select clock_timestamp() as now`)
    const answered = machine.monotonic()
    if (row === undefined || answered - asked > ANSWER_MS_MAX) return false
    const told = row.now.getTime() - (asked + answered) / 2
    const difference = told - offset
    if (Math.abs(difference) < TOLERANCE_MS) return false
    offset = told
    if (Math.abs(difference) < TOLD_MS) return false
    log({ event: 'clock-stepped', seconds: Math.round(difference / 1000) })
    return true
  }
  const keep = (onSet: () => void): { readonly stop: () => void } => {
    let isLooking = false
    const timer = setInterval(() => {
      if (isLooking) return
      isLooking = true
      // A database that cannot be asked is noticed and told by those who need it for more than the time.
      look()
        .then((isSet) => isSet && onSet())
        .catch(() => undefined)
        .finally(() => {
          isLooking = false
        })
    }, LOOK_MS)
    return { stop: () => clearInterval(timer) }
  }
  return { now, monotonic: machine.monotonic, look, keep }
}
