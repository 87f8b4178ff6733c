// Guarantee: reply bytes go on as they came, and the last usage of a stream is the one that counts, the same at every cut.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../../../sim/index.ts'
import { inputTokensOf, NO_USAGE, outputTokensOf, usageFrom } from '../../spec/index.ts'
import { knownBy, recordedReplies, recordedStreams, replay, shortened, WITHOUT_RECORDINGS } from '../testing.ts'
import { gemini, geminiBatchEmbed, geminiCount, geminiEmbed } from './index.ts'

const STREAM = { protocol: gemini, isStream: true, removesUsage: true }
const WHOLE = { protocol: gemini, isStream: false, removesUsage: false }

const events = (...payloads: object[]) => Buffer.from(payloads.map((payload) => `data: ${JSON.stringify(payload)}\r\n\r\n`).join(''))
const said = (text: string, more: object = {}) => ({ content: { parts: [{ text }], role: 'model' }, index: 0, ...more })
const event = (usageMetadata: object | undefined, ...candidates: object[]) => ({ candidates, usageMetadata, modelVersion: 'gemini-3-pro' })
const told = (...payloads: object[]) => knownBy(replay(STREAM, events(...payloads), []).reader)
const wholeOf = (reply: object) => replay(WHOLE, Buffer.from(JSON.stringify(reply, undefined, 2)), []).reader

test('recorded streams pass unchanged, at every cut', { skip: WITHOUT_RECORDINGS }, () => {
  for (const recording of recordedStreams(['gemini'], { hasNames: false, last: '' })) {
    const { bytes, name } = shortened(recording)
    const whole = knownBy(replay(STREAM, bytes, []).reader)
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const { out, reader, isSameBuffers } = replay(STREAM, bytes, [cut])
      assert.ok(out.equals(bytes) && isSameBuffers, name)
      assert.deepEqual(knownBy(reader), whole, name)
    }
    assert.ok(whole.isComplete && whole.isUsageFinal && !whole.isUsageSuspect, name)
    assert.equal(whole.reportedModel, 'gemini-3-pro-preview')
  }
})

test('usage of recordings', { skip: WITHOUT_RECORDINGS }, () => {
  const streams = new Map(
    recordedStreams(['gemini'], { hasNames: false, last: '' }).map(({ name, bytes }) => [name, replay(STREAM, bytes, []).reader.usage()]),
  )
  assert.deepEqual(streams.get('gemini/google-text.chunks.txt'), { ...NO_USAGE, input: 9, output: 208, reasoning: 185 })
  assert.deepEqual(streams.get('gemini/google-tool-call.chunks.txt'), { ...NO_USAGE, input: 29, output: 60, reasoning: 45 })
  for (const { name, bytes } of recordedReplies(['gemini'])) {
    const { usage, isComplete, isUsageFinal } = knownBy(replay(WHOLE, bytes, []).reader)
    const isError = replay(WHOLE, bytes, []).reader.isError()
    assert.equal(isError, name.includes('429'), name)
    if (!isError) assert.ok(isComplete && isUsageFinal && usage !== undefined, name)
  }
})

test('every class has its tokens, and together they are what was told', () => {
  const usage = {
    ...{ promptTokenCount: 100, cachedContentTokenCount: 40, candidatesTokenCount: 30, thoughtsTokenCount: 7 },
    toolUsePromptTokenCount: 11,
    promptTokensDetails: [
      { modality: 'TEXT', tokenCount: 60 },
      { modality: 'AUDIO', tokenCount: 25 },
      { modality: 'IMAGE', tokenCount: 15 },
    ],
    cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 5 }],
    toolUsePromptTokensDetails: [{ modality: 'IMAGE', tokenCount: 2 }],
    candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 20 }],
    totalTokenCount: 148,
  }
  const { usage: read, isUsageSuspect } = told(event(usage, said('x', { finishReason: 'STOP' })))
  assert.deepEqual(read, {
    ...NO_USAGE,
    input: 34,
    cacheRead: 40,
    audioInput: 20,
    imageInput: 17,
    output: 17,
    reasoning: 7,
    imageOutput: 20,
  })
  assert.equal(isUsageSuspect, false)
  assert.deepEqual([read === undefined ? 0 : inputTokensOf(read), read === undefined ? 0 : outputTokensOf(read)], [111, 37])
  assert.deepEqual(wholeOf({ ...event(usage, said('x')) }).usage(), read)
})

test('zeros are left out, so what is missing beside other counts is nothing, or what the total leaves', () => {
  const thinking = { promptTokenCount: 9, thoughtsTokenCount: 50, totalTokenCount: 59 }
  assert.deepEqual(told(event(thinking, said('', { finishReason: 'MAX_TOKENS' }))).usage, {
    ...NO_USAGE,
    input: 9,
    output: 50,
    reasoning: 50,
  })
  assert.equal(told(event(thinking, said('', { finishReason: 'MAX_TOKENS' }))).isUsageSuspect, false)
  assert.equal(told(event({ promptTokenCount: 9, totalTokenCount: 21 }, said(''))).usage?.output, 12)
  assert.equal(told(event(undefined, said('x'))).usage, undefined)
  assert.equal(told(event({}, said('x'))).usage, undefined)
})

test('the last of many counts, and none is final before the end is told', () => {
  const early = told(event({ promptTokenCount: 9, candidatesTokenCount: 2 }, said('a')))
  assert.deepEqual([early.isComplete, early.isUsageFinal, early.usage?.output], [false, false, 2])
  const late = told(
    event({ promptTokenCount: 9, candidatesTokenCount: 2 }, said('a')),
    event({ promptTokenCount: 9, candidatesTokenCount: 5 }, said('b', { finishReason: 'STOP' })),
    event({ promptTokenCount: 9, candidatesTokenCount: 6 }),
  )
  assert.deepEqual([late.isComplete, late.isUsageFinal, late.usage?.output], [true, true, 6])
  const refused = told({ promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 8, totalTokenCount: 8 } })
  assert.deepEqual([refused.isComplete, refused.usage?.input], [true, 8])
  const two = event({ promptTokenCount: 9 }, said('a', { finishReason: 'STOP' }), said('b', { index: 1 }))
  assert.equal(told(two).isComplete, false)
  assert.equal(told(two, event({ promptTokenCount: 9 }, said('', { index: 1, finishReason: 'STOP' }))).isComplete, true)
})

test('words of an answer are no end of it', () => {
  const { isComplete, usage } = told(
    event(
      { promptTokenCount: 9 },
      { content: { parts: [{ functionCall: { name: 'x', args: { finishReason: 'STOP', usageMetadata: 1, text: 'a' } } }] } },
    ),
  )
  assert.deepEqual([isComplete, usage?.input], [false, 9])
})

test('searches are counted by query, or by prompt where that is what is charged', () => {
  const grounded = (queries: number) => ({
    groundingMetadata: {
      webSearchQueries: Array.from({ length: queries }, (_, index) => `what "of" [${index}], \\`),
      groundingChunks: [{ maps: { uri: 'x' } }],
    },
  })
  const reply = (model: string, queries: number) => ({
    candidates: [said('x', { finishReason: 'STOP', ...grounded(queries) })],
    usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 1 },
    modelVersion: model,
  })
  for (const [model, queries, searches] of [
    ['gemini-3-pro', 3, 3],
    ['gemini-2.5-flash', 3, 1],
    ['gemini-3-pro', 0, 0],
  ] as const) {
    const streamed = told(reply(model, 1), reply(model, queries)).usage
    if (queries > 0) assert.deepEqual([streamed?.webSearches, streamed?.toolCalls], [searches, 1])
    const bytes = Buffer.from(JSON.stringify(reply(model, queries)))
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 5 }), (cuts) => {
        assert.equal(replay(WHOLE, bytes, cuts).reader.usage()?.webSearches, searches)
      }),
      { numRuns: 100 },
    )
  }
})

test('an event of a megabyte is read, and what a tool is called with is counted', () => {
  const args = { text: 'ferry '.repeat(20_000) }
  const call = { content: { parts: [{ functionCall: { name: 'x', args } }] }, finishReason: 'STOP', index: 0 }
  const { usage, isComplete, countedOutput } = told(event({ promptTokenCount: 9, candidatesTokenCount: 5 }, call))
  assert.deepEqual([usage?.output, isComplete], [5, true])
  assert.ok(countedOutput > 10_000)
  const picture = { content: { parts: [{ inlineData: { mimeType: 'image/png', data: 'A'.repeat(3_000_000) } }] }, finishReason: 'STOP' }
  assert.equal(told(event({ promptTokenCount: 9, candidatesTokenCount: 1290 }, picture)).isUsageFinal, true)
})

test('any bytes pass, however they are cut', () => {
  const random = seededRandom(3)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, isStream) => {
      const given = Buffer.concat([Buffer.from(isStream ? 'data: {"candidates":[' : '{"candidates":'), bytes])
      const cuts = [random.below(given.length), random.below(given.length)]
      const { out, reader } = replay({ protocol: gemini, isStream, removesUsage: false }, given, cuts)
      assert.ok(out.equals(given))
      assert.doesNotThrow(() => knownBy(reader))
    }),
    { numRuns: 500 },
  )
})

test('vectors tell their usage or none, a count none at all', () => {
  const read = (protocol: typeof geminiEmbed, reply: object) =>
    replay({ protocol, isStream: false, removesUsage: false }, Buffer.from(JSON.stringify(reply)), []).reader
  assert.deepEqual(read(geminiEmbed, { embedding: { values: [1] }, usageMetadata: { promptTokenCount: 4 } }).usage(), {
    ...NO_USAGE,
    embedding: 4,
  })
  const modalities = [
    ...[
      { modality: 'TEXT', tokenCount: 10 },
      { modality: 'IMAGE', tokenCount: 258 },
    ],
    ...[
      { modality: 'VIDEO', tokenCount: 66 },
      { modality: 'AUDIO', tokenCount: 32 },
    ],
  ]
  for (const protocol of [geminiEmbed, geminiBatchEmbed])
    for (const name of ['promptTokenDetails', 'promptTokensDetails']) {
      const parted = read(protocol, { embeddings: [], usageMetadata: { promptTokenCount: 366, [name]: modalities } })
      assert.deepEqual([parted.usage(), parted.isUsageSuspect()], [usageFrom({ embedding: 10, imageInput: 324, audioInput: 32 }), false])
    }
  const odd = read(geminiEmbed, { usageMetadata: { promptTokenCount: 40, promptTokenDetails: modalities } })
  assert.deepEqual([odd.usage(), odd.isUsageSuspect()], [usageFrom({ imageInput: 8, audioInput: 32 }), true])
  assert.equal(read(geminiEmbed, { embedding: { values: [1] } }).usage(), undefined)
  assert.deepEqual(read(geminiCount, { totalTokens: 4 }).usage(), NO_USAGE)
})

const base64 = (bytes: number) => Buffer.alloc(bytes).toString('base64')
const picture = (more: object = {}) => ({ inlineData: { mimeType: 'image/png', data: base64(9_000) }, ...more })
const sound = (bytes: number) => ({ inlineData: { data: base64(bytes), mimeType: 'audio/L16;codec=pcm;rate=24000' } })
const made = (...parts: object[]) => ({
  candidates: [{ content: { parts, role: 'model' }, index: 0 }],
  modelVersion: 'gemini-2.5-flash-image',
})

test('pictures of a stream count as they have ended at the least, sound by its length; thoughts are not charged', () => {
  const of = (...payloads: object[]) => replay(STREAM, events(...payloads), [60, 700]).reader.countedMedia?.()
  assert.deepEqual(of(made(picture()), made(picture(), { text: 'a' })), { imageOutput: 2_580, audioOutput: 0 })
  assert.deepEqual(of(made({ text: 'hm', thought: true }), made(picture({ thought: true }), picture())), {
    imageOutput: 1_290,
    audioOutput: 0,
  })
  assert.deepEqual(of(made(sound(96_000)), made(sound(96_000))), { imageOutput: 0, audioOutput: 100 })
  assert.deepEqual(of({ ...made(picture()), modelVersion: 'gemini-3.1-flash-image' })?.imageOutput, 747)
  assert.deepEqual(of({ ...made(picture()), modelVersion: 'other' })?.imageOutput, 100)
})

test('pictures and sound of a whole reply count as far as it went out, however it is cut', () => {
  const parts = [{ text: 'hm', thought: true }, picture({ thought: true }), picture(), { text: 'a' }, picture(), sound(480_000)]
  const { candidates, ...head } = made(...parts)
  const bytes = Buffer.from(JSON.stringify({ ...head, candidates, usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 9 } }))
  const cut = bytes.length - 100_000
  fc.assert(
    fc.property(fc.array(fc.nat(cut - 1), { maxLength: 5 }), (cuts) => {
      const { reader } = replay(WHOLE, bytes.subarray(0, cut), cuts)
      assert.deepEqual(reader.countedMedia?.(), { imageOutput: 0, audioOutput: 0 })
      reader.noteReleased?.(bytes.subarray(0, cut))
      // Its kind comes after its bytes, which go on.
      assert.deepEqual(reader.countedMedia?.(), { imageOutput: 2_580, audioOutput: 0 })
    }),
    { numRuns: 30 },
  )
  assert.deepEqual(replay(WHOLE, bytes, []).reader.countedMedia?.(), { imageOutput: 2_580, audioOutput: 250 })
  const drawing = gemini.readReply({ isStream: false, removesUsage: false, upstreamModel: 'gemini-3-pro-image' })
  const [drawn] = JSON.stringify({ candidates: made(picture()).candidates }).split(']')
  drawing.push(Buffer.from(drawn ?? ''))
  drawing.noteReleased?.(Buffer.from(drawn ?? ''))
  assert.equal(drawing.countedMedia?.().imageOutput, 1_120, 'its model is told last')
  const speaking = JSON.stringify(made({ inlineData: { mimeType: 'audio/L16', data: base64(480_000) } }))
  const half = Buffer.from(speaking.slice(0, speaking.length / 2))
  const { reader } = replay(WHOLE, half, [1_000])
  reader.noteReleased?.(half)
  const tokens = reader.countedMedia?.().audioOutput ?? 0
  assert.ok(tokens >= 120 && tokens <= 125, String(tokens))
})
