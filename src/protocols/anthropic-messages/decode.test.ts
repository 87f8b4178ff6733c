// Guarantee: a request is bounded from above, refused by field when it is wrong, and goes on with nothing changed but the model.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FailureError } from '../../failures.ts'
import { UNBOUNDED_TOKENS } from '../input-bound.ts'
import { decode } from './decode.ts'

const messages = [{ role: 'user', content: 'Hello' }]
const call = (fields: object) => decode(Buffer.from(JSON.stringify({ model: 'm', max_tokens: 9, messages, ...fields })))
const content = (...parts: object[]) => call({ messages: [{ role: 'user', content: parts }] })

function refusal(body: string): string {
  try {
    decode(Buffer.from(body))
    return 'none'
  } catch (error) {
    assert.ok(error instanceof FailureError)
    return `${error.failure.code}: ${error.failure.message}`
  }
}

test('changes the model and nothing else', () => {
  const body = fc.record({
    system: fc.jsonValue(),
    model: fc.string({ minLength: 1, maxLength: 40 }),
    max_tokens: fc.integer({ min: 1 }),
    stream: fc.constantFrom(true, false, null),
    messages: fc.array(fc.jsonValue(), { minLength: 1 }),
  })
  fc.assert(
    fc.property(body, fc.constantFrom(0, 2), (value, space) => {
      const text = JSON.stringify(value, undefined, space)
      const got = Buffer.concat([...decode(Buffer.from(text)).bodyFor('up')]).toString()
      assert.deepEqual(JSON.parse(got), { ...(JSON.parse(text) as object), model: 'up' })
    }),
    { numRuns: 1_000 },
  )
})

test('names the field that is wrong', () => {
  const cases: [string, RegExp][] = [
    ['{"model":"m","messages":[1]}', /^missing_field.*"max_tokens"/],
    ['{"model":"m","messages":[1],"max_tokens":null}', /^missing_field.*"max_tokens"/],
    ['{"model":"m","messages":[1],"max_tokens":true}', /^invalid_field.*"max_tokens"/],
    ['{"model":"m","messages":[],"max_tokens":1}', /^invalid_field.*"messages"/],
    ['{"messages":[1],"max_tokens":1}', /^missing_field.*"model"/],
    ['{"model":"m","messages":[1],"max_tokens":1,"max_tokens":2}', /^duplicate_field.*"max_tokens"/],
    ['{"model":"m","messages":[1],"max_tokens":1,"speed":"fast"}', /^invalid_field.*"speed"/],
    ['{"model":"m","messages":[1],"max_tokens":1,"tools":"x"}', /^invalid_field.*"tools"/],
  ]
  for (const [body, expected] of cases) assert.match(refusal(body), expected, body)
})

test('knows what may be written to a cache', () => {
  assert.equal(call({}).inputClasses.includes('cacheWrite5m'), false)
  assert.equal(call({ cache_control: { type: 'ephemeral' } }).inputClasses.includes('cacheWrite5m'), true)
  assert.equal(content({ type: 'text', text: 'x', cache_control: { type: 'ephemeral' } }).inputClasses.includes('cacheWrite5m'), true)
  assert.equal(
    call({ tools: [{ name: 'x', input_schema: {}, cache_control: { type: 'ephemeral' } }] }).inputClasses.includes('cacheWrite5m'),
    true,
  )
  assert.equal(content({ type: 'text', text: '"cache_control":{}' }).inputClasses.includes('cacheWrite5m'), false)
})

test('bounds what costs more than its bytes', () => {
  assert.ok(content({ type: 'text', text: 'image' }).inputMax < 1_000)
  assert.ok(content({ type: 'image', source: { type: 'url', url: 'https://example.org/a.png' } }).inputMax > 20_000)
  assert.ok(content({ type: 'document', source: {} }).inputMax > UNBOUNDED_TOKENS)
  assert.ok(content({ type: 'tool_use', id: '1', name: 'x', input: { file: 'a', source: { x: 1 }, document: {} } }).inputMax < 1_000)
  assert.ok(call({ tools: [{ name: 'x', input_schema: { type: 'object' } }] }).inputMax < 2_000)
  assert.ok(call({ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }).inputMax > UNBOUNDED_TOKENS)
  assert.ok(call({ tools: [{ type: 'bash_20250124', name: 'bash' }] }).inputMax < 4_000)
  assert.ok(call({ mcp_servers: [{ type: 'url' }] }).inputMax > UNBOUNDED_TOKENS)
  assert.ok(call({ mcp_servers: [] }).inputMax < 1_000)
  const escaped = '{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"docum\\u0065nt"}]}]}'
  assert.ok(decode(Buffer.from(escaped)).inputMax > UNBOUNDED_TOKENS)
})

test('counts a prompt with its system text and tools', () => {
  const plain = call({}).countInput()
  assert.ok(plain >= 6 && plain <= 10, String(plain))
  assert.ok(call({ system: 'one two three four' }).countInput() >= plain + 4)
  assert.ok(call({ system: [{ type: 'text', text: 'one two three four' }] }).countInput() >= plain + 4)
  assert.ok(call({ tools: [{ name: 'weather', description: 'one two three' }] }).countInput() > plain + 8)
})
