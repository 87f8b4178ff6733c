// Guarantee: a body loses the members that are named and gains those that it lacks, and nothing else of it changes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bodyEditor } from './body-editor.ts'

const edit = bodyEditor({ without: ['model', 'stream'], adds: ['anthropic_version', 'anthropic_beta'] })
const ADDED = { anthropic_version: '"v"', anthropic_beta: '["a","b"]' }

test('some members go, others come unless they are there', () => {
  const body = fc.record(
    {
      ...{ messages: fc.jsonValue(), model: fc.string(), stream: fc.boolean(), max_tokens: fc.nat() },
      ...{ anthropic_version: fc.constant('given'), anthropic_beta: fc.constant(['given']) },
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.shuffledSubarray(['model', 'stream', 'messages', 'max_tokens']), body, fc.constantFrom(0, 2), (order, value, space) => {
      const given = { ...Object.fromEntries(order.map((name) => [name, undefined])), ...value }
      const text = JSON.stringify(given, undefined, space)
      const { model: _, stream: __, ...rest } = JSON.parse(text) as Record<string, unknown>
      const got: unknown = JSON.parse(edit(Buffer.from(text), ADDED).toString())
      assert.deepEqual(got, { anthropic_version: 'v', anthropic_beta: ['a', 'b'], ...rest })
    }),
    { numRuns: 1_000 },
  )
})
