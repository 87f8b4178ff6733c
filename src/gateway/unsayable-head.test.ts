// Guarantee: an answer whose head cannot be sent is told as our own failure and charged to nobody, and its upstream is let go.
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { type SimUpstream, startSimUpstream } from '../../sim/index.ts'
import type { GatewayMessage } from '../channel/index.ts'
import { SeqMap, systemClock, systemIds, systemRandom } from '../lib/index.ts'
import { openaiChat } from '../protocols/index.ts'
import { type Catalog, flatPrice, type Model, mintSecret, OUTCOMES, type Upstream } from '../spec/index.ts'
import { Admission } from './admission.ts'
import { BodyBudget } from './body-budget.ts'
import { CallerCache } from './callers.ts'
import { type Answer, startServer, type TestServer } from './fast-path/testing.ts'
import { type Gateway, indexCatalog } from './gateway.ts'
import { AffinityBook, HealthBook } from './routing/index.ts'
import { serveCall } from './serve-request.ts'
import { UpstreamClient } from './upstream-client/index.ts'

const SECRET = mintSecret(Buffer.alloc(32, 7))
const upstream: Upstream = { serial: 1, id: 'u', kind: 'openai', baseUrl: 'http://u/v1', placement: 'local', privacy: {} }
const models = ['', '!tokens=300000', '!tokens=400,chunk-ms=20'].map((marker, at): Model => {
  const route = { serial: at + 1, upstreamSerial: 1, upstreamModel: `sim-model${marker}`, priority: 1, cost: undefined }
  const price = flatPrice({ input: 1_000n, output: 2_000n })
  return {
    ...{ serial: at + 1, id: `m${at}`, context: 900_000, outputMax: 400_000, createdAt: 0, priceVersion: 1 },
    price,
    routes: [route],
  }
})
const catalog: Catalog = { version: 1, upstreams: [upstream], models, unpriced: [] }

let sim: SimUpstream
let upstreams: UpstreamClient
let servers: readonly [plain: TestServer, fast: TestServer]
const settled: GatewayMessage<'settle'>[] = []

/** A gateway with one customer, at whose targets nothing can be said of each. */
function gatewayOf(): Gateway {
  const indexed = indexCatalog(catalog)
  const targets = new Map([...indexed.targets].map(([serial, all]) => [serial, all.map((one) => ({ ...one, line: undefined }))]))
  const callers = new CallerCache(systemClock)
  const caller = { keyId: 'k', accountId: 'a', expiresAt: Number.POSITIVE_INFINITY, models: undefined, multiplier: 1_000_000 }
  callers.remember(hash('sha256', SECRET, 'hex'), caller)
  const health = new HealthBook({ clock: systemClock, random: systemRandom })
  health.learn(catalog)
  const control = {
    nextSeq: () => 1,
    hold: (_message: object, _askedAt: number, answer: (answer: object) => void) =>
      answer({ isGranted: true, granted: { day: 1, heldAt: 1 } }),
    timed: () => undefined,
    settle: (message: GatewayMessage<'settle'>, then?: () => void) => {
      settled.push(message)
      then?.()
    },
  }
  return {
    ...{ control, callers, health, upstreams, clock: systemClock, ids: systemIds(systemClock.now), catalog: { ...indexed, targets } },
    ...{ admission: new Admission(systemClock), bodies: new BodyBudget(1e6), affinity: new AffinityBook(systemClock, Buffer.alloc(32)) },
    ...{ openCalls: new SeqMap(), ipTags: new WeakMap(), ipSalt: 0, keyless: undefined, isTrustedProxy: () => false },
    settings: { bodyBytesMax: 1e6, firstByteMs: 20_000, wholeAnswerMs: 20_000, idleMs: 20_000, trustedProxies: [] },
  } as unknown as Gateway
}

before(async () => {
  sim = await startSimUpstream()
  upstreams = new UpstreamClient({
    ...{ clock: systemClock, connectMs: 5_000 },
    openSocket: () => ({ socket: connect(sim.port, '127.0.0.1'), readyEvent: 'connect' }),
  })
  const gateway = gatewayOf()
  const answer: Answer = (request, response) => serveCall(gateway, { request, response }, { protocol: openaiChat })
  servers = [await startServer(answer), await startServer(answer, { clock: systemClock })]
})
after(async () => {
  for (const server of servers) await server.close()
  upstreams.close()
  await sim.close()
})

async function ask({ port }: TestServer, fields: object): Promise<Response> {
  const body = JSON.stringify({ ...fields, messages: [{ role: 'user', content: 'How long does the ferry take?' }] })
  const headers = { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' }
  return await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, { method: 'POST', headers, body })
}

for (const way of [0, 1] as const)
  for (const [name, model, stream, status] of [
    ['whole', 'm0', false, 500],
    ['whole and long', 'm1', false, 502],
    ['streamed', 'm2', true, 500],
  ] as const)
    test(`${name}, ${way === 0 ? 'by node:http' : 'by the fast path'}`, async () => {
      settled.length = 0
      const answer = await ask(servers[way], { model, stream })
      await answer.text()
      await sim.idle()
      const rows = settled.map((row) => [OUTCOMES[row.outcome], row.input, row.output, row.status])
      assert.deepEqual([answer.status, rows], [status, [['upstream-failed', 0, 0, status]]])
      if (stream) assert.equal(sim.calls.at(-1)?.ended, 'client-gone')
    })
