// Guarantee: an invoice is credited once, with what was asked for, when its server says that it is settled, however often and in whatever order
// that is told; forged, foreign and unreadable deliveries do nothing; part payments and what comes late wait for the operator. Seed printed.
import assert from 'node:assert/strict'
import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { type SimBtcpay, type SimInvoice, startSimBtcpay } from '../../../../sim/index.ts'
import { type MoneyStore, openMoneyStore } from '../../../control/testing.ts'
import { connect, type Database, sql } from '../../../db/index.ts'
import { formatUsd } from '../../../lib/index.ts'
import { keyringOf } from '../../../privacy/index.ts'
import { askJson } from '../../ask-json.ts'
import { findPayment, listProblems, openPaymentDesk, type PaymentDesk, resolveProblem } from '../../index.ts'
import { btcpayReport, openBtcpayRail } from './index.ts'

const SEED = Date.now() % 1_000_000
const keyring = keyringOf(new Map([[1, randomBytes(32)]]))
const clock = { now: () => Date.now() }
let store: MoneyStore
let database: Database
let sim: SimBtcpay
let desk: PaymentDesk
const partsOf = () => ({
  ...{ database, ledger: store.ledger, keyring, subjects: store.subjects },
  ...{ ids: { uuid: () => randomUUID() }, clock, log: () => undefined },
})
before(async () => {
  store = await openMoneyStore()
  database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 8 })
  sim = await startSimBtcpay()
  desk = openPaymentDesk({ ...partsOf(), onPaid: [], fulfillers: {} })
})
after(async () => {
  await sim.stop()
  await database.end()
  await store.drop()
})
beforeEach(() => {
  sim.fails = false
})

const openRail = () => {
  const settings = { url: sim.url, storeId: sim.storeId, apiKey: sim.apiKey, webhookSecret: sim.secret }
  return openBtcpayRail({ settings, desk, database, publicUrl: 'http://localhost:8080', clock, log: () => undefined })
}
const deliver = (type: string, invoiceId: string, change: { readonly body?: string; readonly signature?: string } = {}) => {
  const { body, signature } = { ...sim.delivery(type, invoiceId), ...change }
  return openRail().webhook({ body: Buffer.from(body), header: (name) => (name === 'btcpay-sig' ? signature : undefined) })
}
const available = async (accountId: string) => (await store.ledger.balanceOf(accountId))?.available
const problemsOf = async (accountId: string) =>
  (await listProblems(database, { keyring, subjects: store.subjects }, { isAll: true, limit: 500 })).filter(
    (problem) => problem.accountId === accountId,
  )
async function begin(amount = 25_000_000_000n) {
  const { accountId } = await store.newCustomer(0n)
  const { payment, url } = await openRail().checkout({ accountId, purpose: { kind: 'topup' }, amount })
  const invoice = sim.invoices.get(payment.railRef ?? '')
  assert.ok(invoice !== undefined && url === invoice.checkoutLink && invoice.amount === formatUsd(amount))
  return { accountId, payment, invoice }
}

test(`settled is credited once, whatever is delivered how often (seed ${SEED})`, async () => {
  const types = fc.constantFrom(
    'InvoiceCreated',
    'InvoiceReceivedPayment',
    'InvoiceProcessing',
    'InvoiceSettled',
    'InvoicePaymentSettled',
    'New',
  )
  const states = fc.array(fc.constantFrom<SimInvoice['status']>('New', 'Processing', 'Settled', 'Expired', 'Invalid'), { maxLength: 4 })
  const history = fc.record({
    states,
    told: fc.array(types, { minLength: 1, maxLength: 4 }),
    cents: fc.integer({ min: 1, max: 10_000_000 }),
  })
  await fc.assert(
    fc.asyncProperty(history, async ({ states: passed, told, cents }) => {
      const amount = BigInt(cents) * 10_000_000n
      const { accountId, payment, invoice } = await begin(amount)
      for (const state of passed) {
        invoice.status = state
        const answers = await Promise.all(told.flatMap((type) => [deliver(type, invoice.id), deliver(type, invoice.id)]))
        assert.ok(answers.every((status) => status === 200))
      }
      const isPaid = passed.includes('Settled')
      assert.equal(await available(accountId), isPaid ? amount : 0n)
      const state = (await findPayment(database, payment.id))?.state
      assert.equal(state === 'settled', isPaid, `${state} after ${passed.join()}`)
    }),
    { numRuns: 40, seed: SEED },
  )
  assert.deepEqual((await store.ledger.verify()).problems, [])
})

test('what is no whole number of cents is refused, as the server would ask for another amount', async () => {
  const { accountId } = await store.newCustomer(0n)
  const before = sim.invoices.size
  for (const amount of [25_005_000_000n, 25_000_000_001n])
    await assert.rejects(openRail().checkout({ accountId, purpose: { kind: 'topup' }, amount }), { message: 'amount_invalid' })
  assert.equal(sim.invoices.size, before)
})

test('forged, changed, unsigned and foreign deliveries credit nothing', async () => {
  const { accountId, invoice } = await begin()
  const forged = (secret: string) => {
    const { body } = sim.delivery('InvoiceSettled', invoice.id)
    return { body, signature: `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` }
  }
  assert.equal(await deliver('InvoiceSettled', invoice.id, forged('another secret of theirs')), 400)
  assert.equal(await deliver('InvoiceSettled', invoice.id, { signature: '' }), 400)
  assert.equal(await deliver('InvoiceSettled', invoice.id, { signature: 'sha256=' }), 400)
  const { body, signature } = sim.delivery('InvoiceSettled', invoice.id)
  assert.equal(await deliver('InvoiceSettled', invoice.id, { body: `${body} `, signature }), 400)
  // Signed, and not true: the server itself says that the invoice is new.
  assert.equal(await deliver('InvoiceSettled', invoice.id), 200)
  assert.equal(await deliver('InvoiceSettled', 'of-somebody-else'), 200)
  assert.equal(await available(accountId), 0n)
})

test('a server that does not answer has its delivery sent again, and a lost one is made good', async () => {
  const { accountId, invoice } = await begin()
  invoice.status = 'Settled'
  sim.fails = true
  assert.equal(await deliver('InvoiceSettled', invoice.id), 503)
  await assert.rejects(begin(), { message: 'rail_unavailable' })
  sim.fails = false
  await openRail().refresh()
  assert.equal(await available(accountId), 25_000_000_000n)
})

test('what is paid over, in part, late or in another currency waits for the operator', async () => {
  const over = await begin()
  Object.assign(over.invoice, { status: 'Settled', additionalStatus: 'PaidOver', paidAmount: '26.5000000' })
  await deliver('InvoiceSettled', over.invoice.id)
  assert.equal(await available(over.accountId), 25_000_000_000n)
  assert.deepEqual(
    (await problemsOf(over.accountId)).map(({ code, amount }) => [code, amount]),
    [['paid_over', 1_500_000_000n]],
  )
  for (const [additionalStatus, code] of [
    ['PaidPartial', 'paid_partial'],
    ['PaidLate', 'paid_late'],
  ] as const) {
    const { accountId, payment, invoice } = await begin()
    Object.assign(invoice, { status: 'Expired', additionalStatus, paidAmount: '5.00' })
    await deliver('InvoiceExpired', invoice.id)
    assert.deepEqual([await available(accountId), (await findPayment(database, payment.id))?.outcome], [0n, code])
    assert.deepEqual(
      (await problemsOf(accountId)).map((problem) => [problem.code, problem.amount]),
      [[code, 5_000_000_000n]],
    )
  }
  const { accountId, invoice } = await begin()
  Object.assign(invoice, { status: 'Settled', currency: 'EUR' })
  await deliver('InvoiceSettled', invoice.id)
  const cheap = await begin()
  Object.assign(cheap.invoice, { status: 'Settled', amount: '0.01' })
  await deliver('InvoiceSettled', cheap.invoice.id)
  assert.deepEqual([await available(accountId), await available(cheap.accountId)], [0n, 0n])
  assert.deepEqual(
    [(await problemsOf(accountId))[0]?.code, (await problemsOf(cheap.accountId))[0]?.code],
    ['wrong_currency', 'wrong_amount'],
  )
})

const report = () => btcpayReport({ client: openRail().client, desk, database })

test('what came late and is settled by hand at the server waits no more, and what was credited from the queue is not credited again', async () => {
  const [late, credited] = [await begin(), await begin()]
  for (const { invoice } of [late, credited]) {
    Object.assign(invoice, { status: 'Expired', additionalStatus: 'PaidLate', paidAmount: '25.00' })
    assert.equal(await deliver('InvoiceExpired', invoice.id), 200)
  }
  const [open] = await problemsOf(credited.accountId)
  const credit = {
    accountId: credited.accountId,
    amount: 25_000_000_000n,
    kind: 'manual',
    sourceKey: `problem:${open?.id}`,
    reason: 'late',
  } as const
  const { transferId } = await store.ledger.credit(credit)
  await resolveProblem(database, open?.id ?? '', { resolution: 'credited', transferId, at: new Date() })
  for (const { invoice } of [late, credited]) {
    Object.assign(invoice, { status: 'Settled', additionalStatus: 'Marked' })
    for (let time = 0; time < 2; time += 1) assert.equal(await deliver('InvoiceSettled', invoice.id), 200)
  }
  assert.deepEqual([await available(late.accountId), await available(credited.accountId)], [25_000_000_000n, 25_000_000_000n])
  const told = await Promise.all([late, credited].map(async ({ accountId }) => await problemsOf(accountId)))
  assert.deepEqual(
    told.map((problems) => problems.map(({ code, resolution }) => `${code} ${resolution ?? 'open'}`).toSorted()),
    [['paid_late dismissed'], ['paid_late credited', 'settled_after_credit open']],
  )
})

test('the daily report names a payment as the journal does', async () => {
  const { invoice } = await begin()
  invoice.status = 'Settled'
  await deliver('InvoiceSettled', invoice.id)
  const day = new Date(invoice.createdTime * 1000).toISOString().slice(0, 10)
  const entries = await report().read(day)
  assert.ok(entries?.some(({ externalId, amount }) => externalId === desk.externalKey('btcpay', invoice.id) && amount === 25_000_000_000n))
  // What the operator sells besides is no business of the books.
  const besides = await askJson({
    method: 'POST',
    url: `${sim.url}/api/v1/stores/${sim.storeId}/invoices`,
    headers: { authorization: `token ${sim.apiKey}` },
    body: { amount: '7.00', currency: 'USD', metadata: { orderId: 'mug 12' }, checkout: { expirationMinutes: 60 } },
  })
  Object.assign(sim.invoices.get(String((besides as { readonly id: string }).id)) ?? assert.fail(), { status: 'Settled' })
  assert.deepEqual(await report().read(day), entries)
  // One that was settled long after it was made is found by its name, unless it is settled no more.
  const found = entries?.filter(({ externalId }) => externalId === desk.externalKey('btcpay', invoice.id)) ?? []
  assert.deepEqual(await report().find?.([desk.externalKey('btcpay', invoice.id), desk.externalKey('btcpay', 'unknown')]), found)
  invoice.status = 'Invalid'
  assert.deepEqual(await report().find?.([desk.externalKey('btcpay', invoice.id)]), [])
  // A day that cannot be read is told as missing, and keeps nobody else's from being compared.
  sim.fails = true
  assert.equal(await report().read(day), undefined)
})

test('a plan that is paid for by coins is bought once with its money, and one that is paid in part is not', async () => {
  const price = 25_000_000_000n
  const parts = partsOf()
  const buy = async ({ id, accountId }: { readonly id: string; readonly accountId: string }): Promise<undefined> => {
    await store.ledger.purchase({ accountId, amount: price, sourceKey: `plan:${id}`, reason: 'plan' })
  }
  const selling = openPaymentDesk({ ...parts, onPaid: [], fulfillers: { plan: buy } })
  const settings = { url: sim.url, storeId: sim.storeId, apiKey: sim.apiKey, webhookSecret: sim.secret }
  const rail = openBtcpayRail({ ...parts, settings, desk: selling, publicUrl: 'http://localhost:8080' })
  const { accountId } = await store.newCustomer(0n)
  const order = { accountId, purpose: { kind: 'plan', planId: 'pro' }, amount: price } as const
  const [paid, short] = [await rail.checkout(order), await rail.checkout(order)]
  Object.assign(sim.invoices.get(paid.payment.railRef ?? '') ?? {}, { status: 'Settled' })
  Object.assign(sim.invoices.get(short.payment.railRef ?? '') ?? {}, {
    status: 'Expired',
    additionalStatus: 'PaidPartial',
    paidAmount: '24.99',
  })
  await Promise.all([rail.refresh(), rail.refresh()])
  await rail.refresh()
  assert.equal(await available(accountId), 0n)
  assert.deepEqual(
    [(await findPayment(database, paid.payment.id))?.state, (await findPayment(database, short.payment.id))?.outcome],
    ['settled', 'paid_partial'],
  )
  assert.deepEqual(
    (await problemsOf(accountId)).map(({ code }) => code),
    ['paid_partial'],
  )
})

test('whoever asks again under one id is sent to an invoice that is credited, after an outage and at the same time', async () => {
  const order = async () => {
    const { accountId } = await store.newCustomer(0n)
    return { accountId, purpose: { kind: 'topup' }, amount: 25_000_000_000n, paymentId: randomUUID() } as const
  }
  const failed = await order()
  sim.fails = true
  await assert.rejects(openRail().checkout(failed), { message: 'rail_unavailable' })
  sim.fails = false
  const again = await openRail().checkout(failed)
  const both = await order()
  const [one, other] = await Promise.all([openRail().checkout(both), openRail().checkout(both)])
  assert.equal(one.url, other.url)
  for (const [{ accountId }, url] of [
    [failed, again.url],
    [both, one.url],
  ] as const) {
    const invoice = [...sim.invoices.values()].find(({ checkoutLink }) => checkoutLink === url) ?? assert.fail()
    invoice.status = 'Settled'
    assert.equal(await deliver('InvoiceSettled', invoice.id), 200)
    assert.equal(await available(accountId), 25_000_000_000n)
  }
})

test('an invoice that was never made ends with its time, and money for a payment that forgot its invoice waits for the operator', async () => {
  const { accountId } = await store.newCustomer(0n)
  const paymentId = randomUUID()
  sim.fails = true
  await assert.rejects(openRail().checkout({ accountId, purpose: { kind: 'topup' }, amount: 25_000_000_000n, paymentId }))
  sim.fails = false
  await database.query(sql`update payment set expires_at = now() - interval '1 hour' where id = ${paymentId}::uuid`)
  await openRail().refresh()
  assert.deepEqual(
    [(await findPayment(database, paymentId))?.state, (await findPayment(database, paymentId))?.outcome],
    ['failed', 'rail_unavailable'],
  )
  // As an erasure leaves it.
  const erased = await begin()
  await database.query(sql`update payment set rail_ref = null where id = ${erased.payment.id}::uuid`)
  erased.invoice.status = 'Settled'
  assert.equal(await deliver('InvoiceSettled', erased.invoice.id), 200)
  assert.equal(await available(erased.accountId), 0n)
  assert.deepEqual(
    (await problemsOf(erased.accountId)).map(({ code, ref, amount }) => [code, ref, amount]),
    [['payment_unknown', erased.invoice.id, 25_000_000_000n]],
  )
})

test('an invoice that its server knows no more ends with its time, and many that cannot be read hide no other', async () => {
  const [unpaid, seen, open, paid] = [await begin(), await begin(), await begin(), await begin()]
  seen.invoice.status = 'Processing'
  await deliver('InvoiceProcessing', seen.invoice.id)
  for (const { invoice } of [unpaid, seen, open]) sim.invoices.delete(invoice.id)
  await database.query(sql`
    update payment set expires_at = now() - interval '1 hour' where id = any(${[unpaid.payment.id, seen.payment.id]}::uuid[])`)
  await database.query(sql`
    insert into payment (id, account_id, rail, purpose, amount, state, rail_ref, created_at, expires_at)
    select gen_random_uuid(), account_id, rail, purpose, amount, 'open', 'Unreadable' || number, created_at - interval '1 day', now() + interval '1 day'
    from payment, generate_series(1, 210) number where id = ${open.payment.id}::uuid`)
  paid.invoice.status = 'Settled'
  const stateOf = async ({ payment }: typeof paid) => (await findPayment(database, payment.id))?.state
  const areDone = async () =>
    (await stateOf(paid)) === 'settled' && (await stateOf(unpaid)) !== 'open' && (await stateOf(seen)) !== 'pending'
  for (let time = 0; time < 20 && !(await areDone()); time += 1) await openRail().refresh()
  assert.deepEqual([await stateOf(unpaid), await stateOf(seen), await stateOf(open)], ['expired', 'expired', 'open'])
  assert.equal(await available(paid.accountId), 25_000_000_000n)
  assert.deepEqual(
    (await problemsOf(seen.accountId)).map(({ code, amount }) => [code, amount]),
    [['invoice_gone', 25_000_000_000n]],
  )
  assert.equal((await problemsOf(unpaid.accountId)).length, 0)
})
