// Guarantee: calls without a key are sold only where a facilitator and a recipient are named, over https, for a token that is known or named whole.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { paymentServers, paymentSettingsOf } from '../../settings.ts'
import { X402_FIELDS, x402Block, x402SettingsOf } from './settings.ts'

const PAY_TO = '0x209693Bc6afc0C5328bA36FaF03C514EF312287C'
const WRITTEN = { facilitator: 'https://facilitator.example.com/x402/', pay_to: PAY_TO }

test('two fields are enough for USDC on Base; the facilitator is among the servers that are called', () => {
  const settings = x402SettingsOf(x402Block.parse(WRITTEN))
  assert.deepEqual(settings, {
    ...{ facilitator: 'https://facilitator.example.com/x402', facilitatorKey: undefined, payTo: PAY_TO.toLowerCase() },
    ...{ chainId: 8453, asset: '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913', tokenName: 'USD Coin', tokenVersion: '2' },
    minimum: 1_000_000n,
  })
  const written = { x402: x402Block.parse(WRITTEN) }
  assert.deepEqual(paymentServers(paymentSettingsOf(written)), [{ url: settings.facilitator, why: 'payments by x402' }])
  assert.deepEqual(paymentServers(paymentSettingsOf(undefined)), [])
  assert.equal(paymentSettingsOf(undefined).x402, undefined)
})

test('what is not right is refused, each field with words of its own', () => {
  const token = { asset: PAY_TO, token_name: 'Euro Coin', token_version: '2' }
  assert.ok(x402Block.safeParse({ ...WRITTEN, network: 'eip155:1', ...token }).success)
  assert.ok(x402Block.safeParse({ ...WRITTEN, facilitator: 'http://127.0.0.1:4021' }).success)
  const wrong = [
    {},
    { facilitator: WRITTEN.facilitator },
    { ...WRITTEN, facilitator: 'http://facilitator.example.com' },
    { ...WRITTEN, pay_to: '0x12' },
    { ...WRITTEN, network: 'base' },
    { ...WRITTEN, network: 'eip155:1' },
    { ...WRITTEN, asset: PAY_TO },
    { ...WRITTEN, ...token, token_name: 'Ω' },
    { ...WRITTEN, minimum: '0' },
    { ...WRITTEN, minimum: 1 },
    { ...WRITTEN, decimals: 6 },
  ]
  for (const written of wrong) assert.equal(x402Block.safeParse(written).success, false, JSON.stringify(written))
  for (const { expected, mend } of Object.values(X402_FIELDS)) assert.ok(expected.length > 5 && mend.length > 5)
})
