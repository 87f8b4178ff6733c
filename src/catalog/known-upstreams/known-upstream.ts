import type { PrivacyLabel, UpstreamKind, WrittenPrice } from '../../spec/index.ts'

/** An upstream that a provider key in the environment brings with it. Limits in tokens, prices in USD per million tokens. */
export type KnownUpstream = {
  readonly variable: string
  readonly id: string
  /** What people call it. */
  readonly name: string
  /** What public price lists call it besides. */
  readonly listedAs?: readonly string[]
  readonly kind: UpstreamKind
  readonly baseUrl: string
  /** What the provider's own page says of all calls of these models. */
  readonly privacy?: PrivacyLabel
  readonly models: readonly KnownModel[]
}

/** A model without a price is listed and refused until the operator sets one. */
export type KnownModel = {
  readonly id: string
  /** The upstream's name for it, where that is another. */
  readonly upstreamModel?: string
  readonly context: number
  readonly outputMax: number
  readonly price: WrittenPrice | undefined
}
