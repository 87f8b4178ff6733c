// Guarantee: one value has one spelling, whatever the order it was made in, and what has no spelling is refused.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson, type Plain } from './canonical-json.ts'

test('members are sorted by UTF-16 units, without a space', () => {
  assert.equal(canonicalJson({ b: [1, null, 'x'], a: { z: -5, '\u20ac': 0, A: '' } }), '{"a":{"A":"","z":-5,"€":0},"b":[1,null,"x"]}')
  // The example of RFC 8785 §3.2.3: a surrogate pair sorts before U+FB33.
  assert.equal(
    canonicalJson({ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 }),
    '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}',
  )
})

test('what is read back is the same, and is spelled the same from any order of members', () => {
  const { value } = fc.letrec<{ value: Plain }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string({ unit: 'grapheme' }).filter((text) => text.isWellFormed()),
      fc.maxSafeInteger().map((number) => number + 0),
      fc.constant(null),
      fc.array(tie('value')),
      fc.dictionary(fc.string(), tie('value'), { noNullPrototype: true }),
    ),
  }))
  const reversed = (part: Plain): Plain => {
    if (typeof part !== 'object' || part === null) return part
    if (Array.isArray(part)) return part.map(reversed)
    return Object.fromEntries(
      Object.entries(part)
        .reverse()
        .map(([name, member]) => [name, reversed(member)]),
    )
  }
  fc.assert(
    fc.property(value, (part) => {
      const text = canonicalJson(part)
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(part)))
      assert.equal(canonicalJson(reversed(part)), text)
    }),
    { numRuns: 300 },
  )
})

test('fractions, unsafe numbers, minus zero and broken characters are refused', () => {
  for (const value of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -0, '\ud800', { '\udfff': 1 }]) {
    assert.throws(() => canonicalJson(value), RangeError)
  }
})
