// Guarantee: of a whole reply that broke off, what went out is counted, and nothing of one that was held back; one that is whole is read as
// if nobody had asked before, however it is cut.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { countTokens } from './count-tokens.ts'
import { PROTOCOLS } from './index.ts'
import type { ReplyReader } from './protocol.ts'
import { knownBy } from './testing.ts'

type ProtocolName = keyof typeof PROTOCOLS
const WORDS = 'the ferry takes the lorry to the harbour and back again, all day long; '

/** Answers in `n` texts, and what would be beside them. */
const REPLIES: Readonly<Partial<Record<ProtocolName, (texts: readonly string[]) => object>>> = {
  'openai-chat': (texts) => ({
    choices: texts.map((content, index) => ({
      index,
      message: { role: 'assistant', content },
      logprobs: { content: [{ token: 'the', logprob: -0.1, bytes: [1, 2, 3] }] },
    })),
    usage: { prompt_tokens: 3, completion_tokens: 9_999, total_tokens: 10_002 },
  }),
  'openai-completions': (texts) => ({
    choices: texts.map((text, index) => ({ index, text })),
    usage: { prompt_tokens: 3, completion_tokens: 9_999, total_tokens: 10_002 },
  }),
  'openai-responses': (texts) => ({
    instructions: [{ role: 'developer', content: [{ type: 'input_text', text: WORDS.repeat(50) }] }],
    output: texts.map((text) => ({ type: 'message', content: [{ type: 'output_text', text }] })),
    usage: { input_tokens: 3, output_tokens: 9_999, total_tokens: 10_002 },
  }),
  'anthropic-messages': (texts) => ({
    content: texts.map((text) => ({ type: 'text', text })),
    usage: { input_tokens: 3, output_tokens: 9_999 },
  }),
  gemini: (texts) => ({
    candidates: texts.map((text) => ({ content: { parts: [{ text }] }, finishReason: 'STOP' })),
    usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 9_999 },
  }),
}

const readerOf = (name: ProtocolName): ReplyReader => PROTOCOLS[name].readReply({ isStream: false, removesUsage: false })

/** Reads bytes in some pieces; the reply goes out once `released` of them have come. */
function read(name: ProtocolName, bytes: Buffer, { released = Number.POSITIVE_INFINITY, piece = 1_000 } = {}): ReplyReader {
  const reader = readerOf(name)
  let isReleased = false
  for (let from = 0; from < bytes.length; from += piece) {
    const to = Math.min(bytes.length, from + piece)
    reader.push(bytes.subarray(from, to))
    if (to <= released || isReleased) continue
    isReleased = true
    reader.noteReleased?.(bytes.subarray(0, to))
  }
  return reader
}

for (const [name, replyOf] of Object.entries(REPLIES) as [ProtocolName, (texts: readonly string[]) => object][]) {
  test(`${name}: what went out is counted, never above what it was; held back it counts nothing`, () => {
    const repeats = fc.integer({ min: 5, max: 200 })
    fc.assert(
      fc.property(fc.array(repeats, { minLength: 1, maxLength: 4 }), fc.nat(), fc.integer({ min: 1, max: 9_000 }), (sizes, cut, piece) => {
        const texts = sizes.map((size) => WORDS.repeat(size))
        const whole = Buffer.from(JSON.stringify(replyOf(texts)))
        const bytes = whole.subarray(0, cut % whole.length)
        const real = countTokens(texts.join('\n'))
        const reader = read(name, bytes, { released: 200, piece })
        assert.ok(reader.countedOutput() <= real, `${reader.countedOutput()} of ${real}`)
        assert.equal(read(name, bytes, { piece }).countedOutput(), 0)
      }),
      { numRuns: 60 },
    )
  })

  test(`${name}: nearly all of a reply counts as nearly all of it, also in the middle of a text`, () => {
    const texts = [WORDS.repeat(40), WORDS.repeat(400)]
    const json = JSON.stringify(replyOf(texts))
    const bytes = Buffer.from(json.slice(0, json.lastIndexOf('all day long') + 4))
    const counted = read(name, bytes, { released: 5_000 }).countedOutput()
    const real = countTokens(texts.join(''))
    assert.ok(counted > real * 0.85 && counted <= real, `${counted} of ${real}`)
  })

  test(`${name}: a reply that is whole is read the same, whether it went out before or not`, () => {
    const bytes = Buffer.from(JSON.stringify(replyOf([WORDS.repeat(30)])))
    const held = knownBy(read(name, bytes))
    assert.deepEqual(knownBy(read(name, bytes, { released: 500, piece: 77 })), held)
    assert.ok(held.isUsageFinal && held.usage?.output === 9_999)
    assert.ok(held.countedOutput >= Math.floor((WORDS.length * 30) / 4), 'a token for four bytes, as long as nothing is told')
  })
}

test('bytes of pictures are no text, neither under their own key nor within a text', () => {
  const base64 = 'iVBORw0KGgo'.repeat(20_000)
  const image = Buffer.from(`{"created":1,"data":[{"b64_json":"${base64}"},{"b64_json":"${base64}`)
  assert.equal(read('openai-images', image, { released: 1_000 }).countedOutput(), 0)
  const tool = Buffer.from(`{"output":[{"type":"image_generation_call","result":"${base64}`)
  assert.equal(read('openai-responses', tool, { released: 1_000 }).countedOutput(), 0)
  const chat = Buffer.from(`{"choices":[{"message":{"content":"![a](data:image/png;base64,${base64}`)
  assert.equal(read('openai-chat', chat, { released: 1_000 }).countedOutput(), 0)
})

test('what is no JSON counts as far as it was', () => {
  const bytes = Buffer.from(`{"choices":[{"message":{"content":"${WORDS.repeat(30)}"}} oops ${WORDS.repeat(90)}`)
  const counted = read('openai-chat', bytes, { released: 1_000 }).countedOutput()
  assert.ok(counted > 0 && counted <= countTokens(WORDS.repeat(30)), String(counted))
})
