// Guarantee: OpenAI's surfaces beside chat work with the official SDK and are charged as the upstream counts them; what goes either way is
// the same bytes but for the model's name; forms are streamed on; refusals come before the upstream has anything.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI, { toFile } from 'openai'
import { type Answer, send } from '../checks/calls.ts'
import type { Customer, UsageRow } from '../checks/operator.ts'
import { startWorld, type World, type WorldModel } from '../checks/world.ts'

const model = (id: string, price: Readonly<Record<string, string>>, more: Partial<WorldModel> = {}): WorldModel => ({
  ...{ id, upstream: 'oai', upstreamModel: `sim-${id}`, price, ...more },
})

let world: World
let rich: Customer
let poor: Customer

before(async () => {
  world = await startWorld({
    keepBodies: true,
    models: [
      model('embed', { embedding: '0.02' }, { context: 8192, outputMax: 1 }),
      model('embed-by-input', { input: '0.10', output: '0.10' }, { context: 8192 }),
      model('complete', { input: '1.50', output: '2.00' }, { context: 16_384, outputMax: 4096 }),
      model('moderate', { call: '0.001' }, { context: 32_768, outputMax: 1 }),
      model('picture', { input: '5.00', output: '40.00', image_input: '10.00' }, { context: 65_536, outputMax: 6_800 }),
      model('dall', { image: '0.04' }, { context: 4_096, outputMax: 1 }),
      model('tts', { character: '0.000015' }, { context: 4_096, outputMax: 10_000 }),
      model('speak', { input: '0.60', output: '12.00' }, { context: 2_000, outputMax: 10_000 }),
      model('hear', { input: '2.50', output: '10.00', audio_input: '6.00' }, { context: 16_000, outputMax: 2_000 }),
      model('whisper', { audio_second: '0.0001' }, { context: 14_400, outputMax: 1 }),
    ],
  })
  rich = await world.operator.customer('100.00')
  poor = await world.operator.customer('0.000000001')
})
after(() => world.stop())

const openai = (base = '/v1', apiKey = rich.key) => new OpenAI({ baseURL: world.base + base, apiKey, maxRetries: 0 })

/** The settled row of the last call, and the upstream's truth about it. */
async function settled() {
  const truth = world.sim.calls.at(-1) ?? assert.fail('no call reached the upstream')
  for (let round = 0; round < 200; round += 1) {
    const rows = await world.operator.usage(rich.id)
    if (rows.length === seen + 1) {
      seen += 1
      return { row: rows[0] as UsageRow, truth }
    }
    await sleep(20)
  }
  return assert.fail('the call has no row of usage')
}
let seen = 0

const sound = (bytes: number, name = 'a.mp3') => toFile(Buffer.alloc(bytes, 7), name)

test('embeddings: texts, token ids and base64, priced as embeddings', async () => {
  const input = ['How long does the ferry take?', 'Zwanzig Minuten.']
  const { data, usage } = await openai().embeddings.create({ model: 'embed', input })
  const { row, truth } = await settled()
  assert.deepEqual([data.length, data[0]?.embedding.length, usage.prompt_tokens], [2, 8, truth.truePromptTokens])
  assert.deepEqual([row.tokens.embedding, row.tokens.input, row.usage_source], [truth.truePromptTokens, 0, 'provider'])
  assert.equal(row.cost, usd(truth.truePromptTokens * 20))
  await openai('/api/proxy/v1').embeddings.create({ model: 'embed-by-input', input: [1, 2, 3], encoding_format: 'float' })
  const ids = await settled()
  assert.deepEqual([ids.row.tokens.embedding, ids.row.cost], [3, usd(300)])
})

test('completions: every prompt, best_of billed, streams with and without usage', async () => {
  const asked = { model: 'complete', prompt: ['One', 'Two'], max_tokens: 5, n: 2, best_of: 3 }
  const whole = await openai().completions.create(asked)
  const { row, truth } = await settled()
  assert.deepEqual([whole.choices.length, row.tokens.output, truth.plannedOutputTokens], [4, 30, 30])
  const bare = await openai().completions.create({ model: 'complete', prompt: 'One', stream: true })
  const chunks = await Array.fromAsync(bare)
  assert.ok(chunks.every((chunk) => chunk.choices.length === 1))
  assert.equal((await settled()).row.tokens.output, 16)
  const telling = await openai().completions.create({
    model: 'complete',
    prompt: 'One',
    stream: true,
    stream_options: { include_usage: true },
  })
  assert.equal((await Array.fromAsync(telling)).at(-1)?.usage?.completion_tokens, 16)
  assert.equal((await settled()).row.usage_source, 'provider')
})

test('moderations: by the call, with the model that is meant where none is named', async () => {
  const { results } = await openai().moderations.create({ model: 'moderate', input: ['a', 'b'] })
  assert.equal(results.length, 2)
  const { row } = await settled()
  assert.deepEqual([row.cost, row.pieces?.calls], ['0.001', 1])
  await assert.rejects(openai().moderations.create({ input: 'a' }), OpenAI.NotFoundError)
})

test('images: by tokens and by the picture, streamed with partial pictures', async () => {
  await openai().images.generate({ model: 'picture', prompt: 'A ferry', n: 2 })
  const byTokens = await settled()
  assert.deepEqual([byTokens.row.tokens.image_output, byTokens.row.usage_source], [byTokens.truth.plannedOutputTokens, 'provider'])
  await openai().images.generate({ model: 'dall', prompt: 'A ferry', n: 3 })
  const byPiece = await settled()
  assert.deepEqual([byPiece.row.pieces?.images, byPiece.row.cost], [3, '0.12'])
  const stream = await openai().images.generate({ model: 'picture', prompt: 'A ferry', stream: true, partial_images: 2 })
  const events = await Array.fromAsync(stream)
  assert.deepEqual(
    events.map(({ type }) => type.split('.')[1]),
    ['partial_image', 'partial_image', 'completed'],
  )
  const streamed = await settled()
  assert.deepEqual([streamed.row.tokens.image_output, streamed.row.pieces?.images ?? 0], [streamed.truth.plannedOutputTokens, 1])
})

test('image edits and variations: forms', async () => {
  const image = await toFile(Buffer.alloc(200_000, 1), 'a.png', { type: 'image/png' })
  await openai().images.edit({ image: [image, image], prompt: 'A ferry', model: 'picture', n: 2 })
  const { row, truth } = await settled()
  assert.deepEqual([row.tokens.image_input, row.tokens.image_output], [truth.trueParts.imageInput, truth.plannedOutputTokens])
  await openai().images.createVariation({ image, model: 'dall' })
  assert.equal((await settled()).row.cost, '0.04')
})

test('speech: bare sound by the character, events by tokens', async () => {
  const input = 'The ferry takes twenty minutes. 🚢'
  const reply = await openai().audio.speech.create({ model: 'tts', voice: 'alloy', input })
  assert.equal(reply.headers.get('content-type'), 'audio/mpeg')
  assert.equal((await reply.arrayBuffer()).byteLength, [...input].length * 1_300)
  const { row, truth } = await settled()
  assert.deepEqual([row.pieces?.characters, row.cost], [truth.truePieces.characters, usd(truth.truePieces.characters * 15_000)])
  const events = await openai().audio.speech.create({ model: 'speak', voice: 'alloy', input, stream_format: 'sse' })
  assert.match(await events.text(), /speech\.audio\.done/)
  const told = await settled()
  assert.deepEqual([told.row.tokens.audio_output, told.row.usage_source], [told.truth.plannedOutputTokens, 'provider'])
  await (await openai().audio.speech.create({ model: 'speak', voice: 'alloy', input })).arrayBuffer()
  const counted = await settled()
  assert.equal(counted.row.usage_source, 'counted')
  assert.ok((counted.row.tokens.audio_output ?? 0) > 10 && (counted.row.tokens.audio_output ?? 0) <= counted.truth.plannedOutputTokens)
})

test('transcriptions: by tokens, by seconds, streamed, as text and subtitles', async () => {
  const whole = await openai().audio.transcriptions.create({ file: await sound(70_500), model: 'hear' })
  assert.match(whole.text, /ferry/)
  const byTokens = await settled()
  assert.deepEqual([byTokens.row.tokens.audio_input, byTokens.row.tokens.output], [710, byTokens.truth.plannedOutputTokens])
  const stream = await openai().audio.transcriptions.create({ file: await sound(5_000), model: 'hear', stream: true })
  assert.equal((await Array.fromAsync(stream)).at(-1)?.type, 'transcript.text.done')
  assert.equal((await settled()).row.tokens.audio_input, 50)
  await openai().audio.transcriptions.create({ file: await sound(70_500), model: 'whisper', response_format: 'verbose_json' })
  const bySeconds = await settled()
  assert.deepEqual([bySeconds.row.pieces?.audio_seconds, bySeconds.row.cost, bySeconds.row.usage_source], [71, '0.0071', 'provider'])
  for (const response_format of ['srt', 'vtt'] as const) {
    await openai().audio.transcriptions.create({ file: await sound(30_000), model: 'whisper', response_format })
    const { row } = await settled()
    assert.deepEqual([row.pieces?.audio_seconds, row.usage_source], [30, 'counted'])
  }
  await openai().audio.translations.create({ file: await sound(400_000), model: 'whisper', response_format: 'text' })
  // By its 30 characters; its file may be video, of which so many bytes are less than a second.
  assert.equal((await settled()).row.pieces?.audio_seconds, 1)
})

test('tokens are counted by the upstream where it can and estimated elsewhere, for nothing, also for whom has nothing', async () => {
  for (const [base, apiKey] of [
    ['', rich.key],
    ['/anthropic', poor.key],
    ['/api/proxy', rich.key],
  ] as const) {
    const client = new Anthropic({ baseURL: world.base + base, apiKey, maxRetries: 0 })
    const messages = [{ role: 'user' as const, content: 'How long does the ferry take?' }]
    const told = await client.messages.countTokens({ model: 'm-anthropic', messages }).withResponse()
    assert.ok(told.data.input_tokens > 5 && told.response.headers.get('x-farebox-estimate') === null)
    const { data, response } = await client.messages.countTokens({ model: 'm-openai', messages }).withResponse()
    assert.ok(data.input_tokens > 5 && data.input_tokens < 20)
    assert.equal(response.headers.get('x-farebox-estimate'), 'tokens')
  }
  assert.equal(world.sim.calls.filter(({ path }) => path.endsWith('count_tokens')).length, 3)
  for (let round = 0; (await world.operator.usage(rich.id)).length < seen + 4; round += 1) {
    if (round > 200) assert.fail('free calls have no rows')
    await sleep(20)
  }
  const rows = (await world.operator.usage(rich.id)).slice(0, 4)
  assert.ok(rows.every(({ cost, usage_source }) => cost === '0.00' && usage_source === 'none'))
  seen += 4
})

type Form = readonly { readonly name: string; readonly text?: string; readonly file?: Buffer }[]
const BOUNDARY = '----farebox-test-boundary'

/** The bytes of a form as clients send it. */
function formOf(form: Form): Buffer {
  const parts = form.flatMap(({ name, text, file }) => [
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file === undefined ? '' : '; filename="a.mp3"\r\nContent-Type: audio/mpeg'}\r\n\r\n`,
    ),
    file ?? Buffer.from(text ?? ''),
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)])
}

const post = (
  body: Buffer,
  more: { readonly key?: string; readonly headers?: Readonly<Record<string, string | number>> } = {},
): Promise<Answer> =>
  send({
    url: `${world.base}/v1/audio/transcriptions`,
    method: 'POST',
    headers: {
      authorization: `Bearer ${more.key ?? rich.key}`,
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'content-length': body.length,
      ...more.headers,
    },
    body,
  })

const hashOf = (bytes: Buffer | undefined): string =>
  createHash('sha256')
    .update(bytes ?? '')
    .digest('hex')

test('a form goes on byte for byte but for the model, whatever comes first', async () => {
  const file = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919) & 255))
  for (const first of [0, 1]) {
    const order = (name: string): Form => {
      const parts: Form = [
        { name: 'file', file },
        { name: 'model', text: name },
        { name: 'language', text: 'de' },
      ]
      return first === 0 ? parts : [...parts].reverse()
    }
    const answer = await post(formOf(order('whisper')))
    assert.equal(answer.status, 200, answer.body.toString())
    const { truth } = await settled()
    assert.equal(hashOf(truth.body), hashOf(formOf(order('sim-whisper'))))
    assert.match(String(answer.headers['x-farebox-cost-usd']), /^0\.\d+$/)
  }
})

test('what is no clear form is refused, and nothing is charged', async () => {
  const file = Buffer.alloc(200_000, 1)
  const model = { name: 'model', text: 'whisper' }
  const calls = world.sim.calls.length
  const refused: readonly (readonly [string, Buffer, number])[] = [
    ['no end', formOf([model]).subarray(0, -20), 400],
    ['a model twice', formOf([model, { name: 'model', text: 'hear' }]), 400],
    ['no model', formOf([{ name: 'file', file }]), 400],
    ['unknown model', formOf([{ name: 'model', text: 'no-such' }]), 404],
  ]
  for (const [name, body, status] of refused) assert.equal((await post(body)).status, status, name)
  assert.equal((await post(formOf([model]), { key: poor.key })).status, 402)
  assert.equal((await post(Buffer.from('{}'), { headers: { 'content-type': 'application/json' } })).status, 415)
  assert.equal(world.sim.calls.length, calls)
  // So large that its end has not come when the call is held for; what is refused sooner has no row.
  const large = { name: 'file', file: Buffer.alloc(4_000_000, 1) }
  const late = await post(formOf([model, large, { name: 'model', text: 'hear' }]))
  assert.deepEqual([late.status, JSON.parse(late.body.toString()).error.code], [400, 'duplicate_field'])
  const { row } = await settled()
  assert.deepEqual([row.outcome, row.cost], ['voided', '0.00'])
})

/** An amount of nano-USD as rows show it. */
function usd(nano: number): string {
  const digits = String(nano).padStart(10, '0')
  return `${digits.slice(0, -9)}.${digits.slice(-9).replace(/0+$/, '').padEnd(2, '0')}`
}
