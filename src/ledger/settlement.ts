import type { NanoUsd } from '../lib/index.ts'
import type { Usage } from '../spec/index.ts'

/** One settled call as it goes into the books; enums are indexes into the lists of spec, times milliseconds. */
export type Settlement = {
  readonly requestId: string
  /** Days since 1970: the partition of the row, told to the gateway with the hold. */
  readonly day: number
  readonly accountId: string
  readonly keyId: string
  readonly startedAt: number
  readonly modelSerial: number
  readonly routeSerial: number
  readonly priceVersion: number
  readonly outcome: number
  readonly status: number
  readonly usageSource: number
  readonly reportedModel: number
  readonly isStream: boolean
  readonly isSuspect: boolean
  readonly latencyMs: number
  readonly firstByteMs: number | undefined
  readonly usage: Usage
  /** Millionths of the list price. */
  readonly multiplier: number
  readonly serviceTier: number
  /** Tokens that the upstream told of, each way, where the usage was cut to what can be. */
  readonly reportedInput: number | undefined
  readonly reportedOutput: number | undefined
  /** What the upstream asks of the house; undefined when nobody said. */
  readonly upstreamCost: NanoUsd | undefined
  readonly hold: NanoUsd
  /** What the customer pays: the price, at most the hold; nothing where a plan covers the call. */
  readonly cost: NanoUsd
  /** What a plan pays instead, by the id of its subscription. */
  readonly covered?: Covered | undefined
  /** The windows, by their names, in which `cost` or what is covered counts as spent. */
  readonly spentIn?: readonly string[] | undefined
  /** What the price was above the hold: the house's loss. */
  readonly shortfall: NanoUsd
}

/** What became of a settlement: `isNew` is false when the books had it already; `isStuck` when they refuse it. */
export type SettlementResult = { readonly isNew: boolean; readonly isStuck: boolean }

/** What a plan pays for a call: the price, at most the hold. */
export type Covered = { readonly by: string; readonly amount: NanoUsd }

/** A call that is open for long, with what it has used so far. */
export type OpenCallRow = {
  readonly requestId: string
  readonly accountId: string
  readonly keyId: string
  readonly day: number
  readonly modelSerial: number
  readonly routeSerial: number
  readonly priceVersion: number
  readonly multiplier: number
  readonly serviceTier: number
  readonly hold: NanoUsd
  readonly startedAt: number
  /** When its windows of spending were chosen, in seconds since 1970; 0 when it has none. */
  readonly heldAt: number
  readonly usage: Usage
}
