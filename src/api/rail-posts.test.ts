// Guarantee: the operator's POSTs that belong to a rail have one effect and one answer for each Idempotency-Key, at once and later, and another body is a
// conflict: a refund to a card or to a wallet, what is said of it, what customers asked back, and reading a chain again.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openRefundWorld } from '../../checks/money/refunds/index.ts'
import { openRailWorld, type RailWorld } from '../../checks/money/stripe/rail-world.ts'
import { makeXpub, openUsdcStore, rpcOf, TOKEN, type UsdcStore } from '../../checks/money/usdc/index.ts'
import { SimChain, type SimStripe, simEndpoint, startSimStripe } from '../../sim/index.ts'
import { sql } from '../db/index.ts'
import { askBack, openUsdcRail } from '../payments/index.ts'
import { usdcBlock, usdcSettingsOf } from '../payments/rails/usdc/index.ts'
import { operatorApp } from './operator-app.ts'
import { wishPartsOf } from './refund-ways.ts'
import { send, testWorld } from './test-world.ts'

const clock = { at: Date.parse('2026-11-26T12:00:00Z') }
let sim: SimStripe
let cards: RailWorld
let coins: UsdcStore
before(async () => {
  sim = await startSimStripe({ now: () => clock.at })
  cards = await openRailWorld(sim, clock)
  coins = await openUsdcStore()
})
after(async () => {
  await coins.close()
  await cards.close()
  await sim.close()
})

type App = ReturnType<typeof operatorApp>
type Tried = { readonly path: string; readonly body: object; readonly otherBody: object; readonly status: number }

async function tryOnce(app: App, { path, body, otherBody, status }: Tried): Promise<void> {
  const same = { body, idempotencyKey: `once-${path}` }
  const told = [
    ...(await Promise.all(Array.from({ length: 8 }, () => send(app, `POST ${path}`, same)))),
    await send(app, `POST ${path}`, same),
  ]
  assert.deepEqual([...new Set(told.map((answer) => answer.status))], [status], told[0]?.text)
  const ids = new Set(told.map(({ json }) => JSON.stringify([json.id, json.amount, json.next_block])))
  assert.equal(ids.size, 1, [...ids].join())
  const conflict = await send(app, `POST ${path}`, { ...same, body: otherBody })
  assert.deepEqual([conflict.status, conflict.json.error.code], [409, 'idempotency_conflict'])
}

test('a refund to a card', async () => {
  const { rail } = cards.open()
  const { accountId } = await cards.store.newCustomer(0n)
  const { sessionId, paymentId } = await rail.checkout({ accountId, amount: 10_000_000_000n, purpose: { kind: 'topup' } })
  sim.pay(sessionId)
  for (const event of sim.account.events) {
    const { body, headers } = sim.deliver(event)
    await rail.takeEvent({ body: Buffer.from(body), signature: headers['stripe-signature'] })
  }
  const app = operatorApp({ ...testWorld(cards.database).dependencies, stripe: rail })
  const path = `/operator/v1/payments/${paymentId}/refunds`
  await tryOnce(app, { path, body: { amount: '4.00' }, otherBody: { amount: '5.00' }, status: 201 })
  assert.deepEqual([sim.account.refunds.size, (await cards.store.ledger.balanceOf(accountId))?.available], [1, 6_000_000_000n])
})

test('reading a chain again that was halted for good', async () => {
  const chain = new SimChain({ chainId: 8453, token: TOKEN })
  const url = 'https://one.example'
  const settings = usdcSettingsOf(usdcBlock.parse({ xpub: makeXpub(), chains: [{ id: 8453, name: 'Base', rpc: [url] }] }))
  const { database, desk, keyring, clock: time, money } = coins
  const rail = await openUsdcRail({
    ...{ settings, database, desk, keyring, clock: time, ledger: money.ledger, subjects: money.subjects, service: 'Example', node: 'one' },
    doors: {
      newId: () => '',
      openAccount: async () => undefined,
      newKey: async () => ({ keyId: '', secret: '' }),
      findKey: async () => undefined,
    },
    ...{ log: () => undefined, stopped: new AbortController().signal, rpcOf: () => rpcOf(simEndpoint(chain)) },
  })
  for (let block = 0; block < 20; block += 1) chain.mine()
  chain.finalized = chain.latest
  await rail.read()
  await database.query(sql`update usdc_chain set halted = 'final_rewritten', halted_at = now() where chain_id = 8453`)
  const app = operatorApp({ ...testWorld(database).dependencies, usdc: rail })
  assert.deepEqual((await send(app, 'GET /operator/v1/usdc/deposits')).json.data, [])
  const path = '/operator/v1/usdc/chains/8453/resumption'
  await tryOnce(app, { path, body: { first_block: 5 }, otherBody: { first_block: 6 }, status: 200 })
  const [row] = await database.query<{ halted: string | null; next_block: number }>(
    sql`select halted, next_block from usdc_chain where chain_id = 8453`,
  )
  assert.deepEqual([row?.halted, Number(row?.next_block)], [null, 5])
})

test('a refund to a wallet: asked for, sent and cancelled', async () => {
  await coins.forget()
  const world = await openRefundWorld(coins)
  const { accountId, paymentId } = await world.newPayment(10_000_000n)
  const app = operatorApp({ ...testWorld(coins.database).dependencies, refunds: world.desk })
  const path = `/operator/v1/payments/${paymentId}/refunds`
  await tryOnce(app, { path, body: { amount: '4.00' }, otherBody: { amount: '5.00' }, status: 201 })
  assert.equal(await world.usdc.available(accountId), 6_000_000_000n)
  const [refund] = (await send(app, 'GET /operator/v1/refunds')).json.data.filter(
    (one: { account_id: string }) => one.account_id === accountId,
  )
  const address = '0x00000000000000000000000000000000000000D1'
  await world.desk.sayAddress({ accountId, refundId: refund.id, address, signature: undefined, isFresh: true })
  const { json } = await send(app, `GET /operator/v1/refunds/${refund.id}`)
  assert.deepEqual([json.to_send.token_amount, json.to_send.address, json.to_send.proof], ['4.000000', address, 'dashboard'])
  const tx = world.send(address.toLowerCase(), 4_000_000n)
  world.usdc.settle(2)
  const transaction = `/operator/v1/refunds/${refund.id}/transaction`
  await tryOnce(app, { path: transaction, body: { tx_hash: tx.hash }, otherBody: { tx_hash: refund.id }, status: 200 })
  assert.equal((await send(app, `GET /operator/v1/refunds/${refund.id}`)).json.state, 'done')
  const other = await world.ask(paymentId, 1_000_000_000n)
  await tryOnce(app, { path: `/operator/v1/refunds/${other}/cancellation`, body: {}, otherBody: { reason: 'other' }, status: 200 })
  assert.equal(await world.usdc.available(accountId), 6_000_000_000n)
})

test('what a customer asked back: granted and declined', async () => {
  await coins.forget()
  const world = await openRefundWorld(coins)
  const dependencies = {
    ...testWorld(coins.database).dependencies,
    ...{ refunds: world.desk, ledger: coins.money.ledger, subjects: coins.money.subjects },
  }
  const app = operatorApp(dependencies)
  const waiting = async (accountId: string) =>
    (await send(app, 'GET /operator/v1/refund-wishes')).json.data.filter((one: { account_id: string }) => one.account_id === accountId)
  const { accountId, paymentId } = await world.newPayment(10_000_000n)
  const ask = (amount: bigint) =>
    coins.database.transaction((tx) => askBack(wishPartsOf(dependencies), tx, { accountId, paymentId, amount }))
  const one = await ask(4_000_000_000n)
  const [{ rail, amount, paid, left, available, state }] = await waiting(accountId)
  assert.deepEqual([rail, amount, paid, left, available, state], ['usdc', '4.00', '10.00', '10.00', '10.00', 'open'])
  const acceptance = `/operator/v1/refund-wishes/${one.id}/acceptance`
  await tryOnce(app, { path: acceptance, body: {}, otherBody: { amount: '3.00' }, status: 200 })
  assert.equal(await world.usdc.available(accountId), 6_000_000_000n)
  const [refund] = (await send(app, 'GET /operator/v1/refunds')).json.data.filter(
    (each: { account_id: string }) => each.account_id === accountId,
  )
  await world.desk.cancel(refund.id)
  const other = await ask(2_000_000_000n)
  const refusal = `/operator/v1/refund-wishes/${other.id}/refusal`
  await tryOnce(app, { path: refusal, body: { reason: 'a gift' }, otherBody: { reason: 'other' }, status: 200 })
  assert.deepEqual(await waiting(accountId), [])
  const all = (await send(app, 'GET /operator/v1/refund-wishes?state=all')).json.data
  const declined = all.find(({ id }: { id: string }) => id === other.id)
  assert.deepEqual([declined.state, declined.reason, declined.refund_id], ['declined', 'a gift', null])
  const [kept] = await coins.database.query<{ told: string }>(sql`
    select string_agg(response::text, ' ') as told from idempotency where response::text like ${`%${other.id}%`}`)
  assert.ok(kept?.told.includes('declined') && !kept.told.includes('a gift'), kept?.told)
  const nobodys = await send(app, 'POST /operator/v1/refund-wishes/01890000-0000-7000-8000-00000000dead/acceptance', { body: {} })
  assert.deepEqual([nobodys.status, nobodys.json.error.code], [404, 'refund_wish_unknown'])
})
