// Guarantee: a body loses its model and gains one member, and nothing else of it changes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { withoutModel } from './without-model.ts'

const MEMBER = '"anthropic_version":"v"'

test('the model goes, the version comes unless it is there', () => {
  const body = fc.record(
    { messages: fc.jsonValue(), model: fc.string(), stream: fc.boolean(), anthropic_version: fc.constant('given') },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(body, fc.constantFrom(0, 2), (value, space) => {
      const text = JSON.stringify(value, undefined, space)
      const { model: _, ...rest } = JSON.parse(text) as Record<string, unknown>
      const got: unknown = JSON.parse(withoutModel(Buffer.from(text), MEMBER).toString())
      assert.deepEqual(got, { anthropic_version: 'v', ...rest })
    }),
    { numRuns: 500 },
  )
})
