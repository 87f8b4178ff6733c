// Guarantee: the rail as others use it gives each account one address for good, with what to warn of, goes on after a rewritten chain only when the
// operator says so, and looks at settings without changing anything.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { makeXpub, openUsdcStore, rpcOf, TOKEN, type UsdcStore } from '../../../../checks/money/usdc/index.ts'
import { type EndpointManner, SimChain, simEndpoint, simTransfer } from '../../../../sim/index.ts'
import { openUsdcRail, probeUsdc, usdcBlock, usdcSettingsOf } from './index.ts'

let store: UsdcStore
before(async () => {
  store = await openUsdcStore()
})
after(() => store.close())
beforeEach(() => store.forget())

async function openRail(manners: readonly EndpointManner[] = [{}]) {
  const chain = new SimChain({ chainId: 8453, token: TOKEN, salt: randomUUID() })
  const endpoints = new Map(manners.map((manner, index) => [`https://${index}.example`, rpcOf(simEndpoint(chain, manner))]))
  const settings = usdcSettingsOf(usdcBlock.parse({ xpub: makeXpub(), chains: [{ id: 8453, name: 'Base', rpc: [...endpoints.keys()] }] }))
  const rpc = (url: string) => endpoints.get(url) ?? (() => Promise.reject(new TypeError(url)))
  const { database, desk, keyring, clock, money } = store
  const rail = await openUsdcRail({
    ...{ settings, database, desk, keyring, clock, ledger: money.ledger, subjects: money.subjects, service: 'Example', node: 'one' },
    doors: {
      newId: () => randomUUID(),
      openAccount: async () => undefined,
      newKey: async () => ({ keyId: '', secret: '' }),
      findKey: async () => undefined,
    },
    ...{ log: () => undefined, stopped: new AbortController().signal, rpcOf: rpc },
  })
  const { accountId } = await money.newCustomer(0n)
  return { rail, chain, settings, rpc, accountId }
}

test('an account has one address, checksummed, with a URI for each chain; no house, no claims', async () => {
  const { rail, accountId } = await openRail()
  const offers = await Promise.all([rail.offer(accountId, 12_000_000_000n), rail.offer(accountId)])
  assert.equal(offers[0]?.address, offers[1]?.address)
  assert.match(
    offers[0]?.chains[0]?.uri ?? '',
    /^ethereum:0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913@8453\/transfer\?address=0x.{40}&uint256=12000000$/,
  )
  assert.equal(rail.claims, undefined)
  await assert.rejects(rail.offer(randomUUID()), { message: 'account_unknown' })
})

test('after a block that was final was rewritten, reading goes on when the operator says so, from where they say', async () => {
  const { rail, chain, accountId } = await openRail()
  const { address } = await rail.offer(accountId)
  for (let block = 0; block < 10; block += 1) chain.mine()
  chain.finalized = chain.latest
  await rail.read()
  await assert.rejects(async () => rail.resume(store.database, await rail.placeToResume(8453, undefined)), { message: 'chain_not_halted' })
  await assert.rejects(rail.placeToResume(1, undefined), { message: 'chain_unknown' })
  chain.drop(5)
  chain.mine([chain.tx([simTransfer({ token: TOKEN, from: TOKEN, to: address, units: 3n })])])
  for (let block = 0; block < 10; block += 1) chain.mine()
  chain.finalized = chain.latest
  assert.equal((await rail.read()).get(8453), 'final_rewritten')
  assert.equal((await rail.chains())[0]?.halted, 'final_rewritten')
  await rail.resume(store.database, await rail.placeToResume(8453, 0))
  assert.equal((await rail.read()).get(8453), undefined)
  assert.equal((await store.money.ledger.balanceOf(accountId))?.available, 3_000n)
})

test('a look at the settings tells the first address and each endpoint that is wrong', async () => {
  const { settings, rpc } = await openRail([
    {},
    { isDown: true },
    { alter: (method, answer) => (method === 'eth_chainId' ? '0x1' : answer) },
  ])
  const { firstAddress, chains } = await probeUsdc(settings, rpc)
  assert.match(firstAddress, /^0x[0-9a-fA-F]{40}$/)
  assert.deepEqual(chains[0]?.endpoints, [undefined, 'RPC_-32000', 'wrong_chain'])
  assert.equal(chains[0]?.halt, 'endpoints_unreached')
})
