// Guarantee: whatever an upstream tells of a session's parts, each token is counted once and none that was not told; nonsense counts as absent.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { inputTokensOf, outputTokensOf, USAGE_CLASSES } from '../../spec/index.ts'
import { responseUsage, transcriptUsage } from './usage.ts'

const seed = Math.floor(performance.timeOrigin) % 2 ** 31
const property = (name: string, run: () => void): void => {
  test(`${name} (seed ${seed})`, run)
}
const count = fc.nat({ max: 100_000 })

/** A usage that adds up, as an honest upstream tells it. */
const honest = fc
  .record({
    text: fc.tuple(count, count),
    audio: fc.tuple(count, count),
    image: fc.tuple(count, count),
    made: fc.record({ text: count, audio: count }),
  })
  .map(({ text, audio, image, made }) => ({ text: spread(text), audio: spread(audio), image: spread(image), made }))
const spread = ([cached, fresh]: [number, number]) => ({ cached, all: cached + fresh })

property('an honest usage is taken apart into its kinds, exactly', () => {
  fc.assert(
    fc.property(honest, ({ text, audio, image, made }) => {
      const input = text.all + audio.all + image.all
      const { usage, isSuspect } = responseUsage({
        ...{ input_tokens: input, output_tokens: made.text + made.audio, total_tokens: input + made.text + made.audio },
        input_token_details: {
          ...{ text_tokens: text.all, audio_tokens: audio.all, image_tokens: image.all },
          cached_tokens: text.cached + audio.cached + image.cached,
          cached_tokens_details: { text_tokens: text.cached, audio_tokens: audio.cached, image_tokens: image.cached },
        },
        output_token_details: { text_tokens: made.text, audio_tokens: made.audio },
      })
      assert.deepEqual(
        [usage?.input, usage?.audioInput, usage?.imageInput, usage?.cacheRead],
        [text.all - text.cached, audio.all - audio.cached, image.all - image.cached, text.cached + audio.cached + image.cached],
      )
      assert.deepEqual([usage?.output, usage?.audioOutput, isSuspect], [made.text, made.audio, false])
    }),
    { seed },
  )
})

const odd = fc.oneof(count, fc.integer(), fc.double(), fc.string(), fc.constant(null), fc.constant(undefined), fc.constant({}))
const details = fc.oneof(
  odd,
  fc.record({ text_tokens: odd, audio_tokens: odd, image_tokens: odd, cached_tokens: odd, reasoning_tokens: odd }, { requiredKeys: [] }),
)
const anything = fc.record(
  { input_tokens: odd, output_tokens: odd, input_token_details: details, output_token_details: details },
  { requiredKeys: [] },
)

property('whatever is told, the kinds come to the whole that was told, and none is negative or broken', () => {
  fc.assert(
    fc.property(anything, (told) => {
      const { usage } = responseUsage(told)
      const whole = (value: unknown): number =>
        Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 1e9 ? (value as number) || 0 : 0
      if (usage === undefined) return assert.equal(whole(told.input_tokens) + whole(told.output_tokens), 0)
      assert.deepEqual([inputTokensOf(usage), outputTokensOf(usage)], [whole(told.input_tokens), whole(told.output_tokens)])
      for (const name of USAGE_CLASSES) assert.ok(Number.isSafeInteger(usage[name]) && usage[name] >= 0, name)
      assert.ok(usage.reasoning <= usage.output)
      return undefined
    }),
    { seed },
  )
})

property('a transcript is told in tokens or in seconds, which are rounded up', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 100_000, noNaN: true }), count, (seconds, output_tokens) => {
      assert.equal(transcriptUsage({ type: 'duration', seconds }).usage?.audioSeconds, Math.ceil(seconds))
      const tokens = transcriptUsage({
        type: 'tokens',
        input_tokens: 14,
        output_tokens,
        input_token_details: { text_tokens: 4, audio_tokens: 10 },
      })
      assert.deepEqual([tokens.usage?.input, tokens.usage?.audioInput, tokens.usage?.output], [4, 10, output_tokens])
    }),
    { seed },
  )
})

test('absent is not zero', () => {
  for (const told of [undefined, null, 'none', [], {}]) assert.equal(responseUsage(told).usage, undefined)
  assert.equal(responseUsage({ input_tokens: 0, output_tokens: 0 }).usage?.input, 0)
})
