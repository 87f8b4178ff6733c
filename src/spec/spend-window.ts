import type { NanoUsd } from '../lib/index.ts'

/**
 * Fixed windows of UTC in which spending is limited. A day is cut from 00:00 on, so the last of its five-hour windows is 20:00 to 24:00; a
 * week begins on Monday; `total` never ends. The order is that of the channel and of the database.
 */
export const SPEND_WINDOWS = ['5h', '8h', 'day', 'week', 'month', 'total'] as const
export type SpendWindow = (typeof SPEND_WINDOWS)[number]

/** Whose limit it is: a key's own, that of the group the key is in, that of the plan which pays for the key's calls. */
export const SPEND_OWNERS = ['key', 'group', 'plan'] as const
export type SpendOwner = (typeof SPEND_OWNERS)[number]

/**
 * What may be spent in each window. With `covers` it pays for the calls, instead of the balance of the account; without, it only bounds them.
 * `limit` is undefined for one that covers without a bound.
 */
export type SpendLimit = {
  /** The key, the group or the subscription. */
  readonly subjectId: string
  readonly owner: SpendOwner
  readonly limit: NanoUsd | undefined
  readonly window: SpendWindow
  readonly covers: boolean
}

/** When a window begins and ends, in milliseconds since 1970; the end is in the next one. */
export type SpendSpan = { readonly startsAt: number; readonly endsAt: number | undefined }

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** 1970-01-01 was a Thursday. */
const FIRST_MONDAY_MS = 4 * DAY_MS

/** The window that a moment, in milliseconds since 1970, lies in. */
export function spendSpanOf(window: SpendWindow, at: number): SpendSpan {
  if (window === 'total') return { startsAt: 0, endsAt: undefined }
  if (window === 'month') {
    const date = new Date(at)
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
    return { startsAt: Date.UTC(year, month), endsAt: Date.UTC(year, month + 1) }
  }
  if (window === 'week') {
    const startsAt = floorTo(at - FIRST_MONDAY_MS, 7 * DAY_MS) + FIRST_MONDAY_MS
    return { startsAt, endsAt: startsAt + 7 * DAY_MS }
  }
  const day = floorTo(at, DAY_MS)
  const length = LENGTHS_MS[window]
  const startsAt = day + floorTo(at - day, length)
  return { startsAt, endsAt: Math.min(startsAt + length, day + DAY_MS) }
}

const LENGTHS_MS = { '5h': 5 * HOUR_MS, '8h': 8 * HOUR_MS, day: DAY_MS } as const

const floorTo = (value: number, step: number): number => Math.floor(value / step) * step
