// Guarantee: of a series of backups the last 24 hours, the last one of each day within its days, and nothing else stay; no file of another name goes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { namesAt, notKept } from './backup-series.ts'

const HOUR_MS = 3_600_000
const NOW = Date.parse('2026-11-30T08:00:00Z')
const nameAt = (at: number): string => namesAt({ into: '', keysInto: '', keepDays: 1 }, at).file

test('a name tells when, to the second', () => {
  assert.deepEqual(namesAt({ into: 'a', keysInto: 'b', keepDays: 1 }, NOW), {
    file: 'a/farebox-20261130T080000Z.backup',
    keys: 'b/farebox-20261130T080000Z.keys',
  })
})

test('every backup that is kept is of the last 24 hours or the last of its day, and those alone go that are neither', () => {
  const ages = fc.array(fc.integer({ min: 0, max: 40 * 24 * 3600 }), { maxLength: 60 })
  fc.assert(
    fc.property(ages, fc.integer({ min: 1, max: 30 }), (seconds, days) => {
      const made = [...new Set(seconds)].map((ago) => NOW - ago * 1000)
      const gone = new Set(notKept(made.map(nameAt), { now: NOW, days }))
      for (const at of made) {
        const isLast = made.every((other) => other <= at || Math.floor(other / (24 * HOUR_MS)) !== Math.floor(at / (24 * HOUR_MS)))
        const isKept = NOW - at <= days * 24 * HOUR_MS && (NOW - at <= 24 * HOUR_MS || isLast)
        assert.equal(gone.has(nameAt(at)), !isKept, new Date(at).toISOString())
      }
    }),
    { numRuns: 300 },
  )
})

test('what is named otherwise stays', () => {
  const names = [
    'farebox.backup',
    'farebox-20200101T000000Z.backup.part',
    'notes',
    'farebox-20201399T000000Z.backup',
    'xfarebox-20200101T000000Z.backup',
  ]
  assert.deepEqual(notKept([...names, 'farebox-20200101T000000Z.backup'], { now: NOW, days: 1 }), ['farebox-20200101T000000Z.backup'])
})
