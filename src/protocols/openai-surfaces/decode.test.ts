// Guarantee: what a call of a surface can be billed for is bounded from above before it is made, and its request goes on with nothing
// changed but the model.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FailureError } from '../../failures.ts'
import { countTokens } from '../count-tokens.ts'
import { UNBOUNDED_TOKENS } from '../input-bound.ts'
import { FormReader } from '../multipart/index.ts'
import type { DecodedCall, Protocol } from '../protocol.ts'
import { SURFACES } from './index.ts'

const jsonSurfaces = Object.values(SURFACES).filter(({ form }) => form === undefined)
const decode = (protocol: Protocol, body: object): DecodedCall => protocol.decode(Buffer.from(JSON.stringify(body)))

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
const ids = fc.array(fc.nat(200_000), { minLength: 1, maxLength: 20 })
const prompt = fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 6 }), ids, fc.array(ids, { minLength: 1, maxLength: 6 }))
type Prompt = string | readonly (string | number | readonly number[])[]

/** Tokens as a provider counts them, and how many prompts these are. */
function truthOf(value: Prompt): { readonly tokens: number; readonly prompts: number } {
  if (typeof value === 'string') return { tokens: countTokens(value), prompts: 1 }
  if (typeof value[0] === 'number') return { tokens: value.length, prompts: 1 }
  const tokens = value.reduce<number>(
    (sum, one) => sum + (typeof one === 'string' ? countTokens(one) : (one as readonly number[]).length),
    0,
  )
  return { tokens, prompts: value.length }
}

test('embeddings and completions: any prompt is bounded, and read as many times as there are prompts', () => {
  fc.assert(
    fc.property(prompt, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), (value, n, best_of) => {
      const { tokens, prompts } = truthOf(value)
      const embedding = decode(SURFACES['openai-embeddings'], { model: 'm', input: value })
      assert.ok(embedding.inputMax >= tokens)
      assert.deepEqual([embedding.passes, embedding.outputMax], [prompts, 0])
      assert.equal(embedding.promptUsage?.().embedding, tokens)
      const completion = decode(SURFACES['openai-completions'], { model: 'm', prompt: value, n, best_of, max_tokens: 7 })
      assert.ok(completion.inputMax >= tokens)
      assert.deepEqual([completion.passes, completion.choices, completion.outputMax], [prompts, Math.max(n, best_of) * prompts, 7])
      assert.equal(completion.countInput(), tokens)
    }),
  )
})

test('requests go on with nothing changed but the model', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...jsonSurfaces),
      text,
      fc.dictionary(fc.string({ minLength: 9 }), fc.jsonValue()),
      (protocol, word, more) => {
        const body = { ...more, input: word, prompt: word, model: 'asked' }
        const asked = JSON.stringify(body, undefined, 1)
        const call = protocol.decode(Buffer.from(asked))
        const sent: unknown = JSON.parse(Buffer.concat([...call.bodyFor('named')]).toString())
        assert.deepEqual(sent, JSON.parse(asked.replace(/"asked"(?=\n\}$)/, '"named"')))
      },
    ),
  )
})

test('a bound of completions is only ever lowered, and 0 is one', () => {
  const { decode: read } = SURFACES['openai-completions']
  const forced = { outputMax: 100, addsOutputMax: true, limitsTools: true }
  const sent = (fields: string): string => {
    const call = read(Buffer.from(`{"model":"m","prompt":"a"${fields}}`))
    return Buffer.concat([...call.bodyFor('m', forced)]).toString()
  }
  assert.equal(sent(''), '{"model":"m","prompt":"a"}')
  assert.equal(sent(',"max_tokens":50'), '{"model":"m","prompt":"a","max_tokens":50}')
  assert.equal(sent(',"max_tokens":500'), '{"model":"m","prompt":"a","max_tokens":100}')
  assert.equal(read(Buffer.from('{"model":"m","prompt":"a","max_tokens":0}')).outputMax, 0)
})

test('names of the bound of a completion that a server heeds before its own are refused', () => {
  const asked = { model: 'm', prompt: 'a', max_tokens: 1 }
  for (const name of ['n_predict', 'n_cmpl', 'max_completion_tokens']) {
    const isRefused = (thrown: unknown): boolean => thrown instanceof FailureError && thrown.failure.field === name
    for (const value of [16_000, null])
      assert.throws(() => decode(SURFACES['openai-completions'], { ...asked, [name]: value }), isRefused, name)
  }
})

test('pictures and moderations mean a model of their own where none is named', () => {
  const images = decode(SURFACES['openai-images'], { prompt: 'a', n: 3, partial_images: 2 })
  assert.deepEqual([images.model, images.counts, images.outputExtra], ['dall-e-2', { calls: 1, images: 3 }, 900])
  assert.equal(Buffer.concat([...images.bodyFor('x')]).toString(), '{"model":"x","prompt":"a","n":3,"partial_images":2}')
  assert.equal(decode(SURFACES['openai-moderations'], { input: 'a' }).model, 'omni-moderation-latest')
  for (const n of [0, 11, 1.5, '2']) assert.throws(() => decode(SURFACES['openai-images'], { prompt: 'a', n }), FailureError)
})

test('speech is billed by its characters, of whatever script', () => {
  fc.assert(
    fc.property(text, (input) => {
      const call = decode(SURFACES['openai-speech'], { model: 'm', input, voice: 'alloy', stream_format: 'sse' })
      assert.equal(call.counts.characters, [...input].length)
      assert.ok(call.isStream && call.inputMax >= countTokens(input))
    }),
  )
})

const form = (fields: Readonly<Record<string, string>>, isWhole: boolean) => {
  const parts = Object.entries(fields).map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
  const file = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
  const head = Buffer.from(parts.join('') + (isWhole ? '--b--\r\n' : file))
  return (protocol: Protocol): DecodedCall => {
    const reader = new FormReader('b', protocol.form?.fields ?? [])
    reader.push(head)
    return protocol.form?.decode(reader, head) ?? assert.fail('no form')
  }
}

test('a picture has the fewest tokens that are published for its wish, and none where its model has none', () => {
  const of = (fields: object, upstreamModel = 'gpt-image-1') =>
    decode(SURFACES['openai-images'], { model: 'm', prompt: 'a', ...fields }).pictureTokensMinFor?.(upstreamModel)
  for (const quality of ['low', 'medium', 'high'])
    for (const size of ['1024x1024', '1024x1536', '1536x1024'])
      assert.equal(
        of({ quality, size }),
        decode(SURFACES['openai-images'], { model: 'm', prompt: 'a', quality, size }).outputMaxFor?.('gpt-image-1'),
      )
  assert.deepEqual([of({}), of({ quality: 'auto', size: '1536x1024' }), of({ quality: 'high' })], [272, 400, 4_160])
  for (const fields of [{ quality: 'hd' }, { quality: ['low'] }, { quality: 'constructor' }]) assert.equal(of(fields), 272)
  assert.deepEqual([of({}, 'gpt-image-1-mini'), of({ quality: 'high', size: '2048x2048' }, 'gpt-image-1.5-2025-12-16')], [272, 4_160])
  for (const model of ['gpt-image-2', 'dall-e-3', 'm']) assert.equal(of({ quality: 'low' }, model), undefined)
  const edit = form({ model: 'm', size: '1024x1536', quality: 'medium' }, true)(SURFACES['openai-image-edits'])
  assert.equal(edit.pictureTokensMinFor?.('gpt-image-1'), 1_584)
})

test('fields of a form that have not come are taken at their dearest', () => {
  const edits = SURFACES['openai-image-edits']
  const known = form({ model: 'm', n: '2' }, true)(edits)
  const open = form({ model: 'm' }, false)(edits)
  assert.deepEqual([known.counts.images, known.choices, known.outputExtra], [2, 2, 0])
  assert.deepEqual([open.counts.images, open.choices, open.outputExtra], [10, 10, 3_000])
  assert.equal(form({ model: 'm' }, true)(edits).counts.images, 1)
  const heard = form({ model: 'm', stream: 'true' }, false)(SURFACES['openai-transcriptions'])
  assert.deepEqual([heard.isStream, heard.counts.audioSeconds, heard.inputMax], [true, UNBOUNDED_TOKENS, UNBOUNDED_TOKENS])
  assert.throws(() => form({ n: '2' }, true)(edits), { message: 'missing_field' })
  assert.throws(() => form({ model: '' }, true)(edits), { message: 'invalid_field' })
})

test('no file of sound or video is counted as longer than it is', () => {
  const secondsOf = (bytes: number): number | undefined => {
    const surface = SURFACES['openai-transcriptions']
    const reader = new FormReader('b', surface.form?.fields ?? [])
    const file = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    const head = Buffer.from(`--b\r\nContent-Disposition: form-data; name="model"\r\n\r\nm\r\n${file}`)
    reader.push(head)
    const heard = surface.form?.decode(reader, head)
    reader.push(Buffer.alloc(bytes))
    reader.push(Buffer.from('\r\n--b--\r\n'))
    return heard?.promptUsage?.().audioSeconds
  }
  // Three seconds of each: sound in 24 bits at 96,000 samples, video of 8 million bits, and of 100 million.
  for (const bytesPerSecond of [576_000, 1_000_000, 12_500_000]) {
    const seconds = secondsOf(3 * bytesPerSecond) ?? 0
    assert.ok(seconds >= 1 && seconds <= 3, `${seconds}`)
  }
})

test('what is no request of a surface is refused by a named failure', () => {
  fc.assert(
    fc.property(fc.constantFrom(...jsonSurfaces), fc.oneof(fc.json(), fc.string()), (protocol, body) => {
      try {
        protocol.decode(Buffer.from(body))
      } catch (thrown) {
        assert.ok(thrown instanceof FailureError, String(thrown))
      }
    }),
  )
  for (const { form: rules, decode: read } of Object.values(SURFACES))
    if (rules) assert.throws(() => read(Buffer.from('{}')), { message: 'body_not_form' })
})

test('who would have another model, a better service or tools beside is refused on each surface that takes JSON', () => {
  const odd = {
    ...{ models: ['dear'], fallbacks: ['dear'], provider: { order: ['dear'] }, route: 'fallback', preset: 'p' },
    ...{ plugins: [{ id: 'web' }], service_tier: 'priority' },
  }
  for (const protocol of jsonSurfaces) {
    const body = { model: 'm', prompt: 'p', input: 'i' }
    assert.ok(decode(protocol, { ...body, service_tier: 'auto', models: null }))
    for (const [name, value] of Object.entries(odd)) {
      const isRefused = (thrown: unknown): boolean =>
        thrown instanceof FailureError && thrown.failure.code === 'invalid_field' && thrown.failure.field === name
      assert.throws(() => decode(protocol, { ...body, [name]: value }), isRefused, `${protocol.id} ${name}`)
    }
  }
})

test('what has another model work on a picture, or makes more of them than n says, is refused in JSON and in forms', () => {
  const refuses = (name: string, ask: () => unknown): void => {
    const isRefused = (thrown: unknown): boolean =>
      thrown instanceof FailureError && thrown.failure.code === 'invalid_field' && thrown.failure.field === name
    assert.throws(ask, isRefused, name)
  }
  const odd: readonly (readonly [string, unknown])[] = [
    ...[{ model: 'dear' }, {}].map((svg) => ['svg', svg] as const),
    ...['svg', 'SVG', 'image/svg+xml', 7].map((format) => ['output_format', format] as const),
    ...['auto', 'Auto', true].map((word) => ['sequential_image_generation', word] as const),
    ['tools', [{ type: 'web_search' }]],
  ]
  const asked = { model: 'm', prompt: 'a' }
  for (const [name, value] of odd) refuses(name, () => decode(SURFACES['openai-images'], { ...asked, [name]: value }))
  refuses('output_format', () => SURFACES['openai-images'].decode(Buffer.from('{"model":"m","prompt":"a","output_format":"\\u0073vg"}')))
  const usual = { output_format: 'webp', sequential_image_generation: 'disabled', svg: null, tools: null }
  assert.equal(decode(SURFACES['openai-images'], { ...asked, ...usual }).counts.images, 1)

  for (const surface of [SURFACES['openai-image-edits'], SURFACES['openai-image-variations']]) {
    refuses('output_format', () => form({ model: 'm', output_format: 'svg' }, true)(surface))
    for (const name of ['svg', 'tools', 'sequential_image_generation', 'sequential_image_generation_options'])
      for (const spelled of [name, name.toUpperCase(), `${name}[]`, `${name}[model]`])
        refuses(name, () => form({ model: 'm', [spelled]: 'auto' }, true)(surface))
    assert.equal(form({ model: 'm', output_format: 'webp' }, true)(surface).counts.images, 1)
  }
})

test('a picture is bounded by what is published for its size and quality, and by nothing where that is not known', () => {
  const of = (fields: object, upstreamModel = 'gpt-image-1') =>
    decode(SURFACES['openai-images'], { model: 'm', prompt: 'a', ...fields }).outputMaxFor?.(upstreamModel)
  assert.deepEqual([of({ quality: 'low', size: '1024x1024' }), of({ quality: 'medium', size: '1536x1024' })], [272, 1_568])
  assert.deepEqual([of({}), of({ quality: null, size: 'auto' }), of({ quality: 'low' })], [6_240, 6_240, 408])
  const unknown = [{ quality: 'hd' }, { size: '2048x2048' }, { size: '' }, { size: 1024 }, { quality: ['low'] }, { quality: 'constructor' }]
  for (const fields of unknown) assert.equal(of(fields), undefined, JSON.stringify(fields))
  for (const model of ['gpt-image-1-mini', 'gpt-image-1.5', 'gpt-image-2', 'dall-e-3', 'm'])
    assert.equal(of({ quality: 'low' }, model), undefined)
})
