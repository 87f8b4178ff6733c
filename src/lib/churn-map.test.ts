// Guarantee: a ChurnMap is a map, whatever comes and goes, and its values come in the order in which they came.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ChurnMap } from './churn-map.ts'
import { mapSteps, walkBoth } from './testing.ts'

/** Many of them belong to one place, some lie beside it, and there are more than it has places at first. */
const KEYS = Array.from({ length: 120 }, (_, index) => (index % 3 === 0 ? `${index}` : `${index} same ${'xyz'[index % 2]}`))

test('it holds what a map holds', () => {
  fc.assert(
    fc.property(mapSteps(fc.constantFrom(...KEYS), 300), (steps) => {
      for (let length = 0; length <= steps.length; length += 7) {
        const ours = new ChurnMap<string>()
        const theirs = walkBoth(ours, steps.slice(0, length))
        assert.deepEqual(ours.values(), [...theirs.values()])
        for (const key of KEYS) assert.equal(ours.has(key), theirs.has(key))
      }
    }),
    { verbose: 1 },
  )
})
