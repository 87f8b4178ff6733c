// Guarantee: in the places that are given, and there alone, a number that would be spelled otherwise is kept as it was written, whichever reader reads it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { JsonInParts } from './json-in-parts.ts'
import { readJson } from './read-json.ts'
import { asWritten, hasRespelledNumber, isWrittenNumber, type WrittenPlaces } from './written-number.ts'

const WIDE = { depthMax: 1_000, partsMax: 1_000_000 }
const PLACES: ReadonlySet<string> = new Set(['input', 'args'])

const number = fc.oneof(
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(String),
  fc.constantFrom(
    '0',
    '-0',
    '1.0',
    '0.1e1',
    '1e400',
    '-1E-400',
    '0.30000000000000004',
    '999999999999999',
    '9007199254740992',
    '1e21',
    '1e+21',
  ),
  fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()).map((value) => JSON.stringify(value)),
  fc.tuple(fc.nat(), fc.nat()).map(([before, after]) => `${before}.${after}`),
)
const key = fc.constantFrom('"input"', '"args"', '"in\\u0070ut"', '"my_input"', '"a\\"input"', '"inputs"', '"b"')
const text = fc.oneof(
  fc.string().map((one) => JSON.stringify(one)),
  fc.constantFrom('"\\"input\\":{\\"a\\":1.0}"', '"\\\\"', '"input"', '"{1.0"'),
)
const space = fc.constantFrom('', ' ', '\n\t', '\r')
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    number,
    text,
    fc.constantFrom('true', 'false', 'null'),
    fc.tuple(space, fc.array(tie('value'), { maxLength: 4 })).map(([gap, all]) => `[${gap}${all.join(`${gap},${gap}`)}${gap}]`),
    fc
      .tuple(space, fc.uniqueArray(fc.tuple(key, tie('value')), { maxLength: 4, selector: ([name]) => JSON.parse(name) as string }))
      .map(([gap, all]) => `{${all.map(([name, inner]) => `${gap}${name}${gap}:${gap}${inner}${gap}`).join(',')}}`),
  ),
}))

/** What was read, with each number that was kept as it was written told apart. */
function shown(read: unknown): unknown {
  if (Array.isArray(read)) return read.map(shown)
  if (typeof read === 'number') return `number ${Object.is(read, -0) ? '-0' : read}`
  if (typeof read !== 'object' || read === null) return read
  if (isWrittenNumber(read)) return `written ${read.rawJSON}`
  return Object.entries(read).map(([name, inner]) => [name, shown(inner)])
}

/** What ought to be read, by what Node tells of how a number was written. */
function oughtToBe(spelled: string, places: WrittenPlaces): unknown {
  const all: unknown = JSON.parse(spelled, (_, inner: unknown, { source }: { source?: string } = {}) =>
    typeof inner === 'number' ? asWritten(inner, source ?? '') : inner,
  )
  return shown(places === 'everywhere' ? all : outside(all, places))
}

/** A value that is in no such place: numbers there are numbers. */
function outside(read: unknown, places: ReadonlySet<string>): unknown {
  if (Array.isArray(read)) return read.map((inner) => outside(inner, places))
  if (typeof read !== 'object' || read === null) return read
  if (isWrittenNumber(read)) return Number(read.rawJSON)
  const isPlace = ([name, inner]: [string, unknown]) =>
    places.has(name) && typeof inner === 'object' && !Array.isArray(inner) && inner !== null
  return Object.fromEntries(
    Object.entries(read).map((member) => [
      member[0],
      isPlace(member) && !isWrittenNumber(member[1] as object) ? member[1] : outside(member[1], places),
    ]),
  )
}

const places = fc.constantFrom<WrittenPlaces>('everywhere', PLACES)

test('any JSON, read at once', () => {
  fc.assert(
    fc.property(value, places, (spelled, where) => {
      assert.deepEqual(shown(readJson(spelled, where)), oughtToBe(spelled, where))
      assert.deepEqual(shown(readJson(spelled)), oughtToBe(spelled, new Set()))
    }),
    { numRuns: 5_000 },
  )
})

test('any JSON, read in parts', () => {
  fc.assert(
    fc.property(value, places, fc.array(fc.nat(), { maxLength: 8 }), (spelled, where, cuts) => {
      const reading = new JsonInParts(WIDE, where)
      const bytes = Buffer.from(spelled)
      const ends = [...cuts.map((one) => one % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]
      for (const [index, end] of ends.entries()) reading.push(Buffer.from(bytes.subarray(index === 0 ? 0 : ends[index - 1], end)))
      assert.deepEqual(shown(reading.end()), oughtToBe(spelled, where))
    }),
    { numRuns: 5_000 },
  )
})

test('what was kept is written as it was, and whether there is anything to keep is known beforehand', () => {
  const spelled = '{"input":{"a":[1234567890123456789,{"b":1e400}],"c":-0},"d":7}'
  assert.equal(JSON.stringify(readJson(spelled, PLACES)), spelled)
  assert.equal(JSON.stringify(readJson(spelled)), '{"input":{"a":[1234567890123456800,{"b":null}],"c":0},"d":7}')
  const usual = [
    '{"input":{"a":[1,-5,0.25,"1.0"]},"b":1.0}',
    '{"input":"1.0","args":[1.0]}',
    '{"a":"\\"input\\":{1.0}"}',
    '{"my_input":{"a":1.0}}',
  ]
  for (const one of usual) assert.equal(hasRespelledNumber(one, PLACES), false, one)
  for (const one of ['{"args" : {"a":1.0}}', '{"input":{},"args":{"a":10000000000000001}}', '{"input":{"a":"\\\\","b":-0}}'])
    assert.equal(hasRespelledNumber(one, PLACES), true, one)
})

test('what is no JSON is refused', () => {
  for (const one of [
    '{"input":{"a":1.0',
    '{"input":{"a":01}}',
    '{"input":{"a":1.}}',
    '{"input":{"a":1-2}}',
    '{"input":{"a":--1}}',
    '{"input":{"a":1.0}}}',
  ])
    assert.throws(() => readJson(one, PLACES), SyntaxError, one)
})
