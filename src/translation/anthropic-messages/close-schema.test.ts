// Guarantee: a schema that others take is one that this provider takes, and what it cannot keep to of it is told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../call.ts'
import { closeSchema } from './close-schema.ts'

function close(schema: JsonObject): { readonly schema: JsonObject; readonly lost: number } {
  let lost = 0
  const closed = closeSchema(schema, () => {
    lost += 1
  })
  return { schema: closed, lost }
}
const text: JsonObject = { type: 'string' }
const open: JsonObject = { type: 'object', properties: { a: text } }
const closed: JsonObject = { ...open, additionalProperties: false }

test('every object is closed, wherever its schema stands', () => {
  const nest = (object: JsonObject): JsonObject => ({
    ...{ type: ['object', 'null'], required: ['list'], additionalProperties: false },
    $defs: { one: object },
    definitions: { two: object },
    properties: {
      list: { type: 'array', items: object, minItems: 1 },
      any: { anyOf: [object, { type: 'null' }] },
      all: { allOf: [object] },
    },
  })
  assert.deepEqual(close(nest(open)), { schema: nest(closed), lost: 0 })
  assert.deepEqual(close({ properties: { a: text } }), { schema: { properties: { a: text }, additionalProperties: false }, lost: 0 })
})

test('objects that may hold anything cannot be had', () => {
  for (const more of [true, text, {}]) assert.deepEqual(close({ ...open, additionalProperties: more }), { schema: closed, lost: 1 })
  const nothing: JsonObject = { type: 'object', additionalProperties: false }
  assert.deepEqual(
    [close({ type: 'object' }), close(nothing)],
    [
      { schema: nothing, lost: 1 },
      { schema: nothing, lost: 0 },
    ],
  )
})

test('what would be refused is left out and told, and what asks nothing only left out', () => {
  const kept: JsonObject = { type: 'string', pattern: '^a$', format: 'date', title: 'A', default: 'a' }
  assert.deepEqual(close(kept), { schema: kept, lost: 0 })
  const refused: JsonObject = { ...kept, minLength: 1, maxLength: 2, minimum: 0, multipleOf: 2, not: text }
  assert.deepEqual(close(refused), { schema: kept, lost: 5 })
  assert.deepEqual(close({ type: 'string', format: 'int32' }), { schema: text, lost: 1 })
  assert.deepEqual(close({ type: 'array', minItems: 2, uniqueItems: true, prefixItems: [text], items: false }).schema, { type: 'array' })
  assert.deepEqual(close({ type: 'string', minLength: 0, uniqueItems: false }), { schema: text, lost: 0 })
})

test('one of some is any of them', () => {
  assert.deepEqual(close({ oneOf: [open, text] }), { schema: { anyOf: [closed, text] }, lost: 0 })
  assert.deepEqual(close({ anyOf: [text], oneOf: [open] }), { schema: { anyOf: [text] }, lost: 1 })
  assert.deepEqual(close({ allOf: [open, open] }), { schema: { allOf: [closed, closed] }, lost: 1 })
})

test('what is no schema is not looked into, whatever it is called', () => {
  const values: JsonObject = {
    enum: [{ type: 'object', minimum: 1 }],
    const: { maxLength: 1 },
    default: { oneOf: [1] },
    examples: [{ not: 1 }],
  }
  assert.deepEqual(close(values), { schema: values, lost: 0 })
  const names = { minimum: text, format: text, oneOf: text, additionalProperties: text, ['__proto__']: text }
  const named = JSON.parse(JSON.stringify({ type: 'object', properties: names, additionalProperties: false })) as JsonObject
  assert.deepEqual(close(named), { schema: named, lost: 0 })
})
