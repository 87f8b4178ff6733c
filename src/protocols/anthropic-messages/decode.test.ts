// Guarantee: a request is bounded from above, refused by field when it is wrong, and goes on with nothing changed but the model.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FailureError, failure } from '../../failures.ts'
import { UNBOUNDED_TOKENS } from '../input-bound.ts'
import { decode } from './decode.ts'
import { encodeError } from './errors.ts'

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
    ['{"model":"m","messages":[1],"max_tokens":1,"anthropic_beta":[],"anthropic_beta":[]}', /^duplicate_field.*"anthropic_beta"/],
    ['{"model":"m","messages":[1],"max_tokens":1,"Anthropic_Version":"x"}', /^invalid_field.*"anthropic_version"/],
    ['{"model":"m","messages":[1],"max_tokens":1,"speed":"fast"}', /^invalid_field.*"speed"/],
    ['{"model":"m","messages":[1],"max_tokens":1,"tools":"x"}', /^invalid_field.*"tools"/],
    ['{"model":"m","messages":[1],"max_tokens":1,"metadata":"a@b.test"}', /^invalid_field.*"metadata"/],
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

test('an hour of caching is held for only where it is asked', () => {
  const classes = (control: object) => content({ type: 'text', text: 'x', cache_control: control }).inputClasses.slice(2)
  assert.deepEqual(classes({ type: 'ephemeral' }), ['cacheWrite5m'])
  assert.deepEqual(classes({ type: 'ephemeral', ttl: '5m' }), ['cacheWrite5m'])
  assert.deepEqual(classes({ type: 'ephemeral', ttl: '1h' }), ['cacheWrite5m', 'cacheWrite1h'])
  assert.deepEqual(call({ cache_control: { type: 'ephemeral', ttl: '1h' } }).inputClasses.slice(2), ['cacheWrite5m', 'cacheWrite1h'])
  const odd = '{"model":"m","max_tokens":1,"messages":[1],"cache_control":{"ttl":"1\\u0068"}}'
  assert.equal(decode(Buffer.from(odd)).inputClasses.includes('cacheWrite1h'), true)
})

test('a picture within the request costs what a picture costs; what a tool is called with is text', () => {
  const data = 'A'.repeat(100_000)
  const picture = { type: 'image', source: { type: 'base64', media_type: 'image/png', data } }
  const result = (...blocks: object[]) => ({ type: 'tool_result', tool_use_id: 't', content: blocks })
  assert.ok(content(picture).inputMaxFor('claude-opus-5') < 7_000)
  assert.ok(content(result(picture, picture)).inputMaxFor('claude-opus-5') < 12_000)
  assert.ok(content(picture).inputMax > 20_000)
  const odd: object[] = [
    { type: 'text', text: data },
    { type: 'tool_use', id: 't', name: 'x', input: { source: { data } } },
    { type: 'tool_use', id: 't', name: 'x', input: { data } },
    { type: 'tool_use', id: 't', name: 'x', input: { list: [{ source: { data } }] } },
    { type: 'unheard_of', source: { type: 'text', data } },
  ]
  for (const block of odd) assert.ok(content(block).inputMaxFor('claude-opus-5') > 100_000, JSON.stringify(block).slice(0, 60))
})

const search = (more: object = {}) => ({ type: 'web_search_20250305', name: 'web_search', ...more })

test('tools that the provider runs are bound by their uses, and a tool without a ceiling goes out with one', () => {
  const tools = (...list: object[]) => call({ tools: list })
  const sent = (list: readonly object[], limitsTools = true) => {
    const forced = { outputMax: 5, addsOutputMax: false, limitsTools }
    const body = JSON.parse(Buffer.concat([...tools(...list).bodyFor('up', forced)]).toString()) as { tools: object[]; max_tokens: number }
    assert.equal(body.max_tokens, 5, 'a bound above the model is brought down to it')
    return body.tools
  }
  const own = { name: 'own', input_schema: { type: 'object' } }
  const fetching = { name: 'web_fetch', type: 'web_fetch_20250910' }
  assert.deepEqual(sent([own, search(), fetching]), [own, search({ max_uses: 5 }), { ...fetching, max_uses: 5 }])
  assert.deepEqual(sent([search({ max_uses: 3 }), own]), [search({ max_uses: 3 }), own])
  assert.deepEqual(sent([search()], false), [search()])
  const bound = ({ counts, passes }: ReturnType<typeof call>) => [counts.webSearches, counts.toolCalls, passes]
  assert.deepEqual(bound(tools(own)), [undefined, undefined, 1])
  assert.deepEqual(bound(tools(own, search({ max_uses: 2 }))), [2, 0, 3])
  assert.deepEqual(bound(tools(search(), { ...fetching, max_uses: 1 })), [5, 1, 7])
  assert.deepEqual(bound(tools({ type: 'code_execution_20250825', name: 'x' }, search({ max_uses: 99 }))), [99, 10, 11])
  assert.match(
    refusal(JSON.stringify({ model: 'm', max_tokens: 1, messages, tools: [search({ max_uses: 0 })] })),
    /^invalid_field.*max_uses/,
  )
  assert.match(refusal(JSON.stringify({ model: 'm', max_tokens: 1, messages, tools: [search({ max_uses: null })] })), /^invalid_field/)
  const twice = '{"model":"m","max_tokens":1,"messages":[1],"tools":[{"type":"web_search_1","type":"custom","name":"x"}]}'
  assert.match(refusal(twice), /^invalid_field.*type once/)
})

test('a conversation that the provider would keep is neither begun nor gone on with', () => {
  const refused = (thread: unknown): string => refusal(JSON.stringify({ model: 'm', max_tokens: 1, messages, thread }))
  for (const thread of [{ type: 'create' }, { type: 'continue', previous_message_id: 'msg_1' }, 'create'])
    assert.match(refused(thread), /^nothing_stored.*"thread"/)
  assert.equal(refused(null), 'none')
})

test('a record of a request is neither kept at the provider nor compared with', () => {
  const refused = (diagnostics: unknown): string => refusal(JSON.stringify({ model: 'm', max_tokens: 1, messages, diagnostics }))
  for (const diagnostics of [{ previous_message_id: 'msg_1' }, { previous_message_id: null }, {}])
    assert.match(refused(diagnostics), /^nothing_stored.*"diagnostics"/)
  assert.equal(refused(null), 'none')
})

test('a container goes on, as the provider asks for it while code in it waits for a tool of the customer, and is bound as tools are', () => {
  const own = { name: 'own', input_schema: { type: 'object' } }
  const fetched = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'code_execution', input: { code: 'x' } }
  const waiting = { type: 'tool_use', id: 'toolu_1', name: 'own', input: {} }
  const turns = [
    ...messages,
    { role: 'assistant', content: [fetched, waiting] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'y' }] },
  ]
  for (const container of ['container_011', { id: 'container_011' }]) {
    const fields = {
      model: 'm',
      max_tokens: 1,
      messages: turns,
      tools: [own, search({ type: 'web_search_20260209', max_uses: 1 })],
      container,
    }
    const call = decode(Buffer.from(JSON.stringify(fields)))
    assert.deepEqual(JSON.parse(Buffer.concat([...call.bodyFor('m')]).toString()).container, container)
    assert.deepEqual([call.containerId, call.tellsContainer], ['container_011', true])
    const forced = { outputMax: 1, addsOutputMax: false, limitsTools: true, containerOf: (id: string) => `known-${id}` }
    const sent = JSON.parse(Buffer.concat([...call.bodyFor('m', forced)]).toString()) as { container: unknown }
    assert.deepEqual(sent.container, typeof container === 'string' ? 'known-container_011' : { id: 'known-container_011' })
    assert.deepEqual([call.passes, call.asksFor?.webSearches, call.asksFor?.toolCalls], [11, 'tools', undefined])
  }
})

test('a container is loaded with skills of Anthropic alone, as others lie at the provider and are nobody’s here', () => {
  const refused = (container: unknown): string => refusal(JSON.stringify({ model: 'm', max_tokens: 1, messages, container }))
  const known = { type: 'anthropic', skill_id: 'pptx', version: 'latest' }
  for (const container of [null, 'container_011', {}, { skills: null }, { skills: [] }, { skills: [known] }, { id: 'c', skills: [known] }])
    assert.equal(refused(container), 'none', JSON.stringify(container))
  const own = { type: 'custom', skill_id: 'skill_01' }
  for (const skills of [[own], [known, own], [{ skill_id: 'skill_01' }], 'skill_01', [null]])
    assert.match(refused({ skills }), /^nothing_stored.*"container.skills"/, JSON.stringify(skills))
})

test('a thread is refused in the words by which SDKs send the whole conversation instead', () => {
  const error = (field: string) => {
    const told = encodeError(failure('nothing_stored', { field }), 'id').toString()
    return (JSON.parse(told) as { error: { details?: unknown } }).error.details
  }
  assert.deepEqual(error('thread'), { error_code: 'thread_unsupported_request' })
  assert.equal(error('other'), undefined)
})

test('what has another model answer, or works unseen by the usual figures, is refused by field', () => {
  const refused = (fields: object): string => refusal(JSON.stringify({ model: 'm', max_tokens: 1, messages, ...fields }))
  const edits = (...types: string[]) => ({ context_management: { edits: types.map((type) => ({ type })) } })
  assert.match(refused({ fallbacks: [{ model: 'claude-opus-5' }] }), /^invalid_field.*"fallbacks".*"model" alone/)
  assert.match(refused({ fallbacks: 'default' }), /^invalid_field.*"fallbacks"/)
  assert.match(refused({ compaction: { type: 'manual' } }), /^invalid_field.*"compaction".*no price/)
  assert.match(refused({ anthropic_beta: ['context-1m-2025-08-07'] }), /^invalid_field.*"anthropic_beta".*header/)
  assert.match(refused(edits('compact_20260112')), /^invalid_field.*"context_management".*only clear_tool_uses_20250919, clear_thinking/)
  assert.match(refused(edits('clear_thinking_20251015', 'not_yet_known')), /^invalid_field.*"context_management"/)
  assert.match(refused({ context_management: { edits: [], more: {} } }), /^invalid_field.*"context_management"/)
  for (const fields of [
    edits('clear_tool_uses_20250919', 'clear_thinking_20251015'),
    edits(),
    { context_management: {} },
    { fallbacks: null },
  ])
    assert.equal(refused(fields), 'none', JSON.stringify(fields))

  const advisor = { type: 'advisor_20260301', name: 'advisor', model: 'claude-opus-5' }
  for (const tool of [advisor, { type: 'not_yet_known', name: 'x' }, search({ model: 'claude-opus-5' })])
    assert.match(refused({ tools: [tool] }), /^invalid_field.*"tools"/, tool.type)
  const defined = (definition: object) => [{ type: 'tool_addition', tool: { type: 'tool_definition', definition } }]
  const turns = (...content: object[]) => ({ messages: [...messages, { role: 'system', content }] })
  assert.match(refused(turns(...defined(advisor))), /^invalid_field.*"messages".*tools alone/)
  assert.match(refused(turns({ type: 'compaction', tool_changes: defined(search()) })), /^invalid_field.*"messages"/)
  assert.equal(refused(turns(...defined({ name: 'own', input_schema: {} }))), 'none')
  const caller = { type: 'code_execution_20250825', tool_id: 'srvtoolu_1' }
  assert.equal(
    refused({ messages: [{ role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'x', input: {}, caller }] }] }),
    'none',
  )
})

test('tools of the provider that have a fee are told as asked for', () => {
  const asks = (...list: object[]) => Object.values(call({ tools: list }).asksFor ?? {})
  const run = { type: 'code_execution_20250825', name: 'code_execution' }
  assert.deepEqual(call({}).asksFor, {})
  assert.deepEqual(asks(search()), ['tools', undefined])
  assert.deepEqual(asks(search(), run), ['tools', 'tools'])
  assert.deepEqual(asks({ ...search(), type: 'web_search_20260209' }, run), ['tools', undefined], 'code costs nothing beside it')
  for (const type of ['web_fetch_20250910', 'tool_search_tool_bm25_20251119', 'mcp_toolset', 'browser_toolset_20260801'])
    assert.deepEqual(asks({ type, name: 'x' }), [undefined, undefined], type)
})

test('counts a prompt with its system text and tools', () => {
  const plain = call({}).countInput()
  assert.ok(plain >= 6 && plain <= 10, String(plain))
  assert.ok(call({ system: 'one two three four' }).countInput() >= plain + 4)
  assert.ok(call({ system: [{ type: 'text', text: 'one two three four' }] }).countInput() >= plain + 4)
  assert.ok(call({ tools: [{ name: 'weather', description: 'one two three' }] }).countInput() > plain + 8)
})

/** A call whose text lies where the bytes of a picture might be looked for, after a picture that has none of its own there. */
const SHOWN = [
  { type: 'image', source: { type: 'url', url: 'https://pictures.example/a.png' } },
  { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
  { type: 'image', source: 'odd' },
  { type: 'tool_result', tool_use_id: 't', content: [{ type: 'image', source: { type: 'url', url: 'https://pictures.example/b.png' } }] },
]

test('text is no picture, whatever its keys are called and whichever picture stands before it', () => {
  const text = 'x'.repeat(20_000)
  const wrapped = fc.array(fc.constantFrom('source', 'data', 'content', 'input', 'a'), { maxLength: 6 })
  const place = fc.constantFrom('input', 'schema', 'system', 'result', 'text')
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...SHOWN), { maxLength: 3 }), wrapped, place, (before, names, where) => {
      const within = ['data', ...names].reduce<unknown>((inner, name) => ({ [name]: inner }), text) as object
      const blocks = {
        input: [{ type: 'tool_use', id: 't', name: 'n', input: within }],
        result: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'r', citations: within }] }],
        text: [{ type: 'text', text: 't', ...within }],
        schema: [],
        system: [],
      }[where]
      const read = call({
        messages: [
          { role: 'user', content: before },
          { role: 'assistant', content: [...before, ...blocks] },
        ],
        ...(where === 'schema' ? { tools: [{ name: 'n', input_schema: { type: 'object', properties: within } }] } : {}),
        ...(where === 'system' ? { system: [{ type: 'text', text: 's', ...within }] } : {}),
      })
      assert.ok(
        read.inputMaxFor('claude-sonnet-4-5') >= text.length,
        `${read.inputMaxFor('claude-sonnet-4-5')} for ${where} ${names.join('.')}`,
      )
    }),
    { numRuns: 2_000 },
  )
})
