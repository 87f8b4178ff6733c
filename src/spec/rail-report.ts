import type { NanoUsd } from '../lib/index.ts'

/** A payment as its rail lists it; the amount in nano-USD where the currency is USD. */
export type RailEntry = { readonly externalId: string; readonly amount: NanoUsd; readonly currency: string }

/** A way that money comes in by, and what it says came in on a UTC day. */
export type RailReport = {
  readonly rail: string
  /** What the source keys of its deposits begin with. */
  readonly sourcePrefix: string
  /** What the rail knows a deposit by: the rest of its source key, or the id of the transfer. */
  readonly externalIdIs: 'rest-of-source-key' | 'transfer-id'
  /** Whether a day without a list is late after a time; by hand nobody has promised one. */
  readonly isExpected: boolean
  /** What came in on a day; undefined while it is not listed. */
  readonly read: (day: string) => Promise<readonly RailEntry[] | undefined>
  /**
   * Which of some deposits the rail has, whenever their money came: what is claimed, or booked, long after it came is listed for another day.
   * Left out where that cannot be; what cannot be asked now is not told.
   */
  readonly find?: (externalIds: readonly string[]) => Promise<readonly RailEntry[]>
}
