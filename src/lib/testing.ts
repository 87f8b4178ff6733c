/** For tests of maps of our own: what is done to one is done to a Map beside it. */
import assert from 'node:assert/strict'
import fc from 'fast-check'

/** A map of our own, as far as it is written to. */
type OurMap<Key> = {
  readonly get: (key: Key) => string | undefined
  readonly set: (key: Key, value: string) => void
  readonly take: (key: Key) => string | undefined
  readonly delete: (key: Key) => void
  readonly clear: () => void
  readonly size: number
}

type MapStep<Key> = { readonly what: 'set' | 'take' | 'delete' | 'clear'; readonly key: Key; readonly value: string }

/** Up to so many steps with some keys; few of them clear all. */
export function mapSteps<Key>(key: fc.Arbitrary<Key>, maxLength: number): fc.Arbitrary<MapStep<Key>[]> {
  const usual = fc.constantFrom('set', 'set', 'take', 'delete')
  const what = fc.oneof({ arbitrary: usual, weight: 60 }, { arbitrary: fc.constant('clear' as const), weight: 1 })
  return fc.array(fc.record({ what, key, value: fc.string() }), { maxLength, size: 'max' })
}

/** Takes the steps on both, which answer alike after each; returns what a Map holds then. */
export function walkBoth<Key>(ours: OurMap<Key>, steps: readonly MapStep<Key>[]): ReadonlyMap<Key, string> {
  const theirs = new Map<Key, string>()
  for (const { what, key, value } of steps) {
    if (what === 'take') assert.equal(ours.take(key), theirs.get(key))
    if (what === 'delete') ours.delete(key)
    if (what === 'set') ours.set(key, value)
    if (what === 'clear') ours.clear()
    if (what === 'set') theirs.set(key, value)
    else if (what === 'clear') theirs.clear()
    else theirs.delete(key)
    assert.deepEqual([ours.size, ours.get(key)], [theirs.size, theirs.get(key)])
  }
  for (const [key, value] of theirs) assert.equal(ours.get(key), value)
  return theirs
}
