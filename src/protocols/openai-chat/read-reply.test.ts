// Guarantee: reply bytes go on as they came but for the usage frame nobody asked for, and the usage read is the same at every cut.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { inputTokensOf, NO_USAGE, outputTokensOf } from '../../spec/index.ts'
import { knownBy, recordedReplies, recordedStreams, replay, shortened, WITHOUT_RECORDINGS } from '../testing.ts'
import { openaiChat } from './index.ts'

const FOLDERS = ['openai-chat', 'deepseek', 'xai']
const PASSING = { protocol: openaiChat, isStream: true, removesUsage: false }
const REMOVING = { protocol: openaiChat, isStream: true, removesUsage: true }
const WHOLE = { protocol: openaiChat, isStream: false, removesUsage: false }

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const events = (...payloads: (object | string)[]) =>
  Buffer.from(payloads.map((payload) => `data: ${typeof payload === 'string' ? payload : JSON.stringify(payload)}\n\n`).join(''))
const delta = (fields: object, more: object = {}) => ({ model: 'gpt-x', choices: [{ index: 0, delta: fields }], usage: null, ...more })
const usageFrame = (usage: object) => ({ model: 'gpt-x', choices: [], usage })
const usageOf = (usage: object) => knownBy(replay(PASSING, events(usageFrame(usage), '[DONE]'), []).reader)

const STREAM = events(
  delta({ role: 'assistant', content: '' }),
  delta({ content: 'Hi "é😀"' }),
  usageFrame({ prompt_tokens: 7, completion_tokens: 3 }),
  '[DONE]',
)

test('recorded streams pass unchanged, at every cut', { skip: WITHOUT_RECORDINGS }, () => {
  for (const { bytes, name } of recordedStreams(FOLDERS, { hasNames: false, last: 'data: [DONE]\n\n' })) {
    const { bytes: short } = shortened({ bytes, name })
    const whole = knownBy(replay(PASSING, short, []).reader)
    for (let cut = 0; cut <= short.length; cut += 1) {
      const { out, reader, isSameBuffers } = replay(PASSING, short, [cut])
      assert.equal(sha256(out), sha256(short), name)
      assert.ok(isSameBuffers)
      assert.deepEqual(knownBy(reader), whole)
    }
    const bytewise = replay(PASSING, bytes, [...bytes.keys()])
    assert.equal(sha256(bytewise.out), sha256(bytes), name)
    assert.deepEqual(knownBy(bytewise.reader), knownBy(replay(PASSING, bytes, []).reader))
    assert.ok(bytewise.reader.isComplete() && bytewise.reader.isUsageFinal() && !bytewise.reader.isUsageSuspect(), name)
  }
})

test('parts of the prompt and of the completion never overlap and sum to what was told', () => {
  const count = fc.oneof(fc.constant(undefined), fc.nat({ max: 300 }))
  const shape = fc.record({
    ...{
      prompt: fc.nat({ max: 500 }),
      completion: fc.nat({ max: 500 }),
      cached: count,
      written: count,
      soundRead: count,
      pictureRead: count,
    },
    ...{ reasoning: count, soundMade: count, pictureMade: count },
  })
  fc.assert(
    fc.property(shape, (told) => {
      const {
        prompt,
        completion,
        cached = 0,
        written = 0,
        soundRead = 0,
        pictureRead = 0,
        reasoning = 0,
        soundMade = 0,
        pictureMade = 0,
      } = told
      const { usage, isUsageSuspect } = usageOf({
        ...{ prompt_tokens: prompt, completion_tokens: completion },
        prompt_tokens_details: {
          cached_tokens: told.cached,
          cache_write_tokens: told.written,
          audio_tokens: told.soundRead,
          image_tokens: told.pictureRead,
        },
        completion_tokens_details: { reasoning_tokens: told.reasoning, audio_tokens: told.soundMade, image_tokens: told.pictureMade },
      })
      if (usage === undefined) assert.fail('no usage')
      assert.equal(inputTokensOf(usage), prompt)
      assert.equal(outputTokensOf(usage), reasoning > completion ? completion + reasoning : completion)
      if (cached + written + soundRead + pictureRead <= prompt) {
        assert.deepEqual(
          [usage.cacheRead, usage.cacheWrite5m, usage.audioInput, usage.imageInput],
          [cached, written, soundRead, pictureRead],
        )
      }
      if (soundMade + pictureMade <= completion) assert.deepEqual([usage.audioOutput, usage.imageOutput], [soundMade, pictureMade])
      assert.ok(usage.reasoning <= usage.output)
      const isAbsurd = cached + written > prompt || soundRead + pictureRead > prompt || reasoning > completion
      if (isAbsurd) assert.ok(isUsageSuspect)
    }),
    { numRuns: 3000 },
  )
})

test('searches by any of their names; predictions that were not used are in the completion already', () => {
  const usage = (more: object) => usageOf({ prompt_tokens: 5, completion_tokens: 9, ...more }).usage
  assert.equal(usage({ num_sources_used: 4 })?.webSearches, 4)
  assert.equal(usage({ num_search_queries: 2 })?.webSearches, 2)
  assert.equal(usage({ server_tool_use: { web_search_requests: 3 } })?.webSearches, 3)
  assert.equal(usage({ num_sources_used: null })?.webSearches, 0)
  assert.equal(usage({ completion_tokens_details: { accepted_prediction_tokens: 2, rejected_prediction_tokens: 4 } })?.output, 9)
  const absurd = usageOf({ prompt_tokens: 5, completion_tokens: 9, num_sources_used: '4' })
  assert.deepEqual([absurd.usage?.webSearches, absurd.isUsageSuspect], [0, true])
})

test('tells the tier it was served in, in streams and in whole replies', () => {
  const inStream = (...words: unknown[]) =>
    knownBy(replay(PASSING, events(...words.map((word) => delta({ content: 'x' }, { service_tier: word }))), []).reader).serviceTier
  assert.deepEqual(
    ['default', 'flex', 'priority', 'fast', 'scale', 'on_demand'].map((word) => inStream(word)),
    ['standard', 'flex', 'priority', 'priority', 'standard', 'standard'],
  )
  assert.deepEqual([inStream(undefined), inStream(null), inStream('golden'), inStream(7)], [undefined, undefined, undefined, undefined])
  assert.equal(inStream('flex', null, 'default'), 'standard')
  const inWhole = (fields: object) => knownBy(replay(WHOLE, Buffer.from(JSON.stringify({ choices: [], ...fields })), []).reader).serviceTier
  assert.deepEqual([inWhole({ service_tier: 'flex' }), inWhole({}), inWhole({ service_tier: 9 })], ['flex', undefined, undefined])
  assert.equal(inWhole({ usage: { prompt_tokens: 1, completion_tokens: 1, service_tier: 'priority' } }), 'priority')
})

test('text in pieces is counted, thoughts under two names and an answer that is told again once, and an empty model name is none', () => {
  const counted = (...payloads: object[]) => replay(PASSING, events(...payloads), []).reader.countedOutput()
  const plain = counted(delta({ content: 'The ferry takes forty minutes.' }))
  const thought = 'The ferry takes forty minutes.'
  assert.equal(counted(delta({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: thought }] }] })), plain)
  assert.equal(counted(delta({ reasoning: thought, reasoning_details: [{ type: 'reasoning.text', text: thought }] })), plain)
  const again = { model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: thought } }] }
  assert.equal(counted(delta({ content: thought }), again), plain)
  assert.equal(counted(again), plain)
  const filters = { model: '', choices: [], prompt_filter_results: [] }
  assert.equal(knownBy(replay(PASSING, events(filters, delta({ content: 'x' })), []).reader).reportedModel, 'gpt-x')
})

test('recorded streams lose exactly their usage frame, at every cut', { skip: WITHOUT_RECORDINGS }, () => {
  for (const recording of recordedStreams(FOLDERS, { hasNames: false, last: 'data: [DONE]\n\n' })) {
    const { bytes, name } = shortened(recording)
    const kept = bytes
      .toString()
      .split(/(?<=\n\n)/)
      .filter((event) => !event.includes('"choices":[],'))
    for (let cut = 0; cut <= bytes.length; cut += 1) assert.equal(replay(REMOVING, bytes, [cut]).out.toString(), kept.join(''), name)
  }
})

test('usage of recordings', { skip: WITHOUT_RECORDINGS }, () => {
  const streams = new Map(
    recordedStreams(FOLDERS, { hasNames: false, last: '' }).map(({ name, bytes }) => [name, replay(PASSING, bytes, []).reader.usage()]),
  )
  assert.deepEqual(streams.get('openai-chat/openai-text.chunks.txt'), { ...NO_USAGE, input: 16, output: 300 })
  assert.deepEqual(streams.get('xai/xai-text.chunks.txt'), { ...NO_USAGE, input: 1, cacheRead: 11, output: 291, reasoning: 290 })
  for (const { name, bytes } of recordedReplies(FOLDERS)) {
    const whole = knownBy(replay(WHOLE, bytes, []).reader)
    assert.ok(whole.usage !== undefined && whole.isComplete && whole.isUsageFinal && whole.reportedModel !== undefined, name)
    const step = Math.max(1, Math.floor(bytes.length / 700))
    for (let cut = 0; cut <= bytes.length; cut += step) {
      const { out, reader } = replay(WHOLE, bytes, [cut])
      assert.equal(sha256(out), sha256(bytes))
      assert.deepEqual(knownBy(reader), whole)
    }
  }
})

test('counted output of recordings is near the figure', { skip: WITHOUT_RECORDINGS }, () => {
  const [{ bytes } = { bytes: STREAM }] = recordedStreams(['openai-chat'], { hasNames: false, last: '' })
  const { reader } = replay(PASSING, bytes, [])
  const told = reader.usage()?.output ?? 0
  assert.ok(Math.abs(reader.countedOutput() - told) <= 0.05 * told, `${reader.countedOutput()} of ${told}`)
})

test('removal: all line ends, any cuts, other bytes identical', () => {
  const lines = fc.array(fc.constantFrom('usage', 'delta', 'null', ': ping', 'data: nonsense', '[DONE]', 'split'), { maxLength: 8 })
  const text = {
    usage: JSON.stringify(usageFrame({ prompt_tokens: 1 })),
    delta: JSON.stringify(delta({ content: 'é' })),
    null: '{"choices":[],"usage":null}',
  }
  fc.assert(
    fc.property(
      lines,
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.array(fc.nat(), { maxLength: 6 }),
      fc.boolean(),
      (kinds, end, cuts, isEnded) => {
        const build = (list: readonly string[]) => {
          const written = list.map((kind) => {
            if (kind === 'split') return `event: x${end}data: {"choices":[],${end}data: "usage":{"prompt_tokens":2}}${end}${end}`
            const line = kind in text ? `data: ${text[kind as keyof typeof text]}` : kind.includes(':') ? kind : `data: ${kind}`
            return line + end + end
          })
          return written
        }
        const all = build(kinds)
        const kept = build(kinds.filter((kind) => kind !== 'usage' && kind !== 'split'))
        const isLastUsage = ['usage', 'split'].includes(kinds.at(-1) ?? '')
        const shorten = (parts: readonly string[], isShort: boolean) =>
          Buffer.from(isShort ? parts.join('').slice(0, -2 * end.length) : parts.join(''))
        const bytes = shorten(all, !isEnded)
        const { out, reader } = replay(
          REMOVING,
          bytes,
          cuts.map((cut) => cut % (bytes.length + 1)),
        )
        assert.equal(out.toString(), shorten(kept, !isEnded && !isLastUsage).toString())
        assert.deepEqual(knownBy(reader), knownBy(replay(PASSING, bytes, []).reader))
      },
    ),
    { numRuns: 5_000 },
  )
})

test('removal holds back no more than an event that may be the usage frame', () => {
  const reader = openaiChat.readReply(REMOVING)
  const first = events(delta({ content: 'a' }))
  const begun = Buffer.from('data: {"choices":[{"index":0,"delta":{"content":"b')
  assert.equal(reader.push(first), first)
  assert.equal(reader.push(begun), begun, 'an event with a delta goes on before it is whole')
  const rest = Buffer.from('"}}]}\n\n')
  assert.equal(reader.push(rest), rest)
  assert.equal(reader.push(Buffer.from('data: {"choices":[],"us')).length, 0)
  assert.equal(reader.push(Buffer.from('age":{"prompt_tokens":1}}\n')).length, 0)
  assert.equal(reader.push(Buffer.from('\ndata: [DONE]\n\n')).toString(), 'data: [DONE]\n\n')
})

test('usage by class', () => {
  const usage = (told: object) => usageOf(told).usage
  const base = NO_USAGE
  assert.deepEqual(usage({ prompt_tokens: 10, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 4 } }), {
    ...base,
    input: 6,
    cacheRead: 4,
    output: 5,
  })
  assert.deepEqual(usage({ prompt_tokens: 10, completion_tokens: 5, prompt_cache_hit_tokens: 4 }), {
    ...base,
    input: 6,
    cacheRead: 4,
    output: 5,
  })
  const reasoned = { prompt_tokens: 10, completion_tokens: 5, completion_tokens_details: { reasoning_tokens: 3 } }
  assert.deepEqual(usage({ ...reasoned, total_tokens: 15 }), { ...base, input: 10, output: 5, reasoning: 3 })
  assert.deepEqual(usage({ ...reasoned, total_tokens: 18 }), { ...base, input: 10, output: 8, reasoning: 3 })
  assert.equal(usageOf({ ...reasoned, total_tokens: 18 }).isUsageSuspect, false)
  assert.equal(usage({}), undefined)
  assert.equal(usage({ prompt_tokens: null, completion_tokens: '5' }), undefined)
})

test('absurd figures are absent and noted', () => {
  const told = usageOf({ prompt_tokens: 10, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 40 } })
  assert.deepEqual([told.usage?.input, told.usage?.cacheRead, told.isUsageSuspect], [0, 10, true])
  for (const absurd of [-1, 1.5, '7', 2 ** 53, true, [], {}]) {
    const { usage, isUsageSuspect } = usageOf({ prompt_tokens: 10, completion_tokens: absurd })
    assert.deepEqual([usage?.input, usage?.output, isUsageSuspect], [10, 0, true])
  }
})

test('the last figure wins, also after [DONE] and within one object', () => {
  const bytes = events(
    delta({}, { usage: { prompt_tokens: 1, completion_tokens: 1 } }),
    delta({}, { usage: { completion_tokens: 2 } }),
    '[DONE]',
    usageFrame({ completion_tokens: 9 }),
  )
  const { reader } = replay(PASSING, bytes, [])
  assert.deepEqual([reader.usage()?.input, reader.usage()?.output], [1, 9])
  const doubled = events('{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1,"completion_tokens":4}}')
  assert.equal(replay(PASSING, doubled, []).reader.usage()?.output, 4)
})

test('fuzzed usage never throws and never gives a negative or broken class', () => {
  const figure = fc.oneof(
    fc.nat(1_000),
    fc.integer(),
    fc.double(),
    fc.string({ maxLength: 3 }),
    fc.constantFrom(null, true, -0, 2 ** 53, 2 ** 63, -1, [], {}),
  )
  const details = fc.oneof(figure, fc.record({ cached_tokens: figure, reasoning_tokens: figure }, { requiredKeys: [] }))
  const usage = fc.record(
    {
      prompt_tokens: figure,
      completion_tokens: figure,
      total_tokens: figure,
      prompt_tokens_details: details,
      completion_tokens_details: details,
      prompt_cache_hit_tokens: figure,
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(usage, usage, (first, second) => {
      const { reader } = replay(PASSING, events(delta({}, { usage: first }), usageFrame(second)), [])
      for (const count of Object.values(reader.usage() ?? {})) assert.ok(Number.isInteger(count) && count >= 0 && !Object.is(count, -0))
    }),
    { numRuns: 50_000 },
  )
})

test('garbage goes on unchanged and never throws', () => {
  const piece = fc.oneof(fc.constantFrom('data: ', '{"usage":', '{', '}', '\n\n', '[DONE]', '"choices":[]', '\\', '"'), fc.string())
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.constantFrom(PASSING, WHOLE), fc.nat(), (parts, how, cut) => {
      const bytes = Buffer.from(parts.join(''))
      const { out, reader } = replay(how, bytes, [cut % (bytes.length + 1)])
      assert.deepEqual(out, bytes)
      assert.deepEqual(knownBy(reader), knownBy(replay(how, bytes, []).reader))
    }),
    { numRuns: 5_000 },
  )
})

test('counts the text of deltas, reasoning under two names once', () => {
  const count = (...deltas: object[]) => replay(PASSING, events(...deltas.map((fields) => delta(fields))), []).reader.countedOutput()
  assert.equal(count({ content: ' hello' }, { content: ' world' }), 2)
  assert.equal(count({ reasoning: ' hello', reasoning_content: ' hello' }), 1)
  assert.equal(count({ tool_calls: [{ index: 0, function: { arguments: ' hello' } }] }), 1)
  assert.equal(count({ content: null, role: 'assistant' }), 0)
})

test('a stream that ends early is not complete', () => {
  const { reader } = replay(PASSING, STREAM.subarray(0, STREAM.length - 16), [])
  assert.deepEqual([reader.isComplete(), reader.isUsageFinal(), reader.reportedModel()], [false, true, 'gpt-x'])
  const cut = replay(WHOLE, Buffer.from('{"model":"m","usage":{"prompt_tokens":1}'), []).reader
  assert.deepEqual([cut.isComplete(), cut.isUsageFinal(), cut.usage()?.input], [false, false, 1])
})

const SOUND_SECOND = Buffer.alloc(48_000).toString('base64')
const spoken = (audio: object) => delta({ audio: { id: 'audio_1', ...audio } })
const NO_MEDIA = { imageOutput: 0, audioOutput: 0 }

test('sound of a stream counts by its length, what is spoken as text, each once', () => {
  const frames = [...Array.from({ length: 30 }, () => spoken({ data: SOUND_SECOND })), spoken({ transcript: 'the ferry takes the lorry' })]
  const { reader } = replay(PASSING, events(...frames), [100, 70_000])
  assert.deepEqual([reader.countedMedia?.(), reader.countedOutput()], [{ imageOutput: 0, audioOutput: 600 }, 6])
  const again = { choices: [{ index: 0, message: { content: '', audio: { data: SOUND_SECOND, transcript: 'the ferry' } } }] }
  const repeated = replay(PASSING, events(...frames, again), []).reader
  assert.deepEqual([repeated.countedMedia?.(), repeated.countedOutput()], [reader.countedMedia?.(), 6])
  const others = [delta({ reasoning_details: [{ type: 'reasoning.encrypted', data: SOUND_SECOND }] }), delta({ content: 'Hi' })]
  assert.deepEqual(replay(PASSING, events(...others), []).reader.countedMedia?.(), NO_MEDIA)
})

test('sound of a whole reply counts as far as it went out, and nothing of it while it is held back', () => {
  const message = { role: 'assistant', content: null, audio: { id: 'a', data: SOUND_SECOND.repeat(30), transcript: 'the ferry' } }
  const bytes = Buffer.from(JSON.stringify({ choices: [{ index: 0, message }], usage: { prompt_tokens: 1, completion_tokens: 602 } }))
  const half = bytes.subarray(0, bytes.length / 2)
  const { reader } = replay(WHOLE, half, [5_000])
  assert.deepEqual(reader.countedMedia?.(), NO_MEDIA)
  reader.noteReleased?.(half)
  const sound = reader.countedMedia?.().audioOutput ?? 0
  assert.ok(sound > 295 && sound <= 300, String(sound))
  const whole = replay(WHOLE, bytes, []).reader
  assert.deepEqual(
    [whole.countedMedia?.(), whole.usage()],
    [
      { imageOutput: 0, audioOutput: 600 },
      { ...NO_USAGE, input: 1, output: 602 },
    ],
  )
})
