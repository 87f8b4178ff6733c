// Guards: gifts are exact to the nano-dollar, never more than promised, and a top-up gets the bonus of the highest tier it reaches, no other.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parsePercent, shareOf } from './percent.ts'
import { bonusOn, refundable } from './rules.ts'

const amounts = fc.bigInt({ min: 1n, max: 1_000_000_000_000_000n })
const percents = fc.bigInt({ min: 1n, max: 10_000n })

test('a percentage is read exactly, and nothing else is one', () => {
  for (const [text, points] of [
    ['5', 500n],
    ['0.01', 1n],
    ['2.5', 250n],
    ['100.00', 10_000n],
  ] as const)
    assert.equal(parsePercent(text), points, text)
  for (const text of ['', '0', '0.00', '100.01', '101', '-1', '1.234', '1e1', ' 5', '5%', '٥'])
    assert.equal(parsePercent(text), undefined, text)
})

test('a share is at most what was promised, and lacks less than a nano-dollar of it', () => {
  fc.assert(
    fc.property(amounts, percents, (amount, points) => {
      const exact = amount * points
      const share = shareOf(amount, points)
      assert.ok(share * 10_000n <= exact && (share + 1n) * 10_000n > exact)
    }),
  )
})

test('the bonus is that of the highest tier reached, in whatever order tiers are written', () => {
  const tiers = fc.uniqueArray(fc.record({ from: amounts, percent: percents }), { selector: ({ from }) => from, maxLength: 6 })
  fc.assert(
    fc.property(amounts, tiers, fc.infiniteStream(fc.nat()), (amount, made, order) => {
      const shuffled = made
        .map((tier) => ({ tier, at: order.next().value }))
        .sort((a, b) => a.at - b.at)
        .map(({ tier }) => tier)
      const expected = made.filter(({ from }) => from <= amount).sort((a, b) => (a.from < b.from ? 1 : -1))[0]
      assert.equal(bonusOn(amount, shuffled), expected === undefined ? 0n : shareOf(amount, expected.percent))
    }),
  )
})

test('a refund is open to the last millisecond of its days and not after', () => {
  const settledAt = Date.parse('2026-11-01T00:00:00Z')
  const last = settledAt + 7 * 86_400_000
  const policy = { kind: 'days', days: 7 } as const
  assert.deepEqual([refundable(policy, { settledAt, now: last - 1 }), refundable(policy, { settledAt, now: last })], ['yes', 'no'])
  assert.equal(refundable({ kind: 'never' }, { settledAt, now: settledAt }), 'no')
  assert.equal(refundable({ kind: 'case_by_case' }, { settledAt, now: last }), 'ask')
})
