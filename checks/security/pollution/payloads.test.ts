// Guarantee: the payloads do reach what all objects are made of where somebody merges without a look, and lie in every object of a body.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MARK, POLLUTING, TAKEN, withMember } from './payloads.ts'

const BODY = { name: 'a', limits: { key: 1 }, list: [{ one: 1 }, [{ two: {} }]] }

/** A merge as it should not be. */
function merge(to: object, from: object): void {
  for (const [name, value] of Object.entries(from)) {
    if (typeof value !== 'object' || value === null) Reflect.set(to, name, value)
    else {
      if (Reflect.get(to, name) === undefined) Reflect.set(to, name, {})
      merge(Reflect.get(to, name) as object, value as object)
    }
  }
}

/** What every object has after such a merge, which is taken away again. */
function plantedBy(text: string): readonly string[] {
  merge({}, JSON.parse(text) as object)
  const names = Object.keys(Object.prototype)
  for (const name of names) Reflect.deleteProperty(Object.prototype, name)
  return names
}

test('merged without a look they are in every object from then on', () => {
  for (const member of POLLUTING.slice(0, 3)) {
    const found = withMember(BODY, member).map((text) => plantedBy(text).includes(MARK))
    assert.ok(found.every(Boolean), member)
  }
})

test('a member stands in each object and at each depth, and leaves the rest as it was', () => {
  const texts = withMember(BODY, `"m":"${MARK}"`)
  assert.equal(texts.length, 5 + 8)
  assert.equal(new Set(texts).size, texts.length)
  for (const text of texts) {
    const without = JSON.stringify(JSON.parse(text), (name, value) => (name === 'm' || name === 'x' ? undefined : value))
    assert.equal(without, JSON.stringify(BODY))
  }
  assert.deepEqual(withMember({}, '"m":1').slice(0, 2), ['{"m":1}', '{"x":{"x":{"m":1}}}'])
})

test('what was taken is seen as it is written and as it is kept', () => {
  for (const text of ['"876543.219876543"', '876543219876543', '0.087654', ' 87654,', MARK]) assert.match(text, TAKEN)
  for (const text of ['1876543.21', '876540', '287654321']) assert.doesNotMatch(text, TAKEN)
})
