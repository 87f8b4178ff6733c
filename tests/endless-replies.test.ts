// Guarantee: a reply that outgrows what can be told in the customer's protocol is cut off there, at the upstream too: 502 and nothing charged
// where nothing was told, the error of the protocol where a stream had begun.
import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { after, before, test } from 'node:test'
import { type Answer, call } from '../checks/calls.ts'
import { type Customer, nanoOf, type UsageRow } from '../checks/operator.ts'
import { until } from '../checks/parallel.ts'
import { startWorld, type World } from '../checks/world.ts'
import { endWithBooksRight, type OwnUpstream, startOwnUpstream } from './own-upstream.ts'

const MEGABYTE = 1_048_576
/** What an answer may grow to, and what lies in sockets and buffers besides. */
const TAKEN_MAX = (32 + 32) * MEGABYTE

/** What was written to each caller, and whether its connection is gone. */
type Poured = { bytes: number; isGone: boolean }

const poured: Poured[] = []
let upstream: OwnUpstream
let world: World
let customer: Customer

before(async () => {
  upstream = await startOwnUpstream((request, response) => {
    request.resume()
    request.on('end', () => pour(response, request.url ?? ''))
  })
  const { url } = upstream
  world = await startWorld({
    upstreams: [
      { id: 'whole', kind: 'openai', baseUrl: `${url}/whole/v1` },
      { id: 'stream', kind: 'openai', baseUrl: `${url}/stream/v1` },
      { id: 'google', kind: 'gemini', baseUrl: `${url}/google` },
    ],
    models: ['whole', 'stream', 'google'].map((id) => ({ id, upstream: id, upstreamModel: 'up' })),
  })
  customer = await world.operator.customer('100.00')
})
after(() => endWithBooksRight(world, upstream))

const CHUNK = 'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"up","choices":[{"index":0,"delta":{"content":'
const OPENINGS = {
  whole: '{"id":"c","object":"chat.completion","created":1,"model":"up","choices":[{"index":0,"message":{"role":"assistant","content":"',
  stream: `${CHUNK}"Hello"}}]}\n\n${CHUNK}"`,
  google:
    'data: {"candidates":[{"content":{"role":"model","parts":[{"text":"Hello"}]}}]}\n\ndata: {"candidates":[{"content":{"parts":[{"text":"',
}

/** An answer in one text that has no end, as fast as it is taken. */
function pour(response: ServerResponse, url: string): void {
  const way = url.startsWith('/whole') ? 'whole' : url.startsWith('/stream') ? 'stream' : 'google'
  const told: Poured = { bytes: 0, isGone: false }
  poured.push(told)
  response.once('close', () => {
    told.isGone = true
  })
  response.writeHead(200, { 'content-type': way === 'whole' ? 'application/json' : 'text/event-stream' }).write(OPENINGS[way])
  const piece = Buffer.alloc(100_000, 'a')
  const more = (): void => {
    while (!response.destroyed) {
      told.bytes += piece.length
      if (!response.write(piece)) return void response.once('drain', more)
    }
  }
  more()
}

const WAIT_MS_MAX = 20_000

/** Holds that the upstream of the last call was let go soon after what can be told. */
async function assertLetGo(): Promise<void> {
  const last = poured.at(-1)
  const isGone = await until(
    async () => last?.isGone === true,
    (one) => one,
    WAIT_MS_MAX,
  )
  assert.ok(isGone && last !== undefined && last.bytes < TAKEN_MAX, `${last?.bytes} bytes were taken`)
}

async function rowOf(answer: Answer): Promise<UsageRow> {
  const find = async () => (await world.operator.usage(customer.id)).find((one) => one.request_id === answer.requestId)
  return (await until(find, (row) => row !== undefined, WAIT_MS_MAX)) ?? assert.fail('no row of usage')
}

for (const isStream of [false, true]) {
  test(`a whole reply without end, for a customer who awaits ${isStream ? 'a stream' : 'one'}`, async () => {
    const answer = await call({ base: world.base, key: customer.key, protocol: 'anthropic', model: 'whole', isStream })
    await assertLetGo()
    const row = await rowOf(answer)
    if (isStream) assert.match(answer.body.toString(), /event: error[\s\S]*broke off/)
    else assert.deepEqual([answer.status, /broke off/.test(answer.body.toString())], [502, true])
    assert.deepEqual([row.outcome, nanoOf(row.cost)], ['upstream-failed', 0n])
  })
}

test('an event without end in a stream: what came before it is told and charged', async () => {
  const answer = await call({ base: world.base, key: customer.key, protocol: 'anthropic', model: 'stream', isStream: true })
  await assertLetGo()
  const row = await rowOf(answer)
  assert.match(answer.body.toString(), /Hello[\s\S]*event: error[\s\S]*broke off/)
  assert.equal(row.outcome, 'upstream-cut')
})

test('an event without end in a stream that goes out as one array, in its own protocol', async () => {
  const answer = await fetch(`${world.base}/v1beta/models/google:streamGenerateContent`, {
    method: 'POST',
    headers: { 'x-goog-api-key': customer.key, 'content-type': 'application/json' },
    body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'Hello?' }] }] }),
  })
  const elements = (await answer.json()) as { error?: { status: string } }[]
  await assertLetGo()
  assert.deepEqual([elements.length, elements[1]?.error === undefined], [2, false])
})
