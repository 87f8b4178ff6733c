import type { NanoUsd } from '../lib/index.ts'
import type {
  BudgetWindow,
  CallLimits,
  PlanKind,
  Price,
  PrivacyLabel,
  ProtocolName,
  Strategy,
  UpstreamKind,
  WrittenPrice,
} from '../spec/index.ts'

/** What members of a plan will pay of the list price, from a time on in milliseconds; the multiplier in millionths. */
export type DesiredPlanChange = { readonly effectiveAt: number; readonly multiplier: number }

/** Who a row of the catalogue belongs to, weakest first: a stronger source takes over an id, a weaker one leaves it alone. */
export const SOURCES = ['sandbox', 'environment', 'operator', 'file'] as const
export type Source = (typeof SOURCES)[number]

/**
 * An upstream as it should be; `apiKey` undefined: it wants none; `keyPool` serves beside it; `adminKey` reads its usage and cost report;
 * `apiVersion` where its API has dated versions.
 */
export type DesiredUpstream = {
  readonly id: string
  readonly kind: UpstreamKind
  readonly baseUrl: string
  readonly apiKey: string | undefined
  readonly keyPool?: readonly string[] | undefined
  readonly maxConcurrency?: number | undefined
  readonly adminKey?: string | undefined
  readonly apiVersion?: string | undefined
  readonly placement: 'third_party' | 'local'
  readonly privacy: PrivacyLabel
  /** What it speaks; undefined: what its kind does. */
  readonly protocols?: readonly ProtocolName[] | undefined
  /** Whether what addresses in requests lead to is fetched for it; false when left out. */
  readonly fetchesUrls?: boolean | undefined
}

/** A way to serve a model as it should be; `cost` is what the upstream asks of us. */
export type DesiredRoute = {
  readonly upstream: string
  readonly model: string
  readonly priority: number
  /** 1 when left out. */
  readonly weight?: number
  readonly cost: WrittenPrice
}

/** A model as it should be; without a price it cannot be called, and says so. */
export type DesiredModel = {
  readonly id: string
  readonly context: number
  readonly outputMax: number
  readonly price: Price | undefined
  /** Prices that begin to hold later; undefined: what is scheduled stays as it is. */
  readonly priceChanges?: readonly DesiredPriceChange[]
  /** `priority` when left out. */
  readonly strategy?: Strategy
  /** Why a rise of its price needs no notice; undefined: it waits for it. */
  readonly shorterNoticeReason?: string | undefined
  readonly routes: readonly DesiredRoute[]
}

/** A price and the time from which it holds, in milliseconds since 1970. */
export type DesiredPriceChange = { readonly effectiveAt: number; readonly price: Price }

/**
 * A plan as it should be; its members pay the list price times `multiplier`, in millionths. `price` in nano-USD for each period; `budget` is what
 * its calls may spend instead of the balance.
 */
export type DesiredPlan = {
  readonly id: string
  readonly multiplier: number
  readonly name?: string | undefined
  readonly kind?: PlanKind | undefined
  readonly price?: NanoUsd | undefined
  /** Undefined: every model. */
  readonly models?: readonly string[] | undefined
  readonly limits?: Partial<CallLimits> | undefined
  readonly budget?: { readonly amount: NanoUsd; readonly window: BudgetWindow } | undefined
  /** Whether everybody sees it and may take it; false when left out. */
  readonly isPublic?: boolean | undefined
  /** Whether it takes no new members; false when left out. */
  readonly isClosed?: boolean | undefined
  /** What its multiplier will be from later times on. */
  readonly changes?: readonly DesiredPlanChange[] | undefined
  /** Why a rise of its multiplier needs no notice; undefined: it waits for it. */
  readonly shorterNoticeReason?: string | undefined
}

/** All that one source wants in the catalogue; without `plans` it says nothing of them. */
export type DesiredCatalog = {
  readonly upstreams: readonly DesiredUpstream[]
  readonly models: readonly DesiredModel[]
  readonly plans?: readonly DesiredPlan[]
}

/** Turns a provider's key into ciphertext and back; the purpose is bound to it. */
export type Sealing = {
  readonly seal: (plain: Buffer, purpose: string) => Buffer
  readonly unseal: (sealed: Buffer, purpose: string) => Buffer
}

/** What a sealed provider key is bound to, so that it opens in the row it was made for only. */
export const keyPurpose = (upstreamId: string): string => `upstream-key:${upstreamId}`

/** The same for the pool of further keys. */
export const keyPoolPurpose = (upstreamId: string): string => `upstream-key-pool:${upstreamId}`

/** The same for the key that reads an upstream's reports, so that neither key opens as the other. */
export const adminKeyPurpose = (upstreamId: string): string => `upstream-admin-key:${upstreamId}`
