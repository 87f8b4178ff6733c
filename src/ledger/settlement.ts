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
  /** What the customer pays: the price, at most the hold. */
  readonly cost: NanoUsd
  /** What the price was above the hold: the house's loss. */
  readonly shortfall: NanoUsd
}

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
  readonly usage: Usage
}
