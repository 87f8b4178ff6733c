// Guarantee: windows of spending follow each other without gap or overlap, begin where people expect it in UTC, and are exact to the millisecond.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SPEND_WINDOWS, type SpendWindow, spendSpanOf } from './index.ts'

const SEED = Date.now() % 1_000_000
const spanOf = (window: SpendWindow, at: string) => {
  const { startsAt, endsAt } = spendSpanOf(window, Date.parse(at))
  return [new Date(startsAt).toISOString(), endsAt === undefined ? undefined : new Date(endsAt).toISOString()]
}

test('each window begins where people expect it', () => {
  const cases: readonly (readonly [SpendWindow, string, string, string])[] = [
    ['5h', '2026-11-26T04:59:59.999Z', '2026-11-26T00:00:00.000Z', '2026-11-26T05:00:00.000Z'],
    ['5h', '2026-11-26T05:00:00.000Z', '2026-11-26T05:00:00.000Z', '2026-11-26T10:00:00.000Z'],
    ['5h', '2026-11-26T23:00:00.000Z', '2026-11-26T20:00:00.000Z', '2026-11-27T00:00:00.000Z'],
    ['8h', '2026-11-26T15:59:59.999Z', '2026-11-26T08:00:00.000Z', '2026-11-26T16:00:00.000Z'],
    ['day', '2026-11-26T23:59:59.999Z', '2026-11-26T00:00:00.000Z', '2026-11-27T00:00:00.000Z'],
    ['week', '2026-11-29T23:59:59.999Z', '2026-11-23T00:00:00.000Z', '2026-11-30T00:00:00.000Z'],
    ['week', '2026-11-30T00:00:00.000Z', '2026-11-30T00:00:00.000Z', '2026-12-07T00:00:00.000Z'],
    ['month', '2028-02-29T23:59:59.999Z', '2028-02-01T00:00:00.000Z', '2028-03-01T00:00:00.000Z'],
    ['month', '2026-12-31T12:00:00.000Z', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
  ]
  for (const [window, at, ...expected] of cases) assert.deepEqual(spanOf(window, at), expected, `${window} ${at}`)
  assert.deepEqual(spendSpanOf('total', Date.now()), { startsAt: 0, endsAt: undefined })
})

test(`a moment lies in its window, the millisecond before it in the one before, its end in the next; seed ${SEED}`, () => {
  const moment = fc.integer({ min: 0, max: Date.UTC(2100, 0) })
  fc.assert(
    fc.property(fc.constantFrom(...SPEND_WINDOWS), moment, (window, at) => {
      const { startsAt, endsAt } = spendSpanOf(window, at)
      if (endsAt === undefined) return
      assert.ok(startsAt <= at && at < endsAt)
      assert.deepEqual(spendSpanOf(window, endsAt - 1), { startsAt, endsAt })
      assert.deepEqual(spendSpanOf(window, startsAt), { startsAt, endsAt })
      assert.equal(spendSpanOf(window, endsAt).startsAt, endsAt)
      if (startsAt > 0) assert.equal(spendSpanOf(window, startsAt - 1).endsAt, startsAt)
      // Holds are told to the second, which loses nothing.
      assert.deepEqual(spendSpanOf(window, Math.floor(at / 1_000) * 1_000), { startsAt, endsAt })
    }),
    { seed: SEED, numRuns: 3_000 },
  )
})
