// Guarantee: figures that are read off the bytes of a usage object are those that parsing it gives; whatever is odd is left to the parser.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readJson } from '../lib/index.ts'
import { figurePlaces } from './figure-places.ts'
import { objectAt } from './usage-figures.ts'

const WORDS = ['default', 'a', '']
const places = figurePlaces(['prompt_tokens', 'details.cached', 'details.audio', 'total', 'tool.requests', 'tier'], WORDS)

const space = fc.constantFrom('', '', '', ' ', '\n\t', '\r ')
const figure = fc.oneof(
  fc.nat({ max: 2_000_000_000 }).map(String),
  fc.constantFrom('0', '-0', '-1', '1.0', '1e2', '1E+2', '0.5', '999999999', '1000000000', '123456789012345678901'),
)
const text = fc.constantFrom('"a"', '""', '"\\""', '"}"', '"\\\\"', '"{\\"total\\":1}"', '"é😀"', '"default"')
const plainValue = fc.oneof({ weight: 6, arbitrary: figure }, { weight: 2, arbitrary: fc.constantFrom('null', 'true', 'false') }, text)
const name = fc.constantFrom(
  ...['prompt_tokens', 'details', 'total', 'tool', 'tier', 'cached', 'audio', 'requests', 'other', 'Total', 'tota', ''],
  ...['t\\u006ftal', 'cache\\u0064', 'tot\\\\al', '__proto__', 'é'],
)
const joined = (open: string, members: readonly string[], close: string): string => `${open}${members.join(',')}${close}`
const value = fc.letrec<{ value: string; object: string; list: string }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', maxDepth: 3 }, plainValue, tie('object'), tie('list')),
  object: fc
    .array(
      fc.tuple(space, name, space, space, tie('value'), space).map(([a, key, b, c, inner, d]) => `${a}"${key}"${b}:${c}${inner}${d}`),
      { maxLength: 6 },
    )
    .chain((members) => space.map((inside) => joined('{', members.length === 0 ? [inside] : members, '}'))),
  list: fc.array(tie('value'), { maxLength: 3 }).map((members) => joined('[', members, ']')),
}))

/** What stands at each place by the parser: -1 where nothing is told, at the last the place of a word. */
const parsed = (json: string): readonly unknown[] =>
  places
    .valuesIn(objectAt(readJson(json)) ?? {})
    .map((told, place, all) => (place < all.length - 1 ? (told ?? -1) : typeof told === 'string' ? WORDS.indexOf(told) : -1))

test('what is read off the bytes is what the parser reads, however the object is written', () => {
  let read = 0
  fc.assert(
    fc.property(value.object, (json) => {
      const found = places.plain(Buffer.from(json))
      if (found === undefined) return
      read += 1
      assert.deepEqual(found, parsed(json), json)
    }),
    { numRuns: 20_000 },
  )
  assert.ok(read > 2_000, `only ${read} objects were read off their bytes`)
})

test('usual objects need no parser: unknown members, nulls, texts, fractions and lists beside figures', () => {
  const details = { cached: 7, audio: 0, more: { cached: 3, list: [1, { total: 2 }] } }
  const told = {
    prompt_tokens: 12,
    details,
    total: 999_999_999,
    cost: 0.0001,
    note: 'a"}\\',
    other: null,
    tool: { requests: 2 },
    tier: null,
  }
  for (const spaces of [0, 2])
    for (const tier of [null, 'default', 'flex']) {
      const json = JSON.stringify({ ...told, tier }, undefined, spaces)
      assert.deepEqual(places.plain(Buffer.from(json)), [12, 7, 0, 999_999_999, 2, tier === 'default' ? 0 : -1])
    }
  assert.deepEqual(places.plain(Buffer.from('{}')), places.none)
})

test('a figure in another spelling, a name told twice or escaped, and a text at a place are left to the parser', () => {
  const odd = ['{"total":1.0}', '{"total":1e1}', '{"total":-1}', '{"total":1234567890}', '{"total":1,"total":2}', '{"t\\u006ftal":1}']
  for (const json of [
    ...odd,
    '{"details":1}',
    '{"details":{"cached":"1"}}',
    '{"tier":7}',
    '{"tier":"def\\u0061ult"}',
    '{"prompt_tokens":"a"}',
    '{"total":true}',
  ])
    assert.equal(places.plain(Buffer.from(json)), undefined, json)
})
