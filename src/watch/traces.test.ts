// Guarantee: a collector of traces is told how long calls took and how they ended, at whole seconds, and nothing of whose they were.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { Settlement } from '../ledger/index.ts'
import type { LogEvent } from '../lib/index.ts'
import { NO_USAGE, OUTCOMES, type Outcome } from '../spec/index.ts'
import { openTraces, RouteNames } from './index.ts'

const ROUTE = 7
const names = new RouteNames()
names.learn({
  upstreams: [{ serial: 3, id: 'oai' }],
  models: [{ id: 'm-one', routes: [{ serial: ROUTE, upstreamSerial: 3 }] }],
} as unknown as Parameters<RouteNames['learn']>[0])

const settlementOf = (outcome: Outcome, change: Partial<Settlement> = {}): Settlement => ({
  ...{ requestId: randomUUID(), accountId: randomUUID(), keyId: randomUUID(), day: 20_000, startedAt: 1_790_000_000_777, modelSerial: 1 },
  ...{ routeSerial: ROUTE, priceVersion: 1, outcome: OUTCOMES.indexOf(outcome), status: 200, usageSource: 1, reportedModel: 1 },
  ...{ isStream: true, isSuspect: false, latencyMs: 5_250, firstByteMs: 310, usage: { ...NO_USAGE, input: 98_765, output: 43_210 } },
  ...{ multiplier: 1_000_000, serviceTier: 0, reportedInput: undefined, reportedOutput: undefined, upstreamCost: undefined },
  ...{ hold: 77_777n, cost: 55_555n, shortfall: 0n },
  ...change,
})

type Span = {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly status: { readonly code: number }
  readonly attributes: readonly { readonly key: string; readonly value: object }[]
}
type Body = { readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[] }

async function toldOf(settlements: readonly Settlement[]): Promise<{ text: string; spans: readonly Span[]; headers: IncomingHttpHeaders }> {
  const texts: string[] = []
  let headers: IncomingHttpHeaders = {}
  const server = createServer(async (request, response) => {
    headers = request.headers
    let text = ''
    for await (const chunk of request) text += String(chunk)
    texts.push(text)
    response.setHeader('content-type', 'application/json').end('{}')
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`
  const traces = await openTraces({ url, headers: { authorization: 'Bearer abc' }, ratio: 1 }, { names, log: () => {} })
  for (const settlement of settlements) traces.onSettled(settlement)
  await traces.stop()
  server.closeAllConnections()
  server.close()
  const spans = texts.flatMap((text) =>
    (JSON.parse(text) as Body).resourceSpans.flatMap((one) => one.scopeSpans.flatMap((scope) => scope.spans)),
  )
  return { text: texts.join('\n'), spans, headers }
}

test('a call is a span with its times, and one within it up to the first byte', async () => {
  const { spans, headers } = await toldOf([settlementOf('completed')])
  assert.equal(headers.authorization, 'Bearer abc')
  const call = spans.find(({ parentSpanId }) => parentSpanId === undefined) ?? assert.fail('no span')
  const wait = spans.find(({ parentSpanId }) => parentSpanId === call.spanId) ?? assert.fail('no span within it')
  assert.deepEqual([spans.length, call.name, wait.name], [2, 'call m-one', 'first byte'])
  assert.deepEqual([call.startTimeUnixNano, call.endTimeUnixNano], ['1790000000000000000', '1790000005250000000'])
  assert.deepEqual([wait.startTimeUnixNano, wait.endTimeUnixNano], ['1790000000000000000', '1790000000310000000'])
  assert.deepEqual(Object.fromEntries(call.attributes.map(({ key, value }) => [key, Object.values(value)[0]])), {
    'gen_ai.request.model': 'm-one',
    'gen_ai.provider.name': 'oai',
    'http.response.status_code': 200,
    'farebox.outcome': 'completed',
    'farebox.stream': true,
  })
})

test('nothing of whose call it was, of its tokens or its money is told', async () => {
  const settlement = settlementOf('completed')
  const { text } = await toldOf([settlement])
  const { requestId, accountId, keyId } = settlement
  for (const id of [requestId, accountId, keyId]) for (const form of [id, id.replaceAll('-', '')]) assert.ok(!text.includes(form), 'an id')
  for (const figure of ['98765', '43210', '77777', '55555', '777000000']) assert.ok(!text.includes(figure), figure)
})

test('what failed is marked as failed, and what the customer ended is not', async () => {
  const ends = OUTCOMES.map((outcome) => settlementOf(outcome, { firstByteMs: undefined }))
  const { spans } = await toldOf(ends)
  const failed = spans
    .filter(({ status }) => status.code === 2)
    .map(({ attributes }) => attributes.find(({ key }) => key === 'farebox.outcome')?.value)
  assert.equal(spans.length, OUTCOMES.length)
  assert.deepEqual(
    failed.map((value) => Object.values(value ?? {})[0]),
    ['upstream-refused', 'upstream-failed', 'upstream-cut', 'timed-out', 'gateway-lost'],
  )
})

test('a collector that is away is logged by the number of what it is not told, and breaks nothing', async () => {
  const logged: LogEvent[] = []
  const log = (event: LogEvent): void => void logged.push(event)
  const traces = await openTraces({ url: 'http://127.0.0.1:9/v1/traces', headers: {}, ratio: 1 }, { names, log })
  for (let call = 0; call < 600; call += 1) traces.onSettled(settlementOf('completed'))
  await traces.stop()
  assert.ok(logged.length > 0 && logged.every(({ event, items }) => event === 'traces-untold' && Number(items) > 0))
  const nobody = await openTraces(undefined, { names, log })
  nobody.onSettled(settlementOf('completed'))
  await nobody.stop()
})
