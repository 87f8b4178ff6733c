// Guarantee: amounts of pages are exact: no decimal is lost or made up, and a sum of texts is the sum.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { alignUsd, nanoOf, showCount, showUsd, sumUsd, usdOf } from './money.ts'

const SEED = Date.now() % 1_000_000
const nano = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n })

test(`a text of nano-dollars reads back as the same; seed ${SEED}`, () => {
  fc.assert(
    fc.property(nano, (amount) => assert.equal(nanoOf(usdOf(amount)), amount)),
    { seed: SEED },
  )
  fc.assert(
    fc.property(fc.array(nano), (amounts) =>
      assert.equal(
        nanoOf(sumUsd(amounts.map(usdOf))),
        amounts.reduce((a, b) => a + b, 0n),
      ),
    ),
    { seed: SEED },
  )
})

test('amounts and counts are shown as people read them', () => {
  assert.equal(showUsd('1204331.5'), '$1,204,331.50')
  assert.equal(showUsd('0.000138'), '$0.000138')
  assert.equal(showUsd('-10'), '−$10.00')
  assert.equal(showCount(1_204_331), '1\u2009204\u2009331')
  assert.equal(showCount(7), '7')
  assert.deepEqual(alignUsd(['1.5', '-0.000138', '10']), ['$1.50\u00a0\u00a0\u00a0\u00a0', '−$0.000138', '$10.00\u00a0\u00a0\u00a0\u00a0'])
  assert.deepEqual(alignUsd([]), [])
})
