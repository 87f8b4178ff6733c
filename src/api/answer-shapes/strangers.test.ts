/** Guarantee: a member that a shape does not list is told of wherever it stands, and a value that is as its shape says is not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { strangersIn } from './strangers.ts'

const shape = z.toJSONSchema(
  z.object({
    id: z.string(),
    list: z.array(z.object({ name: z.string().nullable(), count: z.int().optional() })),
    either: z.union([z.object({ kind: z.literal('a'), a: z.string() }), z.object({ kind: z.literal('b'), b: z.boolean() })]),
    more: z.record(z.string(), z.number()),
  }),
  { io: 'output' },
)
const fits = fc.record({
  id: fc.string(),
  list: fc.array(fc.record({ name: fc.option(fc.string()), count: fc.integer({ min: 0, max: 1000 }) }, { requiredKeys: ['name'] }), {
    maxLength: 5,
  }),
  either: fc.oneof(
    fc.record({ kind: fc.constant('a' as const), a: fc.string() }),
    fc.record({ kind: fc.constant('b' as const), b: fc.boolean() }),
  ),
  more: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.integer()),
})

test('what fits has nothing strange; one member more, at any place, is told', () => {
  fc.assert(
    fc.property(fits, fc.constantFrom('top', 'list', 'either'), (value, where) => {
      assert.deepEqual(strangersIn(shape, value), [])
      const strange = {
        ...value,
        ...(where === 'top' ? { secret: 1 } : {}),
        ...(where === 'list' ? { list: [...value.list, { name: 'x', secret: 1 }] } : {}),
        ...(where === 'either' ? { either: { ...value.either, secret: 1 } } : {}),
      }
      assert.ok(
        strangersIn(shape, strange).some((told) => told.includes('secret is not declared')),
        JSON.stringify(strange),
      )
    }),
    { numRuns: 200 },
  )
})

test('what lacks a member or has another kind of it is told', () => {
  assert.deepEqual(strangersIn(shape, { id: 'a', list: [], either: { kind: 'a', a: '' } }), ['.more is not there'])
  assert.deepEqual(strangersIn(shape, { id: 1, list: [], either: { kind: 'a', a: '' }, more: {} }), ['.id is number'])
  assert.throws(() => strangersIn({ not: {} }, 1), /not looked at/)
})
