// Guarantee: through the management interface exactly what is configured is offered, an address is told with its chain, token and warnings, and
// what was found on a chain is what is told as credited.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DepositOffer } from '../payments/index.ts'
import { type PlanParts, SUBSCRIPTION_DEFAULTS } from '../plans/index.ts'
import { openShop, type PaidByAddress } from './open-shop.ts'

const offer: DepositOffer = {
  address: '0xAb5801a7D398351b8bE11C439e05C5B3259aeC9B',
  chains: [
    {
      id: 8453,
      name: 'Base',
      token: '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913',
      symbol: 'USDC',
      decimals: 6,
      uri: 'ethereum:0x83@8453/transfer',
    },
  ],
  warnings: [{ code: 'these_chains_only', values: { chains: 'Base (8453)' }, text: 'Send on Base (chain 8453) only.' }],
}
/** Plans are asked for nothing here. */
const notHere = () => Promise.reject(new TypeError('plans are not asked'))
const plans: PlanParts = {
  database: { query: notHere, transaction: notHere, end: notHere },
  books: { purchase: notHere, returnPurchase: notHere },
  clock: { now: () => 0 },
  ids: { uuid: () => '' },
  settings: SUBSCRIPTION_DEFAULTS,
  subjects: { seal: notHere, unseal: notHere },
}
const rail: PaidByAddress = {
  offer: async () => offer,
  order: async () => offer,
  verifyTopup: async ({ txHash, amount }) => ({ chainId: 8453, txHash, amount }),
  claims: {
    offer: () => offer,
    messageFor: (txHash) => `claim ${txHash}`,
    claim: async () => ({ accountId: 'a', keyId: 'k', secret: 'fbx_once', amount: 7n }),
  },
}

test('nothing is offered where nothing is configured', () => {
  const shop = openShop({ btcpay: undefined, stripe: undefined, usdc: undefined, plans })
  assert.deepEqual([shop.rails, shop.agents], [{}, undefined])
})

test('USDC is offered by address, verified by transaction, and claimed without an account where claims are taken', async () => {
  const shop = openShop({ btcpay: undefined, stripe: undefined, usdc: rail, plans })
  const order = { accountId: 'a', amount: 10n, purpose: { kind: 'topup' }, orderId: 'o' } as const
  assert.deepEqual(await shop.rails.usdc?.begin(order), {
    ...{ kind: 'address', address: offer.address, chain: 'Base', token: offer.chains[0]?.token, uri: 'ethereum:0x83@8453/transfer' },
    tokenSymbol: 'USDC',
    warnings: ['Send on Base (chain 8453) only.'],
    warningCodes: [{ code: 'these_chains_only', values: { chains: 'Base (8453)' } }],
  })
  const bought = await shop.rails.usdc?.begin({ ...order, purpose: { kind: 'plan', planId: 'pro' } })
  assert.equal(bought?.paymentId, 'o', 'what is ordered is told by its payment')
  assert.deepEqual(await shop.rails.usdc?.verify?.({ accountId: 'a', txHash: '0x1', amount: 10n }), { credited: 10n })
  const claimed = await shop.agents?.claim({ txHash: '0x1', signature: '0x2', random: Buffer.alloc(32) })
  assert.deepEqual(claimed, { accountId: 'a', keyId: 'k', apiKey: 'fbx_once', credited: 7n })
  assert.equal(openShop({ btcpay: undefined, stripe: undefined, usdc: { ...rail, claims: undefined }, plans }).agents, undefined)
})
