// Guarantee: a key of a JSON text is found exactly where it is one of the names that are looked for, whatever stands around it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isLetter, isPlain, KEY_CLASS, PLAIN, TEXT_CLASS } from './json-bytes.ts'
import { KeyTable } from './json-keys.ts'

/** Few letters, so that many names are alike: in length, in their first letter, in what one is begun with. */
const word = fc.string({ unit: fc.constantFrom(...'abAB_1Á'), minLength: 1, maxLength: 5 })
const name = fc.string({ unit: fc.constantFrom(...'abAB_1'), minLength: 1, maxLength: 5 })

test('a key is found as a list of the names would find it', () => {
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 40 }), fc.array(fc.oneof(word, name)), word, (names, others, before) => {
      const table = new KeyTable(names)
      for (const key of ['', ...names, ...others]) {
        const bytes = Buffer.from(`${before}${key}"${before}`)
        const from = Buffer.byteLength(before)
        assert.equal(table.find(bytes, from, from + Buffer.byteLength(key)), names.indexOf(key))
        assert.equal(table.indexOf(key), names.indexOf(key))
        const isOfLength = (one: string): boolean => one.length === key.length && one !== one.toLowerCase()
        assert.equal(table.hasCapitals(key.length), names.some(isOfLength))
      }
    }),
    { numRuns: 2_000 },
  )
})

test('a key in another case, with escapes or with letters that fold to ASCII means the name that it would be taken for', () => {
  const folded = (text: string): string => text.toUpperCase().toLowerCase()
  const odd = fc.string({ unit: fc.constantFrom(...'abAB_1sSkKſK', '\\u0061', '\\u0042', '\\u017f'), minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(fc.uniqueArray(fc.oneof(name, fc.constantFrom('s', 'K', 'ask')), { maxLength: 40 }), odd, (names, key) => {
      const bytes = Buffer.from(key)
      const text: string = JSON.parse(`"${key}"`)
      const expected = names.includes(text)
        ? { index: names.indexOf(text), isExact: true }
        : { index: names.findLastIndex((one) => folded(one) === folded(text)), isExact: false }
      assert.deepEqual(new KeyTable(names).findOdd(bytes, 0, bytes.length), expected)
    }),
    { numRuns: 5_000 },
  )
})

test('bytes are told apart in one way, with the tables and without', () => {
  for (let byte = 0; byte < 256; byte += 1) {
    assert.equal(isPlain(byte), TEXT_CLASS[byte] === PLAIN, String(byte))
    if (isLetter(byte)) assert.equal(KEY_CLASS[byte], PLAIN, String(byte))
  }
})
