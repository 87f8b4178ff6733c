import { FailureError } from '../failures.ts'
import type { PaidStep, Payment } from '../payments/index.ts'
import type { PlanParts } from './parts.ts'
import { subscribe, subscribeSeats } from './subscribe.ts'

/**
 * What begins subscriptions that were paid for from outside, once their money is on the balance; however often it is asked, each payment begins
 * them once. What is sold out, closed or costs more than what came leaves the money on the balance, and the step says why by a code. What can pass by
 * itself is thrown, to be tried again.
 */
export const planFulfillers = (parts: PlanParts): { readonly plan: PaidStep; readonly seats: PaidStep } => ({
  plan: (payment) => begun(buyPlan(parts, payment)),
  seats: (payment) => begun(buySeats(parts, payment)),
})

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
  if (purpose.kind === 'plan') await subscribe(parts, { accountId, planId: purpose.planId, orderId, paid })
}

async function buySeats(parts: PlanParts, { id: orderId, accountId, purpose, amount: paid }: Payment): Promise<void> {
  if (purpose.kind !== 'seats') return
  const { poolId, blocks, quantity, period } = purpose
  await subscribeSeats(parts, { accountId, poolId, blocks, quantity, months: period === 'year' ? 12 : 1, orderId, paid })
}
