// Guarantee: a request is bounded from above, refused by field when it is wrong, and goes on with nothing changed but model and usage.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FailureError } from '../../failures.ts'
import { UNBOUNDED_TOKENS } from '../input-bound.ts'
import { decode } from './decode.ts'

const messages = [{ role: 'user', content: 'Hello' }]
const call = (fields: object) => decode(Buffer.from(JSON.stringify({ model: 'm', messages, ...fields })))
const upstream = (body: Buffer, model = 'up "x"') => Buffer.concat([...decode(body).bodyFor(model)])

/** Code and message of the failure that a body gives. */
function refusal(body: string | Buffer): string {
  try {
    decode(Buffer.from(body))
    return 'none'
  } catch (error) {
    assert.ok(error instanceof FailureError)
    return `${error.failure.code}: ${error.failure.message}`
  }
}

test('changes the model and asks for usage, and nothing else', () => {
  const options = fc.constantFrom(
    undefined,
    null,
    {},
    { include_usage: true },
    { include_usage: false },
    { include_usage: null },
    { include_obfuscation: false },
    { a: { include_usage: 1 } },
  )
  const body = fc.record(
    {
      temperature: fc.double({ noNaN: true }),
      messages: fc.array(fc.record({ role: fc.string(), content: fc.jsonValue() }), { minLength: 1 }),
      model: fc.string({ minLength: 1, maxLength: 40 }),
      stream: fc.constantFrom(true, false, null),
      stream_options: options,
      metadata: fc.dictionary(fc.string(), fc.string()),
    },
    { requiredKeys: ['messages', 'model'] },
  )
  fc.assert(
    fc.property(body, fc.constantFrom(0, 2), fc.string({ minLength: 1 }), (value, space, model) => {
      const text = JSON.stringify(value, undefined, space)
      const sent = JSON.parse(text) as Record<string, unknown>
      const got = JSON.parse(upstream(Buffer.from(text), model).toString()) as Record<string, unknown>
      if (value.stream === true) sent['stream_options'] = { ...value.stream_options, include_usage: true }
      assert.deepEqual(got, { ...sent, model })
    }),
    { numRuns: 1_000 },
  )
})

test('bytes around the changes stay as they are', () => {
  const body = Buffer.from(
    '{ "x":1.0,\r\n"model" : "a\\u0062" , "stream":true,"stream_options":{ "include_usage" : false },"messages":[ 1]}\n',
  )
  const expected = '{ "x":1.0,\r\n"model" : "up \\"x\\"" , "stream":true,"stream_options":{ "include_usage" : true },"messages":[ 1]}\n'
  assert.equal(upstream(body).toString(), expected)
  assert.equal(decode(body).model, 'ab')
  const parts = decode(body).bodyFor('m')
  for (const part of [parts[0], parts[2], parts[4]]) assert.equal(part?.buffer, body.buffer, 'unchanged parts are views')
})

test('reads what the gateway asks', () => {
  const plain = call({})
  assert.deepEqual(
    [
      plain.model,
      plain.isStream,
      plain.outputMax,
      plain.outputExtra,
      plain.choices,
      plain.inputClasses.includes('cacheWrite5m'),
      plain.wantsUsage,
    ],
    ['m', false, undefined, 0, 1, true, true],
  )
  assert.equal(call({ stream: true }).wantsUsage, false)
  assert.equal(call({ stream: true, stream_options: { include_usage: true } }).wantsUsage, true)
  assert.equal(call({ max_tokens: 5, max_completion_tokens: 9, n: 3 }).outputMax, 9)
  assert.equal(call({ max_tokens: 5, max_completion_tokens: null, n: 3 }).choices, 3)
  assert.equal(call({ prediction: { type: 'content', content: 'x' } }).outputExtra > 60, true)
})

test('names the field that is wrong', () => {
  const cases: [string, RegExp][] = [
    ['', /^invalid_json/],
    ['[]', /^invalid_json/],
    ['{"model":"m","messages":[1]', /^invalid_json/],
    ['\ufeff{"model":"m","messages":[1]}', /^invalid_json/],
    ['{"messages":[1]}', /^missing_field.*"model"/],
    ['{"model":"m"}', /^missing_field.*"messages"/],
    ['{"model":"","messages":[1]}', /^invalid_field.*"model"/],
    ['{"model":7,"messages":[1]}', /^invalid_field.*"model"/],
    ['{"model":null,"messages":[1]}', /^invalid_field.*"model"/],
    [`{"model":"${'x'.repeat(257)}","messages":[1]}`, /^invalid_field.*"model"/],
    ['{"model":"m","messages":[ ]}', /^invalid_field.*"messages".*at least one/],
    ['{"model":"m","messages":"hi"}', /^invalid_field.*"messages".*array/],
    ['{"model":"m","messages":[1],"stream":"yes"}', /^invalid_field.*"stream".*true or false/],
    ['{"model":"m","messages":[1],"max_tokens":"5"}', /^invalid_field.*"max_tokens".*positive/],
    ['{"model":"m","messages":[1],"max_tokens":0}', /^invalid_field.*"max_tokens"/],
    ['{"model":"m","messages":[1],"max_tokens":1.5}', /^invalid_field.*"max_tokens"/],
    ['{"model":"m","messages":[1],"max_completion_tokens":-1}', /^invalid_field.*"max_completion_tokens"/],
    ['{"model":"m","messages":[1],"max_tokens":9007199254740993}', /^invalid_field.*"max_tokens"/],
    ['{"model":"m","messages":[1],"n":129}', /^invalid_field.*"n".*1 to 128/],
    ['{"model":"m","messages":[1],"tools":{}}', /^invalid_field.*"tools"/],
    ['{"model":"m","messages":[1],"stream_options":[]}', /^invalid_field.*"stream_options"/],
    ['{"model":"m","messages":[1],"stream_options":{"include_usage":1}}', /^invalid_field.*"include_usage"/],
    ['{"model":"m","messages":[1],"stream_options":{"include_usage":true,"include_usage":false}}', /^duplicate_field.*"include_usage"/],
    ['{"model":"m","messages":[1],"service_tier":"priority"}', /^invalid_field.*"service_tier"/],
    ['{"model":"m","messages":[1],"model":"n"}', /^duplicate_field.*"model"/],
    ['{"model":"m","messages":[1],"mode\\u006c":"n"}', /^duplicate_field.*"model"/],
    ['{"model":"m","messages":[1],"MODEL":"n"}', /^invalid_field.*"model"/],
  ]
  for (const [body, expected] of cases) assert.match(refusal(body), expected, body.slice(0, 80))
  assert.match(refusal(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), /^invalid_json/)
})

test('a refusal repeats nothing of the request', () => {
  const body = '{"model":"m","messages":"canary-1","max_tokens":"canary-2","canary-3":1,"stream":"canary-4"}'
  assert.doesNotMatch(refusal(body), /canary/)
  assert.doesNotMatch(refusal('{"model":"m","messages":[1],"service_tier":"canary"}'), /canary/)
})

test('bounds what costs more than its bytes', () => {
  const content = (...parts: object[]) => ({ messages: [{ role: 'user', content: parts }] })
  const image = { type: 'image_url', image_url: { url: 'https://example.org/a.png' } }
  const plain = call({ messages: [{ role: 'user', content: 'x' }] }).inputMax
  assert.ok(plain >= JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'x' }] }).length)
  assert.ok(call(content(image)).inputMax > 20_000 && call(content(image, image)).inputMax > 40_000)
  assert.ok(call({ tools: [{ type: 'function' }] }).inputMax > 1_024)
  for (const key of ['file', 'input_audio', 'video_url', 'f\\u0069le']) {
    const body = `{"model":"m","messages":[{"role":"user","content":[{"${key}":{}}]}]}`
    assert.ok(decode(Buffer.from(body)).inputMax > UNBOUNDED_TOKENS, key)
  }
  assert.ok(call({ web_search_options: {} }).inputMax > UNBOUNDED_TOKENS)
  const schema = { tools: [{ type: 'function', function: { parameters: { properties: { file: { type: 'string' }, image: {} } } } }] }
  assert.ok(call(schema).inputMax < 2_000, 'names in a schema are not media')
})

test('counts a prompt by the published formula', () => {
  const body = {
    model: 'm',
    messages: [
      { role: 'system', content: 'You are helpful.' },
      { role: 'user', name: 'ann', content: 'Say "hi"\n😀' },
    ],
  }
  const tokens = decode(Buffer.from(JSON.stringify(body))).countInput()
  // 3 + (3 + system 1 + text 4) + (3 + user 1 + name 1 + 1 + text 5)
  assert.ok(tokens >= 20 && tokens <= 24, String(tokens))
})

test('counting a prompt takes bounded time and stays near the truth', () => {
  const words = Array.from({ length: 200_000 }, (_, index) => `word${index % 977}`).join(' ')
  const started = performance.now()
  const tokens = call({ messages: [{ role: 'user', content: words }] }).countInput()
  assert.ok(performance.now() - started < 2_000)
  assert.ok(tokens > 350_000 && tokens < 700_000, String(tokens))
})
