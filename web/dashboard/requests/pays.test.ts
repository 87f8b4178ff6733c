// Guarantee: what a page says that a call's customer pays for is what the table of billing rules says, for every way a call can end.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { billingRuleOf, CUSTOMER_PAYS, OUTCOMES, settledStageOf, USAGE_SOURCES } from '../../../src/spec/index.ts'
import { paysOf } from './pays.ts'

test('every ending that can be settled so is told by its rule', () => {
  const met = new Set<string>()
  const endings = OUTCOMES.flatMap((outcome) =>
    USAGE_SOURCES.flatMap((usageSource) => [null, 12].map((firstByteMs) => ({ outcome, usageSource, firstByteMs }))),
  )
  for (const { outcome, usageSource, firstByteMs } of endings) {
    const stage = settledStageOf({ outcome, usageSource, firstByteMs })
    const isUsageFinal = usageSource === 'provider' || usageSource === 'clamped'
    const { customerPays } = billingRuleOf({ outcome, stage, isUsageFinal })
    const isPossible = customerPays === 'nothing' ? usageSource === 'none' : customerPays === 'estimated' || usageSource !== 'none'
    const isCounted = usageSource === 'counted' || usageSource === 'estimated'
    if (!isPossible || (isCounted && customerPays === 'reported')) continue
    assert.equal(
      paysOf({ outcome, usage_source: usageSource, isBegun: stage === 'begun' }),
      customerPays,
      `${outcome} ${usageSource} ${stage}`,
    )
    met.add(customerPays)
  }
  assert.deepEqual([...met].toSorted(), CUSTOMER_PAYS.toSorted())
})
