// Guarantee: the figures of a table are what the rounds gave, and a ratio compares nothing but the same round.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../sim/index.ts'
import { differences, median, medianInterval, quantile, ratios, spreadOf } from './statistics.ts'

test('the median is the middle, or half-way between the two middles', () => {
  assert.equal(median([3, 1, 2]), 2)
  assert.equal(median([4, 1, 3, 2]), 2.5)
  assert.equal(median([7]), 7)
  assert.ok(Number.isNaN(median([])))
})

test('a quantile interpolates and holds its ends', () => {
  const values = [10, 20, 30, 40, 50]
  assert.equal(quantile(values, 0), 10)
  assert.equal(quantile(values, 0.25), 20)
  assert.equal(quantile(values, 0.9), 46)
  assert.equal(quantile(values, 1), 50)
  assert.equal(quantile(values, 2), 50)
})

test('a quantile lies between the extremes, never falls with q, and leaves the values as they were', () => {
  const values = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 50 })
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(values, share, share, (list, a, b) => {
      const copy = [...list]
      const [low, high] = [quantile(list, Math.min(a, b)), quantile(list, Math.max(a, b))]
      assert.ok(low >= Math.min(...list) && high <= Math.max(...list) && low <= high + 1e-6)
      assert.deepEqual(list, copy)
    }),
  )
})

test('a spread has median, extremes and count, and none of nothing', () => {
  assert.deepEqual(spreadOf([5, 1, 9]), { median: 5, min: 1, max: 9, count: 3 })
  assert.equal(spreadOf([]), undefined)
})

test('ratios and differences pair rounds by number and drop a round that one side lost', () => {
  const mine = new Map([
    [1, 40],
    [2, 90],
    [3, 60],
  ])
  const base = new Map([
    [3, 20],
    [1, 10],
  ])
  assert.deepEqual(ratios(mine, base), [4, 3])
  assert.deepEqual(differences(mine, base), [30, 40])
})

test('the interval of a median is that of the tables of the sign test, and holds the true median as often as it says', () => {
  const ranks = (n: number) => medianInterval(Array.from({ length: n }, (_, index) => index + 1))
  assert.deepEqual(ranks(5), [Number.NaN, Number.NaN])
  assert.deepEqual(ranks(6), [1, 6])
  assert.deepEqual(ranks(10), [2, 9])
  assert.deepEqual(ranks(30), [10, 21])
  const random = seededRandom(7)
  const holds = Array.from({ length: 2_000 }, () => {
    const [low, high] = medianInterval(Array.from({ length: 31 }, () => random.next()))
    return low <= 0.5 && high >= 0.5
  }).filter(Boolean).length
  assert.ok(holds >= 1_880, `${holds} of 2000`)
})
