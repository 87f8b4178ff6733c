import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { fail } from '../../failures.ts'
import { createManagementKey, findManagementKey, hashKey, mintSecret } from '../../keys/index.ts'
import { formatUsd } from '../../lib/index.ts'
import { mintManagementSecret } from '../../spec/index.ts'
import { answerAgain } from '../answer-again.ts'
import { repeatableOf } from '../answer-once.ts'
import { showBalance } from '../balance.ts'
import {
  agentRemembered,
  agentSeatsInput,
  agentServed,
  agentSubscribeInput,
  agentTopupInput,
  idempotencyHeader,
  json,
  jsonBody,
  managed,
  managedError,
  offeredPlanShown,
  offeredPoolShown,
  payingAddress,
  tell,
} from '../contract/index.ts'
import { mintingOf } from '../minting.ts'
import type { AgentDesk, OwnSubscription } from '../ports/index.ts'
import { showAddress } from './checkout.ts'
import type { ManageApp, ManageDependencies } from './manage-env.ts'
import { showPlan } from './plans.ts'
import { showPool } from './pools.ts'

/** What is sold to programs that have a wallet and no account: they pay to the house's address and claim by a signature of the paying wallet. */
export function agentRoutes(app: ManageApp, dependencies: ManageDependencies): void {
  const { manage, ids, appDatabase: database } = dependencies
  const desk = (): AgentDesk => manage.agents ?? fail('not_offered', { what: 'Purchases without an account' })
  app.openapi(plansRoute, async (c) => {
    const payTo = manage.agents?.payTo() ?? null
    const [plans, pools] = await Promise.all([manage.plans?.list() ?? [], manage.pools?.list() ?? []])
    const claim = manage.agents?.claimMessage('<txHash>') ?? null
    return c.json(
      tell({
        payTo: payTo === null ? null : showAddress(payTo),
        claimMessage: claim,
        plans: plans.map(showPlan),
        pools: pools.map(showPool),
      }),
      200,
    )
  })
  const serve = async (c: Context, { txHash, signature }: Claim, buy: Buy) => {
    const request = await repeatableOf(c)
    const random = mintingOf(request, dependencies, 'agent-key')
    const managing = mintingOf(request, dependencies, 'agent-management-key')
    const served = await answerAgain({ database, newId: () => ids.uuid() }, request, {
      schema: agentRemembered,
      work: async (orderId) => {
        const { accountId, keyId, credited } = await desk().claim({ txHash, signature, random })
        const bought = await buy(accountId, orderId).catch(goOnWithout)
        await settle(dependencies, { accountId, keyId, bought, random: managing })
        const { available } = await showBalance(dependencies.ledger, accountId)
        const period = { subscriptionId: bought?.id ?? null, currentPeriodEnd: bought?.currentPeriodEnd?.toISOString() ?? null }
        return { accountId, credited: formatUsd(credited), balance: available, ...period }
      },
    })
    // Neither key is remembered: they are made of the same bytes again.
    return c.json(tell({ ...served, apiKey: mintSecret(random), managementKey: mintManagementSecret(managing) }), 201)
  }
  app.openapi(topupRoute, async (c) => await serve(c, c.req.valid('json'), async () => undefined))
  app.openapi(subscribeRoute, async (c) => {
    const { planSlug, ...claim } = c.req.valid('json')
    const shop = manage.plans ?? fail('not_offered', { what: 'Plans' })
    return await serve(c, claim, (accountId, orderId) => shop.subscribe({ accountId, planSlug, orderId }))
  })
  app.openapi(seatsRoute, async (c) => {
    const { poolSlug, blocks, billingCycle, ...claim } = c.req.valid('json')
    const shop = manage.pools ?? fail('not_offered', { what: 'Seats in pools' })
    const pool = (await shop.list()).find(({ slug }) => slug === poolSlug) ?? fail('pool_unknown')
    const order = { poolId: pool.id, blocks, quantity: 1, billingCycle }
    return await serve(c, claim, async (accountId, orderId) => (await shop.subscribe({ ...order, accountId, orderId }))[0])
  })
}

type Claim = { readonly txHash: string; readonly signature: string }
type Buy = (accountId: string, orderId: string) => Promise<OwnSubscription | undefined>

/** What is done stays when what comes after it is refused, as money that is claimed does on the balance; anything of ours that goes wrong is told. */
function goOnWithout(thrown: unknown): undefined {
  const status = typeof thrown === 'object' && thrown !== null && 'failure' in thrown ? (thrown.failure as { status?: number }).status : 500
  if ((status ?? 500) >= 500) throw thrown
}

type Served = {
  readonly accountId: string
  readonly keyId: string
  readonly bought: OwnSubscription | undefined
  readonly random: Buffer
}

/** Puts the key of the claim to what was bought, and makes one that manages the account. */
async function settle(
  { appDatabase, subjects, ids, clock, manage }: ManageDependencies,
  { accountId, keyId, bought, random }: Served,
): Promise<void> {
  await appDatabase.transaction(async (tx) => {
    // A refusal would have the order forgotten, and who asks again would buy a second time.
    if (bought !== undefined) await manage.subscriptionKeys?.attach(tx, { accountId, subscriptionId: bought.id, keyId }).catch(goOnWithout)
    if ((await findManagementKey(tx, hashKey(mintManagementSecret(random)))) !== undefined) return
    await createManagementKey(tx, subjects, { id: ids.uuid(), accountId, name: 'agent', random, now: clock.now() })
  })
}

const failures = { default: json(managedError, 'What went wrong') }
const payTo = z.object(payingAddress).nullable()
const served = { 201: json(managed(agentServed), 'What was bought, with keys that are in this answer and nowhere else'), ...failures }

const plansRoute = createRoute({
  method: 'get',
  path: '/api/agent/plans',
  security: [],
  summary: 'Show what is sold without an account, where to pay, and what the paying wallet signs',
  responses: {
    200: json(
      managed(z.object({ payTo, claimMessage: z.string().nullable(), plans: z.array(offeredPlanShown), pools: z.array(offeredPoolShown) })),
      'The catalogue',
    ),
    ...failures,
  },
})

const topupRoute = createRoute({
  method: 'post',
  path: '/api/agent/topup',
  security: [],
  summary: 'Claim a transaction as balance of a new account',
  request: { headers: idempotencyHeader, body: jsonBody(agentTopupInput) },
  responses: served,
})

const subscribeRoute = createRoute({
  method: 'post',
  path: '/api/agent/subscribe',
  security: [],
  summary: 'Claim a transaction and buy a plan of it',
  request: { headers: idempotencyHeader, body: jsonBody(agentSubscribeInput) },
  responses: served,
})

const seatsRoute = createRoute({
  method: 'post',
  path: '/api/agent/subscribe-pool',
  security: [],
  summary: 'Claim a transaction and buy seats of it',
  request: { headers: idempotencyHeader, body: jsonBody(agentSeatsInput) },
  responses: served,
})
