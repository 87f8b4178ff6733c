// Guarantee: what customers are offered is what they may take, at the price that is taken; one order buys once; nobody reaches another's.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { sql } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import { attachKey, listAttached, planShop, poolShop } from './index.ts'
import { openPlanKit, type PlanKit, SEAT_PRICE, USD } from './testing.ts'

const BEGAN = Date.parse('2026-03-01T00:00:00Z')

let kit: PlanKit
before(async () => {
  kit = await openPlanKit(BEGAN)
  await kit.newPlan({ id: 'pro', price: 60n * USD, models: ['m'], budget: { amount: 420_000_000n, window: '5h' } })
  await kit.newPlan({ id: 'hidden', isPublic: false })
  await kit.newPlan({ id: 'closed', isClosed: true })
  await kit.newPlan({ id: 'basic', kind: 'free' })
})
after(() => kit.drop())

const failsWith = (work: Promise<unknown>, code: string) =>
  assert.rejects(work, (thrown) => thrown instanceof FailureError && thrown.failure.code === code)

test('plans that may be taken are listed and taken, once for an order, and canceled by their account alone', async () => {
  const shop = planShop(kit.parts)
  const offers = await shop.list()
  assert.deepEqual(
    offers.map(({ slug, period, price, models, budget }) => [slug, period, price, models, budget]),
    [
      ['basic', 'free', 0n, undefined, undefined],
      ['pro', 'month', 60n * USD, ['m'], { amount: 420_000_000n, window: '5h' }],
    ],
  )
  const [accountId, stranger] = [await kit.newAccount(100n * USD), await kit.newAccount(100n * USD)]
  const order = { accountId, planSlug: 'pro', orderId: randomUUID() }
  const [one, again] = [await shop.subscribe(order), await shop.subscribe(order)]
  assert.deepEqual(one, again)
  assert.deepEqual([one.of, one.status, one.currentPeriodEnd?.toISOString()], [{ planSlug: 'pro' }, 'active', '2026-04-01T00:00:00.000Z'])
  assert.equal(await kit.available(accountId), 40n * USD)
  await failsWith(shop.cancel({ accountId: stranger, subscriptionId: one.id }), 'subscription_unknown')
  const canceled = await shop.cancel({ accountId, subscriptionId: one.id })
  assert.deepEqual([canceled.status, canceled.cancelAtPeriodEnd], ['active', true])
  kit.clock.at = Date.parse('2026-04-01T00:00:00Z')
  await kit.renew()
  assert.deepEqual(
    (await shop.listOwn(accountId)).map(({ status }) => status),
    ['canceled'],
  )
  kit.clock.at = BEGAN
})

test('a subscription goes over to another plan, now or with its period, for its account alone', async () => {
  const shop = planShop(kit.parts)
  await kit.newPlan({ id: 'plus', price: 90n * USD })
  const [accountId, stranger] = [await kit.newAccount(200n * USD), await kit.newAccount(200n * USD)]
  const { id: subscriptionId } = await shop.subscribe({ accountId, planSlug: 'pro', orderId: randomUUID() })
  await failsWith(shop.change({ accountId: stranger, subscriptionId, planSlug: 'plus' }), 'subscription_unknown')
  const dearer = await shop.change({ accountId, subscriptionId, planSlug: 'plus' })
  assert.deepEqual([dearer.change, dearer.own.of, dearer.own.nextPlanSlug], ['now', { planSlug: 'plus' }, undefined])
  const paid = await kit.available(accountId)
  assert.equal((await shop.change({ accountId, subscriptionId, planSlug: 'plus' })).change, 'kept')
  const cheaper = await shop.change({ accountId, subscriptionId, planSlug: 'pro' })
  assert.deepEqual([cheaper.change, cheaper.own.of, cheaper.own.nextPlanSlug], ['at_period_end', { planSlug: 'plus' }, 'pro'])
  assert.equal((await shop.change({ accountId, subscriptionId, planSlug: 'plus' })).own.nextPlanSlug, undefined)
  assert.equal(await kit.available(accountId), paid)
})

test('seats are offered with their price and taken by block and number', async () => {
  const poolId = await kit.newPool('core', { asia: 2, europe: 1 })
  const shop = poolShop(kit.parts)
  const [pool] = await shop.list()
  assert.deepEqual([pool?.status, pool?.annualDiscount, pool?.blocks[0]?.pricePerMonth], ['open', 1500, SEAT_PRICE])
  const accountId = await kit.newAccount(3n * SEAT_PRICE)
  const order = { accountId, poolId, blocks: ['asia'], quantity: 2, billingCycle: 'month', orderId: randomUUID() } as const
  const [seats, again] = [await shop.subscribe(order), await shop.subscribe(order)]
  assert.deepEqual(seats.map(({ id }) => id).toSorted(), again.map(({ id }) => id).toSorted())
  assert.equal(await kit.available(accountId), SEAT_PRICE)
  await shop.subscribe({ ...order, blocks: ['europe'], quantity: 1, orderId: randomUUID() })
  assert.equal((await shop.list())[0]?.status, 'sold_out')
})

test('a key is put to a subscription of its own account, and a second one to no seat', async () => {
  const poolId = await kit.newPool('keys', { asia: 1 })
  const accountId = await kit.newAccount(SEAT_PRICE)
  const order = { accountId, poolId, blocks: ['asia'], quantity: 1, billingCycle: 'month', orderId: randomUUID() } as const
  const [seat] = await poolShop(kit.parts).subscribe(order)
  const newKey = async (owner: string): Promise<string> => {
    const id = randomUUID()
    const hash = Buffer.from(id.replaceAll('-', ''))
    await kit.ownerDatabase.query(sql`insert into api_key (id, account_id, hash, hint) values (${id}, ${owner}::uuid, ${hash}, 'k')`)
    return id
  }
  const attach = (keyId: string, owner = accountId) =>
    kit.database.transaction((tx) => attachKey(tx, { accountId: owner, subscriptionId: seat?.id ?? '', keyId }))
  const [key, second, foreign] = [await newKey(accountId), await newKey(accountId), await newKey(await kit.newAccount(0n))]
  await failsWith(attach(foreign), 'key_unknown')
  await attach(key)
  await Promise.all([1, 2, 3].map(() => attach(key)))
  await failsWith(attach(second), 'seat_has_key')
  await failsWith(attach(key, await kit.newAccount(0n)), 'subscription_unknown')
  assert.deepEqual([...(await listAttached(kit.database, accountId))], [[key, seat?.id]])
  await kit.ownerDatabase.query(sql`update api_key set revoked_at = now() where id = ${key}::uuid`)
  await failsWith(attach(key), 'key_unknown')
})
