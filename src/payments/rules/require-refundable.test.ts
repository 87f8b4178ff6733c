// Guarantee: money goes back as far as the rules say, to the last millisecond; each refusal says which rule it is by; an exception is the operator's, and a wish was judged
// when it was asked for.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FailureError } from '../../failures.ts'
import { type RefundAsker, requireRefundable } from './require-refundable.ts'
import type { RefundPolicy } from './rules.ts'

const settledAt = Date.parse('2026-11-01T00:00:00Z')
const DAYS_MS = 7 * 86_400_000
const told = (policy: RefundPolicy, by: RefundAsker, now = settledAt): string => {
  try {
    requireRefundable(policy, { by, settledAt, now })
    return 'yes'
  } catch (thrown) {
    if (thrown instanceof FailureError) return thrown.failure.code
    throw thrown
  }
}

test('each rule answers each asker', () => {
  const [never, days, asked] = [{ kind: 'never' }, { kind: 'days', days: 7 }, { kind: 'case_by_case' }] as const
  const askers = ['customer', 'operator', 'operator-exception', 'wish'] as const
  assert.deepEqual(
    askers.map((by) => told(never, by)),
    ['refund_never', 'refund_never', 'yes', 'yes'],
  )
  assert.deepEqual(
    askers.map((by) => told(days, by, settledAt + DAYS_MS - 1)),
    ['yes', 'yes', 'yes', 'yes'],
  )
  assert.deepEqual(
    askers.map((by) => told(days, by, settledAt + DAYS_MS)),
    ['refund_too_late', 'refund_too_late', 'yes', 'yes'],
  )
  assert.deepEqual(
    askers.map((by) => told(asked, by)),
    ['refund_case_by_case', 'yes', 'yes', 'yes'],
  )
})
