// Guarantee: a subscription is paid from the balance once for each period, in order and whatever happens between; what is not used comes back
// to the nano-dollar; and what cannot be paid is told, ends after its grace, and takes nothing.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import { quoteChange } from './change-plan.ts'
import { cancelAtPeriodEnd, cancelNow, changePlan, listSubscriptions, subscribe, tellPrices, tellToEnd, writeGift } from './index.ts'
import { payDue } from './pay-period.ts'
import { addMonths, unusedPart } from './period.ts'
import { openPlanKit, type PlanKit, USD } from './testing.ts'

const BEGAN = Date.parse('2026-01-31T10:00:00Z')
const DAY_MS = 86_400_000

let kit: PlanKit
before(async () => {
  kit = await openPlanKit(BEGAN)
  await kit.newPlan({ id: 'standard', price: 20n * USD, budget: { amount: 140_000_000n, window: '5h' } })
  await kit.newPlan({ id: 'pro', price: 60n * USD })
  await kit.newPlan({ id: 'year', kind: 'annual', price: 540n * USD })
  await kit.newPlan({ id: 'basic', kind: 'free' })
  await kit.newPlan({ id: 'forever', kind: 'one_time', price: 19n * USD })
  await kit.newPlan({ id: 'closed', isClosed: true })
  await kit.newPlan({ id: 'hidden', isPublic: false })
})
after(() => kit.drop())

const failsWith = (work: Promise<unknown>, code: string) =>
  assert.rejects(work, (thrown) => thrown instanceof FailureError && thrown.failure.code === code)

const only = async (accountId: string) => {
  const [one] = await listSubscriptions(kit.database, accountId)
  assert.ok(one !== undefined)
  return one
}

const lettersOf = async (accountId: string): Promise<readonly string[]> =>
  (
    await kit.database.query<{ template: string }>(
      sql`select template from plan_letter where account_id = ${accountId}::uuid order by created_at, id`,
    )
  ).map(({ template }) => template)

test('months end on their last day where the anchor has no such day, and come back to it', () => {
  const anchor = Date.parse('2026-01-31T10:00:00.123Z')
  const told = [1, 2, 3, 13, 25].map((months) => new Date(addMonths(anchor, months)).toISOString())
  assert.deepEqual(told, [
    '2026-02-28T10:00:00.123Z',
    '2026-03-31T10:00:00.123Z',
    '2026-04-30T10:00:00.123Z',
    '2027-02-28T10:00:00.123Z',
    '2028-02-29T10:00:00.123Z',
  ])
})

test('a period is paid when it begins, and each that follows once, also after days without any job', async () => {
  kit.clock.at = BEGAN
  const accountId = await kit.newAccount(100n * USD)
  const id = await subscribe(kit.parts, { accountId, planId: 'standard' })
  assert.equal(await kit.available(accountId), 80n * USD)
  const begun = await only(accountId)
  assert.deepEqual([begun.id, begun.status, begun.planSlug, begun.currentPeriodEnd], [id, 'active', 'standard', '2026-02-28T10:00:00.000Z'])
  assert.deepEqual(begun.budget, { amount: '0.14', window: '5h' })
  kit.clock.at = Date.parse('2026-02-28T09:59:59.999Z')
  await kit.renew()
  assert.equal(await kit.available(accountId), 80n * USD)
  kit.clock.at = Date.parse('2026-04-30T10:00:00Z')
  await Promise.all([kit.renew(), kit.renew(), kit.renew()])
  await kit.renew()
  assert.equal(await kit.available(accountId), 20n * USD)
  assert.equal((await only(accountId)).currentPeriodEnd, '2026-05-31T10:00:00.000Z')
  const periods = await kit.database.query<{ start: Date; state: string }>(sql`
    select period_start as start, state from subscription_period where subscription_id = ${id}::uuid order by period_start`)
  assert.deepEqual(
    periods.map(({ start, state }) => [start.toISOString().slice(0, 10), state]),
    [
      ['2026-01-31', 'paid'],
      ['2026-02-28', 'paid'],
      ['2026-03-31', 'paid'],
      ['2026-04-30', 'paid'],
    ],
  )
  assert.deepEqual(await lettersOf(accountId), Array(3).fill('subscription-renewed'))
})

test('who cannot pay gets nothing and loses nothing', async () => {
  kit.clock.at = BEGAN
  const accountId = await kit.newAccount(20n * USD - 1n)
  await failsWith(subscribe(kit.parts, { accountId, planId: 'standard' }), 'balance_insufficient')
  assert.deepEqual([await kit.available(accountId), await listSubscriptions(kit.database, accountId)], [20n * USD - 1n, []])
})

test('a plan that is closed, hidden, unknown or held already is refused', async () => {
  kit.clock.at = BEGAN
  const accountId = await kit.newAccount(100n * USD)
  await failsWith(subscribe(kit.parts, { accountId, planId: 'closed' }), 'plan_closed')
  await failsWith(subscribe(kit.parts, { accountId, planId: 'hidden' }), 'plan_unknown')
  await failsWith(subscribe(kit.parts, { accountId, planId: 'none' }), 'plan_unknown')
  await subscribe(kit.parts, { accountId, planId: 'basic' })
  await failsWith(subscribe(kit.parts, { accountId, planId: 'basic' }), 'plan_held')
  assert.equal(await kit.available(accountId), 100n * USD)
})

test('an order that is asked for again, also at the same time, begins once', async () => {
  kit.clock.at = BEGAN
  const accountId = await kit.newAccount(100n * USD)
  const order = { accountId, planId: 'standard', orderId: '00000000-0000-4000-8000-000000000077' }
  const ids = await Promise.all([1, 2, 3, 4].map(() => subscribe(kit.parts, order)))
  assert.equal(new Set(ids).size, 1)
  assert.equal(await kit.available(accountId), 80n * USD)
})

test('what cannot be renewed goes on for its grace, is told once, and is paid as soon as there is money', async () => {
  kit.clock.at = BEGAN
  const accountId = await kit.newAccount(25n * USD)
  const id = await subscribe(kit.parts, { accountId, planId: 'standard' })
  kit.clock.at = Date.parse('2026-02-28T10:00:00Z')
  for (let day = 0; day < 3; day += 1) {
    await kit.renew()
    assert.equal(await kit.stateOf(id), 'past_due')
    kit.clock.at += DAY_MS
  }
  assert.equal((await only(accountId)).graceEndsAt, '2026-03-07T10:00:00.000Z')
  await kit.give(accountId, 15n * USD)
  await kit.renew()
  const renewed = await only(accountId)
  assert.deepEqual([renewed.status, renewed.currentPeriodEnd], ['active', '2026-03-31T10:00:00.000Z'])
  assert.equal(await kit.available(accountId), 0n)
  assert.deepEqual(await lettersOf(accountId), ['subscription-past-due', 'subscription-renewed'])
})

test('what stays unpaid ends when its grace does, and is not asked for afterwards', async () => {
  kit.clock.at = BEGAN
  const accountId = await kit.newAccount(20n * USD)
  const id = await subscribe(kit.parts, { accountId, planId: 'standard' })
  kit.clock.at = Date.parse('2026-02-28T10:00:00Z')
  await kit.renew()
  kit.clock.at = Date.parse('2026-03-07T09:59:59.999Z')
  await kit.renew()
  assert.equal(await kit.stateOf(id), 'past_due')
  kit.clock.at += 1
  await kit.renew()
  assert.equal(await kit.stateOf(id), 'ended')
  await kit.give(accountId, 100n * USD)
  await kit.renew()
  assert.equal(await kit.available(accountId), 100n * USD)
  await failsWith(cancelNow(kit.parts, id), 'subscription_over')
})

test('what is canceled works to the end of its period and is not renewed; the choice can be taken back', async () => {
  kit.clock.at = BEGAN
  const accountId = await kit.newAccount(100n * USD)
  const id = await subscribe(kit.parts, { accountId, planId: 'standard' })
  await cancelAtPeriodEnd(kit.parts, { id, by: 'customer' }, true)
  await cancelAtPeriodEnd(kit.parts, { id, by: 'customer' }, false)
  kit.clock.at = Date.parse('2026-02-28T10:00:00Z')
  await kit.renew()
  assert.equal(await kit.available(accountId), 60n * USD)
  await cancelAtPeriodEnd(kit.parts, { id, by: 'customer' }, true)
  kit.clock.at = Date.parse('2026-03-31T09:59:59.999Z')
  await kit.renew()
  assert.equal(await kit.stateOf(id), 'active')
  kit.clock.at += 1
  await kit.renew()
  const ended = await only(accountId)
  assert.deepEqual([ended.status, ended.endedAt], ['canceled', '2026-03-31T10:00:00.000Z'])
  assert.equal(await kit.available(accountId), 60n * USD)
})

test('who keeps what was to end goes on as if nothing had been, once or twice; what has ended is not kept, nor put on another plan', async () => {
  kit.clock.at = BEGAN
  const accountId = await kit.newAccount(100n * USD)
  const id = await subscribe(kit.parts, { accountId, planId: 'standard' })
  const rowOf = async () => await kit.database.query(sql`select to_jsonb(s) as row from subscription s where id = ${id}::uuid`)
  const before = await rowOf()
  await cancelAtPeriodEnd(kit.parts, { id, by: 'customer' }, false)
  assert.deepEqual(await rowOf(), before)
  await cancelAtPeriodEnd(kit.parts, { id, by: 'customer' }, true)
  for (let time = 0; time < 2; time += 1) await cancelAtPeriodEnd(kit.parts, { id, by: 'customer' }, false)
  assert.deepEqual(await rowOf(), before)
  await cancelAtPeriodEnd(kit.parts, { id, by: 'customer' }, true)
  kit.clock.at = Date.parse('2026-02-28T09:59:59.999Z')
  await cancelAtPeriodEnd(kit.parts, { id, by: 'customer' }, false)
  await cancelAtPeriodEnd(kit.parts, { id, by: 'customer' }, true)
  // No job has run yet, and it is over all the same.
  kit.clock.at += 1
  await failsWith(cancelAtPeriodEnd(kit.parts, { id, by: 'customer' }, false), 'subscription_over')
  for (const planId of ['basic', 'pro', 'standard']) await failsWith(changePlan(kit.parts, id, { planId }), 'subscription_over')
  await kit.renew()
  assert.deepEqual([await kit.stateOf(id), await kit.available(accountId)], ['canceled', 80n * USD])
  await failsWith(cancelAtPeriodEnd(kit.parts, { id, by: 'customer' }, false), 'subscription_over')
})

test('what is unpaid is not changed by keeping it, and what was told to end at once is not kept', async () => {
  kit.clock.at = BEGAN
  const accountId = await kit.newAccount(20n * USD)
  const id = await subscribe(kit.parts, { accountId, planId: 'standard' })
  kit.clock.at = Date.parse('2026-03-01T00:00:00Z')
  await kit.renew()
  const { graceEndsAt } = await only(accountId)
  await cancelAtPeriodEnd(kit.parts, { id, by: 'customer' }, false)
  assert.deepEqual([await kit.stateOf(id), (await only(accountId)).graceEndsAt], ['past_due', graceEndsAt])
  await kit.database.transaction((tx) => tellToEnd(tx, kit.parts, id))
  await failsWith(cancelAtPeriodEnd(kit.parts, { id, by: 'customer' }, false), 'subscription_over')
})

test('what a change would do is told before it is done, to the nano-dollar, and nothing changes by asking', async () => {
  kit.clock.at = BEGAN
  const accountId = await kit.newAccount(20n * USD)
  const id = await subscribe(kit.parts, { accountId, planId: 'standard' })
  kit.clock.at = Date.parse('2026-02-10T01:02:03.456Z')
  const returned = unusedPart(20n * USD, { start: BEGAN, end: Date.parse('2026-02-28T10:00:00Z') }, kit.clock.at)
  // What the balance lacks is no reason not to say what it would cost.
  assert.deepEqual(await quoteChange(kit.parts, id, 'pro'), {
    ...{ change: 'now', startsAt: new Date(kit.clock.at), price: 60n * USD, period: 'month', returned },
  })
  assert.deepEqual(await quoteChange(kit.parts, id, 'basic'), {
    ...{ change: 'at_period_end', startsAt: new Date('2026-02-28T10:00:00Z'), price: 0n, period: 'free', returned: 0n },
  })
  const kept = await quoteChange(kit.parts, id, 'standard')
  assert.deepEqual([kept.change, kept.startsAt, kept.price, kept.returned], ['kept', undefined, 20n * USD, 0n])
  await failsWith(quoteChange(kit.parts, id, 'forever'), 'plan_not_changeable')
  await failsWith(quoteChange(kit.parts, id, 'closed'), 'plan_closed')
  await failsWith(quoteChange(kit.parts, id, 'hidden'), 'plan_unknown')
  const own = await only(accountId)
  assert.deepEqual([own.planSlug, own.nextPlanSlug, await kit.available(accountId)], ['standard', null, 0n])
  await kit.give(accountId, 50n * USD)
  const had = await kit.available(accountId)
  assert.equal(await changePlan(kit.parts, id, { planId: 'pro' }), 'now')
  assert.equal(await kit.available(accountId), had + returned - 60n * USD)
})

test('who had ended a subscription and chooses another plan keeps its keys through the turn of the period', async () => {
  kit.clock.at = BEGAN
  const accountId = await kit.newAccount(200n * USD)
  const id = await subscribe(kit.parts, { accountId, planId: 'pro' })
  const liveUntil = async () =>
    (await kit.database.query<{ at: Date }>(sql`select live_until as at from subscription where id = ${id}::uuid`))[0]?.at.toISOString()
  const usual = await liveUntil()
  await cancelAtPeriodEnd(kit.parts, { id, by: 'customer' }, true)
  assert.equal(await changePlan(kit.parts, id, { planId: 'standard' }), 'at_period_end')
  assert.deepEqual([(await only(accountId)).cancelAtPeriodEnd, await liveUntil()], [false, usual])
  await cancelAtPeriodEnd(kit.parts, { id, by: 'customer' }, true)
  assert.equal((await only(accountId)).nextPlanSlug, null)
  assert.equal(await changePlan(kit.parts, id, { planId: 'year' }), 'at_period_end')
  await cancelAtPeriodEnd(kit.parts, { id, by: 'customer' }, true)
  await kit.newPlan({ id: 'dearest', price: 90n * USD })
  assert.equal(await changePlan(kit.parts, id, { planId: 'dearest' }), 'now')
  assert.equal((await only(accountId)).cancelAtPeriodEnd, false)
})

test('a dearer plan begins now: the unused part comes back to the nano-dollar, and a whole period is paid', async () => {
  kit.clock.at = BEGAN
  const accountId = await kit.newAccount(100n * USD)
  const id = await subscribe(kit.parts, { accountId, planId: 'standard' })
  kit.clock.at = Date.parse('2026-02-10T01:02:03.456Z')
  const credit = unusedPart(20n * USD, { start: BEGAN, end: Date.parse('2026-02-28T10:00:00Z') }, kit.clock.at)
  assert.equal(await changePlan(kit.parts, id, { planId: 'pro' }), 'now')
  assert.equal(await kit.available(accountId), 80n * USD + credit - 60n * USD)
  const changed = await only(accountId)
  assert.deepEqual([changed.planSlug, changed.currentPeriodEnd, changed.budget], ['pro', '2026-03-10T01:02:03.456Z', null])
  // What this period was paid with is what comes back of it.
  kit.clock.at = Date.parse('2026-02-24T01:02:03.456Z')
  assert.equal(await cancelNow(kit.parts, id), 30n * USD)
  assert.equal((await kit.ledger.verify()).ok, true)
})

test('who lacks the difference stays on their plan and has what they had', async () => {
  kit.clock.at = BEGAN
  const accountId = await kit.newAccount(25n * USD)
  const id = await subscribe(kit.parts, { accountId, planId: 'standard' })
  await failsWith(changePlan(kit.parts, id, { planId: 'pro' }), 'balance_insufficient')
  assert.deepEqual([await kit.available(accountId), (await only(accountId)).planSlug], [5n * USD, 'standard'])
})

test('money that is spent between what comes back and what is paid leaves all as it was, or ends the period where it was paid until', async () => {
  for (const left of [20n * USD, 0n]) {
    kit.clock.at = BEGAN
    const accountId = await kit.newAccount(70n * USD)
    const id = await subscribe(kit.parts, { accountId, planId: 'standard' })
    if (left > 0n) await cancelAtPeriodEnd(kit.parts, { id, by: 'customer' }, true)
    kit.clock.at = BEGAN + 14 * DAY_MS
    const spend = async (): Promise<void> => {
      const amount = (await kit.available(accountId)) - left
      await kit.ledger.refund({ accountId, amount, sourceKey: `spent ${accountId}`, reason: 'test' })
    }
    const books = {
      ...kit.ledger,
      returnPurchase: async (input: Parameters<typeof kit.ledger.returnPurchase>[0]) => {
        const made = await kit.ledger.returnPurchase(input)
        await spend()
        return made
      },
    }
    await failsWith(changePlan({ ...kit.parts, books }, id, { planId: 'pro' }), 'balance_insufficient')
    const stayed = await only(accountId)
    assert.deepEqual([stayed.planSlug, stayed.cancelAtPeriodEnd], ['standard', left > 0n])
    if (left > 0n) await cancelAtPeriodEnd(kit.parts, { id, by: 'customer' }, false)
    assert.equal(await kit.available(accountId), left === 0n ? 0n : left - 10n * USD)
    await kit.renew()
    assert.equal(await kit.stateOf(id), left === 0n ? 'past_due' : 'active')
    if (left === 0n) {
      await kit.give(accountId, 20n * USD)
      await kit.renew()
      assert.deepEqual([await kit.stateOf(id), await kit.available(accountId)], ['active', 0n])
      assert.equal((await only(accountId)).currentPeriodStart, new Date(BEGAN + 14 * DAY_MS).toISOString())
    } else {
      kit.clock.at = BEGAN + 21 * DAY_MS
      assert.equal(await cancelNow(kit.parts, id), 5n * USD)
    }
  }
  assert.equal((await kit.ledger.verify()).ok, true)
})

test('a cheaper plan begins at the end of the period, with its own price and rhythm', async () => {
  kit.clock.at = BEGAN
  const accountId = await kit.newAccount(600n * USD)
  const id = await subscribe(kit.parts, { accountId, planId: 'year' })
  assert.equal(await changePlan(kit.parts, id, { planId: 'standard' }), 'at_period_end')
  assert.equal((await only(accountId)).nextPlanSlug, 'standard')
  kit.clock.at = Date.parse('2027-01-31T10:00:00Z')
  await kit.renew()
  const changed = await only(accountId)
  assert.deepEqual([changed.planSlug, changed.billingCycle, changed.currentPeriodEnd], ['standard', 'month', '2027-02-28T10:00:00.000Z'])
  assert.deepEqual([await kit.available(accountId), changed.budget], [40n * USD, { amount: '0.14', window: '5h' }])
})

test('a free plan is had once, also by going over to it', async () => {
  kit.clock.at = BEGAN
  await kit.newPlan({ id: 'other', kind: 'free' })
  const accountId = await kit.newAccount(60n * USD)
  const free = await subscribe(kit.parts, { accountId, planId: 'basic' })
  const second = await subscribe(kit.parts, { accountId, planId: 'other' })
  await failsWith(changePlan(kit.parts, second, { planId: 'basic' }), 'plan_held')
  const [one, two] = [
    await subscribe(kit.parts, { accountId, planId: 'standard' }),
    await subscribe(kit.parts, { accountId, planId: 'standard' }),
  ]
  await failsWith(changePlan(kit.parts, one, { planId: 'basic' }), 'plan_held')
  await cancelNow(kit.parts, free)
  const told = await Promise.allSettled([changePlan(kit.parts, one, { planId: 'basic' }), changePlan(kit.parts, two, { planId: 'basic' })])
  assert.deepEqual(told.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  await failsWith(subscribe(kit.parts, { accountId, planId: 'basic' }), 'plan_held')
})

test('a plan that is paid once is the plan of the account for good', async () => {
  kit.clock.at = BEGAN
  const accountId = await kit.newAccount(19n * USD)
  const id = await subscribe(kit.parts, { accountId, planId: 'forever' })
  kit.clock.at = Date.parse('2036-01-01T00:00:00Z')
  await kit.renew()
  const planOf = async () =>
    (await kit.database.query<{ plan_id: string | null }>(sql`select plan_id from account where id = ${accountId}::uuid`))[0]?.plan_id
  assert.deepEqual([await kit.stateOf(id), await planOf(), await kit.available(accountId)], ['active', 'forever', 0n])
  await failsWith(cancelAtPeriodEnd(kit.parts, { id, by: 'customer' }, true), 'subscription_endless')
  await cancelNow(kit.parts, id)
  assert.deepEqual([await planOf(), await kit.available(accountId)], [null, 0n])
})

test('members keep their price where prices are locked; elsewhere a new one holds after its notice', async () => {
  const later = await openPlanKit(BEGAN, { priceLock: false })
  try {
    for (const [at, renewals] of [
      [kit, 20n],
      [later, 35n],
    ] as const) {
      at.clock.at = BEGAN
      await at.newPlan({ id: 'moving', price: 20n * USD })
      const accountId = await at.newAccount(200n * USD)
      await subscribe(at.parts, { accountId, planId: 'moving' })
      // Set eleven days before the first renewal, 42 before the second.
      await at.ownerDatabase.query(sql`update plan set price = ${35n * USD} where id = 'moving'`)
      await at.ownerDatabase.query(sql`
        insert into plan_price (plan_id, price, created_at) values ('moving', ${35n * USD}, '2026-02-17T10:00:00Z')`)
      at.clock.at = Date.parse('2026-02-28T10:00:00Z')
      await at.renew()
      assert.equal(await at.available(accountId), 160n * USD)
      at.clock.at = Date.parse('2026-03-31T10:00:00Z')
      await at.renew()
      assert.equal(await at.available(accountId), 160n * USD - renewals * USD)
    }
  } finally {
    await later.drop()
  }
})

test('where prices are not locked, a member is told once of each price that is to come, what it was and from which renewal on', async () => {
  const open = await openPlanKit(BEGAN, { priceLock: false })
  const letters = () =>
    open.database.query<{ account_id: string; fields: Record<string, string> }>(sql`
      select account_id, fields from plan_letter where template = 'subscription-price' order by created_at, id`)
  const setPrice = (price: bigint, at: string) =>
    open.ownerDatabase.query(sql`insert into plan_price (plan_id, price, created_at) values ('moving', ${price}, ${at}::timestamptz)`)
  try {
    await open.newPlan({ id: 'moving', price: 20n * USD })
    const [accountId, leaving, given] = [await open.newAccount(200n * USD), await open.newAccount(200n * USD), await open.newAccount(0n)]
    await subscribe(open.parts, { accountId, planId: 'moving' })
    const leavingId = await subscribe(open.parts, { accountId: leaving, planId: 'moving' })
    await cancelAtPeriodEnd(open.parts, { id: leavingId, by: 'customer' }, true)
    await open.database.transaction((tx) => writeGift(tx, open.parts, { accountId: given, planId: 'moving', reason: 'test' }))
    assert.equal(await tellPrices(open.parts), 0)
    // Eleven days before the first renewal, 42 before the second.
    await setPrice(35n * USD, '2026-02-17T10:00:00Z')
    open.clock.at = Date.parse('2026-02-17T10:00:10Z')
    assert.equal(
      (await Promise.all([tellPrices(open.parts), tellPrices(open.parts)])).reduce((sum, one) => sum + one),
      1,
    )
    const first = { plan: 'moving', before: '20.00', after: '35.00', effective: '2026-03-31' }
    assert.deepEqual(await letters(), [{ account_id: accountId, fields: first }])
    await setPrice(20n * USD, '2026-02-18T10:00:00Z')
    open.clock.at = Date.parse('2026-02-18T10:00:10Z')
    assert.deepEqual([await tellPrices(open.parts), await tellPrices(open.parts)], [1, 0])
    assert.deepEqual((await letters())[1]?.fields, { ...first, before: '35.00', after: '20.00' })
    const locked = { ...open.parts, settings: { ...open.parts.settings, priceLock: true } }
    await setPrice(50n * USD, '2026-02-19T10:00:00Z')
    assert.equal(await tellPrices(locked), 0)
  } finally {
    await open.drop()
  }
})

test('what a crash left between the books and our mark is finished, and taken once', async () => {
  kit.clock.at = BEGAN
  const accountId = await kit.newAccount(100n * USD)
  const id = await subscribe(kit.parts, { accountId, planId: 'standard' })
  kit.clock.at = Date.parse('2026-02-28T10:00:00Z')
  const dying = {
    ...kit.parts,
    books: {
      ...kit.ledger,
      purchase: async (input: Parameters<typeof kit.ledger.purchase>[0]) => {
        await kit.ledger.purchase(input)
        throw new Error('the process died')
      },
    },
  }
  const { renewDue } = await import('./renew.ts')
  await renewDue(dying, () => undefined)
  assert.equal(await kit.available(accountId), 60n * USD)
  assert.equal((await only(accountId)).currentPeriodEnd, '2026-02-28T10:00:00.000Z')
  await Promise.all([kit.renew(), payDue(kit.parts, id)])
  assert.equal(await kit.available(accountId), 60n * USD)
  assert.equal((await only(accountId)).currentPeriodEnd, '2026-03-31T10:00:00.000Z')
})

test('a gift costs nothing, now and later, of a hidden plan too', async () => {
  kit.clock.at = BEGAN
  const accountId = await kit.newAccount(0n)
  const id = await kit.database.transaction((tx) => writeGift(tx, kit.parts, { accountId, planId: 'hidden', reason: 'for the outage' }))
  kit.clock.at = Date.parse('2026-04-01T00:00:00Z')
  await kit.renew()
  const given = await only(accountId)
  assert.deepEqual([given.id, given.status, given.isGift, given.price], [id, 'active', true, '0.00'])
  assert.equal(await cancelNow(kit.parts, id), 0n)
})
