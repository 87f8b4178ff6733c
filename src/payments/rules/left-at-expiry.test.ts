// Guarantee: what expires is what is left of a gift after all that was spent while it lasted, to the nano-dollar; never more than the gift, and
// in sum never more than was given less what was spent. By property against a model that spends one nano-dollar at a time; the seed is printed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type GiftHistory, leftAtExpiry } from './left-at-expiry.ts'

const SEED = Date.now() % 1_000_000
const history = fc.record({
  granted: fc.array(fc.record({ amount: fc.integer({ min: 1, max: 20 }), day: fc.integer({ min: 0, max: 12 }) }), { maxLength: 6 }),
  spent: fc.uniqueArray(fc.record({ day: fc.integer({ min: 0, max: 20 }), amount: fc.integer({ min: 0, max: 30 }) }), {
    selector: ({ day }) => day,
  }),
  days: fc.integer({ min: 0, max: 8 }),
})
const historyOf = ({
  granted,
  spent,
  days,
}: {
  granted: { amount: number; day: number }[]
  spent: { day: number; amount: number }[]
  days: number
}): GiftHistory => ({
  granted: granted.map(({ amount, day }, index) => ({ id: `g${index}`, amount: BigInt(amount), day })),
  spentOn: new Map(spent.map(({ day, amount }) => [day, BigInt(amount)])),
  days,
})

/** Day by day, and of each day one nano-dollar after the other from the oldest gift that lasts. */
function model({ granted, spentOn, days }: GiftHistory): Map<string, bigint> {
  const left = new Map(granted.map(({ id, amount }) => [id, amount]))
  for (let day = 0; day <= 20; day += 1)
    for (let unit = 0n; unit < (spentOn.get(day) ?? 0n); unit += 1n) {
      const [next] = granted
        .filter((gift) => gift.day <= day && day <= gift.day + days && (left.get(gift.id) ?? 0n) > 0n)
        .sort((one, other) => one.day - other.day || one.id.localeCompare(other.id))
      if (next !== undefined) left.set(next.id, (left.get(next.id) ?? 0n) - 1n)
    }
  return left
}

test(`what is left equals the model (seed ${SEED})`, () => {
  fc.assert(
    fc.property(history, (made) => {
      const one = historyOf(made)
      const left = leftAtExpiry(one)
      assert.deepEqual(Object.fromEntries(left), Object.fromEntries(model(one)))
      for (const { id, amount } of one.granted) assert.ok((left.get(id) ?? -1n) >= 0n && (left.get(id) ?? 0n) <= amount)
    }),
    { numRuns: 1000, seed: SEED },
  )
})

test('a gift lasts to the end of its last day', () => {
  const granted = [{ id: 'g', amount: 10n, day: 5 }]
  const leftAfter = (day: number) => leftAtExpiry({ granted, spentOn: new Map([[day, 4n]]), days: 30 }).get('g')
  assert.deepEqual([leftAfter(4), leftAfter(5), leftAfter(35), leftAfter(36)], [10n, 6n, 6n, 10n])
})
