// docs/billing.md says what the gateway does. Remade by: node tests/tidy/write-billing-page.ts
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { BILLING_RULES, OUTCOMES } from '../../src/spec/index.ts'
import { billingPage } from './billing-page.ts'

test('docs/billing.md is what the table makes', () => {
  assert.equal(readFileSync('docs/billing.md', 'utf8'), billingPage())
})

test('the page has a row for each rule and names each outcome', () => {
  const page = billingPage()
  assert.equal(page.match(/^\| `/gm)?.length, BILLING_RULES.length)
  for (const outcome of OUTCOMES) assert.ok(page.includes(`| \`${outcome}\` |`))
})
