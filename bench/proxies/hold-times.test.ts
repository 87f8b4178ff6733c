// Guarantee: the time of a hold that the benchmark prints is that of the calls it made, read from where they lie among the bounds.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { holdQuantile, parseHoldTimes } from './hold-times.ts'

const text = (...counts: readonly number[]): string =>
  ['0.0001', '0.0002', '0.001', '+Inf'].map((bound, i) => `farebox_hold_seconds_bucket{le="${bound}"} ${counts[i] ?? 0}`).join('\n')

test('buckets are told apart and compared with what was there before', () => {
  const before = parseHoldTimes(text(5, 5, 9, 9))
  assert.deepEqual([...before.values()], [5, 0, 4, 0])
  const after = parseHoldTimes(text(55, 155, 159, 160))
  assert.equal(holdQuantile(before, after, 0.5), 100 + (100 * (75.5 - 50)) / 100)
  assert.equal(Math.round(holdQuantile(before, after, 0.1)), 30)
  assert.equal(holdQuantile(before, after, 1), 1000, 'what is above all bounds is told as the highest')
  assert.ok(Number.isNaN(holdQuantile(after, after, 0.5)), 'no calls, no time')
})
