// Guarantee: what is walked to in a JSON text is what a parser finds there, however the text is spelled.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { elements, member, members, rootOf, textIn, type Value } from './json-walk.ts'

const spelling = fc.record({ value: fc.jsonValue({ maxDepth: 4 }), indent: fc.integer({ min: 0, max: 3 }) })

test('every member and element lies where the walk says', () => {
  fc.assert(
    fc.property(spelling, ({ value, indent }) => {
      const body = Buffer.from(` ${JSON.stringify(value, undefined, indent)} `)
      checkValue(body, rootOf(body), JSON.parse(body.toString()))
    }),
  )
})

function checkValue(body: Buffer, at: Value, expected: unknown): void {
  const text = body.toString('utf8', at.start, at.end)
  assert.deepEqual(JSON.parse(text), expected)
  assert.equal(text.trim(), text)
  assert.equal(textIn(body, at), typeof expected === 'string' ? expected : undefined)
  const found = [...elements(body, at)]
  assert.equal(found.length, Array.isArray(expected) ? expected.length : 0)
  for (const [index, one] of found.entries()) checkValue(body, one, (expected as readonly unknown[])[index])
  const isObject = typeof expected === 'object' && expected !== null && !Array.isArray(expected)
  for (const [name, value] of Object.entries(isObject ? (expected as object) : {})) {
    if (JSON.stringify(name).length > 100) continue
    const one = member(body, at, name) ?? assert.fail(`no member ${name}`)
    assert.equal(body[one.at], 0x22)
    checkValue(body, one, value)
  }
}

test('a name that is given twice is found twice, also where it is spelled with escapes', () => {
  const body = Buffer.from(String.raw`{"a":[1,"]\\"],"\u0061":{"b":"\\\"}"},"c":-1.5e3}`)
  assert.deepEqual(
    [...members(body, rootOf(body), ['a'])].map(({ start, end }) => body.toString('utf8', start, end)),
    [String.raw`[1,"]\\"]`, String.raw`{"b":"\\\"}"}`],
  )
  assert.equal(textIn(body, member(body, member(body, rootOf(body), 'a'), 'b')), '\\"}')
})
