import { FailureError, fail } from '../failures.ts'
import type { PaidStep, Payment } from '../payments/index.ts'
import type { PlanParts } from './parts.ts'
import { carryOn } from './renew.ts'
import { subscribe, subscribeSeats } from './subscribe.ts'
import { findOwn, findPeriodAt } from './subscription-record.ts'

/**
 * What begins subscriptions that were paid for from outside, and renews those whose renewal was, once their money is on the balance; however often it is asked, each payment begins
 * them once. What is sold out, closed or costs more than what came leaves the money on the balance, and the step says why by a code. What can pass by
 * itself is thrown, to be tried again.
 */
export const planFulfillers = (parts: PlanParts): PlanFulfillers => ({
  plan: (payment) => begun(buyPlan(parts, payment)),
  seats: (payment) => begun(buySeats(parts, payment)),
  renewal: (payment) => begun(renew(parts, payment)),
})

/** What gives what was paid for: a plan, seats, or the next period of what one has. */
export type PlanFulfillers = { readonly plan: PaidStep; readonly seats: PaidStep; readonly renewal: PaidStep }

async function begun(buying: Promise<unknown>): Promise<string | undefined> {
  try {
    await buying
    return undefined
  } catch (thrown) {
    if (thrown instanceof FailureError && !thrown.failure.retryable) return thrown.failure.code
    throw thrown
  }
}

async function buyPlan(parts: PlanParts, { id: orderId, accountId, purpose, amount: paid }: Payment): Promise<void> {
  if (purpose.kind !== 'plan') return
  const { planId, price } = purpose
  // Of what is paid together with the balance, the price is what was seen, and not what came.
  const terms = price === undefined ? { paid } : { seenPrice: BigInt(price) }
  await subscribe(parts, { accountId, planId, orderId, ...terms })
}

async function buySeats(parts: PlanParts, { id: orderId, accountId, purpose, amount: paid }: Payment): Promise<void> {
  if (purpose.kind !== 'seats') return
  const { poolId, blocks, quantity, period } = purpose
  await subscribeSeats(parts, { accountId, poolId, blocks, quantity, months: period === 'year' ? 12 : 1, orderId, paid })
}

/** Pays the period from the balance, as at every renewal; money that is needed for it no more, or does not suffice any more, stays there. */
async function renew(parts: PlanParts, { accountId, purpose }: Payment): Promise<void> {
  if (purpose.kind !== 'renewal') return
  const { subscriptionId: id, periodStart } = purpose
  await findOwn(parts.database, { accountId, id })
  await carryOn(parts, id)
  const period = await findPeriodAt(parts.database, id, new Date(periodStart))
  if (period?.state === 'due') fail('balance_insufficient')
  if (period?.state !== 'paid') fail('subscription_over')
}
