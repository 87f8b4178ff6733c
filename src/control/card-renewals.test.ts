// Guarantee: a renewal that is due and that the balance does not pay is paid by the saved card of who wants that, the difference and once for each period, whatever
// breaks and however many nodes do it; at a price that was seen, within the maximum of a day, never after a card said no, and of nobody else.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, afterEach, before, test } from 'node:test'
import { type Member, openRenewalWorld, type RenewalNode, type RenewalWorld } from '../../checks/money/stripe/renewal-world.ts'
import { tellRail } from '../../checks/money/stripe/tell-rail.ts'
import { type SimStripe, startSimStripe } from '../../sim/index.ts'
import { sql } from '../db/index.ts'
import { StripeRequestError } from '../payments/index.ts'
import { cancelAtPeriodEnd, changePlan, sendLetters, tellPrices } from '../plans/index.ts'
import { FAULTS, faultyDatabase } from './testing.ts'

const USD = 1_000_000_000n
const MONTH_MS = 31 * 86_400_000
const MINUTE_MS = 60_000
const clock = { at: Date.parse('2026-01-31T10:00:00Z') }
let sim: SimStripe
let world: RenewalWorld
let node: RenewalNode
before(async () => {
  sim = await startSimStripe({ now: () => clock.at, name: 'renew' })
  world = await openRenewalWorld(sim, clock)
  node = world.openNode()
})
/** What is left of a test does not renew in the next ones. */
afterEach(async () => {
  await world.store.ownerDatabase.query(sql`update subscription_period set state = 'failed' where state = 'due'`)
  await world.store.ownerDatabase.query(sql`
    update subscription set state = 'canceled', ended_at = now() where state in ('active', 'past_due')`)
})
after(async () => {
  await world.close()
  await sim.close()
})

const available = async ({ accountId }: Member) => (await world.store.ledger.balanceOf(accountId))?.available
const agree = (member: Member, dailyMaximum = 100n * USD) => node.rail.setCardRenewals(member.accountId, { dailyMaximum })
const shown = ({ accountId }: Member) => node.rail.readCardRenewals(accountId)

async function stateOf({ id }: Member): Promise<string> {
  const [row] = await world.database.query<{ state: string }>(sql`select state from subscription where id = ${id}::uuid`)
  return row?.state ?? ''
}

/** What the cards of an account paid at Stripe, in cents. */
const charged = async (member: Member): Promise<readonly number[]> =>
  (await asked(member)).filter(({ status }) => status === 'succeeded').map(({ amount }) => amount)

/** What they were asked for. */
async function asked({ accountId }: Member) {
  const [row] = await world.database.query<{ customer_id: string }>(
    sql`select customer_id from stripe_customer where account_id = ${accountId}::uuid`,
  )
  return [...sim.account.intents.values()].filter(({ customer }) => customer !== null && customer === row?.customer_id)
}

const lettersOf = async ({ accountId }: Member): Promise<readonly string[]> =>
  (
    await world.database.query<{ template: string }>(sql`
      select template from plan_letter where account_id = ${accountId}::uuid order by created_at, id`)
  ).map(({ template }) => template)

/** What both jobs do, on as many nodes as are given. */
async function run(...nodes: readonly RenewalNode[]): Promise<void> {
  const all = nodes.length === 0 ? [node] : nodes
  await Promise.all(all.map((one) => one.renew()))
  await Promise.all(all.map((one) => one.rail.topUp().catch(() => undefined)))
}

test('the difference is charged and the renewal is taken from the balance, with a receipt and no letter that it is due', async () => {
  const member = await world.newMember({ left: 5n * USD + 1n, behaviour: 'ok' })
  await agree(member)
  await run()
  assert.deepEqual(await charged(member), [])
  clock.at += MONTH_MS
  await run()
  await run()
  // 14.999999999 lack; cards pay whole cents, and the rest stays on the balance.
  assert.deepEqual([await charged(member), await available(member), await stateOf(member)], [[1500], 1n, 'active'])
  assert.deepEqual(await lettersOf(member), ['subscription-renewed'])
  const { state, chargedToday, outcome } = (await shown(member)) ?? assert.fail()
  assert.deepEqual([state, chargedToday, outcome], ['on', 15n * USD, undefined])
  await tellRail(node.rail, sim, 0)
  await run()
  assert.deepEqual(await charged(member), [1500])
  clock.at += MONTH_MS
  await run()
  await run()
  assert.deepEqual([await charged(member), await stateOf(member)], [[1500, 2000], 'active'])
})

test('what lacks less than a card pays is charged as the least, and what the balance pays is not charged at all', async () => {
  const [short, rich] = [
    await world.newMember({ left: 20n * USD - 1n, behaviour: 'ok' }),
    await world.newMember({ left: 20n * USD, behaviour: 'ok' }),
  ]
  await agree(short)
  await agree(rich)
  clock.at += MONTH_MS
  await run()
  await run()
  assert.deepEqual(
    [await charged(short), await available(short), await charged(rich), await available(rich)],
    [[50], USD / 2n - 1n, [], 0n],
  )
})

test('without the consent, and once it is stopped, nothing is charged, and the plan is past due as ever', async () => {
  const [never, stopped] = [await world.newMember({ behaviour: 'ok' }), await world.newMember({ behaviour: 'ok' })]
  await agree(stopped)
  await node.rail.stopCardRenewals(stopped.accountId)
  clock.at += MONTH_MS
  await run()
  await run()
  for (const member of [never, stopped]) {
    assert.deepEqual([await charged(member), await stateOf(member), await lettersOf(member)], [[], 'past_due', ['subscription-past-due']])
  }
  assert.equal((await shown(stopped))?.outcome, 'stopped')
  // Who agrees while it is due has it paid at once.
  await agree(never)
  await run()
  assert.deepEqual([await charged(never), await stateOf(never)], [[2000], 'active'])
})

test('a card that says no is asked once; it ends it with a letter, the plan is past due, and another card pays what is due', async () => {
  for (const [behaviour, outcome] of [
    ['declined', 'card_declined'],
    ['needs-owner', 'authentication_required'],
  ] as const) {
    const member = await world.newMember({ behaviour })
    await agree(member)
    const letters = world.letters.length
    clock.at += MONTH_MS
    for (let at = 0; at < 4; at += 1) await run()
    const told = (await shown(member)) ?? assert.fail()
    assert.deepEqual([told.state, told.outcome, told.chargedToday, (await asked(member)).length], ['off', outcome, 0n, 1])
    assert.deepEqual(world.letters.slice(letters), [{ template: 'card-renewals-off', to: `${member.accountId}@people.example` }])
    assert.deepEqual([await stateOf(member), await lettersOf(member)], ['past_due', ['subscription-past-due']])
    await world.leaveCard(member.accountId, 'ok')
    await agree(member)
    await run()
    await run()
    assert.deepEqual([await charged(member), await stateOf(member), await available(member)], [[2000], 'active', 0n])
  }
})

test('a day has its maximum; what it does not cover waits for the next one', async () => {
  const member = await world.newMember({ behaviour: 'ok' })
  clock.at += 1
  const other = await world.subscribe(member.accountId, 10n * USD)
  await agree(member, 25n * USD)
  clock.at += MONTH_MS
  for (let at = 0; at < 4; at += 1) await run()
  assert.deepEqual([await charged(member), await stateOf(member)], [[2000], 'active'])
  clock.at += 6 * MINUTE_MS
  await run()
  assert.equal(await stateOf(other), 'past_due')
  clock.at += 86_400_000
  for (let at = 0; at < 2; at += 1) await run()
  assert.deepEqual([await charged(member), await stateOf(other), await available(member)], [[2000, 1000], 'active', 0n])
})

test('several that are due at once are each charged for what they lack, one after the other', async () => {
  const member = await world.newMember({ left: 10n * USD, behaviour: 'ok' })
  const others = [await world.subscribe(member.accountId, 7n * USD), await world.subscribe(member.accountId, 50n * USD)]
  await agree(member)
  clock.at += MONTH_MS
  for (let at = 0; at < 6; at += 1) await run()
  assert.deepEqual(await Promise.all([member, ...others].map(stateOf)), ['active', 'active', 'active'])
  assert.deepEqual([(await charged(member)).reduce((sum, cents) => sum + cents, 0), await available(member)], [6700, 0n])
})

test('what is owed, frozen or suspended is not charged for', async () => {
  const [owing, frozen, suspended] = [
    await world.newMember({ behaviour: 'ok' }),
    await world.newMember({ behaviour: 'ok' }),
    await world.newMember({ behaviour: 'ok' }),
  ]
  await world.store.ledger.chargeBack({
    ...{ accountId: owing.accountId, amount: USD, sourceKey: `usdc-reorg:${randomUUID()}`, reason: 'the chain took it back' },
  })
  await world.store.ownerDatabase.query(sql`insert into account_freeze (account_id, reason) values (${frozen.accountId}::uuid, 'test')`)
  for (const member of [owing, frozen, suspended]) await agree(member)
  await world.store.ownerDatabase.query(sql`update account set status = 'suspended' where id = ${suspended.accountId}::uuid`)
  clock.at += MONTH_MS
  for (let at = 0; at < 3; at += 1) await run()
  for (const member of [owing, frozen, suspended]) assert.deepEqual(await charged(member), [])
})

test('money that went back, or that a bank takes back, is not charged again, and a letter says so', async () => {
  for (const [kind, outcome] of [
    ['refund', 'refunded'],
    ['chargeBack', 'disputed'],
  ] as const) {
    const member = await world.newMember({ left: 20n * USD, behaviour: 'ok' })
    await agree(member)
    const letters = world.letters.length
    const moved = { accountId: member.accountId, amount: 20n * USD, sourceKey: randomUUID(), reason: 'test' }
    await world.store.ledger[kind](moved)
    clock.at += MONTH_MS
    for (let at = 0; at < 2; at += 1) await run()
    const told = (await shown(member)) ?? assert.fail()
    assert.deepEqual([told.state, told.outcome, await charged(member), await stateOf(member)], ['off', outcome, [], 'past_due'])
    assert.deepEqual(world.letters.slice(letters), [{ template: 'card-renewals-stopped', to: `${member.accountId}@people.example` }])
  }
})

test('a price is charged only where whoever pays has seen it: their own, one that they were told of, or that of the plan that they chose', async () => {
  const floating = await openRenewalWorld(sim, clock, { priceLock: false, priceNoticeDays: 0 })
  try {
    const at = floating.openNode()
    const [untold, told, chosen] = [
      await floating.newMember({ behaviour: 'ok' }),
      await floating.newMember({ behaviour: 'ok' }),
      await floating.newMember({ behaviour: 'ok' }),
    ]
    for (const { accountId } of [untold, told, chosen]) await at.rail.setCardRenewals(accountId, { dailyMaximum: 100n * USD })
    const reprice = async ({ planId }: Member) => {
      await floating.store.ownerDatabase.query(sql`
        insert into plan_price (plan_id, price, created_at) values (${planId}, ${30n * USD}::bigint, ${new Date(clock.at)})`)
    }
    clock.at += MINUTE_MS
    await reprice(told)
    await tellPrices(at.plans)
    await floating.store.ownerDatabase.query(sql`
      insert into plan (id, kind, price, is_public, source) values ('cheaper', 'monthly', ${9n * USD}::bigint, true, 'operator')`)
    await changePlan(at.plans, chosen.id, { planId: 'cheaper' })
    await reprice(untold)
    clock.at += MONTH_MS
    for (let pass = 0; pass < 3; pass += 1) {
      await at.renew()
      await at.rail.topUp()
    }
    const paid = async ({ accountId }: Member) =>
      (
        await floating.database.query<{ amount: bigint }>(sql`
          select amount from payment where account_id = ${accountId}::uuid and state = 'settled'`)
      ).map(({ amount }) => amount)
    assert.deepEqual([await paid(untold), await paid(told), await paid(chosen)], [[], [30n * USD], [9n * USD]])
  } finally {
    await floating.close()
  }
})

test('a charge that is cut short at any await charges once, and the renewal is paid, on two nodes', async () => {
  let cuts = 0
  for (let at = 0; ; at += 1) {
    const member = await world.newMember({ behaviour: 'ok' })
    await agree(member)
    clock.at += MONTH_MS
    await node.renew()
    const since = sim.account.events.length
    const fault = FAULTS[at % FAULTS.length] ?? 'before'
    const faulty = faultyDatabase(world.database)
    let isLost = false
    const broken = world.openNode({
      database: faulty.database,
      wrapApi: (api) => ({
        ...api,
        createCharge: async (charge, key) => {
          const made = await api.createCharge(charge, key)
          isLost = at % 3 === 0
          if (isLost) throw new StripeRequestError('unavailable', 'lost')
          return made
        },
      }),
    })
    faulty.plan(at, fault)
    await Promise.all([broken, ...(at % 2 === 0 ? [] : [node])].map((one) => one.rail.topUp().catch(() => undefined)))
    const isOver = (await stateOf(member)) === 'active' && at > 60
    faulty.heal()
    clock.at += 2 * MINUTE_MS
    // Where Stripe has a name for it that was noted, its event tells what came of it.
    await tellRail(node.rail, sim, since)
    for (let pass = 0; pass < 2; pass += 1) {
      await node.rail.finish()
      await run(node, world.openNode())
    }
    assert.deepEqual([await charged(member), await available(member), await stateOf(member)], [[2000], 0n, 'active'], `cut at ${at}`)
    await cancelAtPeriodEnd(node.plans, { id: member.id, by: 'customer' }, true)
    cuts += 1
    if (isOver) break
  }
  assert.ok(cuts > 40)
})

test('a charge whose answer is lost for hours leaves the plan past due within its grace, and pays it when it is found', async () => {
  const member = await world.newMember({ behaviour: 'ok' })
  await agree(member)
  clock.at += MONTH_MS
  await node.renew()
  sim.faultOf = ({ path }) => (path.startsWith('/v1/payment_intents') ? 'error-after' : undefined)
  await run()
  assert.deepEqual([(await shown(member))?.state, await stateOf(member)], ['charging', 'active'])
  clock.at += 6 * MINUTE_MS
  await run()
  sim.faultOf = () => undefined
  assert.deepEqual([await stateOf(member), await lettersOf(member)], ['past_due', ['subscription-past-due']])
  // Who stops it and agrees again meanwhile is not charged twice.
  await node.rail.stopCardRenewals(member.accountId)
  await agree(member)
  await run()
  await node.rail.finish()
  await run()
  assert.deepEqual([await charged(member), await stateOf(member), await available(member)], [[2000], 'active', 0n])
})

test('a period that was charged is not charged again, whatever became of the money', async () => {
  const member = await world.newMember({ behaviour: 'ok' })
  await agree(member)
  clock.at += MONTH_MS
  await node.renew()
  // Nobody renews it with the money, and it is spent.
  await world.open().rail.topUp()
  assert.deepEqual([await charged(member), await available(member)], [[2000], 20n * USD])
  await world.store.ledger.purchase({ accountId: member.accountId, amount: 20n * USD, sourceKey: randomUUID(), reason: 'spent' })
  for (let at = 0; at < 3; at += 1) {
    await run()
    clock.at += 86_400_000
  }
  assert.deepEqual([await charged(member), await stateOf(member), (await shown(member))?.state], [[2000], 'past_due', 'on'])
})

test('a plan that is ended while its card is charged leaves the money on the balance, and the payment says why', async () => {
  const member = await world.newMember({ behaviour: 'ok' })
  clock.at += MONTH_MS
  await node.renew()
  await agree(member)
  sim.faultOf = ({ path }) => (path.startsWith('/v1/payment_intents') ? 'error-after' : undefined)
  await node.rail.topUp()
  sim.faultOf = () => undefined
  await cancelAtPeriodEnd(node.plans, { id: member.id, by: 'customer' }, true)
  clock.at += 2 * MINUTE_MS
  await node.rail.finish()
  await run()
  const [payment] = await world.database.query<{ state: string; outcome: string | null }>(sql`
    select state, outcome from payment where account_id = ${member.accountId}::uuid`)
  assert.deepEqual(payment, { state: 'settled', outcome: 'subscription_over' })
  assert.deepEqual([await charged(member), await available(member), await stateOf(member)], [[2000], 20n * USD, 'canceled'])
})

test('what is refused is named by its field: too little in a day, and no card', async () => {
  const [member, none] = [await world.newMember({ behaviour: 'ok' }), await world.newMember()]
  await assert.rejects(agree(member, USD / 2n - 1n), { message: 'invalid_field' })
  await assert.rejects(agree(none), { message: 'card_missing' })
  assert.deepEqual([await shown(member), await shown(none)], [undefined, undefined])
})

test('the books agree after all of it', async () => {
  await sendLetters(node.plans, undefined, () => undefined)
  const { ok, problems } = await world.store.ledger.verify()
  assert.ok(ok, problems.join(', '))
})
