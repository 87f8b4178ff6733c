// Guarantee: what Azure has of OpenAI's surfaces is served from the deployments of a dated version too, and charged as Azure counts it; what
// it has not is refused before anything is sent.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI, { toFile } from 'openai'
import { untilKnown } from '../checks/calls.ts'
import type { Customer, UsageRow } from '../checks/operator.ts'
import { startWorld, type World } from '../checks/world.ts'
import type { SimCall } from '../sim/index.ts'

/** Models by their price and limits: tokens of context and of output. */
const MODELS: readonly (readonly [id: string, price: Readonly<Record<string, string>>, context: number, outputMax: number])[] = [
  ['embed', { embedding: '0.02' }, 8_192, 1],
  ['complete', { input: '1.50', output: '2.00' }, 16_384, 4_096],
  ['picture', { input: '5.00', output: '40.00', image_input: '10.00' }, 65_536, 6_800],
  ['speak', { input: '0.60', output: '12.00' }, 2_000, 10_000],
  ['hear', { input: '2.50', output: '10.00', audio_input: '6.00' }, 16_000, 2_000],
]

let world: World
let customer: Customer
let openai: OpenAI

before(async () => {
  world = await startWorld({ keepBodies: true })
  const upstream = { kind: 'azure-openai', base_url: world.sim.url, api_key: 'azure-key-1' }
  await world.operator.ask('PUT', '/upstreams/dated', { ...upstream, api_version: '2025-04-01-preview' })
  await world.operator.ask('PUT', '/upstreams/current', upstream)
  for (const at of ['dated', 'current'])
    for (const [id, price, context, output_max] of MODELS) {
      const routes = [{ upstream: at, model: `deployed-${id}` }]
      await world.operator.ask('PUT', `/models/${at}-${id}`, { context, output_max, price, routes })
    }
  customer = await world.operator.customer('10.00')
  openai = new OpenAI({ apiKey: customer.key, baseURL: `${world.base}/v1`, maxRetries: 0 })
  const models = ['dated', 'current'].flatMap((at) => MODELS.map(([id]) => `${at}-${id}`))
  await untilKnown({ base: world.base, key: customer.key }, ...models)
})
after(() => world.stop())

/** The row of the call that ended last, and what the fake knows of it. */
async function settled(): Promise<{ readonly row: UsageRow; readonly truth: SimCall }> {
  const truth = world.sim.calls.at(-1) ?? assert.fail('no call')
  for (let round = 0; round < 100; round += 1) {
    const rows = await world.operator.usage(customer.id)
    if (rows[0] !== undefined && rows.length === world.sim.calls.length) return { row: rows[0], truth }
    await sleep(30)
  }
  return assert.fail('no row of usage')
}

const file = async () => await toFile(Buffer.alloc(70_500, 1), 'a.mp3', { type: 'audio/mpeg' })
const image = async () => await toFile(Buffer.alloc(20_000, 1), 'a.png', { type: 'image/png' })

for (const at of ['dated', 'current'] as const) {
  const SURFACES: readonly (readonly [name: string, path: string, ask: () => Promise<unknown>])[] = [
    ['embed', '/embeddings', () => openai.embeddings.create({ model: `${at}-embed`, input: ['a ferry', 'a pier'] })],
    ['complete', '/completions', () => openai.completions.create({ model: `${at}-complete`, prompt: 'One', max_tokens: 30 })],
    ['picture', '/images/generations', () => openai.images.generate({ model: `${at}-picture`, prompt: 'A ferry' })],
    ['picture', '/images/edits', async () => openai.images.edit({ image: await image(), prompt: 'A ferry', model: `${at}-picture` })],
    ['hear', '/audio/transcriptions', async () => openai.audio.transcriptions.create({ file: await file(), model: `${at}-hear` })],
    ['hear', '/audio/translations', async () => openai.audio.translations.create({ file: await file(), model: `${at}-hear` })],
    [
      'speak',
      '/audio/speech',
      async () =>
        (await openai.audio.speech.create({ model: `${at}-speak`, voice: 'alloy', input: 'A ferry', stream_format: 'sse' })).text(),
    ],
  ]
  for (const [name, path, ask] of SURFACES) {
    test(`${path}, ${at}: at Azure's own path, with its own key, charged as it counts`, async () => {
      await ask()
      const { row, truth } = await settled()
      assert.equal(truth.path, at === 'dated' ? `/openai/deployments/deployed-${name}${path}` : `/openai/v1${path}`)
      assert.deepEqual([truth.headersSeen['api-key'], truth.headersSeen['authorization']], ['azure-key-1', undefined])
      assert.equal(truth.model, `deployed-${name}`)
      const { tokens } = row
      const all = Object.entries(tokens).reduce((sum, [kind, count]) => sum + (kind === 'reasoning' ? 0 : (count ?? 0)), 0)
      assert.equal(all, truth.truePromptTokens + truth.plannedOutputTokens)
      assert.deepEqual([row.usage_source, row.status], ['provider', 200])
    })
  }

  test(`moderations and variations of pictures, ${at}: refused, as Azure has neither`, async () => {
    const calls = world.sim.calls.length
    await assert.rejects(openai.moderations.create({ model: `${at}-complete`, input: 'a' }), OpenAI.BadRequestError)
    await assert.rejects(openai.images.createVariation({ image: await image(), model: `${at}-picture` }), OpenAI.BadRequestError)
    assert.equal(world.sim.calls.length, calls)
  })
}
