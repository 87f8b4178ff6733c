// Guarantee: a plan is bought with the saved card at the price that was seen, which pays what the balance lacks, once for each asking whatever breaks; by who runs the
// account and has just shown who they are, and by nobody else; where it cannot be bought nothing is charged.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { IdentityWorld } from '../../../checks/security/identity-world.ts'
import { openTeamWorld, type SignedInPerson, type TeamWorld } from '../../../checks/security/team-world.ts'
import { type CardBehaviour, type SimStripe, startSimStripe } from '../../../sim/index.ts'
import { sql } from '../../db/index.ts'
import { openPaymentDesk, openStripeApi, openStripeRail, paymentSettingsOf, type StripeRail } from '../../payments/index.ts'
import { type PlanParts, planFulfillers, planShop, SUBSCRIPTION_DEFAULTS } from '../../plans/index.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { type TestAnswer, testWorld } from '../test-world.ts'

const USD = 1_000_000_000n
let sim: SimStripe
let rail: StripeRail
let people: IdentityWorld
let world: TeamWorld
before(async () => {
  world = await openTeamWorld(async (opened) => {
    people = opened
    return await withPlans(opened)
  })
})
after(async () => {
  await world.close()
  await sim.close()
})

/** Plans, and the rail of the world's accounts at a Stripe of their own. */
async function withPlans({ kit, ledger, subjects, clock, options }: IdentityWorld): Promise<Partial<ApiDependencies>> {
  sim = await startSimStripe({ now: clock.now, name: 'buying' })
  const { secretKey, webhookSecret, baseUrl: apiBase } = sim
  const settings = { secretKey, webhookSecret, isTaxed: false, isRedacting: false, apiBase }
  const { rules } = paymentSettingsOf(undefined)
  const { keyring } = testWorld(kit.appDatabase).dependencies
  const plans: PlanParts = {
    ...{ database: kit.appDatabase, books: ledger, clock, ids: options.ids, settings: SUBSCRIPTION_DEFAULTS, subjects },
  }
  const parts = { database: kit.appDatabase, ledger, keyring, subjects, ids: options.ids, clock, log: options.log }
  const opened = openStripeRail({
    ...{
      ...parts,
      desk: openPaymentDesk({ ...parts, onPaid: [], fulfillers: planFulfillers(plans) }),
      settings,
      rules,
      refunds: rules.refunds,
    },
    ...{ mailer: options.mailer, emailOf: options.accounts.emailOf, publicUrl: 'https://shop.example', service: 'Shop' },
    api: openStripeApi({ secretKey, webhookSecret, apiBase, retries: 0 }),
  })
  rail = opened ?? assert.fail('no rail')
  return { stripe: rail, manage: { plans: planShop(plans), rails: {} } }
}

const codeOf = ({ status, json }: TestAnswer): string => `${status} ${json?.error?.code ?? ''}`.trim()
const SUBSCRIBE = 'POST /api/billing/subscribe'
const available = async ({ accountId }: SignedInPerson) => (await people.ledger.balanceOf(accountId))?.available
const paid = () => [...sim.account.intents.values()].filter(({ status }) => status === 'succeeded').map(({ amount }) => amount)
const held = async (person: SignedInPerson) => (await world.as(person, 'GET /api/billing/status')).json.data.subscriptions.length

async function newPlan(price = 20n * USD, kind = 'monthly'): Promise<string> {
  const id = randomUUID().slice(0, 8)
  await people.kit.ownerDatabase.query(sql`
    insert into plan (id, kind, price, is_public, source) values (${id}, ${kind}, ${price}, true, 'operator')`)
  return id
}

/** Somebody with credit and a card. */
async function withCard({ credit = 0n, behaviour }: { readonly credit?: bigint; readonly behaviour?: CardBehaviour } = {}) {
  const person = await world.newPerson()
  const { accountId } = person
  if (credit > 0n) await people.ledger.credit({ accountId, amount: credit, kind: 'manual', sourceKey: randomUUID(), reason: 'test' })
  await leaveCard(person, behaviour)
  return person
}

async function leaveCard({ accountId }: SignedInPerson, behaviour?: CardBehaviour): Promise<void> {
  const { sessionId } = await rail.cardPage(accountId)
  sim.saveCard(sessionId, behaviour)
}

const buy = (person: SignedInPerson, planSlug: string, change: object = {}) =>
  world.as(person, SUBSCRIBE, { body: { planSlug, price: '20.00', payBy: 'card', ...change } })

test('the card pays what the balance lacks, and the plan has begun', async () => {
  const [owner, before] = [await withCard({ credit: 12n * USD + 1n }), paid().length]
  const bought = await buy(owner, await newPlan())
  assert.equal(bought.status, 201, bought.text)
  assert.deepEqual([bought.json.data.status, paid().slice(before), await available(owner), await held(owner)], ['active', [800], 1n, 1])
})

test('where the balance suffices no card is asked, and what lacks little is charged as the least', async () => {
  const [rich, near, before] = [await withCard({ credit: 20n * USD }), await withCard({ credit: 20n * USD - 1n }), paid().length]
  assert.equal((await buy(rich, await newPlan())).status, 201)
  assert.deepEqual([paid().length - before, await available(rich)], [0, 0n])
  assert.equal((await buy(near, await newPlan())).status, 201)
  assert.deepEqual([paid().slice(before), await available(near)], [[50], USD / 2n - 1n])
})

test('the same asking charges once, at once and again, and whoever lost its answer has it by asking again', async () => {
  const [owner, before, plan] = [await withCard(), paid().length, await newPlan()]
  const key = randomUUID()
  const again = () =>
    world.as(owner, SUBSCRIBE, { body: { planSlug: plan, price: '20.00', payBy: 'card' }, headers: { 'idempotency-key': key } })
  sim.faultOf = ({ path }) => (path.startsWith('/v1/payment_intents') ? 'error-after' : undefined)
  assert.equal(codeOf(await again()), '503 charge_under_way')
  // While it is not known what came of it, nobody buys another one by card.
  assert.equal(codeOf(await buy(owner, plan)), '503 charge_under_way')
  sim.faultOf = () => undefined
  const told = await Promise.all(Array.from({ length: 4 }, again))
  assert.equal(new Set(told.map(({ json }) => json.data.subscriptionId)).size, 1)
  assert.deepEqual([paid().length - before, await held(owner), await available(owner)], [1, 1, 0n])
})

test('what cannot be bought, or costs another price than was seen, is not charged', async () => {
  const [owner, before] = [await withCard(), paid().length]
  const once = await newPlan(20n * USD, 'one_time')
  for (const [slug, change, code] of [
    ['unknown', {}, '404 plan_unknown'],
    [await newPlan(), { price: '19.00' }, '409 order_price_changed'],
    [await newPlan(), { price: undefined }, '400 missing_field'],
    [await newPlan(), { payBy: 'coins' }, '400 invalid_field'],
  ] as const)
    assert.equal(codeOf(await buy(owner, slug, change)), code)
  assert.equal((await buy(owner, once)).status, 201)
  assert.equal(codeOf(await buy(owner, once)), '409 plan_held')
  assert.deepEqual([paid().length - before, await held(owner)], [1, 1])
  assert.equal(codeOf(await buy(await world.newPerson(), await newPlan())), '409 card_missing')
})

test('a card that says no buys nothing, and another one does by the same asking', async () => {
  const [owner, plan, before] = [await withCard({ behaviour: 'declined' }), await newPlan(), paid().length]
  assert.equal(codeOf(await buy(owner, plan)), '402 payment_refused')
  assert.deepEqual([paid().length - before, await held(owner)], [0, 0])
  await leaveCard(owner, 'ok')
  assert.equal((await buy(owner, plan)).status, 201)
  assert.equal(paid().length - before, 1)
})

test('a price that changes while the card is asked buys nothing, and says that the money is on the balance', async () => {
  const [owner, plan] = [await withCard(), await newPlan()]
  const { accountId } = owner
  const check = async () => void (await people.kit.ownerDatabase.query(sql`update plan set price = ${21n * USD} where id = ${plan}`))
  const charged = await rail.chargeForPlan({ id: randomUUID(), accountId, planId: plan, price: 20n * USD, check })
  assert.deepEqual(
    [charged?.state, charged?.outcome, await available(owner), await held(owner)],
    ['settled', 'order_price_changed', 20n * USD, 0],
  )
})

test('nobody has the card charged but who runs the account with a new proof', async () => {
  const [owner, plan, before] = [await withCard(), await newPlan(), paid().length]
  const billing = await world.newPerson()
  const made = await world.as(owner, 'POST /api/team/invitations', { body: { role: 'billing' } })
  await world.as(billing, 'POST /api/auth/invitations/accept', { body: { code: made.json.data.code } })
  assert.equal(codeOf(await buy({ ...billing, acting: owner.accountId }, plan)), '403 member_role')
  const key = (await world.as(owner, 'POST /api/keys/management', { body: { name: 'm' } })).json.data.apiKey
  assert.equal(codeOf(await world.byKey(key, SUBSCRIBE, { planSlug: plan, price: '20.00', payBy: 'card' })), '403 person_needed')
  world.clock.at += 600_001
  assert.equal(codeOf(await buy(owner, plan)), '403 not_fresh')
  assert.deepEqual([paid().length - before, await held(owner)], [0, 0])
})
