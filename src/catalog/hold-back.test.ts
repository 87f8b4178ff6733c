// Guarantee: whatever is written, nothing that customers pay rises before its notice is over, falls are never held back, applying the same again
// moves nothing, and in the end what is asked is what was written. The seed is printed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Asking, type HoldingBack, holdBackRises, type Timed } from './hold-back.ts'
import { allowedAfter } from './price-notice.ts'

const SEED = Date.now() % 1_000_000
const DAY_MS = 86_400_000
const NOW = Date.parse('2026-11-27T10:00:00Z')
const at = (holds: number, coming: readonly Timed<number>[] = []): HoldingBack<number> => ({
  ...{ now: NOW, days: 30, holds, coming },
  isSame: (one, other) => one === other,
  isRise: (before, after) => after > before,
})
const inDays = (days: number, asked: number): Timed<number> => ({ effectiveAt: NOW + days * DAY_MS, asked })
const ALLOWED = allowedAfter(NOW, 30)
const later = (asked: number): Timed<number> => ({ effectiveAt: ALLOWED, asked })

/** What is asked at a time. */
const askedAt = (time: number, { now, later }: Asking<number>, holds: number): number =>
  later.toSorted((a, b) => a.effectiveAt - b.effectiveAt).findLast(({ effectiveAt }) => effectiveAt <= time)?.asked ?? now ?? holds

test('a rise for now waits, a fall does not, and what is told already keeps its day', () => {
  assert.deepEqual(holdBackRises({ now: 2, later: [] }, at(1)), { now: undefined, later: [later(2)], held: [later(2)] })
  assert.deepEqual(holdBackRises({ now: 1, later: [] }, at(2)), { now: 1, later: [], held: [] })
  const told = inDays(3, 2)
  assert.deepEqual(holdBackRises({ now: 2, later: [] }, at(1, [told])), { now: undefined, later: [told], held: [told] })
  assert.deepEqual(holdBackRises({ now: 1, later: [inDays(10, 2)] }, at(1, [told])).later, [inDays(10, 2)])
})

test('a change that was put off does not come after what was to follow it', () => {
  const { now, later: kept, held } = holdBackRises({ now: 4, later: [inDays(10, 4.5), inDays(20, 3)] }, at(5))
  assert.deepEqual([now, kept, held], [4, [inDays(20, 3)], []])
  assert.deepEqual(holdBackRises({ now: 2, later: [inDays(10, 1.5)] }, at(1)).later, [later(2), later(1.5)])
})

test('a change whose time came while it waited still waits; one that holds beats the price beside it', () => {
  const told = inDays(20, 1.5)
  assert.deepEqual(holdBackRises({ now: 1, later: [inDays(-1, 1.5)] }, at(1, [told])).later, [told])
  const holding = inDays(-5, 1.5)
  assert.deepEqual(holdBackRises({ now: 2, later: [holding] }, at(1.5)), { now: undefined, later: [holding], held: [] })
})

const amount = fc.integer({ min: 1, max: 6 })
const change = fc.record({ day: fc.integer({ min: 1, max: 60 }), asked: amount }).map(({ day, asked }) => inDays(day, asked))
const changes = fc.uniqueArray(change, { maxLength: 5, selector: ({ effectiveAt }) => effectiveAt })

test(`nothing rises before its notice, and in the end all is as written (seed ${SEED})`, () => {
  fc.assert(
    fc.property(amount, amount, changes, (holds, now, wantedLater) => {
      const wanted = { now, later: wantedLater }
      const placed = holdBackRises(wanted, at(holds))
      const times = [NOW, ...placed.later.map(({ effectiveAt }) => effectiveAt)]
        .sort((a, b) => a - b)
        .filter((time) => time < NOW + 30 * DAY_MS)
      let before = holds
      for (const time of times) {
        const asked = askedAt(time, placed, holds)
        assert.ok(asked <= before, JSON.stringify({ holds, wanted, placed }))
        before = asked
      }
      for (const day of [0, 5, 10, 20, 29])
        assert.ok(askedAt(NOW + day * DAY_MS, placed, holds) <= Math.max(holds, askedAt(NOW + day * DAY_MS, wanted, holds)))
      for (const day of [32, 61]) assert.equal(askedAt(NOW + day * DAY_MS, placed, holds), askedAt(NOW + day * DAY_MS, wanted, holds))
      const again = holdBackRises(wanted, at(placed.now ?? holds, placed.later))
      assert.deepEqual(again.later, placed.later, JSON.stringify({ holds, wanted, placed }))
    }),
    { seed: SEED, numRuns: 1000 },
  )
})
