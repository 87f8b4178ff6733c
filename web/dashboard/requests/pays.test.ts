// Guarantee: what a page says that a call's customer pays for is what the table of billing rules says, for every way a call can end.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { billingRuleOf, CUSTOMER_PAYS, OUTCOMES, settledStageOf, USAGE_SOURCES } from '../../../src/spec/index.ts'
import { paysOf } from './pays.ts'

test('every ending that can be settled so is told by its rule', () => {
  const met = new Set<string>()
  for (const outcome of OUTCOMES)
    for (const usageSource of USAGE_SOURCES)
      for (const firstByteMs of [null, 12]) {
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
