// Guarantee: money goes back to a card once and leaves the balance once, whatever breaks between the two; a saved card is charged once for each
// asking and each time a balance fell, within a day's maximum, and never again after it said no; erasing somebody has Stripe forget them.
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { openRailWorld, type RailWorld } from '../../../../checks/money/stripe/rail-world.ts'
import { tellRail } from '../../../../checks/money/stripe/tell-rail.ts'
import { type CardBehaviour, type SimStripe, startSimStripe } from '../../../../sim/index.ts'
import { FAULTS, faultyDatabase } from '../../../control/testing.ts'
import { sql } from '../../../db/index.ts'
import { makeRights } from '../../../privacy/index.ts'
import { findPayment } from '../../store.ts'
import { queueErasure, STRIPE_DATA, type StripeRail, StripeRequestError, stripeSettingsOf } from './index.ts'

const clock = { at: Date.parse('2026-11-26T12:00:00Z') }
let sim: SimStripe
let world: RailWorld
let rail: StripeRail
before(async () => {
  sim = await startSimStripe({ now: () => clock.at })
  world = await openRailWorld(sim, clock)
  rail = world.open().rail
})
after(async () => {
  await world.close()
  await sim.close()
})

const TEN = 10_000_000_000n
const TOPUP = { kind: 'topup' } as const
const newAccount = async (credit = 0n) => (await world.store.newCustomer(credit)).accountId
const available = async (accountId: string) => (await world.store.ledger.balanceOf(accountId))?.available
const stateOf = async (id: string) => (await findPayment(world.database, id))?.state

const tell = (since: number): Promise<void> => tellRail(rail, sim, since)

/** An account that paid ten dollars. */
async function paid() {
  const accountId = await newAccount()
  const { sessionId, paymentId } = await rail.checkout({ accountId, amount: TEN, purpose: TOPUP })
  const since = sim.account.events.length
  sim.pay(sessionId)
  await tell(since)
  return { accountId, paymentId, intentId: sim.account.sessions.get(sessionId)?.payment_intent ?? assert.fail() }
}

/** An account with a saved card that behaves so. */
async function withCard(behaviour: CardBehaviour = 'ok', credit = 0n): Promise<string> {
  const accountId = await newAccount(credit)
  const { sessionId } = await rail.cardPage(accountId)
  sim.saveCard(sessionId, behaviour)
  return accountId
}

const ask = (paymentId: string, amount: bigint, by: 'operator' | 'customer' | 'operator-exception' = 'operator', on = rail) =>
  world.database.transaction((tx) => on.askRefund(tx, { paymentId, amount, by }))

test('parts of a payment go back, in sum all of it, by whoever asks at the same time', async () => {
  const { accountId, paymentId, intentId } = await paid()
  const asked = await Promise.allSettled([4n, 4n, 4n].map((dollars) => ask(paymentId, dollars * 1_000_000_000n)))
  const made = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []))
  assert.equal(made.length, 2)
  for (const one of asked) if (one.status === 'rejected') assert.equal(one.reason.message, 'refund_exceeds_payment')
  for (const id of made) assert.equal((await rail.carryOnRefund(id))?.state, 'done')
  for (const id of made) await rail.carryOnRefund(id)
  assert.deepEqual([await available(accountId), refundedAt(intentId), await stateOf(paymentId)], [2_000_000_000n, 800, 'settled'])
  await rail.carryOnRefund((await ask(paymentId, 2_000_000_000n)).id)
  assert.deepEqual([await available(accountId), refundedAt(intentId), await stateOf(paymentId)], [0n, 1000, 'refunded'])
  await tell(0)
  assert.deepEqual([await available(accountId), (await rail.refundsOf(paymentId)).length], [0n, 3])
})

const refundedAt = (intentId: string): number =>
  [...sim.account.refunds.values()]
    .filter(({ payment_intent, status }) => payment_intent === intentId && status !== 'failed')
    .reduce((sum, { amount }) => sum + amount, 0)

test('a refund that is spent, foreign, odd or against the rules is refused with its own code', async () => {
  const { accountId, paymentId } = await paid()
  const rejects = (work: Promise<unknown>, message: string) => assert.rejects(work, { message })
  await rejects(ask(randomUUID(), TEN), 'payment_unknown')
  await rejects(ask(paymentId, 1n), 'amount_invalid')
  await rejects(ask(paymentId, TEN + 10_000_000n), 'refund_exceeds_payment')
  await rejects(ask(paymentId, TEN, 'customer'), 'refund_case_by_case')
  const never = world.open({ refunds: { kind: 'never' } }).rail
  await rejects(ask(paymentId, TEN, 'operator', never), 'refund_never')
  const days = world.open({ refunds: { kind: 'days', days: 7 } }).rail
  // Money is in the books at the database's time.
  const began = clock.at
  clock.at = Date.now() + 8 * 86_400_000
  await rejects(ask(paymentId, TEN, 'customer', days), 'refund_too_late')
  await rejects(ask(paymentId, TEN, 'operator', days), 'refund_too_late')
  clock.at -= 2 * 86_400_000
  assert.equal((await ask(paymentId, 1_000_000_000n, 'customer', days)).state, 'asked')
  await world.store.ledger.purchase({ accountId, amount: TEN, sourceKey: randomUUID(), reason: 'spent' })
  await rejects(ask(paymentId, TEN - 1_000_000_000n, 'operator-exception', never), 'balance_insufficient')
  // What was asked for while the balance was there finds it gone, and nothing goes to the card.
  clock.at += 120_000
  const since = sim.account.refunds.size
  await rail.finish()
  clock.at = began + 120_000
  const [refund] = await rail.refundsOf(paymentId)
  assert.deepEqual([refund?.state, refund?.outcome, sim.account.refunds.size], ['refused', 'balance_insufficient', since])
})

test('a card that does not take its refund, at once or later, leaves the money on the balance', async () => {
  const [one, two] = [await paid(), await paid()]
  sim.account.refundsPend = true
  for (const { paymentId } of [one, two]) assert.equal((await rail.carryOnRefund((await ask(paymentId, TEN)).id))?.state, 'sent')
  sim.account.refundsPend = false
  const since = sim.account.events.length
  for (const refund of sim.account.refunds.values()) if (refund.payment_intent === one.intentId) sim.endRefund(refund.id, 'failed')
  for (const refund of sim.account.refunds.values()) if (refund.payment_intent === two.intentId) sim.endRefund(refund.id, 'succeeded')
  await tell(since)
  assert.deepEqual([await available(one.accountId), await available(two.accountId)], [TEN, 0n])
  assert.deepEqual([await stateOf(one.paymentId), await stateOf(two.paymentId)], ['settled', 'refunded'])
  // Stripe refuses what is disputed.
  const three = await paid()
  const { id } = await ask(three.paymentId, TEN)
  sim.dispute(three.intentId, { isInquiry: true })
  assert.equal((await rail.carryOnRefund(id))?.state, 'failed')
  assert.equal(await available(three.accountId), TEN)
})

test('a refund that is cut short at any await ends as one that is not', async () => {
  let cuts = 0
  for (let at = 0; ; at += 1) {
    const { accountId, paymentId, intentId } = await paid()
    const { id } = await ask(paymentId, 6_000_000_000n)
    const fault = FAULTS[at % FAULTS.length] ?? 'before'
    let left = at
    let isCut = false
    /** Ends the process at the nth thing it waits for, before that happened or after. */
    const cut = async <T>(work: () => Promise<T>): Promise<T> => {
      left -= 1
      if (left !== -1) return await work()
      isCut = true
      if (at % 2 === 1) await work()
      throw new StripeRequestError('unavailable', 'cut')
    }
    const faulty = faultyDatabase(world.database)
    const wrapped = world.open({
      database: faulty.database,
      wrapApi: (api) => ({
        ...api,
        listRefunds: (of) => cut(() => api.listRefunds(of)),
        createRefund: (refund, key) => cut(() => api.createRefund(refund, key)),
      }),
      ledger: { ...world.store.ledger, refund: (input) => cut(() => world.store.ledger.refund(input)) },
    }).rail
    if (at >= 3) faulty.plan(at - 3, fault)
    await wrapped.carryOnRefund(id).catch(() => undefined)
    const isOver = !isCut && at > 20
    clock.at += 61_000
    await rail.finish()
    await tell(sim.account.events.length - 6)
    assert.deepEqual([await available(accountId), refundedAt(intentId)], [4_000_000_000n, 600], `cut at ${at}`)
    cuts += 1
    if (isOver) break
  }
  assert.ok(cuts > 20)
})

test('what was taken off the balance once is not asked of the books again, which would not know it of who was erased meanwhile', async () => {
  const { accountId, paymentId, intentId } = await paid()
  const { id } = await ask(paymentId, TEN)
  let times = 0
  let isDown = true
  const open = world.open({
    wrapApi: (api) => ({
      ...api,
      listRefunds: (of) => (isDown ? Promise.reject(new StripeRequestError('unavailable', 'down')) : api.listRefunds(of)),
    }),
    ledger: {
      ...world.store.ledger,
      refund: (input) => {
        times += 1
        return world.store.ledger.refund(input)
      },
    },
  }).rail
  await assert.rejects(open.carryOnRefund(id), { message: 'rail_unavailable' })
  assert.deepEqual([times, await available(accountId)], [1, 0n])
  isDown = false
  await open.carryOnRefund(id)
  assert.deepEqual([times, await available(accountId), refundedAt(intentId)], [1, 0n, 1000])
})

test('a refund of long ago is found at Stripe and not made again', async () => {
  const { accountId, paymentId, intentId } = await paid()
  const { id } = await ask(paymentId, TEN)
  const lost = world.open({
    wrapApi: (api) => ({
      ...api,
      createRefund: async (refund, key) => {
        await api.createRefund(refund, key)
        throw new StripeRequestError('unavailable', 'lost')
      },
    }),
  }).rail
  await assert.rejects(lost.carryOnRefund(id), { message: 'rail_unavailable' })
  // Stripe forgets keys after a day.
  clock.at += 3 * 86_400_000
  await rail.finish()
  assert.deepEqual([await available(accountId), refundedAt(intentId)], [0n, 1000])
})

test('a saved card is charged once for an id, however often it is asked', async () => {
  const accountId = await withCard()
  const request = { id: randomUUID(), accountId, amount: TEN, purpose: TOPUP }
  const told = await Promise.all(Array.from({ length: 5 }, () => rail.chargeSavedCard(request)))
  await rail.chargeSavedCard(request)
  await tell(0)
  assert.ok(told.every(({ id }) => id === request.id))
  assert.deepEqual([await available(accountId), await stateOf(request.id)], [TEN, 'settled'])
  assert.deepEqual(await rail.cards(accountId), [{ brand: 'visa', last4: '4242', expires: '2034-08' }])
  await assert.rejects(rail.chargeSavedCard({ ...request, id: randomUUID(), accountId: await newAccount() }), { message: 'card_missing' })
  assert.match((await rail.receipt(accountId, request.id)).url ?? '', /^https:\/\/pay\.stripe\.com\//)
  await assert.rejects(rail.receipt(await newAccount(), request.id), { message: 'payment_unknown' })
})

test('a charge whose answer is lost is found again, also after Stripe forgot its key', async () => {
  const accountId = await withCard()
  const request = { id: randomUUID(), accountId, amount: TEN, purpose: TOPUP }
  const lost = world.open({
    wrapApi: (api) => ({
      ...api,
      createCharge: async (charge, key) => {
        await api.createCharge(charge, key)
        throw new StripeRequestError('unavailable', 'lost')
      },
    }),
  }).rail
  assert.equal((await lost.chargeSavedCard(request)).state, 'open')
  clock.at += 3 * 86_400_000
  await rail.finish()
  assert.deepEqual([await available(accountId), await stateOf(request.id)], [TEN, 'settled'])
  // One that never reached Stripe is not tried after so long.
  const never = world.open({
    wrapApi: (api) => ({ ...api, createCharge: () => Promise.reject(new StripeRequestError('unavailable', 'away')) }),
  }).rail
  const other = { ...request, id: randomUUID() }
  assert.equal((await never.chargeSavedCard(other)).state, 'open')
  clock.at += 3 * 86_400_000
  await rail.finish()
  assert.deepEqual([await available(accountId), await stateOf(other.id)], [TEN, 'expired'])
})

test('a balance that falls below its threshold is topped up once for each time, within the maximum of a day', async () => {
  const accountId = await withCard('ok', 3_000_000_000n)
  const wanted = { threshold: 2_000_000_000n, amount: 5_000_000_000n, dailyMaximum: 10_000_000_000n }
  await rail.setAutoTopUp(accountId, wanted)
  const spend = (amount: bigint) => world.store.ledger.purchase({ accountId, amount, sourceKey: randomUUID(), reason: 'spent' })
  const run = () => Promise.all([rail.topUp(), rail.topUp(), rail.topUp()])
  await run()
  assert.equal(await available(accountId), 3_000_000_000n)
  await spend(2_000_000_000n)
  await run()
  await run()
  assert.equal(await available(accountId), 6_000_000_000n)
  await spend(5_000_000_000n)
  await run()
  assert.equal(await available(accountId), 6_000_000_000n)
  // The day has had its maximum; the next one has not.
  await spend(5_000_000_000n)
  await run()
  assert.equal(await available(accountId), 1_000_000_000n)
  clock.at += 86_400_000
  await run()
  assert.equal(await available(accountId), 6_000_000_000n)
  await rail.stopAutoTopUp(accountId)
  await spend(6_000_000_000n)
  await run()
  assert.deepEqual([await available(accountId), (await rail.readAutoTopUp(accountId))?.state], [0n, 'off'])
  await assert.rejects(rail.setAutoTopUp(accountId, { ...wanted, threshold: 6_000_000_000n }), { message: 'invalid_field' })
  await assert.rejects(rail.setAutoTopUp(await newAccount(), wanted), { message: 'card_missing' })
})

test('a card that says no, or wants its owner, is asked once, ends it, and a letter goes out', async () => {
  for (const [behaviour, outcome] of [
    ['declined', 'card_declined'],
    ['needs-owner', 'authentication_required'],
  ] as const) {
    const accountId = await withCard(behaviour)
    await rail.setAutoTopUp(accountId, { threshold: 1_000_000_000n, amount: 5_000_000_000n, dailyMaximum: 50_000_000_000n })
    const [before, letters] = [sim.account.intents.size, world.letters.length]
    for (let at = 0; at < 4; at += 1) await rail.topUp()
    await rail.finish()
    const shown = await rail.readAutoTopUp(accountId)
    assert.deepEqual([shown?.state, shown?.outcome, sim.account.intents.size - before], ['off', outcome, 1])
    assert.deepEqual(world.letters.slice(letters), [{ template: 'auto-top-up-off', to: `${accountId}@people.example` }])
    assert.equal(await available(accountId), 0n)
  }
})

test('an answer that is lost while a balance is topped up charges nobody twice', async () => {
  const accountId = await withCard()
  await rail.setAutoTopUp(accountId, { threshold: 1_000_000_000n, amount: 5_000_000_000n, dailyMaximum: 50_000_000_000n })
  const before = sim.account.intents.size
  sim.faultOf = ({ method, path }) => (method === 'POST' && path === '/v1/payment_intents' ? 'error-after' : undefined)
  await rail.topUp()
  sim.faultOf = () => undefined
  clock.at += 61_000
  await rail.topUp()
  await rail.finish()
  await rail.topUp()
  await tell(0)
  assert.deepEqual([sim.account.intents.size - before, await available(accountId)], [1, 5_000_000_000n])
  assert.equal((await rail.readAutoTopUp(accountId))?.state, 'armed')
})

test('an event that never came is made good by looking', async () => {
  const accountId = await newAccount()
  const [one, two] = [
    await rail.checkout({ accountId, amount: TEN, purpose: TOPUP }),
    await rail.checkout({ accountId, amount: TEN, purpose: TOPUP }),
  ]
  sim.pay(one.sessionId)
  sim.expire(two.sessionId)
  clock.at += 3_600_000 + 901_000
  await rail.finish()
  assert.deepEqual([await available(accountId), await stateOf(one.paymentId), await stateOf(two.paymentId)], [TEN, 'settled', 'expired'])
})

/** The rights of one person over what this rail keeps. */
const rightsOf = (accountId: string) =>
  makeRights({
    ...{
      inventory: STRIPE_DATA,
      database: world.database,
      clock: { now: () => clock.at },
      ids: { uuid: () => randomUUID() },
      random: randomBytes,
    },
    ...{ log: () => undefined, keys: { destroy: async () => undefined, replayErasures: async () => [] }, readers: {}, mailer: undefined },
    accounts: {
      isKnown: async () => true,
      emailOf: async () => 'a@b.example',
      findByEmail: async () => accountId,
      changeEmail: async () => undefined,
    },
    ...{ forgetUsage: async () => true, codes: async () => ({}), beforeErase: queueErasure },
    settings: { eraseWithinDays: 7, inactiveAfterDays: undefined, settleMs: 0 },
  })

test('Stripe forgets an erased account, by redaction where that is allowed, and its name there is forgotten here', async () => {
  for (const isRedacting of [false, true]) {
    const accountId = await withCard()
    const [named] = await world.database.query<{ customer_id: string }>(sql`
      select customer_id from stripe_customer where account_id = ${accountId}::uuid`)
    const customerId = named?.customer_id ?? ''
    const kept = { id: randomUUID(), accountId, amount: TEN, purpose: TOPUP }
    await rail.chargeSavedCard(kept)
    const rights = rightsOf(accountId)
    await rights.erase({ accountId, email: 'a@b.example', giveUp: TEN, cause: 'operator' })
    await rights.resume()
    assert.deepEqual(await world.database.query(sql`select from stripe_payment where account_id = ${accountId}::uuid`), [])
    const own = world.open({ isRedacting }).rail
    for (let at = 0; at < 8; at += 1) await own.finish()
    const customer = sim.account.customers.get(customerId)
    assert.deepEqual([customer?.deleted, customer?.cards.length], [true, 0])
    assert.equal(
      [...sim.account.redactions.values()].some(({ customers, status }) => customers.includes(customerId) && status === 'succeeded'),
      isRedacting,
    )
    const [row] = await world.database.query(
      sql`select state, outcome, customer_id, job_id from stripe_erasure where account_id = ${accountId}::uuid`,
    )
    assert.deepEqual(row, { state: 'done', outcome: isRedacting ? 'redacted' : 'customer_deleted', customer_id: null, job_id: null })
  }
})

const byName = (one: { readonly externalId: string }, other: { readonly externalId: string }) =>
  one.externalId < other.externalId ? -1 : 1

test('the balance at Stripe lists each deposit of a day as the journal names it', async () => {
  clock.at += 2 * 86_400_000
  const { intentId } = await paid()
  const taxed = world.open({ isTaxed: true })
  sim.account.taxPerMille = 77
  const accountId = await newAccount()
  const { sessionId } = await taxed.rail.checkout({ accountId, amount: TEN, purpose: TOPUP })
  const since = sim.account.events.length
  sim.pay(sessionId)
  sim.account.taxPerMille = 0
  const byBank = await rail.checkout({ accountId, amount: TEN, purpose: TOPUP })
  sim.pay(byBank.sessionId, 'delayed')
  sim.endDelayed(byBank.sessionId, true)
  await tell(since)
  const listed = (await rail.report.read(new Date(clock.at).toISOString().slice(0, 10))) ?? assert.fail()
  assert.deepEqual(
    listed.map(({ amount, currency }) => [amount, currency]),
    [
      [TEN, 'USD'],
      [TEN, 'USD'],
      [TEN, 'USD'],
    ],
  )
  assert.ok(listed.some(({ externalId }) => externalId === taxed.desk.externalKey('stripe', intentId)))
  assert.deepEqual(await rail.report.read('2026-01-01'), [])
  assert.deepEqual((await rail.report.find?.(listed.map(({ externalId }) => externalId)))?.toSorted(byName), listed.toSorted(byName))
  // One that was made without an intent, by older ways of Stripe's, is money of nobody's, and makes no day unreadable.
  const charge = [...sim.account.charges.values()].at(-1) ?? assert.fail()
  sim.account.charges.set(charge.id, { ...charge, payment_intent: null })
  const names = (await rail.report.read(new Date(clock.at).toISOString().slice(0, 10)))?.map(({ externalId }) => externalId)
  assert.equal(names?.length, 3)
  assert.ok(names.includes(taxed.desk.externalKey('stripe', charge.id)))
  sim.account.charges.set(charge.id, charge)
  sim.faultOf = () => 'error-before'
  assert.equal(await rail.report.read('2026-01-01'), undefined)
  sim.faultOf = () => undefined
})

test('without both secrets, each as Stripe makes them, there is no rail', () => {
  const good = { secret_key: `sk_live_${'a'.repeat(24)}`, webhook_secret: `whsec_${'a'.repeat(32)}` }
  assert.ok(stripeSettingsOf(good) !== undefined)
  for (const webhook_secret of [undefined, '', 'whsec_', 'whsec_short', 'a'.repeat(32), ` whsec_${'a'.repeat(32)}`])
    assert.equal(stripeSettingsOf({ ...good, webhook_secret }), undefined)
  for (const secret_key of [undefined, '', 'sk_live_', `pk_live_${'a'.repeat(24)}`])
    assert.equal(stripeSettingsOf({ ...good, secret_key }), undefined)
})
