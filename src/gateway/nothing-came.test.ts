// Guarantee: a stream in which nothing of an answer came, but words that keep it alive or an error, is charged to nobody; what its upstream told or made is.
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import net, { type AddressInfo, connect, type Server } from 'node:net'
import { after, before, test } from 'node:test'
import { type GatewayMessage, NONE_U32 } from '../channel/index.ts'
import { SeqMap, systemClock, systemIds, systemRandom } from '../lib/index.ts'
import { anthropicMessages, openaiChat, type Protocol } from '../protocols/index.ts'
import { type Catalog, flatPrice, type Model, mintSecret, OUTCOMES, type Upstream } from '../spec/index.ts'
import { Admission } from './admission.ts'
import { BodyBudget } from './body-budget.ts'
import { CallerCache } from './callers.ts'
import { startServer } from './fast-path/testing.ts'
import { type Gateway, indexCatalog } from './gateway.ts'
import { AffinityBook, HealthBook } from './routing/index.ts'
import { serveCall } from './serve-request.ts'
import { UpstreamClient } from './upstream-client/index.ts'

const SECRET = mintSecret(Buffer.alloc(32, 7))
const KINDS = { openai: openaiChat, anthropic: anthropicMessages } as const
type Kind = keyof typeof KINDS
const upstreamsOf = Object.keys(KINDS).map(
  (kind, at): Upstream => ({ serial: at + 1, id: kind, kind: kind as Kind, baseUrl: 'http://u/v1', placement: 'local', privacy: {} }),
)
const models = Object.keys(KINDS).map((id, at): Model => {
  const route = { serial: at + 1, upstreamSerial: at + 1, upstreamModel: 'x', priority: 1, cost: undefined }
  const price = flatPrice({ input: 1_000n, output: 2_000n })
  return { serial: at + 1, id, context: 9_000, outputMax: 500, createdAt: 0, priceVersion: 1, price, routes: [route] }
})
const catalog: Catalog = { version: 1, upstreams: upstreamsOf, models, unpriced: [] }

let said = ''
let hangsUp = false
let upstream: Server
let upstreams: UpstreamClient
const settled: GatewayMessage<'settle'>[] = []

/** A gateway with one customer. */
function gatewayOf(): Gateway {
  const callers = new CallerCache(systemClock)
  const caller = { keyId: 'k', accountId: 'a', expiresAt: Number.POSITIVE_INFINITY, models: undefined, multiplier: 1_000_000 }
  callers.remember(hash('sha256', SECRET, 'hex'), caller)
  const health = new HealthBook({ clock: systemClock, random: systemRandom })
  health.learn(catalog)
  const control = {
    nextSeq: () => 1,
    hold: (_message: object, _askedAt: number, answer: (answer: object) => void) =>
      answer({ isGranted: true, granted: { day: 1, heldAt: 1, limitRequests: NONE_U32, limitTokens: NONE_U32 } }),
    timed: () => undefined,
    settle: (message: GatewayMessage<'settle'>, then?: () => void) => {
      settled.push(message)
      then?.()
    },
  }
  return {
    ...{ control, callers, health, upstreams, clock: systemClock, ids: systemIds(systemClock.now), catalog: indexCatalog(catalog) },
    ...{ admission: new Admission(systemClock), bodies: new BodyBudget(1e6), affinity: new AffinityBook(systemClock, Buffer.alloc(32)) },
    ...{ openCalls: new SeqMap(), ipTags: new WeakMap(), ipSalt: 0, keyless: undefined, isTrustedProxy: () => false },
    settings: { bodyBytesMax: 1e6, firstByteMs: 5_000, wholeAnswerMs: 5_000, idleMs: 200, trustedProxies: [] },
  } as unknown as Gateway
}

before(async () => {
  upstream = net.createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n${said}`)
      if (hangsUp) socket.end()
    })
  })
  await once(upstream.listen(0, '127.0.0.1'), 'listening')
  upstreams = new UpstreamClient({
    ...{ clock: systemClock, connectMs: 5_000 },
    openSocket: () => ({ socket: connect((upstream.address() as AddressInfo).port, '127.0.0.1'), readyEvent: 'connect' }),
  })
})
after(() => {
  upstreams.close()
  upstream.close()
})

/** How a stream is settled in which so much came: its outcome, and what is charged of prompt and answer. */
async function settledAs(kind: Kind, events: string): Promise<readonly unknown[]> {
  said = events
  settled.length = 0
  const protocol: Protocol = KINDS[kind]
  const gateway = gatewayOf()
  const server = await startServer((request, response) => serveCall(gateway, { request, response }, { protocol }))
  const body = JSON.stringify({
    model: kind,
    stream: true,
    max_tokens: 50,
    messages: [{ role: 'user', content: 'How long does the ferry take?' }],
  })
  const headers = { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' }
  const answer = await fetch(`http://127.0.0.1:${server.port}${kind === 'openai' ? '/v1/chat/completions' : '/v1/messages'}`, {
    ...{ method: 'POST', headers, body },
  })
  await answer.text()
  await server.close()
  return settled.flatMap(({ outcome, input, output }) => [OUTCOMES[outcome], input > 0, output > 0])
}

const ALIVE = ': keep-alive\n\n: keep-alive\n\n'
const ERROR = 'data: {"error":{"code":502,"message":"no"}}\n\n'
const ANTHROPIC_ERROR = 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"no"}}\n\n'
const TOLD =
  'event: message_start\ndata: {"type":"message_start","message":{"id":"a","type":"message","role":"assistant","model":"x","content":[],"usage":{"input_tokens":9,"output_tokens":1}}}\n\n'
const MADE = 'data: {"id":"a","object":"chat.completion.chunk","model":"x","choices":[{"index":0,"delta":{"content":"An hour or so"}}]}\n\n'

for (const ends of [true, false]) {
  const how = ends ? 'is cut' : 'falls silent'
  for (const [name, kind, events] of [
    ['words that keep it alive', 'openai', ALIVE],
    ['an error', 'openai', ERROR],
    ['an error after words that keep it alive', 'openai', ALIVE + ERROR],
    ['an error', 'anthropic', ANTHROPIC_ERROR],
  ] as const)
    test(`${name} and nothing else: a stream of ${kind} that ${how} is free`, async () => {
      hangsUp = ends
      assert.deepEqual(await settledAs(kind, events), ['upstream-failed', false, false])
    })
  test(`a prompt that was told is charged where the stream ${how}, and so is text that came`, async () => {
    hangsUp = ends
    const outcome = ends ? 'upstream-cut' : 'timed-out'
    assert.deepEqual(await settledAs('anthropic', TOLD), [outcome, true, true])
    assert.deepEqual(await settledAs('openai', ALIVE + MADE), [outcome, true, true])
  })
}
