import { type FailureCode, FailureError } from '../failures.ts'
import type { PlanParts } from './parts.ts'
import { subscribe, subscribeSeats } from './subscribe.ts'

/** What a payment was made for, beside money on the balance. */
export type PlanPurpose =
  | { readonly kind: 'plan'; readonly planId: string; readonly period?: 'month' | 'year' | undefined }
  | {
      readonly kind: 'seats'
      readonly poolId: string
      readonly blocks: readonly string[]
      readonly quantity: number
      readonly period: 'month' | 'year'
    }

/** A payment whose money is on the balance already; its id is that of the order. */
export type PaidOrder = { readonly id: string; readonly accountId: string; readonly purpose: PlanPurpose }

/** What became of it: subscriptions that began, or why none did; the money then stays on the balance. */
export type Fulfilment =
  | { readonly outcome: 'begun'; readonly subscriptionIds: readonly string[] }
  | { readonly outcome: 'kept_as_balance'; readonly code: FailureCode }

/**
 * Begins what a payment was made for, once however often it is asked; what is sold out, closed or costs more by now leaves the money on the
 * balance, with the code that tells the customer why. Whatever can pass by itself is thrown, to be tried again.
 */
export async function fulfil(parts: PlanParts, { id, accountId, purpose }: PaidOrder): Promise<Fulfilment> {
  try {
    return { outcome: 'begun', subscriptionIds: await buy(parts, { id, accountId, purpose }) }
  } catch (thrown) {
    if (thrown instanceof FailureError && !thrown.failure.retryable) return { outcome: 'kept_as_balance', code: thrown.failure.code }
    throw thrown
  }
}

async function buy(parts: PlanParts, { id: orderId, accountId, purpose }: PaidOrder): Promise<readonly string[]> {
  if (purpose.kind === 'plan') return [await subscribe(parts, { accountId, planId: purpose.planId, orderId })]
  const { poolId, blocks, quantity, period } = purpose
  return await subscribeSeats(parts, { accountId, poolId, blocks, quantity, months: period === 'year' ? 12 : 1, orderId })
}
