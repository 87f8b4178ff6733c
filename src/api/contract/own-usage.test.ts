// Guards: a day of usage is one of the calendar, by UTC, however it is written, and what is none is told as a field that is wrong. Seed printed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { disclosureInput } from './disclosure.ts'
import { ownUsageQuery } from './own-usage.ts'

const SEED = Date.now() % 1_000_000
const dayOf = (startDate: string) => ownUsageQuery.safeParse({ startDate }).data?.startDate
const isoOf = (at: number, digits: number) => new Date(at).toISOString().slice(0, digits)

test('days that are in no calendar are refused', () => {
  for (const day of [
    '2026-02-30',
    '2026-11-31',
    '2025-02-29',
    '2026-00-10',
    '2026-13-01',
    '0000-01-01',
    '0001-01-01',
    '2026-11-31T10:00:00Z',
  ])
    assert.equal(dayOf(day), undefined, day)
  const disclosure = { country: 'DE', kind: 'other', outcome: 'nothing', accounts: 0 }
  const problems = disclosureInput.safeParse({ ...disclosure, received_on: '2026-02-30' }).error?.issues.map(({ path }) => path.join('.'))
  assert.ok(problems?.includes('received_on'))
})

test(`a time is on the day that UTC has then (seed ${SEED})`, () => {
  const moment = fc.integer({ min: Date.parse('1970-01-02'), max: Date.parse('2099-12-31') })
  fc.assert(
    fc.property(moment, fc.integer({ min: -12, max: 14 }), (at, hours) => {
      const zone = `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`
      const day = isoOf(at, 10)
      assert.deepEqual([dayOf(day), dayOf(isoOf(at, 24)), dayOf(isoOf(at, 19))], [day, day, day])
      assert.equal(dayOf(`${isoOf(at + hours * 3_600_000, 23)}${zone}`), day)
    }),
    { seed: SEED },
  )
})
