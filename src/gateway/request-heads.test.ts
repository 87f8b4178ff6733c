// Guarantee: a request goes out under the head that its own target, key, protocol and wishes make, however many went before it; no customer's header is in it beyond these wishes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { systemClock } from '../lib/index.ts'
import { openaiChat, PROTOCOLS, type ProtocolId } from '../protocols/index.ts'
import type { Route, Upstream, UpstreamKind } from '../spec/index.ts'
import { dispatch } from './dispatch.ts'
import type { Gateway } from './gateway.ts'
import type { OpenCall } from './open-call.ts'
import { type Target, targetOf } from './targets.ts'
import { UpstreamReply } from './upstream-reply.ts'

const KINDS: readonly UpstreamKind[] = ['openai', 'anthropic', 'gemini', 'openai-compatible', 'azure-openai', 'bedrock']
const ADDRESSES = ['https://a.example/v1', 'https://a.example:8443', 'https://bedrock-runtime.eu-west-1.amazonaws.com']
const MODELS = ['m', 'anthropic.claude-x']
const IDS: readonly ProtocolId[] = ['openai-chat', 'openai-responses', 'anthropic-messages', 'anthropic-count-tokens', 'gemini']
const KEYS = [undefined, 'key-1', 'key-2']

const target = fc.record({ kind: fc.constantFrom(...KINDS), baseUrl: fc.constantFrom(...ADDRESSES), model: fc.constantFrom(...MODELS) })

type Called = {
  /** Which of the targets. */
  readonly at: number
  readonly key: string | undefined
  readonly id: ProtocolId
  readonly isStream: boolean
  readonly client: Readonly<Record<string, string>>
  readonly context: number
}

const called: fc.Arbitrary<Called> = fc.record({
  ...{ at: fc.nat(1), key: fc.constantFrom(...KEYS), id: fc.constantFrom(...IDS), isStream: fc.boolean() },
  client: fc.dictionary(
    fc.constantFrom('anthropic-version', 'anthropic-beta', 'x-api-key', 'authorization', 'accept', 'user-agent'),
    fc.constantFrom('2023-06-01', '2023-01-01', 'a-2025,context-1m-2025-08-07', 'theirs', 'odd\r\nx: y'),
    { noNullPrototype: true },
  ),
  context: fc.constantFrom(9_000, 1_000_000),
})

const upstreamOf = (kind: UpstreamKind, baseUrl: string): Upstream => ({
  ...{ serial: 1, id: 'u', kind, baseUrl, placement: 'third_party', privacy: {}, apiKey: 'ours' },
})
const routeOf = (upstreamModel: string): Route => ({ serial: 1, upstreamSerial: 1, upstreamModel, priority: 1, cost: undefined })
const made = ({ kind, baseUrl, model }: { kind: UpstreamKind; baseUrl: string; model: string }): Target =>
  targetOf(routeOf(model), upstreamOf(kind, baseUrl))

/** The head under which a call goes out. */
function headOf(at: Target, { key, id, isStream, client, context }: Called): string {
  let sent = 'nothing'
  const gateway = {
    ...{ clock: systemClock, settings: { firstByteMs: 1, wholeAnswerMs: 1, idleMs: 1 } },
    upstreams: {
      dispatch: ({ head }: { readonly head: { readonly origin: string; readonly text: string } }) => {
        sent = `${head.origin} ${head.text}`
      },
    },
  } as unknown as Gateway
  const model = { serial: 1, id: 'm', context, outputMax: 500, createdAt: 0, priceVersion: 1, price: [], routes: [at.route] }
  const open = { accountId: 'a', plan: { model }, exchange: { request: { headers: client } } } as unknown as OpenCall
  const body = Buffer.from(JSON.stringify({ model: 'm', stream: isStream, messages: [{ role: 'user', content: 'Hi' }] }))
  const leg = { target: at, protocol: PROTOCOLS[id], call: openaiChat.decode(body, undefined), translation: undefined }
  void dispatch(gateway, { open, leg, key, reply: new UpstreamReply(() => undefined), onSent: () => undefined })
  return sent
}

test('a head that is known is the one that would be made anew, of every kind of upstream', () => {
  fc.assert(
    fc.property(fc.tuple(target, target), fc.array(called, { minLength: 1, maxLength: 30 }), (pair, calls) => {
      const lasting = pair.map(made)
      for (const one of calls) {
        const fresh = made(pair[one.at] ?? assert.fail())
        assert.equal(headOf(lasting[one.at] ?? assert.fail(), one), headOf(fresh, one))
      }
    }),
    { numRuns: 300 },
  )
})

test('of a customer’s headers nothing is looked at but the two that change what is answered', () => {
  const looked = new Set<PropertyKey>()
  const client = new Proxy<Record<string, string>>(
    { 'anthropic-beta': 'a-2025' },
    {
      get: (headers, name) => {
        looked.add(name)
        return Reflect.get(headers, name)
      },
    },
  )
  const places = KINDS.flatMap((kind) => ADDRESSES.flatMap((baseUrl) => MODELS.map((model) => ({ kind, baseUrl, model }))))
  for (const place of places)
    for (const id of IDS) headOf(made(place), { at: 0, key: 'key-1', id, isStream: false, client, context: 9_000 })
  assert.deepEqual(looked, new Set(['anthropic-beta', 'anthropic-version']))
})

test('a head is spelled out once', () => {
  const one: Called = { at: 0, key: 'key-1', id: 'openai-chat', isStream: true, client: {}, context: 9_000 }
  const at = made({ kind: 'openai', baseUrl: 'https://a.example/v1', model: 'm' })
  headOf(at, one)
  const leg = { protocol: openaiChat, call: { isStream: true } }
  assert.ok(at.heads.find('key-1', leg) !== undefined)
  assert.equal(at.heads.find('key-2', leg), undefined)
  assert.equal(at.heads.find('key-1', { ...leg, call: { isStream: false } }), undefined)
  headOf(at, { ...one, key: 'key-2', client: { 'anthropic-beta': 'a-2025' } })
  assert.equal(at.heads.find('key-2', leg), undefined, 'one that holds a customer’s wish is not kept')
})
