import type { SeededRandom } from '../../../sim/index.ts'
import type { MoneyStore } from '../../../src/control/testing.ts'
import type { Ids } from '../../../src/lib/index.ts'
import type { RailReport } from '../../../src/spec/index.ts'
import type { Rail } from './rails.ts'

/** A place where people pay: a rail, what is on its other side, and people at it. */
export type Till = {
  /** Somebody begins to pay. */
  readonly begin: (accountId: string) => Promise<void>
  /** Something happens to what was begun, and is told any number of times, late, at once, while everything breaks. */
  readonly goOn: () => Promise<void>
  /** Brings about what chance left out, of somebody who pays here, and makes good what was lost on the way. */
  readonly finish: (accountId: string) => Promise<void>
  readonly rails: readonly Rail[]
  /** What the other side lists of a day, as the nightly reconciliation reads it. */
  readonly report: RailReport
  readonly close: () => Promise<void>
}

/** What a till stands in. */
export type TillParts = {
  readonly store: MoneyStore
  readonly random: SeededRandom
  readonly clock: { readonly now: () => number; readonly forward: (millis: number) => unknown }
  readonly ids: Ids
  /** Counts what happened. */
  readonly count: (name: string) => unknown
}
