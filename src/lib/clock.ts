// The global of this name is a getter, which costs each reading of the clock a tenth more.
import { performance } from 'node:perf_hooks'

/** The time as it is handed to whoever needs it, so that tests can move it. */
export type Clock = {
  /** Milliseconds since 1970 UTC, from the system clock; may jump. */
  readonly now: () => number
  /** Milliseconds that never go backwards; for durations and time-outs. */
  readonly monotonic: () => number
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() }

/** Days since 1970-01-01 UTC of a time in milliseconds. */
export const utcDayOf = (millis: number): number => Math.floor(millis / 86_400_000)

/** "2026-11-21" for a day number. */
export const isoDate = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10)

/** Whether a text is a day as isoDate writes one that there is, from 1970 to 9999: others are counted on to another one, or known to no database. */
export const isUtcDay = (text: string): boolean => {
  const millis = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN
  return millis >= 0 && isoDate(utcDayOf(millis)) === text
}

/** "2026-11-21T10:00:00Z" for a time in milliseconds, rounded up to a second. Source: RFC 3339 (2002-07). */
export const isoTime = (millis: number): string => new Date(Math.ceil(millis / 1_000) * 1_000).toISOString().replace('.000Z', 'Z')
