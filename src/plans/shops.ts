import { fail } from '../failures.ts'
import { type NanoUsd, parseUsd } from '../lib/index.ts'
import { cancelAtPeriodEnd } from './cancel.ts'
import { changePlan, type PlanChange, type PlanQuote, quoteChange, type SeenQuote } from './change-plan.ts'
import { listOffers } from './list-offers.ts'
import { listPools, type PoolBlockView, type PoolView } from './list-pools.ts'
import type { PlanParts } from './parts.ts'
import { type PlanPricing, readPlanPricing } from './plan-pricing.ts'
import { listSubscriptions, type SubscriptionView } from './status.ts'
import { checkOrder, subscribe, subscribeSeats } from './subscribe.ts'
import { findOwn, type SubscriptionEnder } from './subscription-record.ts'

/** A subscription as its account sees it: to a plan, or one seat of a pool in a block; `currentPeriodEnd` undefined: it never ends. */
export type OwnSubscription = {
  readonly id: string
  readonly of: { readonly planSlug: string } | { readonly poolId: string; readonly poolSlug: string; readonly block: string }
  readonly status: 'active' | 'past_due' | 'canceled'
  readonly currentPeriodEnd: Date | undefined
  readonly cancelAtPeriodEnd: boolean
  /** Who ended it, or ends it with its period; undefined while it goes on, and where that was not noted. */
  readonly endedBy?: SubscriptionEnder | undefined
  /** The plan that it goes over to with its period. */
  readonly nextPlanSlug?: string | undefined
  /** What calls of its plan cost; undefined where it was not asked for. */
  readonly pricing?: PlanPricing | undefined
}

/** What sells plans to an account from its balance; `orderId` is a UUID, and buys once. */
export const planShop = (parts: PlanParts) => ({
  list: () => listOffers(parts.database),
  subscribe: async ({ planSlug, ...order }: PlanOrder): Promise<OwnSubscription> =>
    await ownOf(parts, order.accountId, await subscribe(parts, { ...order, planId: planSlug })),
  check: ({ accountId, planSlug: planId, seenPrice }: Required<Omit<PlanOrder, 'orderId'>>): Promise<void> =>
    checkOrder(parts, { accountId, planId, seenPrice }),
  listOwn: async (accountId: string): Promise<readonly OwnSubscription[]> => {
    const own = (await listSubscriptions(parts.database, accountId)).flatMap(toOwn)
    const pricing = await readPlanPricing(parts.database)
    return own.map((one) => ('planSlug' in one.of ? { ...one, pricing: pricing.get(one.of.planSlug) } : one))
  },
  cancel: async ({ accountId, subscriptionId }: Cancelling): Promise<OwnSubscription> => {
    await findOwn(parts.database, { accountId, id: subscriptionId })
    await cancelAtPeriodEnd(parts, { id: subscriptionId, by: 'customer' }, true)
    return await ownOf(parts, accountId, subscriptionId)
  },
  keep: async ({ accountId, subscriptionId }: Cancelling): Promise<OwnSubscription> => {
    await findOwn(parts.database, { accountId, id: subscriptionId })
    await cancelAtPeriodEnd(parts, { id: subscriptionId, by: 'customer' }, false)
    return await ownOf(parts, accountId, subscriptionId)
  },
  quote: async ({ accountId, subscriptionId, planSlug }: Changing): Promise<PlanQuote> => {
    await findOwn(parts.database, { accountId, id: subscriptionId })
    return await quoteChange(parts, subscriptionId, planSlug)
  },
  change: async ({ accountId, subscriptionId, planSlug, seen }: Confirmed): Promise<{ own: OwnSubscription; change: PlanChange }> => {
    await findOwn(parts.database, { accountId, id: subscriptionId })
    const change = await changePlan(parts, subscriptionId, { planId: planSlug, seen })
    return { own: await ownOf(parts, accountId, subscriptionId), change }
  },
})

/** `seenPrice` is what it is taken to cost: for another price it is not bought. */
type Seen = { readonly seenPrice?: NanoUsd | undefined }
type PlanOrder = Seen & { readonly accountId: string; readonly planSlug: string; readonly orderId: string }
type Cancelling = { readonly accountId: string; readonly subscriptionId: string }
type Changing = Cancelling & { readonly planSlug: string }
type Confirmed = Changing & { readonly seen?: SeenQuote | undefined }

/** What sells seats of pools to an account from its balance; amounts in nano-USD, `annualDiscount` in hundredths of a per cent. */
export const poolShop = (parts: PlanParts) => ({
  list: async () => (await listPools(parts)).pools.map(poolOf),
  subscribe: async ({ billingCycle, ...order }: SeatsOrder): Promise<readonly OwnSubscription[]> => {
    const ids = await subscribeSeats(parts, { ...order, months: billingCycle === 'year' ? 12 : 1 })
    return await Promise.all(ids.map((id) => ownOf(parts, order.accountId, id)))
  },
})

type SeatsOrder = Seen & {
  readonly accountId: string
  readonly poolId: string
  readonly blocks: readonly string[]
  readonly quantity: number
  readonly billingCycle: 'month' | 'year'
  readonly orderId: string
}

async function ownOf({ database }: PlanParts, accountId: string, id: string): Promise<OwnSubscription> {
  const [own] = (await listSubscriptions(database, accountId)).filter((one) => one.id === id).flatMap(toOwn)
  return own ?? fail('subscription_unknown')
}

/** Nothing of one that is being paid for. */
function toOwn(one: SubscriptionView): readonly OwnSubscription[] {
  const { id, planSlug, poolId, poolSlug, block, status, currentPeriodEnd, cancelAtPeriodEnd: isEnding } = one
  const [nextPlanSlug, endedBy] = [one.nextPlanSlug ?? undefined, one.endedBy ?? undefined]
  if (status === 'starting' || status === 'refused') return []
  const isOver = status === 'canceled' || status === 'ended'
  const of = planSlug === null ? { poolId: poolId ?? '', poolSlug: poolSlug ?? '', block: block ?? '' } : { planSlug }
  const end = currentPeriodEnd === null ? undefined : new Date(currentPeriodEnd)
  return [{ id, of, status: isOver ? 'canceled' : status, currentPeriodEnd: end, cancelAtPeriodEnd: isEnding, endedBy, nextPlanSlug }]
}

const poolOf = ({ status, annualDiscount, blocks, ...pool }: PoolView) => ({
  ...pool,
  status: status === 'active' ? ('open' as const) : status,
  annualDiscount: Number(annualDiscount.slice(2).padEnd(4, '0')),
  blocks: blocks.map(blockOf),
})

const blockOf = ({ block, hoursUtc, pricePerMonth, availableSeats, status }: PoolBlockView) => ({
  ...{ block, hoursUtc, pricePerMonth: amountOf(pricePerMonth), availableSeats },
  status: status === 'available' ? ('open' as const) : status,
})

const amountOf = (text: string): NanoUsd => parseUsd(text) ?? fail('internal')
