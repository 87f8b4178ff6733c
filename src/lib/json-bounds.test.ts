// Guarantee: JSON that nests deeper or has more keys, objects and lists than it may is told before it is parsed, and what stands in texts counts for nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passedJsonBound } from './json-bounds.ts'

const BOUNDS = { depthMax: 4, partsMax: 10 }

/** Which bound a text passes, or `none`. */
const passedBy = (text: string): string => passedJsonBound(Buffer.from(text), BOUNDS) ?? 'none'

test('as deep as it may be is taken, one level more is not, of whatever kind the levels are', () => {
  assert.equal(passedBy('[{"a":[{}]}]'), 'none')
  assert.equal(passedBy('[{"a":[{"b":[]}]}]'), 'depth')
  assert.equal(passedBy('['.repeat(1_000_000)), 'depth')
  assert.equal(passedBy('[[[]]],[[[]]]'), 'none')
})

test('keys, objects and lists count together', () => {
  const keys = (count: number): string => `{${Array.from({ length: count }, (_, index) => `"k${index}":1`).join()}}`
  assert.equal(passedBy(keys(9)), 'none')
  assert.equal(passedBy(keys(10)), 'parts')
  assert.equal(passedBy(`[${Array.from({ length: 10 }, () => '{}').join()}]`), 'parts')
  assert.equal(passedBy(`[${Array.from({ length: 1_000 }, () => 7).join()}]`), 'none')
})

test('what stands in a text counts for nothing, whatever is escaped in it', () => {
  assert.equal(passedBy(JSON.stringify({ a: `${'['.repeat(100)}${':'.repeat(100)}"\\"`, b: '\\' })), 'none')
  assert.equal(passedBy(`{"a":"\\\\","b":${'['.repeat(9)}`), 'depth')
  assert.equal(passedBy('{"a":"[[[[[[[[[['), 'none')
})
