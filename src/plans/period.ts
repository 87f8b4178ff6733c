import type { NanoUsd } from '../lib/index.ts'

/** A stretch of time, in milliseconds since 1970: from `start` until just before `end`. */
export type Period = { readonly start: number; readonly end: number }

/** Where periods are counted from, and how many months one has. */
export type Rhythm = { readonly anchor: number; readonly months: number }

/** The period of an index; the first has 0. Each begins where the one before ends, on the anchor's day of the month or the month's last. */
export const periodAt = ({ anchor, months }: Rhythm, index: number): Period => ({
  start: addMonths(anchor, months * index),
  end: addMonths(anchor, months * (index + 1)),
})

/** The same day and time so many months later in UTC, or the last day of a month that is too short. */
export function addMonths(millis: number, months: number): number {
  const from = new Date(millis)
  const [year, month] = [from.getUTCFullYear(), from.getUTCMonth() + months]
  const dayMax = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return Date.UTC(year, month, Math.min(from.getUTCDate(), dayMax)) + timeOfDay(millis)
}

const DAY_MS = 86_400_000
const timeOfDay = (millis: number): number => ((millis % DAY_MS) + DAY_MS) % DAY_MS

/** What of a period's price was not used at a time: the used part is rounded up to a whole nano-USD, once, and the rest is this. */
export function unusedPart(price: NanoUsd, { start, end }: Period, at: number): NanoUsd {
  if (at <= start) return price
  if (at >= end) return 0n
  return (price * BigInt(end - at)) / BigInt(end - start)
}
