// Guarantee: whatever a gateway says of a failure, the playground says in Chinese, with the same figures and names. The templates are remade by:
// node tests/tidy/write-gateway-words.ts
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ZH_WORDS } from '../../src/api/failure-words/index.ts'
import { FAILURES } from '../../src/failures.ts'
import { budgetWords } from '../../src/gateway/budget-words.ts'
import { PAUSES, SPEND_OWNERS, SPEND_WINDOWS } from '../../src/spec/index.ts'
import { inChinese } from '../../web/dashboard/playground/gateway-words.ts'
import { GATEWAY_WORDS, gatewayCodes, gatewayTemplates } from './gateway-words.ts'

test('the templates are those of the catalogue of failures', () => {
  assert.equal(readFileSync(GATEWAY_WORDS, 'utf8'), gatewayTemplates())
})

test('every failure of a gateway is said in Chinese, with what stands in it', () => {
  const codes = gatewayCodes()
  for (const code of ['insufficient_credit', 'key_stopped', 'upstream_timeout', 'model_unknown'] as const)
    assert.ok(codes.includes(code), code)
  for (const code of codes) {
    const filled = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => `<${name} 7.50>`)
    assert.equal(inChinese(filled(FAILURES[code].message)), filled(ZH_WORDS[code]), code)
  }
})

test('words of ours within are Chinese too; what nobody wrote words for stays as it is', () => {
  const said = (code: keyof typeof FAILURES, values: Readonly<Record<string, string>>) =>
    inChinese(FAILURES[code].message.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '?'))
  assert.match(said('key_paused', { reason: PAUSES.spike }), /五分钟内的花费远超平常/)
  const endsAt = Date.parse('2026-11-28T00:00:00Z') / 1_000
  for (const [budgetOwner] of SPEND_OWNERS.entries())
    for (const [budgetWindow] of SPEND_WINDOWS.entries())
      for (const [budget, budgetEndsAt] of [
        [1n, endsAt],
        [5_000_000_000n, endsAt],
        [5_000_000_000n, 0],
      ] as const) {
        const refused = { budgetOwner, budgetWindow, budget, budgetEndsAt, retryAfterMs: 7_200_000 } as Parameters<typeof budgetWords>[0]
        const { limit, hold, advice } = budgetWords(refused, 2_000_000_000n)
        const text = said('budget_exceeded', { limit, hold, advice })
        assert.doesNotMatch(text.replaceAll(/UTC|\b(?:h|min|d)\b/g, ''), /[a-z]{2}/i, text)
      }
  for (const text of ['', 'The provider said no.', 'see {x}']) assert.equal(inChinese(text), text)
})
