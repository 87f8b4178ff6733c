import type { NanoUsd } from '../lib/index.ts'

/** What one side says of a thing: undefined where it does not. Tokens are those of all classes, each once. */
export type Figures = {
  readonly calls: number | undefined
  readonly input: number | undefined
  readonly output: number | undefined
  readonly amount: NanoUsd | undefined
}

/** Something that the two sides tell differently. over: we have more than they; under: they have more than we. */
export type Difference = {
  readonly name: string
  readonly side: 'over' | 'under'
  readonly ours: Figures
  readonly theirs: Figures
}

/** What is compared: the journal with the rows of calls, deposits with a payment rail, calls with a provider's report. */
export const PARTS = ['ledger', 'rail', 'provider'] as const
export type Part = (typeof PARTS)[number]

/** none: nobody offers one. missing: it did not come. unreadable: what came is not a report as it is documented. */
export const REPORT_STATES = ['read', 'none', 'missing', 'unreadable'] as const
export type ReportState = (typeof REPORT_STATES)[number]

/** One comparison of a day. `loss` is what the house has lost by what differs, in nano-USD. */
export type Comparison = {
  readonly part: Part
  readonly source: string
  readonly report: ReportState
  readonly reportCode: string | undefined
  readonly ours: NanoUsd
  readonly theirs: NanoUsd
  readonly over: NanoUsd
  readonly under: NanoUsd
  readonly loss: NanoUsd
  readonly isAlarming: boolean
  readonly differences: readonly Difference[]
}

/** Two sides that do not say how many calls or tokens. */
export const amountOnly = (amount: NanoUsd): Figures => ({ calls: undefined, input: undefined, output: undefined, amount })

/** By how much money more one side has, over all differences. */
export function sidesOf(differences: readonly Difference[]): { readonly over: NanoUsd; readonly under: NanoUsd } {
  let [over, under] = [0n, 0n]
  for (const { ours, theirs } of differences) {
    if (ours.amount === undefined || theirs.amount === undefined) continue
    if (ours.amount > theirs.amount) over += ours.amount - theirs.amount
    else under += theirs.amount - ours.amount
  }
  return { over, under }
}
