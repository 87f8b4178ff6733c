// Guarantee: money paid by BTCPay Server goes back by one claim of exactly its amount, whatever answers are lost; it is booked when the claim is paid out, and
// cancelled only when nothing of it is on its way. Seed printed.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { explainRefunds, failureOf } from '../../../checks/money/refunds/index.ts'
import { openUsdcStore, type UsdcStore } from '../../../checks/money/usdc/index.ts'
import { claimPart, type SimBtcpay, type SimPayout, startSimBtcpay } from '../../../sim/index.ts'
import { listProblems } from '../problems.ts'
import { btcpayRefunds, openBtcpayRail } from '../rails/btcpay/index.ts'
import { NO_SANCTIONS } from '../rails/usdc/index.ts'
import { openRefundDesk, type RefundDesk } from './index.ts'

const SEED = Date.now() % 1_000_000
const TEN = 10_000_000_000n
let store: UsdcStore
let sim: SimBtcpay
let desk: RefundDesk
before(async () => {
  store = await openUsdcStore()
  sim = await startSimBtcpay()
  const { database, keyring, desk: payments, clock, money } = store
  desk = openRefundDesk({
    ...{ database, keyring, clock, desk: payments, ledger: money.ledger, sealing: money.subjects, policy: { kind: 'case_by_case' } },
    ...{ chains: new Map(), callChain: undefined, btcpay: btcpayRefunds(settings()), sanctions: NO_SANCTIONS },
    ...{ service: 'Example', ids: { uuid: () => randomUUID() }, log: () => undefined },
  })
})
after(async () => {
  await sim.stop()
  await store.close()
})
beforeEach(() => {
  sim.fails = false
  sim.losesAnswers = false
})

const settings = () => ({ url: sim.url, storeId: sim.storeId, apiKey: sim.apiKey, webhookSecret: sim.secret })

async function paid() {
  const { accountId } = await store.money.newCustomer(0n)
  const { database, desk: payments, clock } = store
  const rail = openBtcpayRail({
    ...{ settings: settings(), desk: payments, database, clock },
    publicUrl: 'http://localhost',
    log: () => undefined,
  })
  const { payment } = await rail.checkout({ accountId, purpose: { kind: 'topup' }, amount: TEN })
  const invoice = sim.invoices.get(payment.railRef ?? '')
  assert.ok(invoice !== undefined)
  invoice.status = 'Settled'
  await rail.refresh()
  const available = async () => (await store.money.ledger.balanceOf(accountId))?.available
  return { accountId, paymentId: payment.id, available }
}

async function ask(paymentId: string, amount = TEN): Promise<string> {
  const { id } = await store.database.transaction((tx) => desk.ask(tx, { paymentId, amount, by: 'operator' }))
  await desk.carryOn(id)
  return id
}

const claimsOf = (id: string) => [...sim.claims.values()].filter(({ name }) => name === id)
const claimOf = (id: string) => claimsOf(id)[0] ?? assert.fail('no claim was made')
const stateOf = async (id: string) => (await desk.show(id)).refund.state

test('it is reserved, claimed at the server and booked when it is paid out', async () => {
  const { accountId, paymentId, available } = await paid()
  const id = await ask(paymentId, 4_000_000_000n)
  assert.deepEqual([await available(), await stateOf(id)], [6_000_000_000n, 'sent'])
  const claim = claimOf(id)
  assert.deepEqual([claim.amount, claim.currency, (await desk.show(id)).claimLink], ['4.00', 'USD', claim.viewLink])
  const payout = claimPart(claim, '4.00')
  assert.ok(payout !== undefined)
  await desk.finish()
  assert.equal(await stateOf(id), 'sent')
  payout.state = 'InProgress'
  assert.equal(await failureOf(desk.cancel(id)), 'refund_under_way')
  payout.state = 'Completed'
  await desk.finish()
  assert.equal(await stateOf(id), 'done')
  assert.equal(await explainRefunds(store.database, accountId), undefined)
})

test('a claim that is partly paid out when it is cancelled leaves its rest to the operator', async () => {
  const { accountId, paymentId, available } = await paid()
  const id = await ask(paymentId)
  const [one, two] = [claimPart(claimOf(id), '3.00'), claimPart(claimOf(id), '7.00')]
  assert.ok(one !== undefined && two !== undefined)
  one.state = 'Completed'
  assert.equal(await failureOf(desk.cancel(id)), 'refund_ended')
  assert.deepEqual([two.state, claimPart(claimOf(id), '1.00'), await stateOf(id), await available()], ['Cancelled', undefined, 'done', 0n])
  const problems = await listProblems(
    store.database,
    { keyring: store.keyring, subjects: store.money.subjects },
    { isAll: false, limit: 100 },
  )
  assert.deepEqual(
    problems.filter((problem) => problem.accountId === accountId).map(({ code, amount }) => [code, amount]),
    [['refund_partly_paid', 7_000_000_000n]],
  )
})

test('parts of a cent, and an invoice that the server does not refund', async () => {
  const { paymentId, available } = await paid()
  assert.equal(await failureOf(ask(paymentId, 1_000_000n)), 'amount_invalid')
  for (const invoice of sim.invoices.values()) invoice.status = 'Invalid'
  const id = await ask(paymentId)
  const { refund } = await desk.show(id)
  assert.deepEqual([refund.state, refund.outcome, claimsOf(id).length], ['taken', 'server_refused', 0])
  await desk.cancel(id)
  assert.deepEqual([await stateOf(id), await available()], ['cancelled', TEN])
})

test(`whatever answers are lost, there is one claim, and what is cancelled cannot be claimed (seed ${SEED})`, async () => {
  const move = fc.record({
    kind: fc.constantFrom('finish', 'cancel', 'claim', 'progress', 'complete'),
    weather: fc.constantFrom('good', 'good', 'fails', 'loses'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 1, maxLength: 8 }), fc.constantFrom('good', 'fails', 'loses'), async (moves, first) => {
      sim.fails = sim.losesAnswers = false
      const { accountId, paymentId } = await paid()
      weather(first)
      const id = await ask(paymentId)
      let payout: SimPayout | undefined
      for (const { kind, weather: now } of moves) {
        weather(now)
        const [claim] = claimsOf(id)
        if (kind === 'finish') await desk.finish()
        if (kind === 'cancel') await failureOf(desk.cancel(id))
        if (kind === 'claim' && claim !== undefined) payout ??= claimPart(claim, '10.00')
        if (kind === 'progress' && payout?.state === 'AwaitingApproval') payout.state = 'InProgress'
        if (kind === 'complete' && payout?.state === 'InProgress') payout.state = 'Completed'
      }
      weather('good')
      await desk.finish()
      await desk.finish()
      const state = await stateOf(id)
      assert.ok(claimsOf(id).length <= 1, 'two claims for one refund')
      assert.equal(await explainRefunds(store.database, accountId), undefined)
      assert.equal(payout?.state === 'Completed', state === 'done')
      if (state === 'cancelled') assert.ok(claimsOf(id).every(({ archived }) => archived))
    }),
    { seed: SEED, numRuns: 12, endOnFailure: true },
  )
})

function weather(now: string): void {
  sim.fails = now === 'fails'
  sim.losesAnswers = now === 'loses'
}
