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

test('a store that is no flag is refused when the request is read, not once it is held for', () => {
  assert.match(refusal(JSON.stringify({ model: 'm', messages, store: 'yes' })), /^invalid_field: .*"store"/)
})

test('a prompt is kept in the cache for the usual time alone, as longer has no price', () => {
  const refused = (fields: object): string => refusal(JSON.stringify({ model: 'm', messages, ...fields }))
  const marked = (ttl: unknown) => [
    { role: 'user', content: [{ type: 'text', text: 'x', prompt_cache_breakpoint: { mode: 'explicit', ttl } }] },
  ]
  for (const ttl of ['30m', null, undefined]) {
    assert.equal(refused({ prompt_cache_options: { mode: 'explicit', ttl } }), 'none')
    assert.equal(refused({ messages: marked(ttl) }), 'none')
  }
  for (const ttl of ['12h', '24h', '1h', '30M', ['12h'], { x: '30m' }]) {
    assert.match(refused({ prompt_cache_options: { ttl } }), /^invalid_field.*"prompt_cache_options.ttl".*only 30m/)
    assert.match(refused({ messages: marked(ttl) }), /^invalid_field.*"prompt_cache_breakpoint.ttl".*only 30m/)
  }
  const spelled = (options: string) => refusal(`{"model":"m","messages":[1],"prompt_cache_options":${options}}`)
  for (const options of ['{"ttl":"12\\u0068"}', '{"t\\u0074l":"12h"}', '{"ttl":"12h","ttl":"30m"}', '{"ttl":"30m","ttl":"12h"}'])
    assert.match(spelled(options), /^invalid_field/, options)
  const other = { type: 'text', text: 'x', prompt_cache_breakpoint: { ttl: '30m', a: {} }, cache_control: { type: 'ephemeral', ttl: '1h' } }
  assert.equal(refused({ messages: [{ role: 'user', content: [other] }], prompt_cache_retention: '24h' }), 'none')
  assert.equal(
    refused({ tools: [{ type: 'function', function: { name: 'f', parameters: { properties: { ttl: { type: 'string' } } } } }] }),
    'none',
  )
})

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
  assert.equal(call({ prediction: { type: 'content', content: 'x'.repeat(90) }, n: 2 }).outputExtra >= 180, true)
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
    ['{"model":"m","messages":[1],"service_tier":"fastest"}', /^invalid_field.*"service_tier"/],
    ['{"model":"m","messages":[1],"modalities":"text"}', /^invalid_field.*"modalities"/],
    ['{"model":"m","messages":[1],"model":"n"}', /^duplicate_field.*"model"/],
    ['{"model":"m","messages":[1],"mode\\u006c":"n"}', /^duplicate_field.*"model"/],
    ['{"model":"m","messages":[1],"MODEL":"n"}', /^invalid_field.*"model"/],
    ['{"model":"m","messages":[1],"deferred":true}', /^invalid_field.*"deferred"/],
  ]
  for (const [body, expected] of cases) assert.match(refusal(body), expected, body.slice(0, 80))
  assert.match(refusal(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), /^invalid_json/)
})

test('a refusal repeats nothing of the request', () => {
  const body = '{"model":"m","messages":"canary-1","max_tokens":"canary-2","canary-3":1,"stream":"canary-4"}'
  assert.doesNotMatch(refusal(body), /canary/)
  assert.doesNotMatch(refusal('{"model":"m","messages":[1],"service_tier":"canary"}'), /canary/)
})

test('a field that few requests have is looked at where it is the only one of them', () => {
  const told = (fields: object) => {
    const { inputMax, outputExtra, passes, outputClasses, counts, asksFor } = call(fields)
    return JSON.stringify({ isWide: inputMax > 1_000, outputExtra, passes, outputClasses, counts, asksFor })
  }
  const heeded = {
    ...{ functions: [{}], prediction: {}, modalities: ['audio'], audio: {}, web_search_options: {} },
    ...{ search_parameters: {}, plugins: [{ id: 'web' }], enable_search: true },
  }
  for (const [field, value] of Object.entries(heeded)) assert.notEqual(told({ [field]: value }), told({ unknown: value }), field)
  const refused = ['models', 'fallbacks', 'provider', 'route', 'preset', 'n_predict', 'n_cmpl']
  for (const field of [...refused, 'deferred'])
    assert.match(refusal(JSON.stringify({ model: 'm', messages, [field]: true })), new RegExp(`^invalid_field.*"${field}"`))
})

test('a body in which nothing has to change goes on as it is', () => {
  const body = Buffer.from('{"model":"a-1","messages":[1],"max_tokens":9}')
  const forced = { outputMax: 9, addsOutputMax: true, limitsTools: true }
  assert.equal(decode(body).bodyFor('a-1', forced)[0], body)
  for (const [name, at] of [
    ['a-2', body],
    ['a\\1', body],
    ['ä', Buffer.from('{"model":"\\u00e4","messages":[1],"max_tokens":9}')],
  ] as const)
    assert.equal((JSON.parse(Buffer.concat([...decode(at).bodyFor(name, forced)]).toString()) as { model: string }).model, name)
  const cut = Buffer.concat([...decode(body).bodyFor('a-1', { ...forced, outputMax: 8 })]).toString()
  assert.equal(cut, '{"model":"a-1","messages":[1],"max_tokens":8}')
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

test('the tier that was asked for', () => {
  const asked = ['auto', 'default', 'on_demand', 'flex', 'priority', 'fast'].map((word) => call({ service_tier: word }).serviceTier)
  assert.deepEqual(asked, ['standard', 'standard', 'standard', 'flex', 'priority', 'priority'])
  assert.deepEqual([call({}).serviceTier, call({ service_tier: null }).serviceTier], ['standard', 'standard'])
})

test('the newer of two words for a tier goes out as the one that all upstreams know, any other as it came', () => {
  const sentTier = (word: string) => JSON.parse(Buffer.concat([...call({ service_tier: word }).bodyFor('up')]).toString())['service_tier']
  assert.deepEqual(['fast', 'priority', 'flex'].map(sentTier), ['priority', 'priority', 'flex'])
})

const parts = (...content: object[]) => call({ messages: [{ role: 'user', content }] })
const pictureOf = (url: string, more: object = {}) => ({ type: 'image_url', image_url: { url, ...more } })

test('a picture within the request costs what a picture costs, not its bytes; other text does', () => {
  const data = `data:image/png;base64,${'A'.repeat(100_000)}`
  assert.ok(parts(pictureOf(data)).inputMaxFor('gpt-4.1') < 27_000)
  assert.ok(parts(pictureOf(data), pictureOf(data)).inputMaxFor('gpt-4.1') < 53_000)
  const plain = 'https://example.org/a.png'
  const odd: object[] = [
    { type: 'text', text: data },
    { type: 'text', x: { url: data } },
    { type: 'input', image_url: { x: { url: data } } },
    pictureOf(`x${data}`),
  ]
  for (const part of odd) assert.ok(parts(pictureOf(plain), part).inputMaxFor('gpt-4.1') > 100_000, JSON.stringify(part).slice(0, 60))
})

test('what comes with the request in the place of a picture and is none has no bound but the context', () => {
  const isUnbounded = (url: string): boolean => parts(pictureOf(url)).inputMax >= UNBOUNDED_TOKENS
  for (const type of ['application/pdf', 'video/mp4', 'APPLICATION/PDF', 'image', ''])
    assert.ok(isUnbounded(`data:${type};base64,AAAA`), type)
  for (const type of ['image/png', 'IMAGE/PNG', 'image/svg+xml']) assert.ok(!isUnbounded(`data:${type};base64,AAAA`), type)
  const escaped =
    '{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"d\\u0061ta:application/pdf;base64,AA"}}]}]}'
  assert.ok(decode(Buffer.from(escaped)).inputMax >= UNBOUNDED_TOKENS)
  assert.ok(parts({ type: 'image_url', image_url: 'data:application/pdf;base64,AAAA' }).inputMax >= UNBOUNDED_TOKENS)
  assert.ok(!isUnbounded('https://example.org/a.pdf'), 'what an address leads to is not known here')
})

test('text is no picture, whatever its keys are called and whichever picture stands before it', () => {
  const data = `data:image/png;base64,${'A'.repeat(20_000)}`
  const names = fc.array(fc.constantFrom('url', 'image_url', 'image', 'a'), { minLength: 1, maxLength: 5 })
  const before = fc.array(fc.constantFrom(pictureOf('https://example.org/a.png'), pictureOf('data:image/png;base64,AAAA')), {
    maxLength: 2,
  })
  fc.assert(
    fc.property(before, names, (pictures, wrapped) => {
      const within = ['url', ...wrapped].reduce<unknown>((inner, name) => ({ [name]: inner }), data) as object
      const told = call({
        messages: [
          { role: 'user', content: pictures },
          { role: 'tool', x: within },
        ],
        metadata: within,
      })
      assert.ok(told.inputMaxFor('gpt-4.1') >= data.length, wrapped.join('.'))
    }),
    { numRuns: 500 },
  )
})

test('a picture is bound by what the upstream makes of it, at low detail where it heeds that', () => {
  const bound = (model: string, ...details: string[]) =>
    parts(...details.map((detail) => pictureOf('https://example.org/a.png', { detail }))).inputMaxFor(model) -
    parts({ type: 'text' }).inputMaxFor('')
  assert.ok(bound('gpt-4o-mini-2024-07-18', 'high') >= 48_169)
  assert.ok(bound('gpt-4o', 'high') >= 24_600 && bound('gpt-4o', 'high') < 26_000)
  assert.ok(bound('gpt-4o', 'low') >= 2_833 && bound('gpt-4o', 'low') < 4_000)
  assert.ok(bound('qwen3-vl', 'low') >= 16_384)
  assert.ok(bound('gpt-4o', 'low', 'high') >= 25_000 + 2_833)
  const twice = '{"model":"m","messages":[{"role":"user","content":[{"image_url":{"detail":"low","url":"u","detail":"high"}}]}]}'
  assert.ok(decode(Buffer.from(twice)).inputMaxFor('gpt-4o') > 25_000)
})

test('classes of tokens are those that the request can bring about', () => {
  assert.deepEqual(call({}).inputClasses, ['input', 'cacheRead', 'cacheWrite5m'])
  assert.deepEqual(parts(pictureOf('u')).inputClasses.slice(3), ['imageInput'])
  assert.deepEqual(parts({ type: 'input_audio', input_audio: {} }).inputClasses.slice(3), ['audioInput'])
  assert.deepEqual(parts({ type: 'file', file: {} }).inputClasses.slice(3), ['imageInput', 'audioInput'])
  const outputs: [object, readonly string[]][] = [
    [{}, ['output']],
    [{ modalities: ['text'] }, ['output']],
    [{ modalities: ['text', 'audio'] }, ['output', 'audioOutput']],
    [{ audio: { voice: 'a' } }, ['output', 'audioOutput']],
    [{ modalities: ['image', 'text'] }, ['output', 'imageOutput']],
    [{ modalities: ['smell'] }, ['output', 'audioOutput', 'imageOutput']],
    [{ modalities: Array.from({ length: 99 }, () => 'text') }, ['output', 'audioOutput', 'imageOutput']],
  ]
  for (const [fields, expected] of outputs) assert.deepEqual(call(fields).outputClasses, expected, JSON.stringify(fields))
})

test('searches and tools that the upstream runs have ceilings', () => {
  const searches = (fields: object) => call(fields).counts.webSearches
  assert.deepEqual([searches({}), searches({ web_search_options: {} }), searches({ search_parameters: {} })], [1, 10, 50])
  assert.deepEqual([searches({ tools: [{ type: 'live_search' }] }), searches({ tools: [{ type: 'function' }] })], [50, 1])
  const live = call({ tools: [{ type: 'function' }, { type: 'live_search' }] })
  assert.ok(live.inputMax > UNBOUNDED_TOKENS && live.passes > 1)
  assert.equal(call({ tools: [{ type: 'custom' }] }).passes, 1)
})

test('a search is asked for by the field that does, and what a router runs besides has no price', () => {
  const asks = (fields: object) => call(fields).asksFor?.webSearches
  assert.equal(asks({}), undefined)
  for (const type of ['function', 'custom', 'openrouter:datetime']) assert.equal(asks({ tools: [{ type }] }), undefined, type)
  for (const type of ['live_search', 'openrouter:web_search'])
    assert.equal(asks({ tools: [{ type: 'function' }, { type }] }), 'tools', type)
  assert.equal(asks({ web_search_options: {} }), 'web_search_options')
  assert.deepEqual([asks({ enable_search: true }), asks({ enable_search: false })], ['enable_search', undefined])
  assert.deepEqual([asks({ search_parameters: {} }), asks({ search_parameters: { mode: 'off' } })], ['search_parameters', undefined])
  assert.deepEqual([asks({ plugins: [{ id: 'web' }] }), asks({ plugins: [] })], ['plugins', undefined])
  const refused = (fields: object): string => refusal(JSON.stringify({ model: 'm', messages, ...fields }))
  for (const name of ['advisor', 'fusion', 'subagent', 'image_generation', 'shell', 'web_fetch'])
    assert.match(refused({ tools: [{ type: `openrouter:${name}` }] }), /^invalid_field.*"tools".*no price/, name)
  for (const id of ['file-parser', 'fusion']) assert.match(refused({ plugins: [{ id }] }), /^invalid_field.*"plugins".*only web/, id)
  const twice = '{"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"openrouter:advisor","type":"function"}]}'
  assert.match(refusal(twice), /^invalid_field.*type once/)
})

test('a bound that would not hold at the upstream is set', () => {
  const sent = (fields: object, addsOutputMax = true) => {
    const forced = { outputMax: 100, addsOutputMax, limitsTools: true }
    const { max_tokens, max_completion_tokens } = JSON.parse(Buffer.concat([...call(fields).bodyFor('m', forced)]).toString())
    return [max_tokens, max_completion_tokens]
  }
  assert.deepEqual(sent({}), [undefined, 100])
  assert.deepEqual(sent({}, false), [undefined, undefined])
  assert.deepEqual(sent({ stream: true, max_completion_tokens: null }), [undefined, 100])
  assert.deepEqual(sent({ max_tokens: null }), [null, 100])
  assert.deepEqual(sent({ max_tokens: 100, max_completion_tokens: 7 }), [100, 7])
  assert.deepEqual(sent({ max_tokens: 101, max_completion_tokens: 7 }, false), [100, 7])
  assert.deepEqual(sent({ max_tokens: 5, max_completion_tokens: 1e9 }), [5, 100])
})

test('the bound of a prompt hangs on what its JSON means, not on how it is spelled', () => {
  const escaped = (text: string) => text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.jsonValue(), (text, metadata) => {
      const value = { model: 'm', messages: [{ role: 'user', content: text }], metadata }
      const compact = JSON.stringify(value)
      const least = Buffer.byteLength(compact.replace(/\\u[0-9a-f]{4}|\\./g, 'x'))
      const [plain = 0, spaced = 0, ascii = 0] = [compact, JSON.stringify(value, undefined, 3), escaped(compact)].map(
        (spelled) => decode(Buffer.from(spelled)).inputMax,
      )
      assert.equal(spaced, plain)
      assert.ok(plain >= least && ascii >= plain, `${ascii} ${plain} ${least}`)
      assert.ok(ascii <= Buffer.byteLength(escaped(compact)) + 32)
    }),
    { numRuns: 500 },
  )
})

test('who would have another model than the one that is held for is refused', () => {
  const routing = { models: ['dear'], fallbacks: [{ model: 'dear' }], provider: { order: ['dear'] }, route: 'fallback', preset: 'p' }
  for (const [name, value] of Object.entries(routing)) {
    assert.match(refusal(JSON.stringify({ model: 'm', messages: [1], [name]: value })), new RegExp(`^invalid_field.*"${name}"`))
    assert.equal(refusal(JSON.stringify({ model: 'm', messages: [1], [name]: null })), 'none')
  }
})

test('names that a server heeds before those that are held for are refused', () => {
  for (const [name, advice] of [
    ['n_predict', 'give max_tokens'],
    ['n_cmpl', 'give n'],
  ]) {
    for (const value of [16_000, '7', null]) {
      const body = { model: 'm', messages: [1], max_tokens: 1, [name ?? '']: value }
      assert.match(refusal(JSON.stringify(body)), new RegExp(`^invalid_field.*"${name}".*it cannot be used here; ${advice}`))
    }
  }
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

test('counting a long prompt stays near the truth', () => {
  const words = Array.from({ length: 200_000 }, (_, index) => `word${index % 977}`).join(' ')
  const tokens = call({ messages: [{ role: 'user', content: words }] }).countInput()
  assert.ok(tokens > 350_000 && tokens < 700_000, String(tokens))
})
