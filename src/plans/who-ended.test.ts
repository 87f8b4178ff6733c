// Guarantee: who ended a subscription is noted; its customer takes back what they ended, and nothing that the operator did, by no other door either; and what
// both ended ends until both took it back.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { sql } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import { cancelAtPeriodEnd, cancelNow, listSubscriptions, type PlanBooks, planShop, renewDue, type SubscriptionView } from './index.ts'
import { openPlanKit, type PlanKit, USD } from './testing.ts'

const BEGAN = Date.parse('2026-01-31T10:00:00Z')
const END = Date.parse('2026-02-28T10:00:00Z')
const DAY_MS = 86_400_000

let kit: PlanKit
before(async () => {
  kit = await openPlanKit(BEGAN)
  await kit.newPlan({ id: 'standard', price: 20n * USD })
  await kit.newPlan({ id: 'pro', price: 60n * USD })
  await kit.newPlan({ id: 'basic', kind: 'free' })
})
after(() => kit.drop())

const failsWith = (work: Promise<unknown>, code: string) =>
  assert.rejects(work, (thrown) => thrown instanceof FailureError && thrown.failure.code === code)

/** Somebody with the plan, paid with so much of credit. */
async function begin(credit = 200n * USD) {
  kit.clock.at = BEGAN
  const shop = planShop(kit.parts)
  const accountId = await kit.newAccount(credit)
  const { id: subscriptionId } = await shop.subscribe({ accountId, planSlug: 'standard', orderId: randomUUID() })
  const which = { accountId, subscriptionId }
  const view = async (): Promise<SubscriptionView | undefined> => (await listSubscriptions(kit.database, accountId))[0]
  const told = async () => {
    const one = await view()
    return [one?.status, one?.cancelAtPeriodEnd, one?.endedBy]
  }
  const liveUntil = async () =>
    (
      await kit.database.query<{ at: Date }>(sql`select live_until as at from subscription where id = ${subscriptionId}::uuid`)
    )[0]?.at.getTime()
  const byOperator = (isCanceled: boolean) => cancelAtPeriodEnd(kit.parts, { id: subscriptionId, by: 'operator' }, isCanceled)
  return { shop, accountId, which, view, told, liveUntil, byOperator }
}

test('a customer takes back what they ended, and not what the operator did, by keeping it or by another plan', async () => {
  const { shop, accountId, which, told, byOperator } = await begin()
  assert.deepEqual(await told(), ['active', false, null])
  assert.equal((await shop.cancel(which)).endedBy, 'customer')
  assert.equal((await shop.keep(which)).endedBy, undefined)
  await byOperator(true)
  const before = await kit.available(accountId)
  await failsWith(shop.keep(which), 'subscription_ended_by_operator')
  for (const planSlug of ['pro', 'basic']) {
    await failsWith(shop.quote({ ...which, planSlug }), 'subscription_ended_by_operator')
    await failsWith(shop.change({ ...which, planSlug }), 'subscription_ended_by_operator')
  }
  await shop.change({ ...which, planSlug: 'standard' })
  assert.deepEqual(await told(), ['active', true, 'operator'])
  assert.equal(await kit.available(accountId), before)
  await byOperator(false)
  assert.deepEqual(await told(), ['active', false, null])
  await byOperator(true)
  kit.clock.at = END
  await kit.renew()
  assert.deepEqual(await told(), ['canceled', true, 'operator'])
})

test('what both ended ends until both took it back, whoever was first', async () => {
  for (const first of ['customer', 'operator'] as const) {
    const { shop, which, told, liveUntil, byOperator } = await begin()
    const usual = await liveUntil()
    if (first === 'customer') await shop.cancel(which)
    await byOperator(true)
    if (first === 'operator') await shop.cancel(which)
    assert.deepEqual(await told(), ['active', true, 'operator'])
    await failsWith(shop.keep(which), 'subscription_ended_by_operator')
    await byOperator(false)
    assert.deepEqual([await told(), await liveUntil()], [['active', true, 'customer'], END])
    if (first === 'customer') await shop.keep(which)
    else await byOperator(false)
    assert.deepEqual([await told(), await liveUntil()], [['active', false, null], usual])
    await shop.cancel(which)
    kit.clock.at = END
    await kit.renew()
    assert.deepEqual(await told(), ['canceled', true, 'customer'])
  }
})

test('what ends at once was ended by whoever did it, what was not paid by nobody, and what was suspended by the operator', async () => {
  const now = await begin()
  await cancelNow(kit.parts, now.which.subscriptionId)
  assert.deepEqual(await now.told(), ['canceled', false, 'operator'])
  const unpaid = await begin(20n * USD)
  kit.clock.at = END
  await kit.renew()
  kit.clock.at = END + 7 * DAY_MS
  await kit.renew()
  assert.deepEqual(await unpaid.told(), ['ended', false, 'payment'])
  const due = await begin(20n * USD)
  kit.clock.at = END
  await kit.renew()
  assert.equal((await due.shop.cancel(due.which)).endedBy, 'customer')
  assert.deepEqual(await due.told(), ['canceled', false, 'customer'])
  const suspended = await begin()
  await kit.ownerDatabase.query(sql`update account set status = 'suspended' where id = ${suspended.accountId}::uuid`)
  kit.clock.at = END
  await kit.renew()
  assert.deepEqual(await suspended.told(), ['ended', false, 'operator'])
})

test('who ends one and goes over to another plan has ended nothing', async () => {
  for (const planSlug of ['pro', 'basic']) {
    const { shop, which, told, byOperator } = await begin()
    await shop.cancel(which)
    await shop.change({ ...which, planSlug })
    assert.deepEqual(await told(), ['active', false, null])
    await byOperator(true)
    await byOperator(false)
    assert.deepEqual(await told(), ['active', false, null])
  }
})

test('what was ended before it was noted is kept as it was', async () => {
  const { shop, which, told } = await begin()
  await shop.cancel(which)
  await kit.ownerDatabase.query(
    sql`update subscription set ended_by = null, customer_ends = false where id = ${which.subscriptionId}::uuid`,
  )
  await shop.keep(which)
  assert.deepEqual(await told(), ['active', false, null])
})

test('a renewal that is unpaid, or was left half done, is not charged to an account that is suspended; what the books have is had', async () => {
  const suspend = (accountId: string) => kit.ownerDatabase.query(sql`update account set status = 'suspended' where id = ${accountId}::uuid`)
  const [unpaid, cut, paid] = [await begin(20n * USD), await begin(40n * USD), await begin(40n * USD)]
  const dying = (purchase: PlanBooks['purchase']) => renewDue({ ...kit.parts, books: { ...kit.ledger, purchase } }, () => undefined)
  const isOf = (one: Awaited<ReturnType<typeof begin>>, { accountId }: { readonly accountId: string }) => accountId === one.accountId
  kit.clock.at = END
  await dying(async (input) => {
    if (isOf(paid, input)) await kit.ledger.purchase(input)
    if (isOf(unpaid, input)) return await kit.ledger.purchase(input)
    throw new Error('the process died')
  })
  assert.equal((await unpaid.view())?.status, 'past_due')
  for (const { accountId } of [unpaid, cut, paid]) await suspend(accountId)
  await kit.give(unpaid.accountId, 20n * USD)
  kit.clock.at += 120_000
  await kit.renew()
  assert.deepEqual([await unpaid.told(), await kit.available(unpaid.accountId)], [['ended', false, 'operator'], 20n * USD])
  assert.deepEqual([await cut.told(), await kit.available(cut.accountId)], [['ended', false, 'operator'], 20n * USD])
  assert.deepEqual([await paid.told(), await kit.available(paid.accountId)], [['active', false, null], 0n])
})
