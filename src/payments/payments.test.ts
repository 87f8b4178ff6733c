// Guarantee: whatever a rail tells, how often and at the same time, its money is credited once, to the account that asked, and what comes with
// it is done once; a crash between two steps is made good; what fits nothing waits for the operator and credits nobody. Seed printed.
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type MoneyStore, openMoneyStore } from '../control/testing.ts'
import { connect, type Database, sql } from '../db/index.ts'
import { keyringOf } from '../privacy/index.ts'
import { countOverdue, listPayments, listProblems, openPaymentDesk, type PaidStep, type PaymentDesk, type PaymentParts } from './index.ts'

const SEED = Date.now() % 1_000_000
const keyring = keyringOf(new Map([[1, randomBytes(32)]]))
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

const openDesk = (parts: Partial<PaymentParts> = {}): PaymentDesk =>
  openPaymentDesk({
    ...{
      database,
      ledger: store.ledger,
      keyring,
      subjects: store.subjects,
      ids: { uuid: () => randomUUID() },
      clock,
      log: () => undefined,
      onPaid: [],
      fulfillers: {},
    },
    ...parts,
  })
const newAccount = async () => (await store.newCustomer(0n)).accountId
const available = async (accountId: string) => (await store.ledger.balanceOf(accountId))?.available
const topup = { kind: 'topup' } as const

test('forty tellings of one payment, at once and later, are one deposit and one bonus', async () => {
  const accountId = await newAccount()
  const bonus: PaidStep = async ({ accountId: to }, { transferId }) => {
    await store.ledger.credit({ accountId: to, amount: 1n, kind: 'promotion', sourceKey: `bonus:${transferId}`, reason: 'bonus' })
    return undefined
  }
  const desk = openDesk({ onPaid: [bonus] })
  const { id } = await desk.open({ accountId, rail: 'stripe', purpose: topup, amount: 100n })
  const arrival = { rail: 'stripe', externalId: 'pi_1', accountId, amount: 100n, paymentId: id } as const
  await Promise.all(Array.from({ length: 40 }, () => desk.settle(arrival)))
  const last = await desk.settle(arrival)
  assert.deepEqual([last.outcome, last.payment.state, last.payment.id], ['repeated', 'settled', id])
  assert.equal(await available(accountId), 101n)
  assert.deepEqual((await store.ledger.verify()).problems, [])
})

test('money that comes unasked, told forty times at once, is one payment', async () => {
  const accountId = await newAccount()
  const told = await Promise.all(
    Array.from({ length: 40 }, () => openDesk().settle({ rail: 'usdc', externalId: 'unasked', accountId, amount: 7n })),
  )
  assert.equal(new Set(told.map(({ payment }) => payment.id)).size, 1)
  assert.deepEqual([await available(accountId), (await listPayments(database, accountId)).length], [7n, 1])
})

test('a payment is not completed on another rail or for another account, and the money can be told again', async () => {
  const [accountId, other] = [await newAccount(), await newAccount()]
  const desk = openDesk()
  const { id } = await desk.open({ accountId, rail: 'stripe', purpose: topup, amount: 50n })
  const mismatch = { message: 'payment_mismatch' }
  await assert.rejects(desk.settle({ rail: 'btcpay', externalId: 'x1', accountId, amount: 50n, paymentId: id }), mismatch)
  await assert.rejects(desk.settle({ rail: 'stripe', externalId: 'x2', accountId: other, amount: 50n, paymentId: id }), mismatch)
  assert.deepEqual([await available(accountId), await available(other)], [0n, 0n])
  await desk.settle({ rail: 'stripe', externalId: 'x3', accountId, amount: 50n, paymentId: id })
  await assert.rejects(desk.settle({ rail: 'stripe', externalId: 'x3', accountId: other, amount: 50n }), mismatch)
  await assert.rejects(desk.settle({ rail: 'stripe', externalId: 'x3', accountId, amount: 51n, paymentId: id }), {
    message: 'idempotency_conflict',
  })
  assert.equal(await available(accountId), 50n)
})

test('what was bought is given once, also after a crash between the deposit and the rest', async () => {
  const accountId = await newAccount()
  const given: string[] = []
  let breaks = 2
  const fulfil: PaidStep = async (payment, { transferId }) => {
    if (breaks-- > 0) throw new Error('crashed')
    await store.ledger.purchase({ accountId: payment.accountId, amount: 30n, sourceKey: `plan:${transferId}`, reason: 'plan' })
    given.push(payment.id)
    return 'sold_out'
  }
  const desk = openDesk({ fulfillers: { plan: fulfil } })
  const { id } = await desk.open({ accountId, rail: 'usdc', purpose: { kind: 'plan', planId: 'pro' }, amount: 30n })
  await assert.rejects(desk.settle({ rail: 'usdc', externalId: 'tx', accountId, amount: 40n, paymentId: id }))
  assert.equal(await desk.finish(), 0)
  clock.at += 120_000
  assert.equal(await countOverdue(database, new Date(clock.at)), 1)
  assert.equal(await desk.finish(), 1)
  assert.equal(await desk.finish(), 1)
  assert.equal(await desk.finish(), 0)
  const { payment } = await desk.settle({ rail: 'usdc', externalId: 'tx', accountId, amount: 40n, paymentId: id })
  assert.deepEqual([given, payment.state, payment.outcome, payment.amount], [[id], 'settled', 'sold_out', 40n])
  assert.equal(await available(accountId), 10n)
})

test('a problem is listed once, names what the rail calls it, and leaves no name in the clear', async () => {
  const desk = openDesk()
  const trouble = { rail: 'usdc', code: 'wrong_token', ref: '0xabcdef0123', amount: 5n } as const
  assert.deepEqual([await desk.problem(trouble), await desk.problem(trouble)], [true, false])
  const [problem] = (await listProblems(database, { keyring, subjects: store.subjects }, { isAll: false, limit: 10 })).filter(
    ({ code }) => code === 'wrong_token',
  )
  assert.deepEqual([problem?.ref, problem?.amount, problem?.accountId], ['0xabcdef0123', 5n, undefined])
  const rows = await database.query<{ row: string }>(sql`select payment_problem::text as row from payment_problem`)
  assert.ok(rows.every(({ row }) => !row.includes('abcdef0123') && !row.includes(Buffer.from('0xabcdef0123').toString('hex'))))
})

test('what the rail calls the money of an account goes dark with the account, and what comes afterwards is still told', async () => {
  const [desk, sealing] = [openDesk(), { keyring, subjects: store.subjects }]
  const accountId = await newAccount()
  const trouble = { rail: 'x402', code: 'settle_unclear', ref: 'eip155:8453 0xwallet 0xnonce', accountId, amount: 5n } as const
  await desk.problem(trouble)
  const refOf = async (wanted: string) =>
    (await listProblems(database, sealing, { isAll: false, limit: 100 })).find((one) => one.accountId === accountId && one.code === wanted)
      ?.ref
  assert.equal(await refOf('settle_unclear'), trouble.ref)
  // As a backup of the database would still have the row.
  await store.subjects.destroy(accountId)
  assert.equal(await refOf('settle_unclear'), '')
  await desk.problem({ ...trouble, code: 'payment_unknown' })
  assert.equal(await refOf('payment_unknown'), trouble.ref)
})

test(`returns of a purchase are in sum its price at most, whatever is asked (seed ${SEED})`, async () => {
  const asked = fc.record({
    price: fc.bigInt({ min: 1n, max: 1_000n }),
    parts: fc.array(fc.bigInt({ min: 1n, max: 700n }), { maxLength: 6 }),
  })
  await fc.assert(
    fc.asyncProperty(asked, async ({ price, parts }) => {
      const { accountId } = await store.newCustomer(price)
      const { transferId } = await store.ledger.purchase({ accountId, amount: price, sourceKey: randomUUID(), reason: 'seat' })
      const made = await Promise.allSettled(
        parts.map((amount) => store.ledger.returnPurchase({ transferId, amount, sourceKey: randomUUID(), reason: 'left' })),
      )
      const returned = parts.reduce((sum, amount, index) => (made[index]?.status === 'fulfilled' ? sum + amount : sum), 0n)
      for (const one of made) if (one.status === 'rejected') assert.equal(one.reason.message, 'return_exceeds_purchase')
      assert.ok(returned <= price)
      assert.equal(await available(accountId), returned)
    }),
    { numRuns: 40, seed: SEED },
  )
  assert.deepEqual((await store.ledger.verify()).problems, [])
})
