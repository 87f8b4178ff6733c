// A request is read whole: every field has a place in the call or is named as one that has none, and what is wrong is refused by its name.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FailureError } from '../../failures.ts'
import type { Json } from '../call.ts'
import { withoutPlaces } from '../testing.ts'
import { readRequest } from './read-request.ts'
import { carryInBytes } from './thought-bytes.ts'

const ADDRESS = { model: 'gemini-x', isStream: true }
const read = (body: Json) => readRequest(Buffer.from(JSON.stringify(body)), ADDRESS)
const contents: Json = [{ role: 'user', parts: [{ text: 'Hi' }] }]
const partsOf = (parts: Json, role = 'model') => read({ contents: [{ role, parts }] }).messages[0]?.parts
const failureOf = (body: Json) => {
  try {
    read(body)
  } catch (error) {
    if (error instanceof FailureError) return [error.failure.code, error.failure.field]
    throw error
  }
  return undefined
}

test('the model and whether it is a stream are those of the address', () => {
  const { model, isStream, wantsUsage } = read({ contents })
  assert.deepEqual([model, isStream, wantsUsage], ['gemini-x', true, true])
  assert.throws(() => readRequest(Buffer.from('{}')), TypeError)
})

test('media are what their type says; what lies at the provider is a file, what nobody else has is kept whole', () => {
  const inline = (mimeType: string) => ({ inlineData: { mimeType, data: 'AAAA' } })
  const file = (fileUri: string) => ({ fileData: { mimeType: 'application/pdf', fileUri } })
  const uploaded = 'https://generativelanguage.googleapis.com/v1beta/files/a'
  const parts = partsOf(
    [inline('image/png'), inline('audio/wav'), inline('text/plain'), inline('video/mp4'), file(uploaded), file('https://a.test/b')],
    'user',
  )
  assert.deepEqual(
    parts?.map((part) => [part.type, 'media' in part && part.media.kind, part.at]),
    [
      ['image', 'base64', 'contents[0].parts[0]'],
      ['audio', 'base64', 'contents[0].parts[1]'],
      ['document', 'base64', 'contents[0].parts[2]'],
      ['foreign', false, 'contents[0].parts[3]'],
      ['document', 'file', 'contents[0].parts[4]'],
      ['document', 'url', 'contents[0].parts[5]'],
    ],
  )
})

test('calls without an id get one, and what tools gave is for the oldest call of its name that is open', () => {
  const call = (name: string, id?: string) => ({ functionCall: { name, args: { a: 1 }, ...(id === undefined ? {} : { id }) } })
  const result = (name: string, more: object = {}) => ({ functionResponse: { name, response: { output: name }, ...more } })
  const { messages } = read({
    contents: [
      { role: 'model', parts: [call('f'), call('g', 'own'), call('f')] },
      { role: 'function', parts: [result('f'), result('f'), result('g'), result('g', { id: 'own' })] },
    ],
  })
  const ids = messages.map(({ parts }) => parts.map((part) => 'id' in part && part.id))
  assert.deepEqual(ids, [
    ['farebox_call__0', 'own', 'farebox_call__2'],
    ['farebox_call__0', 'farebox_call__2', 'own', 'own'],
  ])
})

test('what a tool gave is its output, its error, or all of what it gave', () => {
  const given = (response: Json) => {
    const [, message] = read({
      contents: [{ role: 'model', parts: [{ functionCall: { name: 'f' } }] }, { parts: [{ functionResponse: { name: 'f', response } }] }],
    }).messages
    const [part] = message?.parts ?? []
    return part?.type === 'tool-result' ? [part.parts.map((one) => one.type === 'text' && one.text), part.isError] : undefined
  }
  assert.deepEqual(given({ output: 'one' }), [['one'], false])
  assert.deepEqual(given({ error: 'no' }), [['no'], true])
  assert.deepEqual(given({ output: { a: 1 } }), [['{"a":1}'], false])
  assert.deepEqual(given({ a: 1, error: 2 }), [['{"a":1,"error":2}'], false])
  assert.deepEqual(given({}), [[], false])
})

test('signatures byte for byte: with a call, after what they prove, or the record of another protocol', () => {
  const carried = carryInBytes({ origin: 'anthropic-messages', signature: 'a+/=' })
  const hidden = carryInBytes({ origin: 'openai-responses', id: 'rs_1', encrypted: 'e+/=' })
  const parts = partsOf([
    { text: 'Hm', thought: true },
    { text: '.', thought: true, thoughtSignature: carried.replaceAll('+', '-').replaceAll('/', '_') },
    { text: '', thought: true, thoughtSignature: hidden },
    { text: 'Well', thought: true, thoughtSignature: 'own+/=' },
    { text: 'a', thoughtSignature: 'text+/=' },
    { text: '', thoughtSignature: 'last+/=' },
    { functionCall: { name: 'f', args: {} }, thought_signature: 'call+/=' },
    { functionCall: { name: 'f', args: {} }, thoughtSignature: 'skip_thought_signature_validator' },
  ])
  assert.deepEqual(withoutPlaces(parts), [
    { type: 'reasoning', text: 'Hm.', origin: 'anthropic-messages', signature: 'a+/=' },
    { type: 'reasoning', origin: 'openai-responses', id: 'rs_1', encrypted: 'e+/=' },
    { type: 'reasoning', text: 'Well', origin: 'gemini', signature: 'own+/=' },
    { type: 'text', text: 'a' },
    { type: 'reasoning', origin: 'gemini', signature: 'text+/=' },
    { type: 'reasoning', origin: 'gemini', signature: 'last+/=' },
    { type: 'tool-call', id: 'farebox_call__0', name: 'f', arguments: '{}', signature: 'call+/=' },
    { type: 'tool-call', id: 'farebox_call__1', name: 'f', arguments: '{}' },
  ])
})

test('schemas of its own kind become JSON Schema, those that are JSON Schema stay as they came', () => {
  const parameters = {
    type: 'OBJECT',
    nullable: true,
    properties: {
      b: { type: 'ARRAY', min_items: '1', items: { type: 'STRING', format: 'enum', enum: ['x', 'y'], nullable: true } },
      a: { anyOf: [{ type: 'INTEGER', example: 3 }, { type: 'NUMBER' }] },
      type: { type: 'STRING' },
    },
    propertyOrdering: ['a', 'b'],
    required: ['a'],
  }
  const json = { type: 'object', properties: { A: { type: ['string', 'null'] } } }
  const [own, other] = read({
    contents,
    tools: [
      {
        functionDeclarations: [
          { name: 'f', parameters },
          { name: 'g', parametersJsonSchema: json },
        ],
      },
    ],
  }).tools
  assert.deepEqual(own?.kind === 'function' && own.schema, {
    type: ['object', 'null'],
    properties: {
      a: { anyOf: [{ type: 'integer', examples: [3] }, { type: 'number' }] },
      b: { type: 'array', minItems: 1, items: { type: ['string', 'null'], enum: ['x', 'y', null] } },
      type: { type: 'string' },
    },
    required: ['a'],
  })
  assert.deepEqual(Object.keys((own?.kind === 'function' ? own.schema?.['properties'] : undefined) ?? {}), ['a', 'b', 'type'])
  assert.deepEqual(other?.kind === 'function' && [other.schema, other.at], [json, 'tools[0].functionDeclarations[1]'])
})

test('which tools may be called', () => {
  const choose = (functionCallingConfig: Json) => {
    const { toolChoice, unknown } = read({ contents, toolConfig: { functionCallingConfig } })
    return [toolChoice, unknown]
  }
  const names = ['f']
  assert.deepEqual(choose({}), [{ kind: 'auto' }, []])
  assert.deepEqual(choose({ mode: 'AUTO' }), [{ kind: 'auto' }, []])
  assert.deepEqual(choose({ mode: 'NONE' }), [{ kind: 'none' }, []])
  assert.deepEqual(choose({ mode: 'ANY' }), [{ kind: 'required' }, []])
  assert.deepEqual(choose({ mode: 'ANY', allowedFunctionNames: names }), [{ kind: 'named', names }, []])
  assert.deepEqual(choose({ mode: 'VALIDATED', allowedFunctionNames: names }), [{ kind: 'allowed', names }, []])
  assert.deepEqual(choose({ mode: 'VALIDATED' }), [{ kind: 'auto' }, ['toolConfig.functionCallingConfig.mode']])
})

test('tools of the provider, and how much to think', () => {
  const { tools } = read({ contents, tools: [{ google_search: {} }, { codeExecution: {}, urlContext: {} }] })
  assert.deepEqual(
    tools.map((tool) => tool.kind === 'provider' && [tool.value, tool.isWebSearch, tool.at]),
    [
      [{ google_search: {} }, true, 'tools[0].google_search'],
      [{ codeExecution: {} }, false, 'tools[1].codeExecution'],
      [{ urlContext: {} }, false, 'tools[1].urlContext'],
    ],
  )
  const wish = (thinkingConfig: Json) => {
    const { effort, budgetTokens, isTold } = read({ contents, generationConfig: { thinkingConfig } }).reasoning ?? {}
    return [effort, budgetTokens, isTold]
  }
  assert.deepEqual(wish({ thinkingLevel: 'low' }), ['low', undefined, undefined])
  assert.deepEqual(wish({ thinkingBudget: 0 }), [undefined, 0, undefined])
  assert.deepEqual(wish({ thinkingBudget: -1, includeThoughts: true }), [undefined, undefined, true])
})

test('fields without a place are named by their paths, as the client spelled them', () => {
  const call = read({
    contents: [{ role: 'user', parts: { text: 'a', video_metadata: { fps: 1 } } }],
    safety_settings: [{ category: 'x' }],
    labels: {},
    generation_config: { max_output_tokens: 9, response_modalities: ['IMAGE'], speechConfig: {}, media_resolution: null },
    tools: [{ functionDeclarations: [{ name: 'f', behavior: 'BLOCKING' }] }],
  })
  assert.deepEqual(call.unknown.toSorted(), [
    ...['contents[0].parts.video_metadata', 'generation_config.response_modalities', 'generation_config.speechConfig', 'labels'],
    ...['safety_settings', 'tools[0].functionDeclarations[0].behavior'],
  ])
  assert.equal(call.names?.outputMax, 'generation_config.max_output_tokens')
})

test('what is no request is refused by the name of its field, and so is what lies in a cache of the provider', () => {
  const withPart = (part: Json) => ({ contents: [{ parts: [part] }] })
  const cases: readonly (readonly [Json, string, string | undefined])[] = [
    [[], 'invalid_json', undefined],
    [{}, 'missing_field', 'contents'],
    [{ contents: [] }, 'invalid_field', 'contents'],
    [{ contents: [{ role: 'system', parts: [] }] }, 'invalid_field', 'contents[0].role'],
    [withPart({}), 'invalid_field', 'contents[0].parts[0].text'],
    [withPart({ inline_data: { mime_type: 'image/png' } }), 'missing_field', 'contents[0].parts[0].inline_data.data'],
    [withPart({ functionCall: {} }), 'missing_field', 'contents[0].parts[0].functionCall.name'],
    [withPart({ functionResponse: { name: 'f' } }), 'invalid_field', 'contents[0].parts[0].functionResponse.name'],
    [{ contents, generationConfig: { stopSequences: [1] } }, 'invalid_field', 'generationConfig.stopSequences[0]'],
    [
      { contents, generationConfig: { thinkingConfig: { thinkingLevel: 'VAST' } } },
      'invalid_field',
      'generationConfig.thinkingConfig.thinkingLevel',
    ],
    [{ contents, tools: [{ functionDeclarations: [{}] }] }, 'missing_field', 'tools[0].functionDeclarations[0].name'],
    [{ contents, toolConfig: { functionCallingConfig: { mode: 'MAYBE' } } }, 'invalid_field', 'toolConfig.functionCallingConfig.mode'],
    [{ contents, cachedContent: 'cachedContents/a' }, 'nothing_stored', 'cachedContent'],
  ]
  for (const [body, code, field] of cases) assert.deepEqual(failureOf(body), [code, field])
})
