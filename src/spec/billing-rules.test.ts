// Guarantee: every way a call can end, in every state, has exactly one rule, and each line of the table is the rule of some end.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BILLING_RULES, billingRuleOf, billingRuleText, CALL_STAGES, type CallEnd, CUSTOMER_PAYS } from './billing-rules.ts'
import { OUTCOMES, USAGE_SOURCES } from './usage.ts'

const ENDS: readonly CallEnd[] = OUTCOMES.flatMap((outcome) =>
  CALL_STAGES.flatMap((stage) => [true, false].map((isUsageFinal): CallEnd => ({ outcome, stage, isUsageFinal }))),
)

test('each of the 54 ends has one rule, and no line is idle', () => {
  assert.equal(ENDS.length, 54)
  const met = new Set(ENDS.map((end) => billingRuleOf(end)))
  assert.deepEqual(
    BILLING_RULES.filter((rule) => !met.has(rule)),
    [],
  )
})

test('no rule charges for what was not delivered, but for a prompt that an upstream has read', () => {
  for (const end of ENDS) {
    const { customerPays } = billingRuleOf(end)
    const mayPay = end.stage === 'begun' || end.outcome === 'gateway-lost' || (end.outcome === 'client-aborted' && end.stage === 'sent')
    if (!mayPay) assert.equal(customerPays, 'nothing', JSON.stringify(end))
    if (customerPays === 'reported') assert.ok(end.isUsageFinal, JSON.stringify(end))
    assert.equal(customerPays === 'estimated', end.outcome === 'gateway-lost')
    if (customerPays === 'counted') assert.ok(!end.isUsageFinal, JSON.stringify(end))
  }
  assert.deepEqual([...new Set(ENDS.map((end) => billingRuleOf(end).customerPays))].toSorted(), CUSTOMER_PAYS.toSorted())
})

test('every settled row has a sentence, and a free one says so', () => {
  const rows = OUTCOMES.flatMap((outcome) =>
    USAGE_SOURCES.flatMap((usageSource) => [null, 12].map((firstByteMs) => ({ outcome, usageSource, firstByteMs }))),
  )
  for (const row of rows) {
    const text = billingRuleText(row)
    assert.match(
      text,
      /^(Nothing is charged|The prompt is charged|Charged as|Charged by our count|Charged by what was last known).*: .+; .+\.$/,
    )
    if (row.usageSource === 'none' && row.outcome !== 'gateway-lost') assert.match(text, /^Nothing/)
    assert.equal(text.includes('cut to that'), row.usageSource === 'clamped')
  }
  assert.match(billingRuleText({ outcome: 'client-aborted', usageSource: 'counted', firstByteMs: null }), /^The prompt is charged/)
  assert.match(billingRuleText({ outcome: 'client-aborted', usageSource: 'counted', firstByteMs: 3 }), /^Charged by our count/)
  assert.match(billingRuleText({ outcome: 'upstream-cut', usageSource: 'clamped', firstByteMs: null }), /^Charged as the upstream reported/)
})
