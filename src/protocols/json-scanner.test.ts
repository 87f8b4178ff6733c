// Guarantee: a body is accepted exactly when it is one JSON object, however its bytes are cut, and wanted values are found where they are.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FailureError } from '../failures.ts'
import { JsonScanner } from './json-scanner.ts'
import { DEPTH_MAX, KEYS_MAX, NUMBER_BYTES_MAX, scanPlan, VALUES_MAX } from './scan-plan.ts'

const PLAN = scanPlan({ fields: ['model', 'usage', 'n'], marks: ['image_url', 'type'], captureBytesMax: 65_536 })
const ANY = scanPlan({ fields: [] })

/** The failure code of a scan of `text`, cut before each of `cuts`; undefined when it is valid. */
function scan(text: Buffer, cuts: readonly number[], plan = PLAN): { code: string | undefined; scanner: JsonScanner } {
  const scanner = new JsonScanner(plan)
  try {
    let from = 0
    for (const cut of [...cuts.toSorted((a, b) => a - b), text.length]) {
      scanner.push(Buffer.from(text.subarray(from, cut)))
      from = cut
    }
    scanner.end()
    return { code: undefined, scanner }
  } catch (error) {
    assert.ok(error instanceof FailureError)
    return { code: error.failure.code, scanner }
  }
}

function isJsonObject(text: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(text.toString('latin1'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

const spaced = fc
  .tuple(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 1, '\t', '\r\n'))
  .map(([value, space]) => Buffer.from(JSON.stringify(value, undefined, space)))

test('agrees with JSON.parse on generated objects, at every cut', () => {
  fc.assert(
    fc.property(spaced, (text) => {
      for (let cut = 0; cut <= text.length; cut += 1) assert.equal(scan(text, [cut], ANY).code, undefined)
    }),
    { numRuns: 150 },
  )
})

test('agrees with JSON.parse on mutated texts, cut anywhere', () => {
  const mutation = fc.tuple(fc.nat(), fc.constantFrom(...'{}[]:,"\\0123.eE+-tfnu \n/x\u0001'), fc.constantFrom('set', 'insert', 'remove'))
  fc.assert(
    fc.property(
      spaced,
      fc.array(mutation, { minLength: 1, maxLength: 3 }),
      fc.array(fc.nat(), { maxLength: 4 }),
      (text, mutations, cuts) => {
        let bytes = [...text]
        for (const [at, byte, kind] of mutations) {
          const index = at % (bytes.length + 1)
          bytes = bytes.toSpliced(index, kind === 'insert' ? 0 : 1, ...(kind === 'remove' ? [] : [byte.charCodeAt(0)]))
        }
        const mutated = Buffer.from(bytes)
        const isValid = isJsonObject(mutated)
        const { code } = scan(
          mutated,
          cuts.map((cut) => cut % (mutated.length + 1)),
          ANY,
        )
        assert.equal(code === undefined, isValid, mutated.toString())
        if (!isValid) assert.equal(code, 'invalid_json')
      },
    ),
    { numRuns: 4_000 },
  )
})

test('agrees with JSON.parse on numbers, literals and escapes', () => {
  const pieces = fc.array(
    fc.constantFrom(
      '-',
      '0',
      '1',
      '9',
      '.',
      'e',
      'E',
      '+',
      'true',
      'false',
      'null',
      'nul',
      '"\\u00e9"',
      '"\\u00g0"',
      '"\\x"',
      '"\\\\"',
      '"\\"',
    ),
    {
      maxLength: 6,
    },
  )
  fc.assert(
    fc.property(pieces, fc.nat(), (parts, cut) => {
      const text = Buffer.from(`{"a":${parts.join('')}}`)
      assert.equal(scan(text, [cut % text.length]).code === undefined, isJsonObject(text), text.toString())
    }),
    { numRuns: 8_000 },
  )
})

test('long strings: a control character, quote or backslash is found at every position and alignment', () => {
  for (let pad = 0; pad < 4; pad += 1) {
    for (let at = 0; at < 200; at += 7) {
      const build = (piece: string) => Buffer.from(`{"${'k'.repeat(pad)}":"${'é'.repeat(at)}${piece}${'z'.repeat(200 - at)}"}`)
      assert.equal(scan(build('\u0001'), []).code, 'invalid_json')
      assert.equal(scan(build('\\n'), []).code, undefined)
      assert.equal(scan(build('"'), []).code, 'invalid_json')
      assert.equal(scan(build('\\q'), []).code, 'invalid_json')
      assert.equal(scan(build('\u007f\u0080 !#[]'), []).code, undefined)
    }
  }
})

test('finds and keeps wanted values at every cut', () => {
  const text = Buffer.from('{"x":{"model":"no"}, "mo\\u0064el" : "gpt-\\"4é" ,"usage":{"a":[1,{"b":2}]},"n":12}')
  const found = (field: number, scanner: JsonScanner) => text.subarray(scanner.startOf(field), scanner.endOf(field)).toString()
  for (let cut = 0; cut <= text.length; cut += 1) {
    for (const cuts of [[cut], [cut, cut + 1, cut + 2].filter((at) => at <= text.length)]) {
      const { code, scanner } = scan(text, cuts)
      assert.equal(code, undefined)
      assert.equal(found(0, scanner), '"gpt-\\"4é"')
      assert.equal(found(1, scanner), '{"a":[1,{"b":2}]}')
      assert.equal(found(2, scanner), '12')
      assert.equal(scanner.captured(0)?.toString(), '"gpt-\\"4é"')
      assert.equal(scanner.captured(1)?.toString(), '{"a":[1,{"b":2}]}')
      assert.equal(scanner.captured(2)?.toString(), '12')
    }
  }
})

test('keeps no value larger than the plan allows', () => {
  const plan = scanPlan({ fields: ['usage'], captureBytesMax: 100 })
  const text = Buffer.from(JSON.stringify({ usage: 'x'.repeat(99) }))
  assert.equal(scan(text, [50], plan).scanner.captured(0), undefined)
  assert.equal(scan(text, [], plan).scanner.captured(0), undefined)
  const fitting = Buffer.from(JSON.stringify({ usage: 'x'.repeat(98) }))
  assert.equal(scan(fitting, [20, 60], plan).scanner.captured(0)?.length, 100)
})

test('refuses a wanted field that is given twice or spelled in a way that some servers read as it', () => {
  const code = (text: string) => scan(Buffer.from(text), []).code
  assert.equal(code('{"model":1,"model":2}'), 'duplicate_field')
  assert.equal(code('{"model":1,"m\\u006fdel":2}'), 'duplicate_field')
  assert.equal(code('{"other":1,"other":2}'), undefined)
  assert.equal(code('{"Model":1}'), 'invalid_field')
  assert.equal(code('{"u\u017fage":1}'), 'invalid_field')
  assert.equal(code('{"x":{"Model":1,"model":2,"model":3}}'), undefined)
})

test('bounds depth and keys', () => {
  const nested = (depth: number) => Buffer.from(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)
  assert.equal(scan(nested(DEPTH_MAX), []).code, undefined)
  assert.equal(scan(nested(DEPTH_MAX + 1), []).code, 'json_too_deep')
  const keys = (count: number) => Buffer.from(`{${Array.from({ length: count }, (_, index) => `"${index}":0`).join()}}`)
  assert.equal(scan(keys(KEYS_MAX), []).code, undefined)
  assert.equal(scan(keys(KEYS_MAX + 1), []).code, 'json_too_many_keys')
})

test('bounds values, which in lists have no keys, and the digits of a number; replies have no such bounds', () => {
  const list = (count: number) => Buffer.from(`{"a":[${Array.from({ length: count }, () => '1').join()}]}`)
  assert.equal(scan(list(VALUES_MAX - 1), []).code, undefined)
  assert.equal(scan(list(VALUES_MAX), []).code, 'json_too_many_values')
  const number = (digits: number) => Buffer.from(`{"a":${'1'.repeat(digits)}}`)
  assert.equal(scan(number(NUMBER_BYTES_MAX), []).code, undefined)
  assert.equal(scan(number(NUMBER_BYTES_MAX + 1), []).code, 'invalid_json')
  for (const text of [list(VALUES_MAX), number(NUMBER_BYTES_MAX + 1)])
    assert.doesNotThrow(() => new JsonScanner(scanPlan({ fields: [], isLenient: true })).push(text))
})

test('tells marked keys at any depth, also when spelled with escapes, at every cut', () => {
  const text = Buffer.from('{"a":[{"type":"x\\"y","image_url":{"type":1}},{"image\\u005furl":[],"IMAGE_URL":"z"}],"type":"root"}')
  const told = (cut: number) => {
    const marks: string[] = []
    const scanner = new JsonScanner(PLAN, (mark, start, end) =>
      marks.push(`${mark} ${text.toString('utf8', start, Math.max(end, start + 1))} ${scanner.depth}`),
    )
    scanner.push(Buffer.from(text.subarray(0, cut)))
    scanner.push(Buffer.from(text.subarray(cut)))
    return marks
  }
  for (let cut = 0; cut <= text.length; cut += 1) assert.deepEqual(told(cut), ['1 "x\\"y" 3', '0 { 3', '0 [ 3', '0 "z" 3'])
})
