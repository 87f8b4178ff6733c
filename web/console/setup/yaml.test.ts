// Guarantee: lines that the console shows to be copied are one part of a farebox.yaml: whichever ways to be paid are wanted, they go together.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import { paymentsYaml, policyYaml, type Rail, siteYaml } from './yaml.ts'

const RAILS: readonly Rail[] = ['stripe', 'usdc', 'btcpay', 'x402']

test('any ways to be paid are one block, and every part goes into one file', () => {
  const parts = [
    siteYaml({ name: 'Ada’s "calls": cheap', accent: '#b45309', logo: 'logo.svg' }),
    policyYaml({ profile: 'strict', operator: 'Ada', service: 'Ada', email: 'ada@example.com' }),
  ]
  for (let bits = 1; bits < 2 ** RAILS.length; bits += 1) {
    const wanted = RAILS.filter((_, index) => (bits >> index) % 2 === 1)
    const file = parse([...parts, paymentsYaml(wanted)].join('\n')) as { readonly payments: object }
    assert.deepEqual(Object.keys(file), ['site', 'policy', 'payments'])
    assert.deepEqual(Object.keys(file.payments), wanted)
  }
})
