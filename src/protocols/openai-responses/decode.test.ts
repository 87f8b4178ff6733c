// Guarantee: a request is bounded from above, refused by field when it is wrong or would have to be stored, and goes on with nothing
// changed but the model, that nothing is stored, and the bounds that are held for.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FailureError } from '../../failures.ts'
import { ENVELOPE_TOKENS_MAX, TOOL_PROMPT_TOKENS_MAX, UNBOUNDED_TOKENS } from '../input-bound.ts'
import { decode } from './decode.ts'

const call = (fields: object) => decode(Buffer.from(JSON.stringify({ model: 'm', input: 'Hello', ...fields })))
const sent = (body: Buffer, forced?: Parameters<ReturnType<typeof decode>['bodyFor']>[1]) =>
  Buffer.concat([...decode(body).bodyFor('up "x"', forced)])

/** Code and message of the failure that a body gives. */
function refusal(body: string | object): string {
  try {
    decode(Buffer.from(typeof body === 'string' ? body : JSON.stringify({ model: 'm', input: 'Hello', ...body })))
    return 'none'
  } catch (error) {
    assert.ok(error instanceof FailureError)
    return `${error.failure.code}: ${error.failure.field ?? error.failure.message}`
  }
}

test('a prompt is kept in the cache for the usual time alone, as longer has no price', () => {
  const part = (ttl: unknown) => ({ type: 'input_text', text: 'x', prompt_cache_breakpoint: { mode: 'explicit', ttl } })
  const said = (ttl: unknown) => ({ input: [{ role: 'user', content: [part(ttl)] }] })
  const told = (ttl: unknown) => ({ input: [{ type: 'function_call_output', call_id: 'c', output: [part(ttl)] }] })
  for (const ttl of ['30m', null, undefined])
    for (const fields of [{ prompt_cache_options: { ttl } }, said(ttl), told(ttl)]) assert.equal(refusal(fields), 'none')
  for (const ttl of ['12h', '24h', ['12h'], { x: '30m' }]) {
    assert.equal(refusal({ prompt_cache_options: { mode: 'implicit', ttl } }), 'invalid_field: prompt_cache_options.ttl')
    for (const fields of [said(ttl), told(ttl)]) assert.equal(refusal(fields), 'invalid_field: prompt_cache_breakpoint.ttl')
  }
  const compared = (comparison_response_id: unknown) => refusal({ prompt_cache_options: { comparison_response_id } })
  assert.equal(compared('resp_1'), 'nothing_stored: prompt_cache_options.comparison_response_id')
  assert.equal(compared(null), 'none')
  assert.match(refusal('{"model":"m","input":"x","prompt_cache_options":{"ttl":"12h","ttl":"30m"}}'), /^invalid_field/)
  assert.match(refusal('{"model":"m","input":"x","prompt_cache_options":{"t\\u0074l":"12h"}}'), /^invalid_field/)
})

test('changes the model and that it is stored, and nothing else', () => {
  const body = fc.record(
    {
      temperature: fc.double({ noNaN: true }),
      input: fc.oneof(
        fc.string({ minLength: 1 }),
        fc.array(fc.record({ role: fc.constant('user'), content: fc.string() }), { minLength: 1 }),
      ),
      model: fc.string({ minLength: 1, maxLength: 40 }),
      stream: fc.constantFrom(true, false, null),
      store: fc.constantFrom(true, false, null),
      metadata: fc.dictionary(fc.string(), fc.string()),
    },
    { requiredKeys: ['input', 'model'] },
  )
  fc.assert(
    fc.property(body, fc.constantFrom(0, 2), (value, space) => {
      const text = JSON.stringify(value, undefined, space)
      assert.deepEqual(JSON.parse(sent(Buffer.from(text)).toString()), { ...JSON.parse(text), model: 'up "x"', store: false })
    }),
    { numRuns: 1_000 },
  )
})

test('bytes around the changes stay as they are', () => {
  const body = Buffer.from('{ "x":1.0,\r\n"model" : "a\\u0062" , "store" : true,"input":[ {"role":"user","content":"é"}]}\n')
  const expected = '{ "x":1.0,\r\n"model" : "up \\"x\\"" , "store" : false,"input":[ {"role":"user","content":"é"}]}\n'
  assert.equal(sent(body).toString(), expected)
  assert.equal(decode(body).model, 'ab')
  assert.equal(sent(Buffer.from('{"model":"m","input":"x"}')).toString(), '{"store":false,"model":"up \\"x\\"","input":"x"}')
})

test('the bounds that are held for go out with the request', () => {
  const forced = { outputMax: 100, addsOutputMax: true, limitsTools: true }
  const told = (fields: object, more: object = {}) =>
    JSON.parse(sent(Buffer.from(JSON.stringify({ model: 'm', input: 'x', ...fields })), { ...forced, ...more }).toString()) as Record<
      string,
      unknown
    >
  assert.equal(told({})['max_output_tokens'], 100)
  assert.equal(told({ max_output_tokens: 7 })['max_output_tokens'], 7)
  assert.equal(told({ max_output_tokens: 700 }, { addsOutputMax: false })['max_output_tokens'], 100)
  assert.equal(told({ max_output_tokens: null })['max_output_tokens'], 100)
  assert.equal('max_output_tokens' in told({}, { addsOutputMax: false }), false)
  assert.equal('max_tool_calls' in told({ tools: [{ type: 'function', name: 'f' }] }), false)
  assert.equal(told({ tools: [{ type: 'web_search' }] })['max_tool_calls'], 10)
  assert.equal(told({ tools: [{ type: 'web_search' }], max_tool_calls: null })['max_tool_calls'], 10)
  assert.equal(told({ tools: [{ type: 'mcp', server_label: 'a' }], max_tool_calls: 3 })['max_tool_calls'], 3)
})

test('reads what the gateway asks', () => {
  const plain = call({})
  assert.deepEqual(
    [plain.model, plain.isStream, plain.outputMax, plain.choices, plain.passes, plain.counts, plain.wantsUsage, plain.serviceTier],
    ['m', false, undefined, 1, 1, { calls: 1, webSearches: 0, toolCalls: 0 }, true, 'standard'],
  )
  assert.deepEqual([call({ stream: true }).isStream, call({ max_output_tokens: 5 }).outputMax], [true, 5])
  assert.deepEqual([call({ service_tier: 'flex' }).serviceTier, call({ service_tier: 'fast' }).serviceTier], ['flex', 'priority'])
  assert.match(Buffer.concat([...call({ service_tier: 'fast' }).bodyFor('up')]).toString(), /"service_tier":"priority"/)
  assert.deepEqual(plain.inputClasses, ['input', 'cacheRead', 'cacheWrite5m'])
  assert.deepEqual(plain.outputClasses, ['output'])
})

test('names the field that is wrong', () => {
  const cases: [string | object, RegExp][] = [
    [{ max_tool_calls: Number.MAX_SAFE_INTEGER }, /^invalid_field.*max_tool_calls/],
    ['', /^invalid_json/],
    ['{"input":"x"}', /^missing_field: model/],
    ['{"model":"m"}', /^missing_field: input/],
    ['{"model":"m","input":7}', /^invalid_field: input/],
    [{ input: [] }, /^invalid_field: input/],
    [{ input: null }, /^invalid_field: input/],
    [{ stream: 'yes' }, /^invalid_field: stream/],
    [{ store: 'yes' }, /^invalid_field: store/],
    [{ max_output_tokens: 0 }, /^invalid_field: max_output_tokens/],
    [{ max_tool_calls: 1.5 }, /^invalid_field: max_tool_calls/],
    [{ tools: {} }, /^invalid_field: tools/],
    [{ service_tier: 'fastest' }, /^invalid_field: service_tier/],
    [{ models: ['dear'] }, /^invalid_field: models/],
    [{ provider: { order: ['dear'] } }, /^invalid_field: provider/],
    [{ max_output_tokens: 1, n_predict: 16_000 }, /^invalid_field: n_predict/],
    [{ max_output_tokens: 1, max_completion_tokens: 16_000 }, /^invalid_field: max_completion_tokens/],
    [{ n_cmpl: 8 }, /^invalid_field: n_cmpl/],
    [{ reasoning: { mode: 'pro' } }, /^invalid_field: reasoning\.mode/],
    [{ reasoning: { effort: 'high', summary: 'auto', mode: 'standard' } }, /^none/],
    ['{"model":"m","input":"x","input":"y"}', /^duplicate_field: input/],
    ['{"model":"m","INPUT":"x"}', /^invalid_field: input/],
  ]
  for (const [body, expected] of cases) assert.match(refusal(body), expected, JSON.stringify(body))
})

test('what would have to be stored is refused by its name', () => {
  const whole = { role: 'user', content: 'x' }
  const cases: [object, string][] = [
    [{ previous_response_id: 'resp_1' }, 'previous_response_id'],
    [{ conversation: { id: 'conv_1' } }, 'conversation'],
    [{ prompt: { id: 'pmpt_1' } }, 'prompt'],
    [{ background: true }, 'background'],
    [{ input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input[0]'],
    [{ input: [whole, { id: 'msg_1' }, whole] }, 'input[1]'],
    [{ input: [whole, { id: 'msg_1', type: null }] }, 'input[1]'],
  ]
  for (const [fields, field] of cases) assert.equal(refusal(fields), `nothing_stored: ${field}`)
  for (const name of ['previous_response_id', 'conversation', 'prompt', 'background']) assert.equal(refusal({ [name]: null }), 'none')
  assert.equal(refusal({ background: false, input: [{ id: 'msg_1', role: 'assistant', content: 'x' }] }), 'none')
  assert.equal(
    refusal({
      input: [
        { id: 'rs_1', type: 'reasoning', summary: [] },
        { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'f', arguments: '{}' },
      ],
    }),
    'none',
  )
})

const parts = (...content: object[]) => call({ input: [{ role: 'user', content }] })
const bytesOf = (...content: object[]) =>
  Buffer.byteLength(JSON.stringify({ model: 'm', input: [{ role: 'user', content }] })) + ENVELOPE_TOKENS_MAX
const DATA = `data:image/png;base64,${'iVBORw0KGgo'.repeat(300)}`

test('pictures cost what the model makes of them, not their bytes', () => {
  const picture = { type: 'input_image', image_url: DATA }
  assert.equal(parts(picture).inputMaxFor('gpt-5'), bytesOf(picture) - DATA.length + 25_000)
  const low = { type: 'input_image', detail: 'low', image_url: DATA }
  assert.equal(parts(low).inputMaxFor('gpt-5'), bytesOf(low) - DATA.length + 2_833)
  const lowLast = { image_url: DATA, detail: 'low', type: 'input_image' }
  assert.equal(parts(lowLast).inputMaxFor('gpt-5'), bytesOf(lowLast) - DATA.length + 2_833)
  const address = { type: 'input_image', image_url: 'https://example.org/a.png', detail: 'high' }
  assert.equal(parts(address, low).inputMaxFor('gpt-5'), bytesOf(address, low) - DATA.length + 25_000 + 2_833)
  const stored = { type: 'input_image', file_id: 'file-1' }
  assert.equal(parts(stored).inputMaxFor('gpt-5'), bytesOf(stored) + 25_000)
  assert.deepEqual(parts(picture).inputClasses, ['input', 'cacheRead', 'cacheWrite5m', 'imageInput'])
  const screen = call({ input: [{ type: 'computer_call_output', call_id: 'c', output: { type: 'computer_screenshot', image_url: DATA } }] })
  assert.ok(screen.inputMaxFor('gpt-5') < 26_000 && screen.inputMaxFor('gpt-5') > 25_000)
})

test('a detail counts for its own picture only, and text in a picture’s place counts as text', () => {
  const twice =
    '{"model":"m","input":[{"role":"user","content":[{"type":"input_image","image_url":"https://e.org/a"},{"detail":"low","type":"input_image","image_url":"https://e.org/b","detail":"low"}]}]}'
  assert.ok(decode(Buffer.from(twice)).inputMaxFor('gpt-5') > 50_000)
  const mistyped = { type: 'input_text', text: 'x', image_url: DATA }
  assert.equal(parts(mistyped).inputMaxFor('gpt-5'), bytesOf(mistyped) + 25_000)
  const escaped = `{"model":"m","input":[{"role":"user","content":[{"type":"input\\u005fimage","image_url":"${DATA}"}]}]}`
  assert.ok(decode(Buffer.from(escaped)).inputMaxFor('gpt-5') > 25_000 + DATA.length)
})

test('files, sound and unknown items have no bound but the context', () => {
  const isUnbounded = (fields: object): boolean => call(fields).inputMax >= UNBOUNDED_TOKENS
  const content = (part: object) => ({ input: [{ role: 'user', content: [part] }] })
  assert.ok(isUnbounded(content({ type: 'input_file', file_data: 'data:application/pdf;base64,AAAA' })))
  assert.ok(isUnbounded(content({ type: 'input_file', file_url: 'https://e.org/a.pdf' })))
  assert.ok(isUnbounded(content({ type: 'input_file', file_id: 'file-1' })))
  assert.ok(isUnbounded(content({ type: 'input_image', image_url: 'data:application/pdf;base64,AAAA' })))
  assert.ok(!isUnbounded(content({ type: 'input_image', image_url: 'data:Image/png;base64,AAAA' })))
  assert.ok(isUnbounded(content({ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } })))
  assert.ok(isUnbounded({ input: [{ type: 'compaction', encrypted_content: 'x' }] }))
  assert.ok(isUnbounded({ input: [{ type: 'additional_tools', role: 'developer', tools: [{ type: 'web_search' }] }] }))
  assert.ok(!isUnbounded(content({ type: 'input_text', text: 'file_id' })))
  assert.ok(!isUnbounded({ tools: [{ type: 'function', name: 'f', parameters: { properties: { type: { type: 'string' } } } }] }))
  assert.equal(call({ tools: [{ type: 'function', name: 'f' }] }).inputMax - call({}).inputMax > TOOL_PROMPT_TOKENS_MAX, true)
})

test('tools of the upstream are bound by how often they may be called', () => {
  const tools = (type: string, more: object = {}) => {
    const { passes, counts, inputMax } = call({ tools: [{ type }], ...more })
    return [passes, counts.webSearches, counts.toolCalls, inputMax >= UNBOUNDED_TOKENS]
  }
  assert.deepEqual(tools('web_search'), [11, 10, 10, true])
  assert.deepEqual(tools('web_search_preview_2025_03_11', { max_tool_calls: 2 }), [3, 2, 2, true])
  for (const type of ['file_search', 'code_interpreter', 'mcp']) assert.deepEqual(tools(type), [11, 0, 10, true])
  assert.deepEqual(tools('tool_search'), [11, 10, 10, true])
  for (const type of ['function', 'custom', 'namespace', 'local_shell', 'apply_patch', 'computer'])
    assert.deepEqual(tools(type), [1, 0, 0, false])
  assert.ok(call({ tools: [{ type: 'computer' }] }).inputMax > call({ tools: [{ type: 'function' }] }).inputMax + 1_000)
  assert.deepEqual([call({ plugins: [{ id: 'web' }] }).passes, call({ context_management: [{ type: 'compaction' }] }).passes], [11, 11])
  assert.ok(call({ context_management: [{ type: 'compaction' }] }).outputClasses.includes('imageOutput'))
})

test('tools with a fee are told as asked for, and those that have no price whatever the model are refused', () => {
  const asks = (fields: object) => {
    const { webSearches, toolCalls } = call(fields).asksFor ?? {}
    return [webSearches, toolCalls]
  }
  const tools = (...list: object[]) => asks({ tools: list })
  assert.deepEqual(asks({}), [undefined, undefined])
  assert.deepEqual(asks({ context_management: [{ type: 'compaction' }] }), [undefined, undefined])
  for (const type of ['web_search', 'web_search_2025_08_26', 'web_search_preview']) assert.deepEqual(tools({ type }), ['tools', undefined])
  assert.deepEqual(tools({ type: 'file_search' }, { type: 'web_search' }), ['tools', 'tools'])
  for (const type of ['mcp', 'tool_search', 'programmatic_tool_calling', 'function', 'local_shell', 'computer'])
    assert.deepEqual(tools({ type }), [undefined, undefined], type)
  assert.deepEqual(tools({ type: 'shell', environment: { type: 'local' } }), [undefined, undefined])
  assert.deepEqual(asks({ plugins: [{ id: 'web' }] }), ['plugins', undefined])
  assert.deepEqual(asks({ plugins: [{ id: 'response-healing' }], search_parameters: { mode: 'off' } }), [undefined, undefined])
  assert.deepEqual(asks({ search_parameters: { mode: 'auto' } }), ['search_parameters', undefined])

  const container = (value: unknown) => ({ type: 'code_interpreter', container: value })
  for (const value of [undefined, { type: 'auto' }, { type: 'auto', memory_limit: null }, { type: 'auto', memory_limit: '1g' }])
    assert.deepEqual(tools(container(value)), [undefined, 'tools'])
  for (const memory of ['4g', '16g', '64g', 1])
    assert.equal(refusal({ tools: [container({ type: 'auto', memory_limit: memory })] }), 'invalid_field: tools', String(memory))
  assert.equal(refusal({ tools: [container('cntr_1')] }), 'nothing_stored: tools.container')
  for (const tool of [
    { type: 'image_generation', model: 'gpt-image-1.5', quality: 'high' },
    { type: 'shell' },
    { type: 'shell', environment: { type: 'container_auto', memory_limit: '64g' } },
    { type: 'shell', environment: { type: 'container_reference', container_id: 'cntr_1' } },
    { type: 'openrouter:advisor', parameters: { model: 'a/dearer-one' } },
    { type: 'x_search' },
    { type: 'not_yet_known' },
  ])
    assert.equal(refusal({ tools: [{ type: 'function', name: 'f' }, tool] }), 'invalid_field: tools', JSON.stringify(tool))
  assert.equal(refusal({ plugins: [{ id: 'file-parser' }] }), 'invalid_field: plugins')
  assert.equal(refusal('{"model":"m","input":"x","tools":[{"type":"image_generation","type":"function"}]}'), 'invalid_field: tools')
})

test('tools that items of the input bring are held to the same', () => {
  const bring = (...tools: object[]) => ({ input: [{ type: 'additional_tools', role: 'developer', tools }] })
  assert.equal(call(bring({ type: 'web_search' })).asksFor?.webSearches, 'tools')
  assert.equal(call(bring({ type: 'code_interpreter', container: { type: 'auto' } })).asksFor?.toolCalls, 'tools')
  assert.equal(call(bring({ type: 'function', name: 'f' })).asksFor?.toolCalls, undefined)
  assert.equal(call({ input: [{ type: 'mcp_list_tools', tools: [{ name: 'f', input_schema: {} }] }] }).asksFor?.toolCalls, undefined)
  assert.equal(refusal(bring({ type: 'image_generation' })), 'invalid_field: tools')
  assert.equal(refusal({ input: [{ type: 'tool_search_output', tools: [{ type: 'shell' }] }] }), 'invalid_field: tools')
})

test('the bound covers our own count, whatever the text', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 300 })
  const item = fc.oneof(
    fc.record({ role: fc.constantFrom('user', 'system'), content: text }),
    fc.record({ role: fc.constant('user'), content: fc.array(fc.record({ type: fc.constant('input_text'), text }), { maxLength: 3 }) }),
    fc.record({ type: fc.constant('function_call'), call_id: text, name: text, arguments: text }),
    fc.record({ type: fc.constant('function_call_output'), call_id: text, output: text }),
  )
  fc.assert(
    fc.property(
      fc.oneof(text, fc.array(item, { minLength: 1, maxLength: 5 })),
      fc.option(text),
      fc.constantFrom(0, 2),
      (input, instructions, space) => {
        const body = Buffer.from(JSON.stringify({ model: 'm', input, instructions }, undefined, space))
        const decoded = decode(body)
        assert.ok(decoded.countInput() <= decoded.inputMax, `${decoded.countInput()} of ${decoded.inputMax}`)
        assert.ok(decoded.textBytes <= body.length)
      },
    ),
    { numRuns: 500 },
  )
})

test('any bytes end in a decoded call or a named failure', () => {
  const hostile = fc.oneof(
    fc.json(),
    fc
      .record({ model: fc.jsonValue(), input: fc.jsonValue(), tools: fc.jsonValue(), reasoning: fc.jsonValue(), store: fc.jsonValue() })
      .map((value) => JSON.stringify(value)),
    fc.string().map((text) => `{"model":"m","input":"x","__proto__":${JSON.stringify(text)}}`),
  )
  fc.assert(
    fc.property(hostile, (text) => typeof refusal(text) === 'string'),
    { numRuns: 2_000 },
  )
})
