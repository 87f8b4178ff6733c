// Guarantee: what the chain says came in on a day is what the books have of it, entry by entry; a day that is not final, or on which endpoints do not
// agree, is not told; what waits for the operator is left out, and an offer names the exact chain, token and address.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { openUsdcStore, openUsdcWorld, TOKEN, type UsdcStore } from '../../../../checks/money/usdc/index.ts'
import { sql } from '../../../db/index.ts'
import { makeOffer, paymentUri } from './deposit-offer.ts'
import { usdcReport } from './rail-report.ts'

let store: UsdcStore
before(async () => {
  store = await openUsdcStore()
})
after(() => store.close())
beforeEach(() => store.forget())

/** Blocks of the simulated chain are two seconds apart. */
const BLOCKS_PER_DAY = 43_200

test('a day is told when it is final, with the entries that the books have', async () => {
  const world = openUsdcWorld(store, { terms: { minimum: 1_000_000n, dust: 'queue' } })
  const { address } = await world.newAccount()
  await world.read()
  world.chain.mine([world.chain.tx([world.pay(address, 5_000_000n), world.pay(address, 1n), world.pay(address, 7_000_000n)])])
  world.settle(3)
  await world.read()
  const report = usdcReport([world.parts])
  const day = new Date((world.chain.block(1)?.seconds ?? 0) * 1000).toISOString().slice(0, 10)
  assert.equal(await report.read(day), undefined)
  world.settle(BLOCKS_PER_DAY)
  const entries = (await report.read(day)) ?? []
  const booked = await store.database.query<{ source_key: string; amount: bigint }>(sql`
    select source_key, amount from transfer where starts_with(source_key, 'usdc:') order by source_key`)
  assert.deepEqual(
    entries
      .map(({ externalId, amount }) => [`usdc:${externalId}`, amount])
      .toSorted(([a = ''], [b = '']) => String(a).localeCompare(String(b))),
    booked.map(({ source_key, amount }) => [source_key, amount]),
  )
  assert.equal(entries.length, 2)
  const [endpoint] = world.endpoints
  if (endpoint !== undefined) endpoint.manner.isDown = true
  assert.equal(await report.read(day), undefined)
})

test('what was credited early and taken back is told as having come, as the books took it back themselves', async () => {
  const world = openUsdcWorld(store, { chain: { early: { limit: 50_000_000_000n, confirmations: 2 } } })
  const { address } = await world.newAccount()
  await world.read()
  store.clock.at = (world.chain.block(0)?.seconds ?? 0) * 1000
  world.chain.mine([world.chain.tx([world.pay(address, 5_000_000n)])])
  world.settle(1, 2)
  await world.read()
  world.chain.drop(2)
  world.settle(BLOCKS_PER_DAY)
  await world.read()
  assert.deepEqual(await world.states(), ['withdrawn'])
  const day = new Date(store.clock.at).toISOString().slice(0, 10)
  assert.deepEqual(
    ((await usdcReport([world.parts]).read(day)) ?? []).map(({ amount }) => amount),
    [5_000_000_000n],
  )
})

test('what was taken back and came again is told by both names, as the books have it twice', async () => {
  const world = openUsdcWorld(store, { chain: { early: { limit: 50_000_000_000n, confirmations: 2 } } })
  const { accountId, address } = await world.newAccount()
  await world.read()
  store.clock.at = (world.chain.block(0)?.seconds ?? 0) * 1000
  const tx = world.chain.tx([world.pay(address, 5_000_000n)])
  world.chain.mine([tx])
  world.settle(1, 2)
  await world.read()
  world.chain.drop(2)
  world.settle(4)
  await world.read()
  assert.deepEqual(await world.states(), ['withdrawn'])
  world.chain.mine([tx])
  world.settle(BLOCKS_PER_DAY)
  await world.read()
  assert.deepEqual(await world.states(), ['settled'])
  assert.equal(await world.available(accountId), 5_000_000_000n)
  const day = new Date(store.clock.at).toISOString().slice(0, 10)
  const entries = (await usdcReport([world.parts]).read(day)) ?? []
  const booked = await store.database.query<{ source_key: string }>(sql`
    select source_key from transfer where kind = 'deposit' and ${accountId}::uuid in (debit_account, credit_account)`)
  assert.deepEqual(entries.map(({ externalId }) => `usdc:${externalId}`).toSorted(), booked.map(({ source_key }) => source_key).toSorted())
  assert.equal(entries.length, 2)
})

test('an offer asks for exactly the amount, rounded up to a unit, on each chain, and warns of the others', () => {
  const address = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
  assert.equal(
    paymentUri({ chainId: 8453, token: TOKEN, address, units: 10_000_001n }),
    `ethereum:${TOKEN}@8453/transfer?address=${address}&uint256=10000001`,
  )
  const chain = { id: 8453, name: 'Base', token: TOKEN, decimals: 6, range: 1 }
  const offer = makeOffer({ address, chains: [chain], checksummed: (text) => text, amount: 10_000_000_001n, minimum: 0n })
  assert.equal(offer.chains[0]?.uri, `ethereum:${TOKEN}@8453/transfer?address=${address}&uint256=10000001`)
  assert.deepEqual(
    offer.warnings.map(({ code }) => code),
    ['these_chains_only', 'this_token_only', 'no_exchange_memo'],
  )
  assert.match(offer.warnings[0]?.text ?? '', /Base \(chain 8453\) only/)
  assert.equal(offer.chains[0]?.symbol, 'USDC')
  const least = makeOffer({ address, chains: [chain], checksummed: (text) => text, minimum: 500_000_000n }).warnings
  assert.deepEqual(
    least.map(({ values }) => values),
    [{ chains: 'Base (8453)' }, { tokens: `USDC ${TOKEN} (Base)` }, {}, { minimum: '0.50' }],
  )
  assert.match(least.at(-1)?.text ?? '', /Less than 0\.50 USD/)
})
