// Guarantee: a long list draws every row that is seen and only a handful more, and is as high as if it drew them all.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { rowWindow } from './row-window.ts'

const SEED = Date.now() % 1_000_000

test(`what is seen is drawn, and the height stays; seed ${SEED}`, () => {
  const about = fc.record({
    count: fc.nat(100_000),
    rowPx: fc.integer({ min: 20, max: 200 }),
    scrolledPx: fc.integer({ min: -2_000, max: 10_000_000 }),
    viewPx: fc.integer({ min: 100, max: 3_000 }),
  })
  fc.assert(
    fc.property(about, ({ count, rowPx, scrolledPx, viewPx }) => {
      const { first, end, abovePx, belowPx } = rowWindow({ count, rowPx, scrolledPx, viewPx })
      assert.equal(abovePx + (end - first) * rowPx + belowPx, count * rowPx)
      assert.ok(end - first <= Math.ceil(viewPx / rowPx) + 24)
      for (let row = Math.max(0, Math.floor(scrolledPx / rowPx)); row < count && row * rowPx < scrolledPx + viewPx; row += 1)
        assert.ok(row >= first && row < end, `row ${row} is seen and not drawn`)
    }),
    { seed: SEED },
  )
})

test('a short list is drawn whole', () => {
  assert.deepEqual(rowWindow({ count: 3, rowPx: 40, scrolledPx: 0, viewPx: 800 }), { first: 0, end: 3, abovePx: 0, belowPx: 0 })
})
