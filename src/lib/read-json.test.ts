// Guarantee: the keys of a JSON text are what the text spells, whatever keys the process has read before.
// Alone in its process: what it reads first would change what JSON.parse makes of escaped keys in other tests.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readJson } from './read-json.ts'

/** A key as it is spelled: its characters, some of which are escaped though they need not be. */
type Spelled = readonly (readonly [character: string, isEscaped: boolean])[]

const nameOf = (spelled: Spelled): string => spelled.map(([character]) => character).join('')
const spellingOf = (spelled: Spelled): string =>
  spelled.map(([character, isEscaped]) => (isEscaped ? fourDigits(character) : JSON.stringify(character).slice(1, -1))).join('')
const fourDigits = (character: string): string =>
  Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')

const spelled: fc.Arbitrary<Spelled> = fc.array(
  fc.tuple(
    fc.oneof(fc.constantFrom(...'ab_"\\\n\u0000:{}, é城😀'), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 })),
    fc.boolean(),
  ),
  { minLength: 1, maxLength: 12 },
)
/** Names of digits come first in an object, whatever is before them. */
const keys = fc.uniqueArray(
  spelled.filter((key) => !/^\d+$/.test(nameOf(key))),
  { selector: nameOf, minLength: 1, maxLength: 4 },
)

/** Makes objects with the keys before each key, and then the beginning of how it is spelled. */
function poison(object: readonly Spelled[]): void {
  for (const [index, key] of object.entries()) {
    const before = object.slice(0, index).map(nameOf)
    const lure = spellingOf(key).slice(0, nameOf(key).length)
    JSON.parse(JSON.stringify(Object.fromEntries([...before, lure].map((name) => [name, 0]))))
  }
}

test('this V8 still misreads an escaped key after another one; once it does not, JSON.parse alone will do', () => {
  JSON.parse('{"first":1,"max\\\\u005ft":1}')
  const misread: object = JSON.parse('{"first":1,"max\\u005ftokens":5}')
  assert.deepEqual(Object.keys(misread), ['first', 'max\\u005ft'])
  assert.deepEqual(readJson('{"first":1,"max\\u005ftokens":5}'), { first: 1, max_tokens: 5 })
})

test('a key is what its text spells', () => {
  const values = fc.jsonValue({ maxDepth: 2 })
  const spaces = fc.constantFrom('', ' ', '\n', '\t\r ')
  fc.assert(
    fc.property(keys, values, spaces, (object, value, space) => {
      poison(object)
      const inner = JSON.stringify(value)
      const text = `{${object.map((key) => `"${spellingOf(key)}"${space}:${space}${inner}`).join(`${space},`)}}`
      const read = readJson(text) as Record<string, unknown>
      assert.deepEqual(Object.keys(read), object.map(nameOf))
      for (const key of object) assert.deepEqual(JSON.stringify(read[nameOf(key)]), JSON.stringify(readJson(inner)))
    }),
    { numRuns: 5_000 },
  )
})

test('what is no JSON is refused, with or without an escaped key, and nothing of it is told', () => {
  for (const text of ['', '{', '{"a":}', '{"secret\\n":}', '{"secret\\n":1', '"secret\\n":1', '{"secret\\x":1}', '{"secret\\n":1}}']) {
    assert.throws(() => readJson(text), SyntaxError, text)
  }
  assert.throws(
    () => readJson('{"secret\\n":secret}'),
    (error: Error) => !error.message.includes('secret'),
  )
})

test('any value is read as it was written', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value)
      assert.equal(JSON.stringify(readJson(text)), text)
    }),
    { numRuns: 5_000 },
  )
})
