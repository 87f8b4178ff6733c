// Replies of the provider are read as they are, cut anywhere: texts, thoughts and their proofs, calls, sources, figures and why it ended.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { recordedReplies, WITHOUT_RECORDINGS } from '../../protocols/testing.ts'
import { inputTokensOf, outputTokensOf } from '../../spec/index.ts'
import type { Json, JsonObject } from '../call.ts'
import { objectIn, objectsIn, textIn } from '../json.ts'
import { answerOf, readAll } from '../testing.ts'
import { readStream, readWhole } from './read-reply.ts'
import { sample } from './testing.ts'

const chunk = (parts: readonly Json[], more: object = {}): Json => ({
  candidates: [{ content: { role: 'model', parts }, index: 0, ...more }],
  ...{ modelVersion: 'm', responseId: 'r/1' },
})
const answer = (...chunks: readonly Json[]) => answerOf(readAll(readStream(), sample.sse(chunks)))
const STOP = { finishReason: 'STOP' }
const partsOf = (...chunks: readonly Json[]) => {
  const { ending, choices } = answer(...chunks)
  assert.equal(ending, 'end')
  return (choices.get(0)?.parts ?? []).map(({ kind, text, signature }) => ({
    ...kind,
    text,
    ...(signature === undefined ? {} : { signature }),
  }))
}

/** What a recorded answer says, taken from its JSON. */
function toldBy(objects: readonly JsonObject[]) {
  const parts = objects.flatMap((one) =>
    objectsIn(one, 'candidates').flatMap((candidate) => objectsIn(objectIn(candidate, 'content') ?? {}, 'parts')),
  )
  return {
    texts: parts.map((part) => textIn(part, 'text') ?? '').join(''),
    calls: parts.flatMap((part) => (part['functionCall'] === undefined ? [] : [JSON.stringify(objectIn(part, 'functionCall')?.['args'])])),
    signatures: parts.flatMap((part) => textIn(part, 'thoughtSignature') ?? []),
    total: objectIn(objects.at(-1) ?? {}, 'usageMetadata')?.['totalTokenCount'],
  }
}

describe('recordings', { skip: WITHOUT_RECORDINGS }, () => {
  const streams = sample.streams().map(({ name, bytes }) => {
    const lines = bytes
      .toString()
      .split('\n')
      .filter((line) => line.startsWith('data: '))
    return { name, bytes, isStream: true, objects: lines.map((line) => JSON.parse(line.slice(6)) as JsonObject) }
  })
  const replies = recordedReplies(['gemini']).map((reply) => ({
    ...reply,
    isStream: false,
    objects: [JSON.parse(reply.bytes.toString()) as JsonObject],
  }))
  for (const { name, bytes, isStream, objects } of [...streams, ...replies]) {
    test(name, () => {
      const { choices, usage, ending } = answerOf(readAll(isStream ? readStream() : readWhole(), bytes, [10, 500]))
      if (objects[0]?.['error'] !== undefined) return assert.match(ending, /^error RESOURCE_EXHAUSTED You exceeded/)
      const parts = choices.get(0)?.parts ?? []
      const told = toldBy(objects)
      assert.equal(parts.map(({ kind, text }) => (kind.type === 'tool-call' ? '' : text)).join(''), told.texts)
      assert.deepEqual(
        parts.flatMap(({ kind, text }) => (kind.type === 'tool-call' ? [text] : [])),
        told.calls,
      )
      assert.deepEqual(
        parts.flatMap(({ signature }) => signature ?? []),
        told.signatures,
      )
      assert.equal(choices.get(0)?.finish, told.calls.length > 0 ? 'tool-calls' : 'stop')
      const figures = usage ?? assert.fail()
      assert.deepEqual([inputTokensOf(figures) + outputTokensOf(figures), ending], [told.total, 'end'])
    })
  }
})

test('what proves the thoughts behind a text or a picture follows it, that of a call belongs to the call', () => {
  const origin = 'gemini'
  assert.deepEqual(
    partsOf(
      chunk([{ text: 'Hm', thought: true }, { text: '.', thought: true }, { text: 'a' }]),
      chunk([{ text: 'b', thoughtSignature: 's+/=' }]),
      chunk([{ inlineData: { mimeType: 'image/png', data: 'AAAA' }, thoughtSignature: 'p' }]),
      chunk([{ functionCall: { name: 'f', args: { a: 1 } }, thoughtSignature: 'c' }, { functionCall: { id: 'own', name: 'g' } }]),
      chunk([{ text: '', thoughtSignature: 'last' }], STOP),
    ),
    [
      { type: 'reasoning', origin, text: 'Hm.' },
      { type: 'text', text: 'ab' },
      { type: 'reasoning', origin, text: '', signature: 's+/=' },
      { type: 'image', mimeType: 'image/png', data: 'AAAA', text: '' },
      { type: 'reasoning', origin, text: '', signature: 'p' },
      { type: 'tool-call', id: 'farebox_call_r1-0_0', name: 'f', text: '{"a":1}', signature: 'c' },
      { type: 'tool-call', id: 'own', name: 'g', text: '{}' },
      { type: 'reasoning', origin, text: '', signature: 'last' },
    ],
  )
})

test('what the provider ran itself is kept whole, in its place', () => {
  const [code, result] = [{ executableCode: { language: 'PYTHON', code: '1' } }, { codeExecutionResult: { outcome: 'OUTCOME_OK' } }]
  assert.deepEqual(
    partsOf(chunk([{ text: 'a' }, code, result, { text: 'b' }, { newKind: {} }], STOP)).map((part) =>
      'name' in part ? [part.type, part.name] : part.text,
    ),
    ['a', ['foreign', 'executableCode'], ['foreign', 'codeExecutionResult'], 'b'],
  )
})

test('sources are citations of the text, each passage with its source, and searches are counted', () => {
  const web = (name: string) => ({ web: { uri: `https://${name}.test`, title: name } })
  const segment = { startIndex: 0, endIndex: 2, text: 'ab' }
  const grounding = {
    groundingMetadata: {
      ...{ groundingChunks: [web('a'), web('b')], webSearchQueries: ['q', 'r'] },
      groundingSupports: [{ segment, groundingChunkIndices: [1, 7] }],
    },
    citationMetadata: { citationSources: [{ uri: 'https://c.test', license: 'MIT' }] },
  }
  const usageMetadata = { promptTokenCount: 1, candidatesTokenCount: 1 }
  const whole = { ...(chunk([{ text: 'ab', thoughtSignature: 's' }], { ...STOP, ...grounding }) as JsonObject), usageMetadata }
  const { choices, usage } = answerOf(readAll(readWhole(), Buffer.from(JSON.stringify(whole))))
  assert.deepEqual(choices.get(0)?.parts[0]?.citations, [{ ...web('b'), segment }, web('a'), { uri: 'https://c.test', license: 'MIT' }])
  assert.equal(usage?.webSearches, 2)
})

test('a source is told with no more of its passages than there is room for, whatever either is made of', () => {
  const answered = (title: string, indices: readonly number[], text: string) => {
    const groundingMetadata = {
      groundingChunks: [{ web: { uri: 'https://a.test', title } }],
      groundingSupports: [{ segment: { startIndex: 0, endIndex: 1, text }, groundingChunkIndices: indices }],
    }
    const { choices } = answerOf(readAll(readWhole(), Buffer.from(JSON.stringify(chunk([{ text: 'a' }], { ...STOP, groundingMetadata })))))
    return choices.get(0)?.parts[0]?.citations ?? []
  }
  const often = Array.from({ length: 100_000 }, () => 0)
  for (const [title, text] of [
    ['x'.repeat(100_000), 'a'],
    ['x', 'a'.repeat(100_000)],
    ['x', 'a'],
  ] as const) {
    const citations = answered(title, often, text)
    assert.ok(citations.length > 1 && JSON.stringify(citations).length < 1_048_576, `${citations.length} passages`)
  }
  const [only, ...others] = answered('x'.repeat(2_000_000), often, 'a')
  assert.deepEqual([others.length, Object.keys(only ?? {})], [0, ['web']])
})

test('usage: the cache, pictures and sound are parts of the prompt, thoughts lie beside the answer, tools beside the prompt', () => {
  const usageMetadata = {
    ...{ promptTokenCount: 100, cachedContentTokenCount: 40, candidatesTokenCount: 20, thoughtsTokenCount: 30, toolUsePromptTokenCount: 5 },
    promptTokensDetails: [
      ...[
        { modality: 'TEXT', tokenCount: 60 },
        { modality: 'IMAGE', tokenCount: 10 },
      ],
      ...[
        { modality: 'VIDEO', tokenCount: 5 },
        { modality: 'AUDIO', tokenCount: 25 },
      ],
    ],
    cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 20 }],
    candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 8 }],
  }
  const { usage } = answer({ ...(chunk([{ text: 'a' }], STOP) as JsonObject), usageMetadata })
  const { input, cacheRead, imageInput, audioInput, output, reasoning, imageOutput } = usage ?? assert.fail()
  assert.deepEqual([input, cacheRead, imageInput, audioInput], [50, 40, 10, 5], 'video is billed as text is')
  assert.deepEqual([output, reasoning, imageOutput], [42, 30, 8])
})

test('why an answer ended', () => {
  const reason = (finishReason: string, part: Json = { text: 'a' }) => answer(chunk([part], { finishReason })).choices.get(0)?.finish
  assert.equal(reason('STOP'), 'stop')
  assert.equal(reason('STOP', { functionCall: { name: 'f' } }), 'tool-calls')
  assert.equal(reason('MAX_TOKENS'), 'length')
  for (const word of ['SAFETY', 'RECITATION', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII', 'IMAGE_SAFETY'])
    assert.equal(reason(word), 'filter')
  assert.equal(reason('MALFORMED_FUNCTION_CALL'), 'error')
  for (const word of ['OTHER', 'LANGUAGE', 'SOMETHING_NEW']) assert.equal(reason(word), 'other')
  // Older models tell a reason in every piece.
  assert.deepEqual(partsOf(chunk([{ text: 'a' }], STOP), chunk([{ text: 'b' }], STOP)), [{ type: 'text', text: 'ab' }])
})

test('a prompt or an answer that was withheld, and what is said of it', () => {
  const blocked = answer({
    promptFeedback: { blockReason: 'SAFETY', blockReasonMessage: 'Not this.' },
    usageMetadata: { promptTokenCount: 3 },
  })
  assert.deepEqual(
    [blocked.choices.get(0)?.finish, blocked.choices.get(0)?.parts.map(({ kind, text }) => [kind.type, text])],
    ['refusal', [['refusal', 'Not this.']]],
  )
  assert.equal(answer({ promptFeedback: { blockReason: 'OTHER' } }).choices.get(0)?.finish, 'filter')
  assert.deepEqual(
    partsOf(chunk([{ text: 'a' }], { finishReason: 'SAFETY', finishMessage: 'Not that.' })).map(({ type, text }) => [type, text]),
    [
      ['text', 'a'],
      ['refusal', 'Not that.'],
    ],
  )
  assert.equal(partsOf(chunk([{ text: 'a' }], { ...STOP, finishMessage: 'Model generated function call(s).' })).length, 1)
})

test('an error in the stream, an early end and arguments in pieces are errors', () => {
  assert.equal(
    answer(chunk([{ text: 'a' }]), { error: { code: 503, message: 'Overloaded', status: 'UNAVAILABLE' } }).ending,
    'error UNAVAILABLE Overloaded',
  )
  assert.match(answer(chunk([{ text: 'a' }])).ending, /^error upstream_cut/)
  assert.match(answer().ending, /^error upstream_cut/)
  assert.match(answer(chunk([{ functionCall: { name: 'f', partialArgs: [], willContinue: true } }], STOP)).ending, /^error upstream_cut/)
})
