// Guarantee: bodies never take more of a gateway's memory than there is for them, no account more than half of it, small ones are never refused, and all comes back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FailureError } from '../failures.ts'
import { BodyBudget, type BodyShare, FREE_BYTES } from './body-budget.ts'

const MEGABYTE = 1_048_576
const BYTES_MAX = 256 * MEGABYTE

/** Whether there was room; rejects what is no such refusal. */
function takes(share: BodyShare, bytes: number): boolean {
  try {
    share.take(bytes)
    return true
  } catch (thrown) {
    assert.ok(thrown instanceof FailureError)
    assert.deepEqual([thrown.failure.code, thrown.failure.status, thrown.failure.retryAfterSeconds], ['unavailable', 503, 2])
    return false
  }
}

/** Opens bodies of an account, a megabyte each, until one is refused. */
function fill(budget: BodyBudget, accountId: string): readonly BodyShare[] {
  const open: BodyShare[] = []
  for (;;) {
    const share = budget.open(accountId)
    open.push(share)
    if (!takes(share, MEGABYTE)) return open
  }
}

test('an account gets half, another has room all the same, and the second fills it', () => {
  const budget = new BodyBudget(1_000)
  const one = fill(budget, 'one')
  assert.ok(budget.bytes <= BYTES_MAX / 2 && budget.bytes > BYTES_MAX / 2 - MEGABYTE)
  assert.equal(takes(budget.open('two'), MEGABYTE), true)
  fill(budget, 'two')
  fill(budget, 'three')
  assert.ok(budget.bytes <= BYTES_MAX && budget.bytes > BYTES_MAX - MEGABYTE)
  assert.equal(budget.refused, 3)
  assert.equal(takes(budget.open('four'), MEGABYTE), false)
  for (const share of one) share.giveBack()
  assert.equal(takes(budget.open('four'), MEGABYTE), true)
})

test('small bodies have room when there is none, and a refused one keeps none', () => {
  const budget = new BodyBudget(1_000)
  fill(budget, 'one')
  const { bytes } = budget
  for (let index = 0; index < 1_000; index += 1) assert.equal(takes(budget.open('one'), FREE_BYTES), true)
  const large = budget.open('one')
  assert.equal(takes(large, 2 * MEGABYTE), false)
  assert.equal(budget.bytes, bytes)
  large.giveBack()
  assert.equal(budget.bytes, bytes)
})

test('where bodies may be large there is room for eight of them', () => {
  const budget = new BodyBudget(100 * MEGABYTE)
  const shares = ['a', 'b', 'c', 'd'].flatMap((name) => [budget.open(name), budget.open(name)])
  assert.deepEqual(
    shares.map((share) => takes(share, 100 * MEGABYTE)),
    shares.map(() => true),
  )
})

test('whatever comes and goes, what is counted is what is open beyond what is free, and all comes back', () => {
  const step = fc.record({
    account: fc.constantFrom('a', 'b', 'c'),
    parts: fc.array(fc.integer({ min: 1, max: 40 * MEGABYTE }), { maxLength: 5 }),
    stays: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const budget = new BodyBudget(1_000)
      const open: BodyShare[] = []
      let expected = 0
      for (const { account, parts, stays } of steps) {
        const share = budget.open(account)
        let size = 0
        for (const bytes of parts) {
          if (!takes(share, bytes)) break
          size += bytes
        }
        if (stays) {
          open.push(share)
          expected += Math.max(0, size - FREE_BYTES)
        } else share.giveBack()
        assert.equal(budget.bytes, expected)
        assert.ok(expected <= BYTES_MAX)
      }
      for (const share of [...open, ...open]) share.giveBack()
      assert.equal(budget.bytes, 0)
    }),
    { seed: 12 },
  )
})
