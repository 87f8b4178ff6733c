/** What the management interface asks of those who sell plans and seats and of the ways to pay; each may be absent. Never reaches into them. */
import type { Database } from '../../db/index.ts'
import type { NanoUsd } from '../../lib/index.ts'
import type { DepositWarning, PaymentPurpose } from '../../payments/index.ts'

/** What share of the list price calls of a plan cost, and will from some times on; multipliers in millionths, the next change first. */
export type PlanPricing = {
  readonly multiplier: number
  readonly changes: readonly { readonly effectiveAt: Date; readonly multiplier: number }[]
}

/** A plan as anybody may see it; `price` in nano-USD for each period. */
export type OfferedPlan = {
  readonly slug: string
  readonly name: string
  readonly price: NanoUsd
  readonly period: 'month' | 'year' | 'once' | 'free'
  readonly models: readonly string[] | undefined
  readonly requestsPerMinute: number | undefined
  readonly tokensPerMinute: number | undefined
  readonly concurrentCalls: number | undefined
  readonly budget: { readonly amount: NanoUsd; readonly window: string } | undefined
  readonly pricing: PlanPricing | undefined
}

/** A subscription as its account sees it: to a plan, or one seat of a pool in a block. */
export type OwnSubscription = {
  readonly id: string
  readonly of: { readonly planSlug: string } | { readonly poolId: string; readonly poolSlug: string; readonly block: string }
  readonly status: 'active' | 'past_due' | 'canceled'
  /** Undefined: it never ends. */
  readonly currentPeriodEnd: Date | undefined
  readonly cancelAtPeriodEnd: boolean
  /** Who ended it, or ends it with its period; undefined while it goes on, and where that was not noted. */
  readonly endedBy?: 'customer' | 'operator' | 'payment' | undefined
  /** The plan that it goes over to with its period. */
  readonly nextPlanSlug?: string | undefined
  /** What calls of its plan cost; undefined where it was not asked for. */
  readonly pricing?: PlanPricing | undefined
}

/** A subscription that goes over to another plan, and when: now, with its period, or not at all as it has that plan. */
export type ChangedPlan = { readonly own: OwnSubscription; readonly change: 'now' | 'at_period_end' | 'kept' }

/** What a change would do now; `startsAt` undefined where nothing changes, `price` in nano-USD for each period, `returned` of the period that goes on. */
export type PlanQuote = {
  readonly change: ChangedPlan['change']
  readonly startsAt: Date | undefined
  readonly price: NanoUsd
  readonly period: 'month' | 'year' | 'free'
  readonly returned: NanoUsd
}

/** Who sells plans: bought from the balance, once for each `orderId` (a UUID). */
export type PlanShop = {
  readonly list: () => Promise<readonly OfferedPlan[]>
  /** For `seenPrice` in nano-USD, where that is said, and for no other. Fails with plan_unknown, plan_closed, order_price_changed, balance_insufficient. */
  readonly subscribe: (order: {
    readonly accountId: string
    readonly planSlug: string
    readonly orderId: string
    readonly seenPrice?: NanoUsd | undefined
  }) => Promise<OwnSubscription>
  /** Whether it can be bought at that price. Fails as buying it does, but for what the balance lacks. */
  readonly check: (order: { readonly accountId: string; readonly planSlug: string; readonly seenPrice: NanoUsd }) => Promise<void>
  /** All of an account, seats too. */
  readonly listOwn: (accountId: string) => Promise<readonly OwnSubscription[]>
  /** Ends it with its period. Fails with subscription_unknown. */
  readonly cancel: (which: { readonly accountId: string; readonly subscriptionId: string }) => Promise<OwnSubscription>
  /** Takes that back while its period goes on, where it is theirs. Fails with subscription_unknown, subscription_over, subscription_ended_by_operator. */
  readonly keep: (which: { readonly accountId: string; readonly subscriptionId: string }) => Promise<OwnSubscription>
  /** What putting it on another plan would do; changes nothing. Fails as that does, but for what the balance lacks. */
  readonly quote: (wanted: { readonly accountId: string; readonly subscriptionId: string; readonly planSlug: string }) => Promise<PlanQuote>
  /**
   * Puts it on another plan; asked again it is kept there; `seen` is what was told of it before, and it is not done otherwise. Fails with
   * subscription_unknown, plan_unknown, plan_closed, plan_held, plan_quote_changed, balance_insufficient.
   */
  readonly change: (wanted: {
    readonly accountId: string
    readonly subscriptionId: string
    readonly planSlug: string
    readonly seen?: { readonly change?: ChangedPlan['change'] | undefined; readonly price?: NanoUsd | undefined } | undefined
  }) => Promise<ChangedPlan>
}

/** A pool with its blocks; `annualDiscount` in hundredths of a percent. */
export type OfferedPool = {
  readonly id: string
  readonly slug: string
  readonly description: string
  readonly models: readonly string[]
  readonly status: 'open' | 'sold_out' | 'closed'
  readonly totalSlots: number
  readonly annualDiscount: number
  readonly blocks: readonly OfferedBlock[]
}

/** The seats of a pool in one block of the day; hours in UTC such as "08-16". */
export type OfferedBlock = {
  readonly block: string
  readonly hoursUtc: string
  readonly pricePerMonth: NanoUsd
  readonly availableSeats: number
  readonly status: 'open' | 'sold_out'
}

/** Seats that are wanted; `seenPrice` in nano-USD is what all of them are taken to cost for a period. */
export type SeatOrder = {
  readonly accountId: string
  readonly poolId: string
  readonly blocks: readonly string[]
  readonly quantity: number
  readonly billingCycle: 'month' | 'year'
  readonly orderId: string
  readonly seenPrice?: NanoUsd | undefined
}

/** Who sells seats in pools. */
export type PoolShop = {
  readonly list: () => Promise<readonly OfferedPool[]>
  /** Fails with pool_unknown, pool_closed, seats_sold_out, order_price_changed, balance_insufficient. */
  readonly subscribe: (order: SeatOrder) => Promise<readonly OwnSubscription[]>
}

/** A page that a person is sent to, or an address that they pay to; `paymentId` where the rail opened a payment of its own for it. */
export type CheckoutStep =
  | { readonly kind: 'page'; readonly url: string; readonly sessionId: string; readonly paymentId?: string }
  | PaymentAddress

/** An address on a chain, the token that is taken there, a URI that wallets read from a QR code, and what to be warned of. */
export type PaymentAddress = {
  readonly kind: 'address'
  readonly address: string
  readonly chain: string
  readonly token: string
  readonly tokenSymbol: string
  readonly uri: string
  /** In English, and each by its code with what it is filled with, for saying it in another language. */
  readonly warnings: readonly string[]
  readonly warningCodes: readonly Pick<DepositWarning, 'code' | 'values'>[]
  /** Of what was ordered, and is bought when its money comes. */
  readonly paymentId?: string
}

/** What is to be paid; `orderId` is the same where the same asking comes twice. */
export type CheckoutOrder = {
  readonly accountId: string
  readonly amount: NanoUsd
  readonly purpose: PaymentPurpose
  readonly orderId: string
  /** Whether the card that pays is kept for later; ways without cards keep none. */
  readonly savesCard?: boolean
}

/** Money that was sent and is looked for by the hash of its transaction. */
export type SentTransaction = { readonly accountId: string; readonly txHash: string; readonly amount: NanoUsd }

/** One way to pay. */
export type CheckoutRail = {
  readonly begin: (order: CheckoutOrder) => Promise<CheckoutStep>
  /** Looks for a transaction and credits it once. Fails with codes of the rail's own. */
  readonly verify?: (sent: SentTransaction) => Promise<{ readonly credited: NanoUsd }>
}

/** Who sends money with a wallet and has no account: the transaction, the paying wallet's signature over the words of `claimMessage`, and 32 bytes that its key is made of. */
export type WalletClaim = { readonly txHash: string; readonly signature: string; readonly random: Buffer }

/** Buying without an account: by a transaction to the house's address that its payer claims. */
export type AgentDesk = {
  readonly payTo: () => Omit<PaymentAddress, 'kind'>
  /** The exact words that the paying wallet signs. */
  readonly claimMessage: (txHash: string) => string
  /** Opens an account for what was paid, with a key that is told this once. Fails with codes of the rail's own. */
  readonly claim: (
    claim: WalletClaim,
  ) => Promise<{ readonly accountId: string; readonly keyId: string; readonly apiKey: string; readonly credited: NanoUsd }>
}

/** Whose end user it is, and how much their keys may spend in a window together; without a cap, as much as the account. */
export type EndUser = {
  readonly id: string
  readonly name: string | undefined
  readonly cap: { readonly amount: NanoUsd; readonly window: string } | undefined
  readonly createdAt: Date
}

/** A new end user. */
export type NewEndUser = {
  readonly id: string
  readonly accountId: string
  readonly name: string
  readonly cap: EndUser['cap']
  readonly now: number
}

/** Who keeps the end users of accounts: groups of keys with a cap of their own. */
export type EndUserBook = {
  readonly create: (tx: Database, input: NewEndUser) => Promise<EndUser>
  readonly list: (accountId: string) => Promise<readonly EndUser[]>
  /** Fails with end_user_unknown. */
  readonly change: (which: { readonly accountId: string; readonly id: string }, cap: EndUser['cap']) => Promise<EndUser>
  /** Revokes their keys. Fails with end_user_unknown. */
  readonly remove: (which: { readonly accountId: string; readonly id: string }, now: number) => Promise<void>
  /** Puts a key of the account to an end user. Fails with end_user_unknown. */
  readonly assign: (tx: Database, which: { readonly accountId: string; readonly id: string }, keyId: string) => Promise<void>
  /** Fails with end_user_unknown. */
  readonly keysOf: (which: { readonly accountId: string; readonly id: string }) => Promise<readonly string[]>
}

/** Puts a key to a subscription of its account. Fails with subscription_unknown. */
export type SubscriptionKeys = {
  readonly attach: (
    tx: Database,
    which: { readonly accountId: string; readonly subscriptionId: string; readonly keyId: string },
  ) => Promise<void>
  /** Which subscription each key of an account belongs to; those of credit are absent. */
  readonly of: (accountId: string) => Promise<ReadonlyMap<string, string>>
}

/** All that is sold; what is absent is not offered, and its paths say so. */
export type ManagePorts = {
  readonly plans?: PlanShop
  readonly pools?: PoolShop
  readonly subscriptionKeys?: SubscriptionKeys
  readonly rails: Readonly<Partial<Record<'stripe' | 'usdc' | 'btcpay', CheckoutRail>>>
  readonly agents?: AgentDesk
  readonly endUsers?: EndUserBook
}
