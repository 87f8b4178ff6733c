// Guarantee: however its bytes are cut, JSON is read as JSON.parse reads it, and what that refuses, or a bound does, has no value.
// Alone in its process: what JSON.parse makes of a key with an escape hangs on the keys of objects that were made there before (below).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type JsonBounds, passedJsonBound } from './json-bounds.ts'
import { JsonInParts } from './json-in-parts.ts'

const WIDE: JsonBounds = { depthMax: 1_000, partsMax: 1_000_000 }
const NARROW: JsonBounds = { depthMax: 3, partsMax: 6 }

function readInParts(bytes: Buffer, cuts: readonly number[], bounds = WIDE): unknown {
  const reading = new JsonInParts(bounds)
  let from = 0
  for (const cut of [...cuts.map((at) => at % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]) {
    const part = Buffer.from(bytes.subarray(from, cut))
    reading.push(part)
    // Nothing may be read of it later.
    part.fill(0x22)
    from = cut
  }
  return reading.end()
}

function readAtOnce(bytes: Buffer, bounds = WIDE): unknown {
  if (passedJsonBound(bytes, bounds) !== undefined) return undefined
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}

/**
 * V8 may read a key with an escape as another one once any object had that and there is a backslash in it, so that keys have none here.
 * Source: https://github.com/nodejs/node/issues/63785 (2026-11-29).
 */
const ESCAPED_BACKSLASH = /\\(?:\\|u005c)/i

function agree(bytes: Buffer, cuts: readonly number[], bounds = WIDE): void {
  const [read, awaited] = [readInParts(bytes, cuts, bounds), readAtOnce(bytes, bounds)]
  assert.deepEqual(read, awaited)
  // The order of members, and of -0 and 0, is told by the text alone.
  assert.equal(JSON.stringify(read), JSON.stringify(awaited))
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('__proto__', '1', '\\', '"', '\ud83d', '\u0000', '中'.repeat(40)),
)
const key = text.filter((name) => !name.includes('\\'))
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 6 },
    text,
    fc.double(),
    fc.integer(),
    fc.constantFrom(null, true, false, -0),
    fc.array(tie('any')),
    fc.dictionary(key, tie('any')),
  ),
})).any
/** As JSON.stringify has it, or each character beyond ASCII, or every one in a text, as an escape. */
const spelled = fc
  .tuple(value, fc.constantFrom(undefined, 1, '\t', '\r\n'), fc.constantFrom('plain', 'escaped'))
  .map(([made, space, way]) => {
    const json = JSON.stringify(made, undefined, space)
    return Buffer.from(
      way === 'plain' ? json : json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    )
  })
const cuts = fc.array(fc.nat(), { maxLength: 12 })

test('agrees with JSON.parse on any value, cut anywhere', () => {
  fc.assert(
    fc.property(spelled, cuts, (bytes, at) => agree(bytes, at)),
    { numRuns: 3_000 },
  )
})

test('agrees with JSON.parse byte by byte', () => {
  fc.assert(
    fc.property(spelled, (bytes) =>
      agree(
        bytes,
        Array.from({ length: bytes.length }, (_, index) => index),
      ),
    ),
    { numRuns: 300 },
  )
})

test('agrees with JSON.parse on damaged texts and bytes that are no UTF-8', () => {
  const damage = fc.tuple(
    fc.nat(),
    fc.oneof(fc.constantFrom(...Buffer.from('{}[]:,"\\0123.eE+-tfnu \n/x\u0001')), fc.integer({ min: 0, max: 255 })),
    fc.constantFrom('set', 'insert', 'remove'),
  )
  fc.assert(
    fc.property(spelled, fc.array(damage, { minLength: 1, maxLength: 4 }), cuts, (bytes, damages, at) => {
      const made = [...bytes]
      for (const [place, byte, kind] of damages)
        made.splice(place % (made.length + 1), kind === 'insert' ? 0 : 1, ...(kind === 'remove' ? [] : [byte]))
      const damaged = Buffer.from(made)
      fc.pre(!ESCAPED_BACKSLASH.test(damaged.toString('latin1')))
      agree(damaged, at)
    }),
    { numRuns: 10_000 },
  )
})

test('agrees on bytes within a text that are no UTF-8, cut anywhere', () => {
  const byte = fc.constantFrom(
    0x61,
    0x80,
    0xbf,
    0xc0,
    0xc3,
    0xe4,
    0xb8,
    0xad,
    0xed,
    0xa0,
    0xf0,
    0x9f,
    0x98,
    0x80,
    0xf4,
    0xf8,
    0xff,
    0x5c,
    0x6e,
  )
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 60 }), cuts, (bytes, at) => agree(Buffer.from([0x5b, 0x22, ...bytes, 0x22, 0x5d]), at)),
    { numRuns: 10_000 },
  )
})

test('agrees on members of one name, and on words', () => {
  const member = fc.tuple(
    fc.constantFrom('a', 'b', '2', '1', '__proto__', ''),
    fc.constantFrom('1', '-0', '{}', '[[]]', 'null', 'nul', '01', '1e5', '1.', '"x"', 'NaN'),
  )
  fc.assert(
    fc.property(fc.array(member, { maxLength: 8 }), cuts, (members, at) =>
      agree(Buffer.from(`{${members.map(([name, json]) => `"${name}":${json}`).join(',')}}`), at),
    ),
    { numRuns: 5_000 },
  )
})

test('passes the same bounds', () => {
  fc.assert(
    fc.property(spelled, cuts, (bytes, at) => agree(bytes, at, NARROW)),
    { numRuns: 3_000 },
  )
})
