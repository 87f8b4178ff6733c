// Guarantee: a SeqMap is a map, whatever comes and goes, however the places of its numbers fall together, and its values come by their numbers.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SeqMap } from './seq-map.ts'
import { mapSteps, walkBoth } from './testing.ts'

/** Its product with what own places are told by is one, modulo 2^32, so that multiples say how near to each other places are wanted. */
const INVERSE = 0x0e8b2f51
const wanting = (place: number): number => Math.imul(place, INVERSE) >>> 0

/** Numbers that come one after the other, that want the first place in a table of any size, or the last, and the largest ones. */
const seq = fc.oneof(
  fc.integer({ min: 1, max: 300 }),
  fc.integer({ min: -6, max: 5 }).map(wanting),
  fc.integer({ min: 0xffff_fff0, max: 0xffff_ffff }),
)

test('it holds what a map holds', () => {
  fc.assert(
    fc.property(mapSteps(seq, 600), (steps) => {
      const ours = new SeqMap<string>()
      const theirs = walkBoth(ours, steps)
      assert.deepEqual(
        ours.values(),
        [...theirs].sort(([a], [b]) => a - b).map(([, value]) => value),
      )
    }),
    { verbose: 1 },
  )
})

test('thousands are there at a time, and none once they have gone', () => {
  const map = new SeqMap<number>()
  for (let at = 1; at <= 20_000; at += 1) map.set(at, -at)
  for (let at = 1; at <= 20_000; at += 1) assert.equal(map.get(at), -at)
  assert.equal(map.size, 20_000)
  for (let at = 20_000; at > 0; at -= 1) assert.equal(map.take(at), -at)
  assert.deepEqual([map.size, map.values(), map.get(1)], [0, [], undefined])
})
