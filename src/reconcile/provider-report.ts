import type { ExactNumber } from '../catalog/index.ts'
import type { Figures } from './difference.ts'

/** Where a report is asked for: the upstream's own address, with the key that reads reports. */
export type ReportPlace = { readonly baseUrl: string; readonly adminKey: string }

/** Asks for one page of a report: JSON with exact numbers. Throws ReportError. */
export type ReadPage = (url: string, headers: Readonly<Record<string, string>>) => Promise<unknown>

/** Reads what a provider says of one UTC day, such as "2026-11-26", by the model as it calls it. Throws ReportError. */
export type ReadReport = (place: ReportPlace, day: string, readPage: ReadPage) => Promise<ReadonlyMap<string, Figures>>

/** Why there is no report to compare with; `isUnreadable` when one came that is not as it is documented. */
export class ReportError extends Error {
  readonly code: string
  readonly isUnreadable: boolean
  constructor(code: string, isUnreadable: boolean, cause?: unknown) {
    super(code, { cause })
    this.name = 'ReportError'
    this.code = code
    this.isUnreadable = isUnreadable
  }
}

/** A number in a report that has to be a whole one; throws ReportError SHAPE. */
export function wholeOf(number: ExactNumber | undefined): number {
  if (number === undefined) return 0
  const whole = /^\d{1,15}$/.test(number.source) ? Number(number.source) : Number.NaN
  if (Number.isNaN(whole)) throw new ReportError('SHAPE', true)
  return whole
}
