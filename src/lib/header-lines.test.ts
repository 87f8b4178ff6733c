// Guarantee: what is written as header fields reads as just these, or is not written, however often a name was written before.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fieldsOf, hasField, headerLines, withoutBlanks } from './header-lines.ts'

const name = fc.oneof(
  fc.constantFrom('x-a', 'X-B', 'content-length', '', ' ', 'a:b', 'a b', 'a\r\nb', 'é', '__proto__'),
  fc.string({ maxLength: 4 }),
)
const value = fc.oneof(fc.constantFrom('', 'b', 'b c', '\tb', 'b\r\nc: d', '\r', '\n', '\0', '\x7f', 'ÿ', 'Ā'), fc.string({ maxLength: 6 }))
const isName = (text: string): boolean => /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(text)
const isValue = (text: string): boolean => /^[\t\x20-\x7e\x80-\xff]*$/.test(text)

test('fields become lines only if each is one', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 5 }), (fields) => {
      const isSound = fields.every(([one, other]) => isName(one) && isValue(other))
      assert.equal(headerLines(fields.flat()), isSound ? fields.map(([one, other]) => `${one}: ${other}\r\n`).join('') : undefined)
    }),
    { verbose: 1, numRuns: 2_000 },
  )
})

test('lines become the fields that they were made of', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 5 }), (fields) => {
      const lines = headerLines(fields.flat())
      if (lines !== undefined) assert.deepEqual(fieldsOf(lines), fields.flat())
    }),
    { verbose: 1, numRuns: 4_000 },
  )
  assert.deepEqual(fieldsOf('a: b: c\r\nd: \r\n'), ['a', 'b: c', 'd', ''])
})

test('a field is found by its name, not by a value that is spelled alike', () => {
  assert.equal(hasField(['content-length', '2'], 'content-length'), true)
  assert.equal(hasField(['x-a', 'content-length', 'content-type', 'b'], 'content-length'), false)
})

test('blanks at the ends of a value are left out, other white space is not', () => {
  assert.deepEqual(
    ['a:  b c \t', 'a:', 'a: \v', 'a: \t '].map((line) => withoutBlanks(line, 2, line.length)),
    ['b c', '', '\v', ''],
  )
})
