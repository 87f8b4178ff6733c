// Guarantee: for an upstream that wants bytes, a call is held for as if its addresses were the dearest that they can be, so that what it
// becomes with the bytes costs no more; for any other upstream addresses go as they are.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { systemClock } from '../lib/index.ts'
import { anthropicMessages, gemini, openaiChat, openaiResponses, type Protocol } from '../protocols/index.ts'
import { flatPrice, type Model, MULTIPLIER_ONE, type ProtocolName, type Upstream } from '../spec/index.ts'
import { type Gateway, indexCatalog } from './gateway.ts'
import { boundsOf, type Plan, route } from './route.ts'
import { AffinityBook } from './routing/index.ts'

const PRICE = flatPrice({ input: 2_000_000_000n, output: 8_000_000_000n, imageInput: 5_000_000_000n, audioInput: 9_000_000_000n })
const NAMES = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'] as const satisfies readonly ProtocolName[]

/** A model with a route to an upstream that wants bytes, and one to the same that does not. */
const modelOf = (upstreamModel: string): Model => ({
  ...{ serial: 1, id: 'm', context: 1_000_000, outputMax: 1000, createdAt: 0, priceVersion: 1, price: PRICE },
  routes: [0, 1].map((serial) => ({ serial, upstreamSerial: serial, upstreamModel, priority: serial + 1, cost: undefined })),
})

function planOf(asked: { readonly protocol: Protocol; readonly spoken: ProtocolName; readonly body: Buffer; readonly model: Model }): Plan {
  const { protocol, spoken, body, model } = asked
  const upstreams = [true, false].map(
    (fetchesUrls, serial): Upstream => ({
      ...{ serial, id: `u${serial}`, kind: 'openai-compatible', baseUrl: 'http://127.0.0.1', placement: 'local', privacy: {} },
      ...{ protocols: [spoken], fetchesUrls },
    }),
  )
  const catalog = indexCatalog({ version: 1, upstreams, models: [model], unpriced: [] })
  const caller = { keyId: 'k', accountId: 'a', expiresAt: 0, models: undefined, multiplier: MULTIPLIER_ONE }
  const address = protocol === gemini ? { model: 'm', isStream: false } : undefined
  const call = protocol.decode(body, address)
  const question = { call, body, protocol, address, caller, isStrict: false, rules: {}, named: undefined }
  return route({ catalog, clock: systemClock, affinity: new AffinityBook(systemClock, Buffer.alloc(32)) } as unknown as Gateway, question)
}

type Shown = { readonly url: string; readonly kind: 'image' | 'document' | 'audio' }
const url = fc.webUrl({ validSchemes: ['https'], withQueryParameters: true })
const pictures = fc.array(fc.record({ url, kind: fc.constant('image' as const) }), { minLength: 1, maxLength: 4 })
const shown = (kinds: readonly Shown['kind'][]) =>
  fc.oneof(pictures, fc.array(fc.record({ url, kind: fc.constantFrom(...kinds) }), { minLength: 1, maxLength: 4 }))

const of = (model: object, messages: object) => Buffer.from(JSON.stringify({ ...model, ...messages }))

/** How a request that shows things is written in each protocol, and what can be shown. */
const WRITTEN = [
  {
    protocol: openaiChat,
    shows: shown(['image']),
    write: (all: readonly Shown[]) =>
      of(
        { model: 'm' },
        {
          messages: [
            {
              role: 'user',
              content: [{ type: 'text', text: 't' }, ...all.map((one) => ({ type: 'image_url', image_url: { url: one.url } }))],
            },
          ],
        },
      ),
  },
  {
    protocol: openaiResponses,
    shows: shown(['image', 'document']),
    write: (all: readonly Shown[]) => {
      const content = all.map(({ url: at, kind }) =>
        kind === 'image' ? { type: 'input_image', image_url: at } : { type: 'input_file', file_url: at },
      )
      return of({ model: 'm', store: false }, { input: [{ role: 'user', content: [{ type: 'input_text', text: 't' }, ...content] }] })
    },
  },
  {
    protocol: anthropicMessages,
    shows: shown(['image', 'document']),
    write: (all: readonly Shown[]) => {
      const content = all.map(({ url: at, kind }) => ({ type: kind, source: { type: 'url', url: at } }))
      return of({ model: 'm', max_tokens: 16 }, { messages: [{ role: 'user', content: [{ type: 'text', text: 't' }, ...content] }] })
    },
  },
  {
    protocol: gemini,
    shows: shown(['image', 'document', 'audio']),
    write: (all: readonly Shown[]) => {
      const types = { image: 'image/png', document: 'application/pdf', audio: 'audio/mpeg' }
      return of(
        {},
        {
          contents: [
            { parts: [{ text: 't' }, ...all.map(({ url: fileUri, kind }) => ({ fileData: { mimeType: types[kind], fileUri } }))] },
          ],
        },
      )
    },
  },
]

const TYPES = {
  image: ['image/png', 'image/jpeg', 'image/gif', 'image/webp'],
  document: ['application/pdf'],
  audio: ['audio/wav', 'audio/mpeg', 'audio/flac', 'audio/ogg', 'audio/aac'],
} as const

describe('what a call becomes with its bytes is within what is held for it', () => {
  const models = fc.constantFrom('up', 'gpt-4o-mini', 'gpt-5', 'gemini-2.5-flash', 'anthropic.claude-x')
  for (const { protocol, shows, write } of WRITTEN) {
    for (const spoken of NAMES) {
      test(`${protocol.id} at an upstream that speaks ${spoken}`, () => {
        fc.assert(
          fc.property(shows, models, fc.nat(), fc.integer({ min: 1, max: 40_000 }), (all, upstreamModel, pick, size) => {
            const model = modelOf(upstreamModel)
            const plan = planOf({ protocol, spoken, model, body: write(all) })
            const [leg, other] = plan.legs
            assert.ok(leg?.awaited !== undefined && other !== undefined)
            assert.equal(other.awaited, undefined)
            assert.equal(leg.awaited.addresses.length, all.length)
            const media = leg.awaited.addresses.map(({ kind }) => ({
              mimeType: TYPES[kind][pick % TYPES[kind].length] ?? assert.fail(),
              bytes: Buffer.alloc(size, pick),
            }))
            const whole = leg.awaited.legWith(media)
            assert.equal(whole.awaited, undefined)
            // Where nothing of it is lost, all of it goes as bytes, and no address does.
            const text = Buffer.concat([...whole.call.bodyFor(upstreamModel)]).toString()
            const losses = whole.translation?.losses ?? []
            assert.deepEqual(losses, leg.translation?.losses ?? [])
            assert.equal(text.split(media[0]?.bytes.toString('base64') ?? '?').length - 1, all.length - losses.length)
            const bounds = boundsOf(whole.call, { ...model, routes: [leg.target.route] }, MULTIPLIER_ONE)
            assert.ok(bounds.inputMax <= plan.inputMax, `${bounds.inputMax} > ${plan.inputMax}`)
            assert.ok(bounds.worst <= plan.worst)
          }),
          { numRuns: 25 },
        )
      })
    }
  }
})

test('a call without addresses waits for nothing', () => {
  const body = of({ model: 'm' }, { messages: [{ role: 'user', content: 'https://a.org/b.png' }] })
  const { legs } = planOf({ protocol: openaiChat, spoken: 'anthropic-messages', body, model: modelOf('up') })
  assert.deepEqual(
    legs.map(({ awaited }) => awaited),
    [undefined, undefined],
  )
})
