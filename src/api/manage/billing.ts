import { createRoute } from '@hono/zod-openapi'
import { fail } from '../../failures.ts'
import { createKey, listLiveKeys, mintSecret } from '../../keys/index.ts'
import { formatUsd, parseUsd } from '../../lib/index.ts'
import { totalPaidIn } from '../../payments/index.ts'
import { answerAgain } from '../answer-again.ts'
import { showBalance, showStanding } from '../balance.ts'
import {
  billingStatusShown,
  idempotencyHeader,
  json,
  jsonBody,
  managed,
  managedError,
  ownCreditsShown,
  subscribedRemembered,
  subscribedShown,
  subscribeInput,
  tell,
} from '../contract/index.ts'
import { mintingOf } from '../minting.ts'
import type { PlanShop } from '../ports/index.ts'
import { buyByCard } from './buy-by-card.ts'
import { accountOf, type ManageApp, type ManageDependencies, makerOf, repeatOf, requireKeysRight } from './manage-env.ts'
import { groupOfMaker } from './member-cap.ts'
import { showSeat, showSubscription } from './show-subscription.ts'

/** What an account has and subscribes to; all of it is paid from the balance. */
export function billingRoutes(app: ManageApp, dependencies: ManageDependencies): void {
  const { appDatabase: database, subjects, ledger, ids, clock, manage } = dependencies
  const shopOf = (): PlanShop => manage.plans ?? fail('not_offered', { what: 'Plans' })
  const keysOf = async (accountId: string) => {
    const live = await listLiveKeys(database, subjects, { accountId })
    return { live, of: (await manage.subscriptionKeys?.of(accountId)) ?? new Map<string, string>() }
  }
  app.openapi(creditsRoute, async (c) => {
    const accountId = accountOf(c)
    const [{ live, of }, paidIn, balance, { debt }] = await Promise.all([
      keysOf(accountId),
      totalPaidIn(database, accountId),
      showBalance(ledger, accountId),
      showStanding(ledger, accountId),
    ])
    const count = live.filter(({ id }) => !of.has(id)).length
    const shown = { totalTopUp: formatUsd(paidIn), remaining: balance.available, held: balance.held, debt }
    return c.json(tell({ ...shown, hasCreditKey: count > 0, creditKeyCount: count, userId: accountId }), 200)
  })
  app.openapi(statusRoute, async (c) => {
    const accountId = accountOf(c)
    const [keys, own, { available }] = await Promise.all([
      keysOf(accountId),
      manage.plans?.listOwn(accountId) ?? [],
      showBalance(ledger, accountId),
    ])
    const plans = own.flatMap((one) => showSubscription(one, keys))
    return c.json(tell({ subscriptions: plans, poolPledges: own.flatMap((one) => showSeat(one, keys)), creditBalance: available }), 200)
  })
  app.openapi(subscribeRoute, async (c) => {
    const shop = shopOf()
    const [accountId, { planSlug, createKey: isKeyWanted, keyName, price, payBy }] = [accountOf(c), c.req.valid('json')]
    if (isKeyWanted && manage.subscriptionKeys === undefined) fail('not_offered', { what: 'Keys of subscriptions' })
    if (isKeyWanted) requireKeysRight(c)
    const pay = payBy === 'card' ? await buyByCard(c, { ...dependencies, shop }, price) : undefined
    const request = await repeatOf(c)
    const random = mintingOf(request, dependencies, 'key-mint')
    const name = keyName ?? planSlug
    const bought = await answerAgain({ database, newId: () => ids.uuid() }, request, {
      schema: subscribedRemembered,
      work: async (orderId) => {
        const seenPrice = price === undefined ? undefined : parseUsd(price)
        const made = await (pay?.({ planSlug, orderId }) ?? shop.subscribe({ accountId, planSlug, orderId, seenPrice }))
        const currentPeriodEnd = made.currentPeriodEnd?.toISOString() ?? null
        return { subscriptionId: made.id, planSlug, status: made.status, currentPeriodEnd }
      },
    })
    if (!isKeyWanted) return c.json(tell({ ...bought, key: null }), 201)
    // The same random bytes give the key that is there already, so whoever repeats this gets the same one.
    const keyId = await database.transaction(async (tx) => {
      const limits = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrentCalls: undefined }
      const input = { id: ids.uuid(), accountId, name, limits, models: undefined, expiresAt: undefined, random, now: clock.now() }
      const made = { ...input, madeBy: makerOf(c), groupId: await groupOfMaker(tx, c) }
      const { key } = await createKey(tx, subjects, made)
      await manage.subscriptionKeys?.attach(tx, { accountId, subscriptionId: bought.subscriptionId, keyId: key.id })
      return key.id
    })
    return c.json(tell({ ...bought, key: { id: keyId, name, apiKey: mintSecret(random) } }), 201)
  })
}

const failures = { default: json(managedError, 'What went wrong') }

const creditsRoute = createRoute({
  method: 'get',
  path: '/api/billing/credits',
  summary: 'Show what was paid in and what is left',
  responses: { 200: json(managed(ownCreditsShown), 'The credit of the account'), ...failures },
})

const statusRoute = createRoute({
  method: 'get',
  path: '/api/billing/status',
  summary: 'Show subscriptions, seats and the balance',
  responses: { 200: json(managed(billingStatusShown), 'What the account has'), ...failures },
})

const subscribeRoute = createRoute({
  method: 'post',
  path: '/api/billing/subscribe',
  summary: 'Buy a plan of the balance, with a key of it if one is wanted; not where it costs another price than was seen',
  request: { headers: idempotencyHeader, body: jsonBody(subscribeInput) },
  responses: { 201: json(managed(subscribedShown), 'The subscription; a key is in this answer and nowhere else'), ...failures },
})
