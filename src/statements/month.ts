import { fail } from '../failures.ts'
import { isoDate, utcDayOf } from '../lib/index.ts'

/** A month in UTC: its name "2026-11", its first day and the first day after it as "2026-11-01", and both as milliseconds. */
export type Month = {
  readonly name: string
  readonly first: string
  readonly after: string
  readonly beginsAt: number
  readonly endsAt: number
}

const MONTH = /^(20\d\d)-(0[1-9]|1[0-2])$/

/** The month of a name. Fails with invalid_field (month), and with month_ahead when it has not begun. */
export function monthOf(name: string, now: number): Month {
  const match = MONTH.exec(name)
  if (match === null) return fail('invalid_field', { field: 'month', expected: 'a month such as 2026-11' })
  const [year, number] = [Number(match[1]), Number(match[2])]
  const [beginsAt, endsAt] = [Date.UTC(year, number - 1), Date.UTC(year, number)]
  if (beginsAt > now) fail('month_ahead', { field: 'month', month: isoDate(utcDayOf(now)).slice(0, 7) })
  return { name, first: isoDate(utcDayOf(beginsAt)), after: isoDate(utcDayOf(endsAt)), beginsAt, endsAt }
}

/** The last day of a month: "2026-11-30" of "2026-11". */
export function lastDayOf(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return isoDate(utcDayOf(Date.UTC(year, number)) - 1)
}
