// Guarantee: what a key spent within a window is never told as less than it was, nor as more than what one slot before the window adds; and
// however many keys there are, memory is bounded and those that spent most are kept. By property against a list; the seed is printed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SpendSums } from './spend-sums.ts'

const SEED = Date.now() % 1_000_000
const WINDOW_MS = 300_000
const SLOT_MS = 5_000
const step = fc.record({
  key: fc.integer({ min: 0, max: 3 }),
  spent: fc.bigInt({ min: 0n, max: 1_000_000n }),
  waitMs: fc.oneof(fc.integer({ min: 0, max: 9_000 }), fc.integer({ min: 0, max: 400_000 })),
})

test(`sums are those of a list of all that was spent (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const sums = new SpendSums()
      const all: { readonly key: string; readonly spent: bigint; readonly at: number }[] = []
      let now = 1_764_000_000_000
      for (const { key, spent, waitMs } of steps) {
        now += waitMs
        const name = `k${key}`
        sums.add({ keyId: name, accountId: 'a', spent }, now)
        all.push({ key: name, spent, at: now })
        sums.sweep(now - WINDOW_MS)
        const spentSince = (from: number) =>
          all.filter((one) => one.key === name && one.at > from).reduce((sum, one) => sum + one.spent, 0n)
        const told = sums.atLeast(0n).find(({ keyId }) => keyId === name)?.spent ?? 0n
        assert.ok(told >= spentSince(now - WINDOW_MS), 'less than was spent')
        assert.ok(told <= spentSince(now - WINDOW_MS - SLOT_MS), 'more than was spent')
        assert.ok(sums.since(name, now - 60_000) <= spentSince(now - 60_000 - 1), 'what was spent before counts')
      }
      sums.sweep(now + SLOT_MS + 1)
      assert.equal(sums.size, 0)
    }),
    { seed: SEED, numRuns: 200 },
  )
})

test('a clock that is set back loses nothing', () => {
  const sums = new SpendSums()
  for (const at of [100_000, 90_000, 101_000]) sums.add({ keyId: 'k', accountId: 'a', spent: 1n }, at)
  assert.deepEqual(sums.atLeast(1n), [{ keyId: 'k', accountId: 'a', spent: 3n }])
})

test('of more keys than are remembered those that spent least are forgotten', () => {
  const sums = new SpendSums(100)
  for (let index = 0; index < 1_000; index += 1)
    sums.add({ keyId: `k${index}`, accountId: 'a', spent: index === 7 ? 1_000_000n : 1n }, 1_000)
  assert.ok(sums.size <= 100)
  assert.equal(sums.atLeast(2n)[0]?.keyId, 'k7')
})
