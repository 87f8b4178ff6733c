// Guarantee: replies of the surfaces pass unchanged however they are cut, and what they tell of their usage is read; what tells none is
// counted, never above the truth.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { NO_USAGE, type Usage, usageFrom } from '../../spec/index.ts'
import { callOf } from '../plain-call.ts'
import type { DecodedCall, ReplyReader, ReplyShape } from '../protocol.ts'
import { recordedReplies, WITHOUT_RECORDINGS } from '../testing.ts'
import { SURFACES } from './index.ts'

const call = (more: Partial<DecodedCall> = {}): DecodedCall =>
  callOf({ model: 'm', inputMax: 10, outputMax: undefined, bodyFor: () => [], countInput: () => 5, ...more })

type Reading = Partial<ReplyShape> & { readonly surface: keyof typeof SURFACES; readonly bytes: Buffer; readonly cuts?: readonly number[] }

/** Reads a reply cut at some places; it has to come out as it was. */
function read({ surface, bytes, cuts = [], ...shape }: Reading): ReplyReader {
  const reader = SURFACES[surface].readReply({
    isStream: false,
    removesUsage: false,
    contentType: 'application/json',
    call: call(),
    ...shape,
  })
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b)
  const out: Buffer[] = []
  let from = 0
  for (const to of [...places, bytes.length]) {
    out.push(Buffer.from(reader.push(Buffer.from(bytes.subarray(from, to)))))
    from = to
  }
  out.push(reader.end())
  assert.ok(Buffer.concat(out).equals(bytes))
  return reader
}

const events = (...list: readonly object[]): Buffer => Buffer.from(list.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''))
const anyCuts = fc.array(fc.nat(), { maxLength: 20 })

const TOLD: readonly (Omit<Reading, 'cuts'> & { readonly usage: Partial<Usage>; readonly isFinal: boolean })[] = [
  {
    ...{ surface: 'openai-images', isStream: true, isFinal: true, call: call({ choices: 2 }) },
    bytes: events(
      { type: 'image_generation.partial_image', b64_json: 'AA==', usage: { input_tokens: 9, output_tokens: 9 } },
      ...[1, 2].map(() => ({
        ...{ type: 'image_generation.completed', b64_json: 'A'.repeat(3_000_000) },
        usage: { input_tokens: 60, output_tokens: 1_056, total_tokens: 1_116, input_tokens_details: { text_tokens: 10, image_tokens: 50 } },
      })),
    ),
    usage: { input: 20, imageInput: 100, imageOutput: 2_112, images: 2 },
  },
  {
    ...{ surface: 'openai-images', isFinal: true },
    bytes: Buffer.from(
      '{"data":[{"b64_json":"AA=="},{"url":"https://x","revised_prompt":"url"}],"usage":{"input_tokens":7,"output_tokens":30,"output_tokens_details":{"image_tokens":20,"text_tokens":10}}}',
    ),
    usage: { input: 7, imageOutput: 20, output: 10, images: 2 },
  },
  { surface: 'openai-images', isFinal: false, bytes: Buffer.from('{"data":[{"url":"https://x"}]}'), usage: { input: 5, images: 1 } },
  {
    ...{ surface: 'openai-speech', isStream: true, isFinal: true, call: call({ promptUsage: () => ({ characters: 12 }) }) },
    bytes: events(
      { type: 'speech.audio.delta', audio: 'AAAA' },
      { type: 'speech.audio.done', usage: { input_tokens: 4, output_tokens: 50, total_tokens: 54 } },
    ),
    usage: { input: 4, audioOutput: 50, characters: 12 },
  },
  {
    ...{ surface: 'openai-transcriptions', isStream: true, isFinal: true },
    bytes: events(
      { type: 'transcript.text.delta', delta: 'The ferry' },
      {
        type: 'transcript.text.done',
        text: 'The ferry',
        usage: { type: 'tokens', input_tokens: 14, input_token_details: { text_tokens: 4, audio_tokens: 10 }, output_tokens: 3 },
      },
    ),
    usage: { input: 4, audioInput: 10, output: 3 },
  },
  {
    surface: 'openai-transcriptions',
    isFinal: true,
    bytes: Buffer.from('{"text":"a","usage":{"type":"duration","seconds":8.2}}'),
    usage: { audioSeconds: 9 },
  },
  {
    surface: 'openai-transcriptions',
    isFinal: true,
    bytes: Buffer.from(
      '{"model":"voxtral-mini","text":"a","segments":[],"usage":{"prompt_audio_seconds":8.2,"prompt_tokens":150,"completion_tokens":42}}',
    ),
    usage: { audioSeconds: 9 },
  },
  {
    surface: 'openai-transcriptions',
    isFinal: true,
    bytes: Buffer.from(
      '{"text":"a","usage":{"prompt_audio_seconds":null,"prompt_tokens":150,"prompt_tokens_details":{"audio_tokens":140},"completion_tokens":42}}',
    ),
    usage: { input: 10, audioInput: 140, output: 42 },
  },
  {
    ...{ surface: 'openai-transcriptions', isFinal: false },
    bytes: Buffer.from(`{"text":"${'a'.repeat(310)}","usage":{"total":1}}`),
    usage: { audioSeconds: 10 },
  },
  {
    ...{ surface: 'openai-transcriptions', isStream: true, isFinal: true },
    bytes: events(
      { type: 'transcription.language', audio_language: 'en' },
      { type: 'transcription.text.delta', text: 'The ferry' },
      { type: 'transcription.segment', text: 'The ferry', start: 0, end: 2.4 },
      {
        ...{ type: 'transcription.done', model: 'voxtral-mini', text: 'The ferry', language: 'en' },
        usage: { prompt_audio_seconds: 3, prompt_tokens: 8, completion_tokens: 4, total_tokens: 12 },
      },
    ),
    usage: { audioSeconds: 3 },
  },
  {
    ...{ surface: 'openai-transcriptions', isStream: true, isFinal: true },
    bytes: Buffer.concat([
      events(
        ...[1, 2, 3].map((count) => ({
          ...{ id: 't', object: 'transcription.chunk', model: 'm', choices: [{ delta: { content: ' a' } }] },
          usage: { prompt_tokens: 30, completion_tokens: count },
        })),
        { id: 't', object: 'transcription.chunk', model: 'm', choices: [], usage: { prompt_tokens: 30, completion_tokens: 4 } },
      ),
      Buffer.from('data: [DONE]\n\n'),
    ]),
    usage: { input: 30, output: 4 },
  },
  {
    ...{ surface: 'openai-audio-translations', isStream: true, isFinal: false, call: call({ promptUsage: () => ({ audioSeconds: 2 }) }) },
    bytes: Buffer.concat([
      events({ id: 't', object: 'translation.chunk', model: 'm', choices: [{ delta: { content: 'a'.repeat(95) } }] }),
      Buffer.from('data: [DONE]\n\n'),
    ]),
    usage: { audioSeconds: 3 },
  },
  { surface: 'openai-transcriptions', isFinal: false, bytes: Buffer.from('{"duration": 8.2,"text":"a"}'), usage: { audioSeconds: 9 } },
  { surface: 'openai-transcriptions', isFinal: false, bytes: Buffer.from(`{"text":"${'a'.repeat(310)}"}`), usage: { audioSeconds: 10 } },
  {
    ...{ surface: 'openai-transcriptions', isFinal: false, contentType: 'text/vtt' },
    bytes: Buffer.from('WEBVTT\n\n00:00.000 --> 00:04.000\nThe ferry\n\n59:59.000 --> 01:00:02.500\ntakes\n'),
    usage: { audioSeconds: 3_602 },
  },
  {
    ...{ surface: 'openai-audio-translations', isFinal: false, contentType: 'text/plain; charset=utf-8' },
    bytes: Buffer.from('1\n00:00:00,000 --> 00:00:07,120\nThe ferry\n'),
    usage: { audioSeconds: 7 },
  },
  {
    surface: 'openai-embeddings',
    isFinal: true,
    bytes: Buffer.from('{"data":[],"usage":{"prompt_tokens":8,"total_tokens":8}}'),
    usage: { embedding: 8 },
  },
  { surface: 'openai-embeddings', isFinal: true, bytes: Buffer.from('{"data":[],"usage":{"total_tokens":8}}'), usage: { embedding: 8 } },
  {
    surface: 'openai-embeddings',
    isFinal: true,
    bytes: Buffer.from(
      '{"data":[],"usage":{"prompt_tokens":90,"prompt_tokens_details":{"text_tokens":10,"image_tokens":40,"video_tokens":15,"audio_tokens":25}}}',
    ),
    usage: { embedding: 10, imageInput: 55, audioInput: 25 },
  },
  {
    ...{ surface: 'openai-completions', isStream: true, isFinal: true },
    bytes: Buffer.concat([
      events(
        { id: 'c', choices: [{ text: ' Hi' }] },
        { id: 'c', choices: [], usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 } },
      ),
      Buffer.from('data: [DONE]\n\n'),
    ]),
    usage: { input: 3, output: 1 },
  },
]

for (const [index, { usage, isFinal, ...reading }] of TOLD.entries()) {
  test(`${index}. ${reading.surface}: what is told is read, however it is cut`, () => {
    const check = (cuts: readonly number[]): void => {
      const reader = read({ ...reading, cuts })
      assert.deepEqual(reader.usage(), usageFrom(usage))
      assert.deepEqual([reader.isComplete(), reader.isUsageFinal(), reader.isUsageSuspect()], [true, isFinal, false])
    }
    fc.assert(fc.property(anyCuts, check), { numRuns: reading.bytes.length > 1_000_000 ? 3 : 100 })
  })
}

test('text of a transcript counts as it passes, whoever streams it, and once', () => {
  const chunk = { object: 'transcription.chunk', choices: [{ delta: { content: 'The ferry' } }] }
  const [one] = [events({ type: 'transcript.text.delta', delta: 'The ferry' })]
  const counted = read({ surface: 'openai-transcriptions', isStream: true, bytes: one }).countedOutput()
  assert.ok(counted > 0)
  for (const list of [
    [{ type: 'transcription.text.delta', text: 'The ferry' }],
    [chunk],
    [
      { type: 'transcript.text.delta', delta: 'The ferry' },
      { type: 'transcript.text.done', text: 'The ferry' },
    ],
    [
      { type: 'transcription.text.delta', text: 'The ferry' },
      { type: 'transcription.done', text: 'The ferry' },
    ],
  ])
    assert.equal(read({ surface: 'openai-transcriptions', isStream: true, bytes: events(...list) }).countedOutput(), counted)
  const cut = read({ surface: 'openai-transcriptions', isStream: true, bytes: events(chunk) })
  assert.deepEqual([cut.isComplete(), cut.isUsageFinal()], [false, false])
})

test('a duration that is told is what a transcript lasts, however large the file was; else as long as one of its size at least', () => {
  const ofFile = (bytes: string, shape: Partial<Reading> = {}) => {
    const sent = call({ promptUsage: () => ({ audioSeconds: 40 }) })
    return read({ surface: 'openai-transcriptions', bytes: Buffer.from(bytes), call: sent, ...shape }).usage()?.audioSeconds
  }
  assert.deepEqual([ofFile('{"duration":8.2,"text":"a"}'), ofFile('{"duration":"8.2","text":"a"}')], [9, 9])
  assert.equal(ofFile('WEBVTT\n\n00:00.000 --> 00:04.000\nThe ferry\n', { contentType: 'text/vtt' }), 4)
  assert.deepEqual(
    [ofFile('{"text":"a"}'), ofFile('{"duration":0,"text":"a"}'), ofFile('{"duration":"x"}'), ofFile('{"duration":-5}')],
    [40, 40, 40, 40],
  )
  assert.equal(ofFile('The ferry', { contentType: 'text/plain' }), 40)
  assert.equal(ofFile(`data: {"choices":[{"delta":{"content":"a"}}]}\n\ndata: [DONE]\n\n`, { isStream: true }), 40)
})

test('a prompt that a completion says again is no part of what is made, and ends no stream at its bound', () => {
  const surface = SURFACES['openai-completions']
  const prompts = ['The ferry takes forty minutes. '.repeat(40), 'It leaves at noon. '.repeat(60)]
  const ask = (fields: object): DecodedCall => surface.decode(Buffer.from(JSON.stringify({ model: 'm', prompt: prompts, n: 2, ...fields })))
  const said = prompts.flatMap((prompt, index) =>
    [2 * index, 2 * index + 1].map((choice) => ({ choices: [{ index: choice, text: prompt }] })),
  )
  const made = [{ choices: [{ index: 0, text: ' Then' }] }, { choices: [{ index: 1, text: ' it' }] }]
  const stream = { surface: 'openai-completions', isStream: true } as const
  const echoed = read({ ...stream, bytes: events(...said, ...made), call: ask({ echo: true }) })
  assert.deepEqual([echoed.countedOutput(), echoed.leastOutput()], [2, 0])
  assert.equal(read({ ...stream, bytes: events(...said.slice(0, 1)), call: ask({ echo: true }) }).countedOutput(), 0)
  for (const echo of [false, null, undefined]) {
    const plain = read({ ...stream, bytes: events(...said, ...made), call: ask({ echo }) })
    assert.ok(plain.countedOutput() > 900 && plain.leastOutput() > 300)
  }
  const whole = Buffer.from(JSON.stringify({ choices: [...said, ...made].flatMap(({ choices }) => choices) }))
  assert.ok(read({ surface: 'openai-completions', bytes: whole, call: ask({ echo: false }) }).countedOutput() > 900)
  const parted = read({ surface: 'openai-completions', bytes: whole, call: ask({ echo: true }) })
  assert.ok(parted.countedOutput() < 200, `${parted.countedOutput()}`)
  assert.throws(() => ask({ echo: 'yes' }), { message: 'invalid_field' })
})

test('absurd figures are cut or count as not told', () => {
  const bytes = Buffer.from('{"data":[],"usage":{"input_tokens":5,"output_tokens":-1,"input_tokens_details":{"image_tokens":50}}}')
  const reader = read({ surface: 'openai-images', bytes })
  assert.deepEqual(reader.usage(), usageFrom({ imageInput: 5 }))
  assert.ok(reader.isUsageSuspect())
})

test('bare sound is counted from its length, by the rate of its format', () => {
  for (const [contentType, tokens] of [
    ['audio/mpeg', 48],
    ['audio/pcm', 20],
    ['audio/opus', 80],
  ] as const) {
    const reader = read({
      surface: 'openai-speech',
      bytes: Buffer.alloc(48_000),
      contentType,
      call: call({ promptUsage: () => ({ input: 9, characters: 40 }) }),
    })
    assert.deepEqual(
      [reader.countedOutput(), reader.isComplete(), reader.usage()],
      [tokens, true, { ...NO_USAGE, input: 9, characters: 40 }],
    )
  }
})

test('recorded replies are read', { skip: WITHOUT_RECORDINGS }, () => {
  for (const { bytes } of recordedReplies(['openai-embedding']))
    assert.deepEqual(read({ surface: 'openai-embeddings', bytes }).usage(), usageFrom({ embedding: 12 }))
  for (const { bytes } of recordedReplies(['openai-image'])) assert.equal(read({ surface: 'openai-images', bytes }).usage()?.images, 2)
})

const decoded = (fields: object): DecodedCall =>
  SURFACES['openai-images'].decode(Buffer.from(JSON.stringify({ model: 'm', prompt: 'a', ...fields })))
/** By the published table, in the order of the sizes. */
const PUBLISHED = { low: [272, 408, 400], medium: [1_056, 1_584, 1_568], high: [4_160, 6_240, 6_208] } as const
const QUALITIES = ['low', 'medium', 'high'] as const
const SIZES = ['1024x1024', '1024x1536', '1536x1024'] as const

test('pictures of a stream that breaks off count at the fewest tokens that are published, those shown before at 100', () => {
  const wish = fc.record({ quality: fc.constantFrom(...QUALITIES), size: fc.nat(2), asks: fc.constantFrom('all', 'none') })
  const seen = fc.record({ whole: fc.nat(4), partial: fc.nat(9), model: fc.constantFrom('gpt-image-1', 'gpt-image-1.5', 'azure-name') })
  fc.assert(
    fc.property(wish, seen, ({ quality, size, asks }, { whole, partial, model }) => {
      const real = whole * (PUBLISHED[quality][size] ?? 0) + partial * 100
      const asked = asks === 'all' ? { quality, size: SIZES[size] } : {}
      const shown = Array.from({ length: partial }, () => ({ type: 'image_generation.partial_image', b64_json: 'AAAA' }))
      const ended = Array.from({ length: whole }, () => ({ type: 'image_generation.completed', b64_json: 'AAAA' }))
      const bytes = Buffer.concat([events(...shown, ...ended), Buffer.from('data: {"type":"image_generation.partial_image","b64')])
      const call = decoded({ n: 10, ...asked })
      const reader = SURFACES['openai-images'].readReply({ isStream: true, removesUsage: false, call, upstreamModel: model })
      reader.push(bytes)
      const { imageOutput, audioOutput } = reader.countedMedia?.() ?? assert.fail('not counted')
      assert.ok(imageOutput <= real && imageOutput >= (whole + partial) * 100 && audioOutput === 0, `${imageOutput} of ${real}`)
      if (asks === 'all' && model !== 'azure-name') assert.equal(imageOutput, real)
    }),
    { numRuns: 200 },
  )
})

test('pictures of a whole reply count once it goes out, when they have ended, and as before when it is whole', () => {
  const picture = `{"b64_json":"${'A'.repeat(50_000)}"}`
  const bytes = Buffer.from(`{"created":1,"data":[${[picture, '{"url":"https://x"}', picture].join()}]}`)
  const readerOf = (upstreamModel: string) => {
    const call = decoded({ n: 3, quality: 'high', size: '1024x1024' })
    return SURFACES['openai-images'].readReply({ isStream: false, removesUsage: false, call, upstreamModel })
  }
  const reader = readerOf('gpt-image-1')
  const cut = bytes.length - 9_000
  reader.push(bytes.subarray(0, cut))
  assert.equal(reader.countedMedia?.().imageOutput, 0)
  reader.noteReleased?.(bytes.subarray(0, cut))
  assert.deepEqual([reader.countedMedia?.().imageOutput, reader.countedOutput(), reader.usage()?.images], [8_320, 0, 2])
  reader.push(bytes.subarray(cut))
  assert.deepEqual([reader.countedMedia?.().imageOutput, reader.usage()?.images], [12_480, 3])
  const other = readerOf('dall-e-3')
  other.push(bytes)
  assert.deepEqual(other.countedMedia?.(), { imageOutput: 0, audioOutput: 0 }, 'sold by the picture: it tells no tokens')
})

test('sound of a stream of speech counts by its length, at the most bytes that a second has', () => {
  const bytes = events(...[1, 2].map(() => ({ type: 'speech.audio.delta', audio: Buffer.alloc(48_000).toString('base64') })))
  assert.equal(read({ surface: 'openai-speech', isStream: true, bytes }).countedOutput(), 40)
})
