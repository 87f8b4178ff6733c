import type { Database } from '../db/index.ts'
import type { Clock, Ids, NanoUsd } from '../lib/index.ts'
import type { SubjectKeys } from '../privacy/index.ts'
import type { SubscriptionSettings } from './settings.ts'

/** What plans ask of the books; the same source key moves money once. */
export type PlanBooks = {
  /** Takes the price from the balance, and lends what it lacks where the account owes `owedMax` nano-USD at most then. Fails with balance_insufficient, account_frozen, idempotency_conflict. */
  readonly purchase: (input: Purchase) => Promise<{ readonly transferId: string }>
  /** Gives back a part of a purchase. */
  readonly returnPurchase: (input: PurchaseReturn) => Promise<{ readonly transferId: string }>
}

/** Money for a thing that is bought. */
export type Purchase = {
  readonly accountId: string
  readonly amount: NanoUsd
  readonly sourceKey: string
  readonly reason: string
  readonly owedMax: NanoUsd
}

/** Money of a purchase that goes back. */
export type PurchaseReturn = { readonly transferId: string; readonly amount: NanoUsd; readonly sourceKey: string; readonly reason: string }

/** What plans work with; `database` has the role farebox_app, `clock` is the database's. */
export type PlanParts = {
  readonly database: Database
  readonly books: PlanBooks
  readonly clock: Pick<Clock, 'now'>
  readonly ids: Ids
  readonly settings: SubscriptionSettings
  readonly subjects: Pick<SubjectKeys, 'seal' | 'unseal'>
}

/** The time in whole milliseconds. */
export const nowOf = ({ clock }: Pick<PlanParts, 'clock'>): number => Math.floor(clock.now())

/** Milliseconds of a day. */
export const DAY_MS = 86_400_000
