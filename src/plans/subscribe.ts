import type { Database } from '../db/index.ts'
import { fail } from '../failures.ts'
import { formatUsd, type NanoUsd } from '../lib/index.ts'
import { begin } from './begin.ts'
import { refuseHeld } from './held.ts'
import { refuseClosedAccount, writeSubscription } from './open-subscription.ts'
import type { PlanParts } from './parts.ts'
import { payDue } from './pay-period.ts'
import { type PlanOffer, readOffer, readOpenOffer } from './plan-offer.ts'
import { takeSeats, type WantedSeats } from './take-seats.ts'

/** A plan that is wanted; the same `orderId` (of a payment, or of a request that may be sent again) buys once. `paid` is what came for it from outside, `seenPrice` what it was said to cost. */
export type WantedPlan = {
  readonly accountId: string
  readonly planId: string
  readonly orderId?: string | undefined
  readonly paid?: NanoUsd | undefined
  readonly seenPrice?: NanoUsd | undefined
}

/**
 * Begins a subscription to a plan, paid from the balance; returns its id. Fails with plan_unknown, plan_closed, plan_held, account_suspended,
 * order_underpaid, order_price_changed, balance_insufficient, account_frozen.
 */
export async function subscribe(parts: PlanParts, { planId, ...order }: WantedPlan): Promise<string> {
  const { accountId, orderId } = order
  const choose = async (tx: Database): Promise<readonly string[]> => {
    const offer = await readOpenOffer(tx, planId)
    await refuseHeld(tx, offer, { accountId })
    return [await writeSubscription(tx, parts, { accountId, ...termsOf(offer), orderId })]
  }
  const [id] = await begin(parts, { ...order, orderId, choose })
  return id ?? fail('internal')
}

/**
 * Whether a plan can be bought at a price now, in nano-USD; changes nothing. Fails as buying it does, but for what the balance lacks.
 */
export async function checkOrder(
  { database }: Pick<PlanParts, 'database'>,
  { accountId, planId, seenPrice }: Required<Pick<WantedPlan, 'accountId' | 'planId' | 'seenPrice'>>,
): Promise<void> {
  await database.transaction(async (tx) => {
    await refuseClosedAccount(tx, accountId)
    const offer = await readOpenOffer(tx, planId)
    await refuseHeld(tx, offer, { accountId })
    if (offer.price !== seenPrice) fail('order_price_changed', { price: formatUsd(offer.price) })
  })
}

/**
 * Begins subscriptions to seats of a pool, all or none; returns their ids. Fails with pool_unknown, pool_closed, seats_sold_out, invalid_field
 * (blocks, quantity), account_suspended, order_underpaid, order_price_changed, balance_insufficient, account_frozen.
 */
export async function subscribeSeats(parts: PlanParts, wanted: WantedSeats): Promise<readonly string[]> {
  const { blocks, quantity } = wanted
  if (blocks.length === 0) fail('invalid_field', { field: 'blocks', expected: 'a list of one or more blocks of the pool' })
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > SEATS_MAX)
    fail('invalid_field', { field: 'quantity', expected: `a whole number from 1 to ${SEATS_MAX}` })
  return await begin(parts, {
    ...{ accountId: wanted.accountId, orderId: wanted.orderId, paid: wanted.paid, seenPrice: wanted.seenPrice },
    choose: (tx) => takeSeats(tx, parts, wanted),
  })
}

const SEATS_MAX = 100

const termsOf = (offer: PlanOffer) => ({
  of: { planId: offer.id },
  price: offer.price,
  months: offer.months,
  budget:
    offer.budget_amount === null || offer.budget_window === null ? undefined : { amount: offer.budget_amount, window: offer.budget_window },
})

/** What the operator gives: a plan of any kind in use, hidden and closed ones too, without a price, until it is ended. */
export type Gift = { readonly accountId: string; readonly planId: string; readonly reason: string }

/** What the reason of a gift is sealed for, so that it opens in its own row only. */
export const giftPurpose = (id: string): string => `subscription-reason:${id}`

/** Writes a subscription that costs nothing and has begun; returns its id. Fails with account_unknown, account_suspended, plan_unknown. */
export async function writeGift(tx: Database, parts: PlanParts, { accountId, planId, reason }: Gift): Promise<string> {
  const id = parts.ids.uuid()
  await refuseClosedAccount(tx, accountId)
  const offer = await readOffer(tx, planId)
  const reasonSealed = await parts.subjects.seal(accountId, Buffer.from(reason), giftPurpose(id))
  await writeSubscription(tx, parts, { ...termsOf(offer), accountId, price: 0n, isGift: true, reasonSealed, id })
  // It costs nothing, so that the books are not asked, and it can begin in this very transaction.
  await payDue({ ...parts, database: tx }, id)
  return id
}
