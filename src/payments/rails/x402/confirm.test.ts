// Guarantee: where the chain can be asked, what a facilitator says it carried out is credited and served only if the chain has that very payment in the
// transaction it names; what the chain does not show waits, or waits for the operator; the chain's list of a day is what the books have of it; a wallet
// on the list of sanctions pays nothing.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { rpcOf } from '../../../../checks/money/usdc/index.ts'
import { draftOf, newWallet, openTestRail, sign, type TestRail, type Wallet } from '../../../../checks/money/x402/index.ts'
import {
  SimChain,
  type SimEndpoint,
  type SimFacilitator,
  simAuthorization,
  simEndpoint,
  simTransfer,
  startSimFacilitator,
} from '../../../../sim/index.ts'
import { type MoneyStore, openMoneyStore } from '../../../control/testing.ts'
import { sql } from '../../../db/index.ts'
import { confirmBy } from './confirm.ts'

const TOKEN = '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913'
const clock = { at: Date.parse('2026-11-26T12:00:00Z'), now: () => clock.at }
const NEEDED = 2_000_000n
const UNITS = 2_000n
const listed = new Set<string>()
let store: MoneyStore
let chain: SimChain
let endpoints: readonly SimEndpoint[]
let sim: SimFacilitator
let test402: TestRail
before(async () => {
  store = await openMoneyStore()
  chain = new SimChain({ chainId: 8453, token: TOKEN })
  endpoints = [simEndpoint(chain), simEndpoint(chain), simEndpoint(chain)]
  sim = await startSimFacilitator({ chainId: 8453, name: 'USD Coin', version: '2', now: clock.now, chain })
  const known = { id: 8453, name: 'Base', token: TOKEN, decimals: 6, range: 2000 }
  const sanctions = { has: (address: string) => listed.has(address), isReady: () => true, refresh: async () => undefined }
  test402 = openTestRail(store, { url: sim.url, clock, sanctions, chain: { chain: known, endpoints: endpoints.map(rpcOf) } })
})
after(async () => {
  await test402.close()
  await sim.stop()
  await store.drop()
})
beforeEach(() => {
  for (const { manner } of [sim, ...endpoints]) for (const name of Object.keys(manner)) delete manner[name as keyof typeof manner]
})

const funded = (): Wallet => {
  const wallet = newWallet()
  sim.fund(wallet.address, 1_000_000n)
  return wallet
}
const paymentOf = (wallet: Wallet) => sign(wallet, draftOf(wallet, { units: UNITS, now: clock.at }))
const pay = async (payment: Awaited<ReturnType<typeof paymentOf>>) => await test402.rail.pay(payment, NEEDED)
const credited = async () =>
  (
    await store.ownerDatabase.query<{ sum: bigint }>(
      sql`select coalesce(sum(amount), 0)::bigint as sum from transfer where kind = 'deposit'`,
    )
  )[0]?.sum
const problemsOf = async (code: string) => (await store.ownerDatabase.query(sql`select from payment_problem where code = ${code}`)).length

test('what the chain shows is credited and served', async () => {
  const before = (await credited()) ?? 0n
  assert.equal((await pay(await paymentOf(funded()))).status, 'ok')
  assert.equal(await credited(), before + NEEDED)
})

test('a facilitator that says it did what it did not: nothing is credited, nobody is served, and the operator is told', async () => {
  const before = await credited()
  sim.manner.lies = 'settled'
  const payment = await paymentOf(funded())
  assert.deepEqual(await pay(payment), { status: 'unsettled' })
  for (let round = 0; round < 8; round += 1) {
    clock.at += 700_000
    await test402.rail.finish()
  }
  assert.deepEqual(await pay(payment), { status: 'review' })
  assert.deepEqual([await credited(), await problemsOf('settle_unconfirmed')], [before, 1])
})

test('a transaction that paid for another call, of the same wallet and as much, pays for no second one', async () => {
  const wallet = funded()
  assert.equal((await pay(await paymentOf(wallet))).status, 'ok')
  const before = await credited()
  sim.manner.lies = 'other-transaction'
  const payment = await paymentOf(wallet)
  assert.deepEqual(await pay(payment), { status: 'review' })
  assert.deepEqual([await credited(), await problemsOf('settle_unconfirmed')], [before, 2])
  assert.deepEqual(await pay(payment), { status: 'review' })
})

test('endpoints that are behind, down or of another opinion: it waits, and is credited once when enough of them show it', async () => {
  const payment = await paymentOf(funded())
  const before = (await credited()) ?? 0n
  const [one, two] = endpoints
  assert.ok(one !== undefined && two !== undefined)
  Object.assign(one.manner, { dropsReceipts: true })
  Object.assign(two.manner, { isDown: true })
  assert.deepEqual(await pay(payment), { status: 'unsettled' })
  assert.equal(await credited(), before)
  one.manner.dropsReceipts = false
  clock.at += 10_000
  await Promise.all([test402.rail.finish(), test402.rail.finish()])
  assert.equal(await credited(), before + NEEDED)
  assert.equal((await pay(payment)).status, 'ok')
  assert.deepEqual(await pay(payment), { status: 'replayed' })
  assert.equal(await credited(), before + NEEDED)
})

test('a transfer to somebody else, of another amount or of another token does not stand for the payment', async () => {
  const look = confirmBy(endpoints.map(rpcOf))
  const payment = await paymentOf(funded())
  const used = simAuthorization({ token: TOKEN, from: payment.from, nonce: payment.nonce })
  const right = { token: TOKEN, from: payment.from, to: payment.to, units: payment.value }
  const looks: string[] = []
  for (const change of [{}, { to: payment.from }, { units: payment.value - 1n }, { token: payment.to }, { from: payment.to }]) {
    const tx = chain.tx([used, simTransfer({ ...right, ...change })])
    chain.mine([tx])
    looks.push(await look(payment, tx.hash))
  }
  for (const tx of [chain.tx([simTransfer(right)]), chain.tx([used, simTransfer(right)], false)]) {
    chain.mine([tx])
    looks.push(await look(payment, tx.hash))
  }
  assert.deepEqual(looks, ['there', 'absent', 'absent', 'absent', 'absent', 'absent', 'absent'])
  assert.equal(await look({ ...payment, chainId: 1 }, chain.block(1)?.txs[0]?.hash ?? ''), 'unseen')
})

test('a wallet on the list of sanctions is refused before anything is carried out', async () => {
  const wallet = funded()
  listed.add(wallet.address)
  const settles = sim.asked.settle
  assert.deepEqual(await pay(await paymentOf(wallet)), { status: 'sanctioned' })
  assert.equal(sim.asked.settle, settles)
})

test('the chain’s list of a day names each payment as the journal does, and leaves out what waits for the operator', async () => {
  const { report } = test402.rail
  assert.ok(report !== undefined)
  const day = new Date((chain.block(0)?.seconds ?? 0) * 1000).toISOString().slice(0, 10)
  assert.equal(await report.read(day), undefined, 'the day is not final')
  for (let block = 0; block < 43_200; block += 1) chain.mine()
  chain.finalized = chain.latest
  const booked = await store.ownerDatabase.query<{ source_key: string; amount: bigint }>(sql`
    select source_key, amount from transfer where kind = 'deposit' order by source_key`)
  const told = ((await report.read(day)) ?? []).map(({ externalId, amount }) => ({ source_key: `x402:${externalId}`, amount }))
  // What was put on the chain to try what confirms is of a payment that nobody sent here.
  const known = told.filter(({ source_key }) => booked.some((one) => one.source_key === source_key))
  assert.deepEqual(
    known.toSorted((one, other) => (one.source_key < other.source_key ? -1 : 1)),
    booked,
  )
  assert.deepEqual([booked.length, await problemsOf('settle_unconfirmed')], [3, 2])
})
