import type { Context } from 'hono'
import { FailureError, fail } from '../../failures.ts'
import { formatUsd, parseUsd } from '../../lib/index.ts'
import type { CustomerEnv } from '../customer-guard.ts'
import type { OwnSubscription, PlanShop } from '../ports/index.ts'
import { visitorOf } from '../visitor.ts'
import { accountOf, type ManageDependencies } from './manage-env.ts'
import { requireCardPerson } from './require-card-person.ts'

type Order = { readonly planSlug: string; readonly orderId: string }
type ByCard = Pick<ManageDependencies, 'abuse' | 'identity' | 'manage' | 'publicUrl' | 'stripe'> & { readonly shop: PlanShop }

/**
 * What buys a plan for whoever asks with their saved card, which pays what the balance lacks of the price that they saw. Fails with rail_not_offered,
 * missing_field (price), person_needed, member_role, not_fresh.
 */
export async function buyByCard(
  c: Context<CustomerEnv>,
  { abuse, shop, ...dependencies }: ByCard,
  price: string | undefined,
): Promise<(order: Order) => Promise<OwnSubscription>> {
  const rail = dependencies.stripe ?? fail('rail_not_offered', { field: 'payBy', offered: 'balance' })
  const seenPrice = parseUsd(price ?? '') ?? fail('missing_field', { field: 'price' })
  await requireCardPerson(c, dependencies)
  const accountId = accountOf(c)
  return async ({ planSlug, orderId }) => {
    await abuse.velocity.countTopup(accountId, visitorOf(c))
    const check = () => shop.check({ accountId, planSlug, seenPrice })
    const paid = await rail.chargeForPlan({ id: orderId, accountId, planId: planSlug, price: seenPrice, check })
    return await shop.subscribe({ accountId, planSlug, orderId, seenPrice }).catch((thrown: unknown) => {
      // Whoever was charged is told where the money is.
      const isOther = thrown instanceof FailureError && thrown.failure.code === 'order_price_changed'
      if (!isOther || paid === undefined) throw thrown
      return fail('order_changed_meanwhile', { paid: formatUsd(paid.amount), price: String(thrown.failure.values?.['price'] ?? '') })
    })
  }
}
