import type { ApiKey } from '../../keys/index.ts'
import type { OwnSubscription } from '../ports/index.ts'
import { showPlanPricing } from '../show-plan-pricing.ts'

/** The live keys of an account, and which subscription each belongs to. */
export type KeysOfAccount = { readonly live: readonly ApiKey[]; readonly of: ReadonlyMap<string, string> }

/** A subscription to a plan as its account sees it; nothing for a seat. */
export function showSubscription(subscription: OwnSubscription, { live, of }: KeysOfAccount) {
  if (!('planSlug' in subscription.of)) return []
  const keys = live.filter(({ id }) => of.get(id) === subscription.id).map(({ id, name }) => ({ id, name: name ?? null }))
  return [
    {
      ...commonOf(subscription),
      planSlug: subscription.of.planSlug,
      nextPlanSlug: subscription.nextPlanSlug ?? null,
      keyCount: keys.length,
      keys,
      ...showPlanPricing(subscription.pricing),
    },
  ]
}

/** A seat as its account sees it; nothing for a plan. */
export function showSeat(subscription: OwnSubscription, { live, of }: KeysOfAccount) {
  if (!('poolId' in subscription.of)) return []
  const hasKey = live.some(({ id }) => of.get(id) === subscription.id)
  return [{ ...commonOf(subscription), ...subscription.of, hasKey }]
}

const commonOf = ({ id, status, currentPeriodEnd, cancelAtPeriodEnd, endedBy }: OwnSubscription) => ({
  id,
  status,
  currentPeriodEnd: currentPeriodEnd?.toISOString() ?? null,
  cancelAtPeriodEnd,
  endedBy: endedBy ?? null,
})
