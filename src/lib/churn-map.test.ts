// Guarantee: a ChurnMap is a map, whatever comes and goes, and its values come in the order in which they came.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ChurnMap } from './churn-map.ts'

test('it holds what a map holds', () => {
  const step = fc.tuple(fc.constantFrom('set', 'take', 'delete', 'clear'), fc.constantFrom(...'abcdefghijklmnopqrstu'), fc.string())
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const [ours, theirs] = [new ChurnMap<string>(), new Map<string, string>()]
      for (const [what, key, value] of steps) {
        if (what === 'set') {
          ours.set(key, value)
          theirs.set(key, value)
        } else if (what === 'clear' && key === 'a') {
          ours.clear()
          theirs.clear()
        } else if (what === 'take') {
          assert.equal(ours.take(key), theirs.get(key))
          theirs.delete(key)
        } else if (what === 'delete') {
          ours.delete(key)
          theirs.delete(key)
        }
        assert.deepEqual([ours.size, ours.has(key), ours.get(key)], [theirs.size, theirs.has(key), theirs.get(key)])
      }
      assert.deepEqual(ours.values(), [...theirs.values()])
    }),
    { verbose: 1 },
  )
})
