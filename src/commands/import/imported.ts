import type { SpendCap } from '../../keys/index.ts'
import type { NanoUsd, Network } from '../../lib/index.ts'

/** How much may be called; undefined: no bound. */
export type ImportedLimits = {
  readonly requestsPerMinute: number | undefined
  readonly tokensPerMinute: number | undefined
  readonly concurrentCalls: number | undefined
}

/** A key as another program had it; `ref` is its number or hash there. */
export type ImportedKey = {
  readonly ref: string
  readonly name: string
  /** Undefined: every model. */
  readonly models: readonly string[] | undefined
  readonly limits: ImportedLimits
  /** What it may spend of the balance; undefined: all of it. */
  readonly spendCap: SpendCap | undefined
  /** Where its calls may come from; undefined: everywhere. */
  readonly ipRanges: readonly Network[] | undefined
  /** Milliseconds since 1970; undefined: never. */
  readonly expiresAt: number | undefined
}

/** No bound on calls. */
export const NO_LIMITS: ImportedLimits = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrentCalls: undefined }

/** Somebody who paid there; `ref` is the number there, `balance` what is left of what was paid. */
export type ImportedAccount = {
  readonly ref: string
  readonly email: string | undefined
  readonly balance: NanoUsd
  /** What all of its keys may call together. */
  readonly limits: ImportedLimits
  readonly keys: readonly ImportedKey[]
}

/** A place that was called there; its keys stay where they are. */
export type ImportedUpstream = {
  readonly id: string
  readonly kind: string
  readonly baseUrl: string
  readonly models: readonly string[]
  /** What it was called for by another name than customers use. */
  readonly names: Readonly<Record<string, string>>
}

/** What a model cost there: USD per million tokens, as decimals. */
export type ImportedPrice = { readonly model: string; readonly input: string; readonly output: string }

/** Something that is not taken over, and why. */
export type Refused = { readonly noun: string; readonly ref: string; readonly why: string }

/** All that another program told. */
export type Imported = {
  readonly source: 'litellm' | 'new-api' | 'one-api'
  readonly accounts: readonly ImportedAccount[]
  readonly upstreams: readonly ImportedUpstream[]
  readonly prices: readonly ImportedPrice[]
  readonly refused: readonly Refused[]
}

/** A row of a table; numbers are the text that the source had, so that no float comes between. */
export type Row = Readonly<Record<string, unknown>>
/** Rows by the name of their table. */
export type Tables = Readonly<Record<string, readonly Row[]>>
