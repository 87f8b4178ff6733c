// Guarantee: a rule gives what it promises, once for each payment, within its caps, however often and by how many at once a payment is told, and
// nothing it does not promise. By property against a model; the seed is printed.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type MoneyStore, openMoneyStore } from '../../control/testing.ts'
import { connect, type Database, sql } from '../../db/index.ts'
import { endIdleTransactions } from '../../db/testing.ts'
import { systemIds } from '../../lib/index.ts'
import type { Payment } from '../payment.ts'
import {
  alertOf,
  bookGifts,
  type GiftParts,
  giveForPayment,
  noteCrossings,
  notePromo,
  noteReferral,
  promiseForSignup,
  referralCodeOf,
  requirePromo,
  rulesOf,
  setAlert,
  tellCrossings,
} from './index.ts'

const SEED = Date.now() % 1_000_000
const USD = 1_000_000_000n
const clock = { at: Date.now(), now: () => clock.at }
let store: MoneyStore
let database: Database
before(async () => {
  store = await openMoneyStore()
  database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 8 })
})
after(async () => {
  await database.end()
  await store.drop()
})

const WRITTEN = {
  bonus: [
    { from: '50.00', percent: '5' },
    { from: '100.00', percent: '12.5' },
  ],
  promo_codes: [
    { code: 'TENTH', percent: '10', minimum_topup: '20.00', total: '25.00' },
    { code: 'FIVER', amount: '5.00', total: '10.00', until: '2026-01-01' },
  ],
  referral: { percent: '10', minimum_topup: '10.00', rewards_per_day: 3, reward_max: '12.00' },
  signup_credit: '0.50',
  low_balance: '1.00',
}
const partsOf = (written: Parameters<typeof rulesOf>[0] = WRITTEN): GiftParts => ({
  ...{ database, ledger: store.ledger, ids: systemIds(clock.now), clock, rules: rulesOf(written) },
})
const giveForSignup = async (parts: GiftParts, accountId: string): Promise<void> => {
  await database.transaction((tx) => promiseForSignup(tx, parts, { accountId }))
  await bookGifts(parts, {})
}
const newAccount = async () => (await store.newCustomer(0n)).accountId
const available = async (accountId: string) => (await store.ledger.balanceOf(accountId))?.available ?? -1n
const paymentOf = (accountId: string, amount: bigint, change: Partial<Payment> = {}): Payment => ({
  ...{ id: randomUUID(), accountId, rail: 'stripe', purpose: { kind: 'topup' }, amount, state: 'paid', railRef: undefined },
  ...{ outcome: undefined, transferId: randomUUID(), createdAt: new Date(clock.at), expiresAt: undefined },
  ...change,
})

test('a payment that is told ten times at once brings its bonus once', async () => {
  const accountId = await newAccount()
  const payment = paymentOf(accountId, 100n * USD)
  await Promise.all(Array.from({ length: 10 }, () => giveForPayment(partsOf(), payment)))
  assert.equal(await available(accountId), 12_500_000_000n)
  await giveForPayment(partsOf(), paymentOf(accountId, 200n * USD, { rail: 'code' }))
  assert.equal(await available(accountId), 12_500_000_000n, 'a code is no new money')
  await giveForPayment(partsOf(), paymentOf(accountId, 200n * USD, { rail: 'x402' }))
  assert.equal(await available(accountId), 12_500_000_000n, 'a call that is paid for is no top-up')
})

test('a promotion is given once to an account, from its minimum on, and never beyond its total', async () => {
  const parts = partsOf({ promo_codes: WRITTEN.promo_codes })
  const people = await Promise.all(Array.from({ length: 12 }, newAccount))
  const amounts = people.map((_, index) => BigInt(30 + index) * USD)
  await Promise.all(
    people.map(async (accountId, index) => {
      const payment = paymentOf(accountId, amounts[index] ?? 0n)
      await notePromo(database, { paymentId: payment.id, accountId, code: 'TENTH', now: clock.at })
      await Promise.all([giveForPayment(parts, payment), giveForPayment(parts, payment)])
    }),
  )
  const given = (await Promise.all(people.map(available))).reduce((sum, one) => sum + one, 0n)
  assert.ok(given <= 25n * USD && given > 20n * USD, String(given))
  const [lucky = ''] = people.filter((_, index) => index === 0)
  const used =
    (await Promise.all(people.map(async (one) => [(await available(one)) > 0n, one] as const))).find(([has]) => has)?.[1] ?? lucky
  const promo = { code: 'tenth', amount: 20n * USD, now: clock.at }
  await assert.rejects(requirePromo(database, parts.rules, { ...promo, accountId: used }), { message: 'promo_used' })
  const fresh = await newAccount()
  assert.equal(await requirePromo(database, parts.rules, { ...promo, accountId: fresh }), 'TENTH')
  await assert.rejects(requirePromo(database, parts.rules, { ...promo, accountId: fresh, amount: 20n * USD - 1n }), {
    message: 'promo_minimum',
  })
  for (const code of ['FIVER', 'OTHER'])
    await assert.rejects(requirePromo(database, parts.rules, { ...promo, accountId: fresh, code }), { message: 'promo_unknown' })
})

test('what a promotion gave to an account that is erased counts among its total', async () => {
  const parts = partsOf({ promo_codes: [{ code: 'ONCEONLY', amount: '5.00', total: '9.00' }] })
  const pay = async (): Promise<string> => {
    const accountId = await newAccount()
    const payment = paymentOf(accountId, 20n * USD)
    await notePromo(database, { paymentId: payment.id, accountId, code: 'ONCEONLY', now: clock.at })
    await giveForPayment(parts, payment)
    return accountId
  }
  const first = await pay()
  assert.equal(await available(first), 5n * USD)
  await database.query(sql`delete from gift where account_id = ${first}`)
  assert.equal(await available(await pay()), 0n)
})

test('who brought somebody gets a share of each payment, within the caps of a day and of all', async () => {
  const parts = partsOf({ referral: WRITTEN.referral })
  const [referrer, friend] = [await newAccount(), await newAccount()]
  const code = await referralCodeOf(database, referrer, Buffer.from(randomUUID().replaceAll('-', ''), 'hex'))
  assert.equal(await referralCodeOf(database, referrer, Buffer.alloc(16)), code, 'an account has one code')
  const note = (accountId: string, text: string) => database.transaction((tx) => noteReferral(tx, { accountId, code: text, now: clock.at }))
  await assert.rejects(note(referrer, code), { message: 'referral_own' })
  await assert.rejects(note(friend, 'NOBODYHAS1'), { message: 'referral_unknown' })
  await note(friend, code.toLowerCase())
  await assert.rejects(note(friend, code), { message: 'referral_late' })
  await giveForPayment(parts, paymentOf(friend, 9n * USD))
  assert.equal(await available(referrer), 0n, 'too small')
  await Promise.all(Array.from({ length: 6 }, () => giveForPayment(parts, paymentOf(friend, 10n * USD))))
  assert.equal(await available(referrer), 3n * USD, 'three a day')
  clock.at += 86_400_001
  await giveForPayment(parts, paymentOf(friend, 100n * USD))
  assert.equal(await available(referrer), 12n * USD, 'what is left of the most in all')
  clock.at += 86_400_001
  await giveForPayment(parts, paymentOf(friend, 100n * USD))
  assert.deepEqual([await available(referrer), await available(friend)], [12n * USD, 0n])
})

test('a new account gets its credit once, and none where the rules give none', async () => {
  const [one, other] = [await newAccount(), await newAccount()]
  await Promise.all(Array.from({ length: 5 }, () => giveForSignup(partsOf(), one)))
  await giveForSignup(partsOf({}), other)
  assert.deepEqual([await available(one), await available(other)], [500_000_000n, 0n])
})

test('a gift that cannot be booked holds up no other, and says so', async () => {
  const [stuck, other] = [await newAccount(), await newAccount()]
  const parts = partsOf()
  for (const accountId of [stuck, other]) await database.transaction((tx) => promiseForSignup(tx, parts, { accountId }))
  const ledger: GiftParts['ledger'] = {
    credit: (input) => (input.accountId === stuck ? Promise.reject(new Error('stuck')) : store.ledger.credit(input)),
  }
  await assert.rejects(bookGifts({ ...parts, ledger }, {}), { message: 'stuck' })
  assert.deepEqual([await available(stuck), await available(other)], [0n, 500_000_000n])
  await bookGifts(parts, {})
  assert.equal(await available(stuck), 500_000_000n)
})

test('more gifts that cannot be booked than are looked at together hold up no other', async () => {
  const [stuck, other] = [await newAccount(), await newAccount()]
  const parts = partsOf()
  await database.query(sql`
    insert into gift (id, account_id, kind, payment_id, amount, given_at)
    select gen_random_uuid(), ${stuck}::uuid, 'bonus', gen_random_uuid(), 1, ${new Date(clock.at - 1)} from generate_series(1, 120)`)
  await database.transaction((tx) => promiseForSignup(tx, parts, { accountId: other }))
  const ledger: GiftParts['ledger'] = {
    credit: (input) => (input.accountId === stuck ? Promise.reject(new Error('stuck')) : store.ledger.credit(input)),
  }
  const isGiven = async () => (await available(other)) > 0n
  for (let round = 0; round < 60 && !(await isGiven()); round += 1)
    await assert.rejects(bookGifts({ ...parts, ledger }, {}), { message: 'stuck' })
  assert.deepEqual([await available(stuck), await available(other)], [0n, 500_000_000n])
  while ((await bookGifts(parts, {})) > 0);
  assert.equal(await available(stuck), 120n)
})

test('of a hundred accounts that open at once as many get credit as may in a day, and more the day after', async () => {
  const parts = partsOf()
  clock.at += 2 * 86_400_000
  const accounts = await Promise.all(Array.from({ length: 100 }, newAccount))
  const promise = (accountId: string) => database.transaction((tx) => promiseForSignup(tx, parts, { accountId, perDay: 7 }))
  const given = async () => {
    while ((await bookGifts(parts, {})) > 0);
    return (await Promise.all(accounts.map(available))).filter((amount) => amount > 0n).length
  }
  await Promise.all(accounts.map(promise))
  assert.equal(await given(), 7)
  clock.at += 86_400_001
  await Promise.all(accounts.map(promise))
  assert.equal(await given(), 14)
})

test('credit that an account got for signing up counts for a day, also when the account is erased', async () => {
  const parts = partsOf()
  clock.at += 2 * 86_400_000
  const open = async (): Promise<bigint> => {
    const accountId = await newAccount()
    await database.transaction((tx) => promiseForSignup(tx, parts, { accountId, perDay: 2 }))
    await bookGifts(parts, {})
    await database.query(sql`delete from gift where account_id = ${accountId}`)
    return await available(accountId)
  }
  assert.deepEqual([await open(), await open(), await open()], [USD / 2n, USD / 2n, 0n])
  clock.at += 86_400_001
  assert.equal(await open(), USD / 2n)
})

test(`gifts equal a model of the rules, whatever is paid and whatever breaks between (seed ${SEED})`, async () => {
  const history = fc.array(
    fc.record({ who: fc.nat(2), cents: fc.integer({ min: 1, max: 30_000 }), times: fc.integer({ min: 1, max: 3 }), isCut: fc.boolean() }),
    { minLength: 1, maxLength: 12 },
  )
  await fc.assert(
    fc.asyncProperty(history, async (payments) => {
      const people = [await newAccount(), await newAccount(), await newAccount()]
      const parts = partsOf({ bonus: WRITTEN.bonus })
      const cut: GiftParts = { ...parts, ledger: { credit: () => Promise.reject(new Error('cut')) } }
      const expected = [0n, 0n, 0n]
      for (const { who, cents, times, isCut } of payments) {
        const amount = BigInt(cents) * 10_000_000n
        const payment = paymentOf(people[who] ?? '', amount)
        if (isCut) await giveForPayment(cut, payment).catch(() => undefined)
        for (let time = 0; time < times; time += 1) if (!isCut || time > 0) await giveForPayment(parts, payment)
        expected[who] =
          (expected[who] ?? 0n) + (amount >= 100n * USD ? (amount * 125n) / 1000n : amount >= 50n * USD ? (amount * 5n) / 100n : 0n)
      }
      await bookGifts(parts, {})
      assert.deepEqual(await Promise.all(people.map(available)), expected)
    }),
    { numRuns: 12, seed: SEED },
  )
  assert.deepEqual((await store.ledger.verify()).problems, [])
})

test('a low balance is told once for each crossing, and once when it is back', async () => {
  const { accountId } = await store.newCustomer(5n * USD)
  const told: string[] = []
  const look = async ({ isCarried, now }: { readonly isCarried: boolean; readonly now: number }) => {
    await noteCrossings(database, { lowBalance: undefined, limit: 1000 })
    await tellCrossings(
      database,
      async ({ accountId: to, way, threshold }) => {
        if (!isCarried) throw new Error('no carrier')
        if (to === accountId) told.push(`${way} ${threshold / USD}`)
      },
      { lowBalance: undefined, limit: 1000, now },
    )
  }
  const [now, later] = [Date.now(), Date.now() + 60_000]
  await setAlert(database, accountId, 3n * USD)
  await look({ isCarried: true, now })
  assert.deepEqual(told, [])
  await store.ledger.purchase({ accountId, amount: 4n * USD, sourceKey: `spent:${accountId}`, reason: 'spent' })
  await look({ isCarried: false, now })
  await look({ isCarried: true, now })
  assert.deepEqual(told, [], 'it was tried again at once')
  for (let round = 0; round < 3; round += 1) await look({ isCarried: true, now: later })
  assert.deepEqual([told, (await alertOf(database, accountId)).isLow], [['low 3'], true])
  await store.ledger.credit({ accountId, amount: 4n * USD, kind: 'manual', sourceKey: `back:${accountId}`, reason: 'back' })
  await look({ isCarried: false, now: later })
  await store.ledger.purchase({ accountId, amount: 4n * USD, sourceKey: `again:${accountId}`, reason: 'spent' })
  for (let round = 0; round < 3; round += 1) await look({ isCarried: true, now: later })
  assert.deepEqual(told, ['low 3', 'low 3'], 'what crossed again waits for nothing that another letter waits for')
  await store.ledger.credit({ accountId, amount: 4n * USD, kind: 'manual', sourceKey: `rich:${accountId}`, reason: 'back' })
  for (let round = 0; round < 3; round += 1) await look({ isCarried: true, now: later })
  assert.deepEqual(told, ['low 3', 'low 3', 'back 3'])
  const rows = await database.query(sql`select from balance_alert where account_id <> ${accountId} and not is_told`)
  assert.equal(rows.length, 0)
})

test('a mail server that hangs takes back no letter that it took before, and nobody waits for it who sets a threshold', async () => {
  const people: string[] = []
  for (let index = 0; index < 4; index += 1) people.push((await store.newCustomer(USD)).accountId)
  for (const accountId of people) await setAlert(database, accountId, 2n * USD)
  await noteCrossings(database, { lowBalance: undefined, limit: 1000 })
  const told: string[] = []
  const tell = (send: (accountId: string) => Promise<void>) =>
    tellCrossings(database, ({ accountId }) => send(accountId), { lowBalance: undefined, limit: 1000, now: Date.now() })
  const take = async (accountId: string): Promise<void> => void told.push(accountId)
  const hang = async (accountId: string): Promise<void> => {
    if (told.length < 2) return await take(accountId)
    for (const other of people) await setAlert(database, other, 3n * USD)
    await endIdleTransactions(store.ownerDatabase)
  }
  await assert.rejects(tell(hang))
  assert.equal(told.length, 2)
  await Promise.all([tell(take), tell(take)])
  assert.deepEqual(told.toSorted(), people.toSorted())
})

test('a balance that is back while its letter is on its way is told of besides', async () => {
  const { accountId } = await store.newCustomer(USD)
  await setAlert(database, accountId, 2n * USD)
  await noteCrossings(database, { lowBalance: undefined, limit: 1000 })
  const told: string[] = []
  const tell = (onLow: () => Promise<void>) =>
    tellCrossings(
      database,
      async ({ way }) => {
        told.push(way)
        if (way === 'low') await onLow()
      },
      { lowBalance: undefined, limit: 1000, now: Date.now() },
    )
  await tell(async () => {
    await store.ledger.credit({ accountId, amount: 4n * USD, kind: 'manual', sourceKey: `rich:${accountId}`, reason: 'back' })
    await noteCrossings(database, { lowBalance: undefined, limit: 1000 })
  })
  await tell(async () => undefined)
  assert.deepEqual(told, ['low', 'back'])
})
