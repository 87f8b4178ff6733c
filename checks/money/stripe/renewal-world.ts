import { randomUUID } from 'node:crypto'
import type { CardBehaviour, SimStripe } from '../../../sim/index.ts'
import { type Database, sql } from '../../../src/db/index.ts'
import { type NanoUsd, systemIds } from '../../../src/lib/index.ts'
import type { PaymentDesk, StripeRail } from '../../../src/payments/index.ts'
import {
  type PlanParts,
  planFulfillers,
  renewDue,
  SUBSCRIPTION_DEFAULTS,
  type SubscriptionSettings,
  subscribe,
} from '../../../src/plans/index.ts'
import { openRailWorld, type RailManner, type RailWorld } from './rail-world.ts'

/** A node: what renews subscriptions, and what charges cards beside it. */
export type RenewalNode = {
  readonly plans: PlanParts
  readonly rail: StripeRail
  readonly desk: PaymentDesk
  readonly renew: () => Promise<void>
}

/** Somebody with a subscription, at a price for each month. */
export type Member = { readonly accountId: string; readonly id: string; readonly planId: string; readonly price: NanoUsd }

/** Members whose renewals a card may pay, and nodes that renew them. */
export type RenewalWorld = RailWorld & {
  readonly openNode: (manner?: Omit<RailManner, 'fulfillers'>) => RenewalNode
  /** A member that has so much left after the first month was paid; `behaviour` of the card that they left, undefined for none. */
  readonly newMember: (about?: {
    readonly left?: NanoUsd
    readonly price?: NanoUsd
    readonly behaviour?: CardBehaviour | undefined
  }) => Promise<Member>
  readonly leaveCard: (accountId: string, behaviour: CardBehaviour) => Promise<void>
  readonly subscribe: (accountId: string, price: NanoUsd) => Promise<Member>
}

/** Opens a world at a Stripe, with plans that renew by the same clock. */
export async function openRenewalWorld(
  sim: SimStripe,
  clock: { at: number },
  settings: Partial<SubscriptionSettings> = {},
): Promise<RenewalWorld> {
  const world = await openRailWorld(sim, clock)
  const planParts = (database: Database): PlanParts => ({
    ...{ database, books: world.store.ledger, clock: { now: () => clock.at }, ids: systemIds(() => clock.at), subjects: world.subjects },
    settings: { ...SUBSCRIPTION_DEFAULTS, ...settings },
  })
  const openNode: RenewalWorld['openNode'] = (manner = {}) => {
    const plans = planParts(manner.database ?? world.database)
    const { rail, desk } = world.open({ ...manner, fulfillers: planFulfillers(plans) })
    return { plans, rail, desk, renew: () => renewDue(plans, (event) => void world.logged.push(event)) }
  }
  const usual = openNode()
  const leaveCard = async (accountId: string, behaviour: CardBehaviour): Promise<void> => {
    const { sessionId } = await usual.rail.cardPage(accountId)
    sim.saveCard(sessionId, behaviour)
  }
  const subscribeTo = async (accountId: string, price: NanoUsd): Promise<Member> => {
    const planId = `p${randomUUID().slice(0, 13)}`
    await world.store.ownerDatabase.query(sql`
      insert into plan (id, kind, price, is_public, source) values (${planId}, 'monthly', ${price}, true, 'operator')`)
    await world.store.ledger.credit({ accountId, amount: price, kind: 'manual', sourceKey: randomUUID(), reason: 'test' })
    return { accountId, planId, price, id: await subscribe(usual.plans, { accountId, planId }) }
  }
  return {
    ...{ ...world, openNode, leaveCard, subscribe: subscribeTo },
    newMember: async ({ left = 0n, price = 20_000_000_000n, behaviour } = {}) => {
      const { accountId } = await world.store.newCustomer(left)
      if (behaviour !== undefined) await leaveCard(accountId, behaviour)
      return await subscribeTo(accountId, price)
    },
  }
}
