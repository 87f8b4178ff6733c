// A request that is read a piece at a time is the same call, or the same failure, as one that is read at once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FailureError } from '../failures.ts'
import { type DecodedCall, PROTOCOLS } from './index.ts'

const SEED = Number(process.env['FAREBOX_TEST_SEED'] ?? Date.now() % 1_000_000)
const ADDRESS = { model: 'm', isStream: false }
const STEPWISE = Object.values(PROTOCOLS).filter(({ begin }) => begin !== undefined)

/** A call as far as it can be compared, or the failure that there was instead. */
function told(read: () => DecodedCall): unknown {
  try {
    const { bodyFor, inputMaxFor, outputMaxFor, pictureTokensMinFor, countInput, promptUsage, ...plain } = read()
    const forced = { outputMax: 10, addsOutputMax: true, limitsTools: true }
    return [
      plain,
      Buffer.concat([...bodyFor('up', forced)]).toString('latin1'),
      inputMaxFor('claude'),
      outputMaxFor?.('dall-e-3'),
      pictureTokensMinFor?.('gpt-image-1'),
      countInput(),
      promptUsage?.(),
    ]
  } catch (thrown) {
    assert.ok(thrown instanceof FailureError, String(thrown))
    return thrown.failure
  }
}

function inSteps(protocol: (typeof STEPWISE)[number], body: Buffer, bytes: number): DecodedCall {
  const decoding = protocol.begin?.(body, ADDRESS)
  for (let steps = 0; steps <= body.length; steps += 1) {
    const call = decoding?.step(bytes)
    if (call !== undefined) return call
  }
  throw new Error('it has no end')
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom('\u2028"\\', 'data:image/png;base64,AAAA', '\ud83d\ude00'),
)
const part = fc.oneof(
  fc.record({ type: fc.constantFrom('text', 'input_text'), text }),
  fc.record({ type: fc.constant('image_url'), image_url: fc.record({ url: text }) }),
  fc.record({
    type: fc.constant('image'),
    source: fc.record({ type: fc.constant('base64'), media_type: fc.constant('image/png'), data: text }),
  }),
  fc.record({ inlineData: fc.record({ mimeType: fc.constant('image/png'), data: text }) }),
  fc.jsonValue({ maxDepth: 3 }),
)
const spoken = fc.array(
  fc.record({ role: fc.constantFrom('user', 'assistant'), content: fc.oneof(text, fc.array(part, { maxLength: 4 })) }),
  { maxLength: 4 },
)
const fields = fc.record(
  {
    model: fc.oneof(fc.constant('m'), fc.jsonValue({ maxDepth: 1 })),
    ...{ messages: spoken, input: fc.oneof(text, spoken, fc.array(text)), prompt: fc.oneof(text, fc.array(text)) },
    contents: fc.array(fc.record({ role: fc.constant('user'), parts: fc.array(part, { maxLength: 4 }) }), { maxLength: 3 }),
    content: fc.record({ parts: fc.array(part, { minLength: 1, maxLength: 3 }) }),
    requests: fc.array(fc.record({ model: fc.constant('models/m'), content: fc.record({ parts: fc.array(part, { maxLength: 2 }) }) }), {
      maxLength: 3,
    }),
    ...{
      max_tokens: fc.integer({ min: -1, max: 100 }),
      stream: fc.boolean(),
      tools: fc.array(fc.record({ type: text, name: text }), { maxLength: 2 }),
    },
    ...{ store: fc.boolean(), n: fc.integer({ min: 0, max: 3 }), user: text, metadata: fc.record({ user_id: text }), voice: text },
  },
  { requiredKeys: ['model'] },
)
/** JSON with white space, escapes for anything, and now and then a byte that is wrong. */
const body = fc
  .record({
    value: fields,
    space: fc.constantFrom(0, 1, '\t\r\n '),
    escapes: fc.boolean(),
    broken: fc.option(fc.nat(), { freq: 4 }),
    byte: fc.nat(255),
  })
  .map(({ value, space, escapes, broken, byte }) => {
    const written = JSON.stringify(value, undefined, space)
    const bytes = Buffer.from(
      escapes ? written.replace(/[\u0080-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`) : written,
    )
    if (broken !== null) bytes[broken % bytes.length] = byte
    return bytes
  })

test(`in steps of any size it is the same call or the same failure (seed ${SEED})`, () => {
  let calls = 0
  fc.assert(
    fc.property(body, fc.integer({ min: 1, max: 40 }), (bytes, step) => {
      for (const protocol of STEPWISE) {
        const whole = told(() => protocol.decode(bytes, ADDRESS))
        assert.deepEqual(
          told(() => inSteps(protocol, bytes, step)),
          whole,
          protocol.id,
        )
        if (Array.isArray(whole)) calls += 1
      }
    }),
    { numRuns: 300, seed: SEED },
  )
  assert.ok(calls > 100, `blind: only ${calls} were calls`)
})

test('every protocol whose requests are JSON can be read in steps', () => {
  const whole = Object.values(PROTOCOLS).filter(({ begin, form }) => begin === undefined && form === undefined)
  assert.deepEqual(whole, [])
})
