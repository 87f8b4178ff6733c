// Guarantee: docs/residual-risks.md is the list that is printed with the policy. Remade by: node src/privacy/policy/write-risks-page.ts
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { RISKS, risksPage } from './risks.ts'
import { RISKS_PAGE } from './write-risks-page.ts'

test('the page is what its command writes, and has at least eight risks, each with a figure', () => {
  assert.equal(readFileSync(RISKS_PAGE, 'utf8'), risksPage())
  assert.ok(RISKS.length >= 8)
  for (const { figure } of RISKS) assert.match(figure.words, /\{\}/)
})
