import http from 'node:http'
import { UPSTREAM_HEADERS } from '../../src/inventory.ts'
import { call, type Spoken } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { until } from '../parallel.ts'
import { startWorld, type World } from '../world.ts'

const DAY_MS = 86_400_000
/** What may stand in the query of a report that is asked for: times, sizes, and by what it is grouped. */
const REPORT_FIELDS = /^(?:start_time|end_time|starting_at|ending_at|bucket_width|group_by(?:\[\])?|limit|page|models)$/
const REPORT_HEADERS: ReadonlySet<string> = new Set([
  ...['accept', 'user-agent', 'authorization', 'x-api-key', 'anthropic-version', 'host', 'connection', 'accept-encoding'],
])
/** What the gateway adds to a call of its own: the bounds that are held for, and what usage is told by. */
const ADDED: ReadonlySet<string> = new Set([
  'stream_options',
  'max_completion_tokens',
  'max_tokens',
  'max_output_tokens',
  'store',
  'max_tool_calls',
])
const NOT_THERE = 'payment, mail and sign-in vendors: not run, there are none'

type Captured = { readonly method: string; readonly url: URL; readonly headers: http.IncomingHttpHeaders; readonly body: string }

/**
 * CL-vendor: what goes out to vendors has the fields that are declared and no more: to upstreams the customer's own fields and bounds of ours,
 * for their reports times alone. Nothing says who a customer is.
 */
export async function vendorFields(context: CheckContext): Promise<Measured> {
  const captured: Captured[] = []
  const vendor = await startVendor(captured)
  const world = await startWorld()
  try {
    await configure(world, vendor.url)
    const { id, key, keyId } = await world.operator.customer('100.00')
    const sent = await speak(world, { key, count: context.n })
    const calls = captured.splice(0).filter(({ method }) => method === 'POST')
    for (const one of calls) judgeCall(context, one, sent)
    await askForReports(world)
    const reports = captured.filter(({ method }) => method === 'GET')
    for (const one of reports) judgeReport(context, one)
    for (const { url, headers, body } of [...calls, ...reports]) {
      const all = url.href + JSON.stringify(headers) + body
      context.expect(![id, key, keyId].some((secret) => all.includes(secret)), 'a vendor was told who a customer is')
    }
    context.expect(calls.length >= context.n, `blind: only ${calls.length} calls went out`)
    context.expect(reports.length > 0, 'blind: no report was asked for')
    return { n: calls.length + reports.length, measured: { calls: calls.length, reports: reports.length, otherVendors: NOT_THERE } }
  } finally {
    await world.stop()
    await vendor.close()
  }
}

/** A vendor that keeps what it is sent and answers that it has nothing. */
async function startVendor(captured: Captured[]): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = http.createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { method = '', url = '/', headers } = request
      captured.push({ method, url: new URL(url, 'http://vendor'), headers, body: Buffer.concat(parts).toString() })
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"nothing here"}}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Both vendors, with keys that read their reports, and a model of each. */
async function configure({ operator, base }: World, url: string): Promise<void> {
  const shared = { api_key: 'sk-upstream-world', admin_key: 'sk-admin-of-the-world' }
  const limits = { context: 100_000, output_max: 4096, price: { input: '3.00', output: '15.00' } }
  await operator.ask('PUT', '/upstreams/vendor-oai', { kind: 'openai', base_url: `${url}/v1`, ...shared })
  await operator.ask('PUT', '/upstreams/vendor-ant', { kind: 'anthropic', base_url: url, ...shared })
  await operator.ask('PUT', '/models/m-vendor-openai', { ...limits, routes: [{ upstream: 'vendor-oai', model: 'x' }] })
  await operator.ask('PUT', '/models/m-vendor-anthropic', { ...limits, routes: [{ upstream: 'vendor-ant', model: 'x' }] })
  const { key } = await operator.customer('1.00')
  const isKnown = async (): Promise<boolean> => {
    const answer = await fetch(`${base}/v1/models/m-vendor-anthropic`, { headers: { authorization: `Bearer ${key}` } })
    return answer.ok
  }
  await until(isKnown, Boolean, 5000)
}

/** Makes calls, native and translated; tells the fields of their bodies by protocol. */
async function speak(world: World, { key, count }: { readonly key: string; readonly count: number }): Promise<ReadonlySet<string>> {
  const fields = { temperature: 0.5, top_p: 0.9 }
  for (let index = 0; index < count; index += 1) {
    const protocol: Spoken = index % 2 === 0 ? 'openai' : 'anthropic'
    const model = index % 4 < 2 ? 'm-vendor-openai' : 'm-vendor-anthropic'
    await call({ base: world.base, key, protocol, model, isStream: index % 3 === 0, fields, headers: { 'x-title': 'mine', cookie: 'a=b' } })
  }
  return new Set(['model', 'messages', 'stream', ...Object.keys(fields)])
}

function judgeCall(context: CheckContext, { url, headers, body }: Captured, sent: ReadonlySet<string>): void {
  const extra = Object.keys(JSON.parse(body) as object).filter((name) => !sent.has(name) && !ADDED.has(name))
  context.expect(extra.length === 0, `an upstream was sent the fields ${extra.join(', ')}`)
  const names = Object.keys(headers).filter((name) => !Object.hasOwn(UPSTREAM_HEADERS, name))
  context.expect(names.length === 0, `an upstream was sent the headers ${names.join(', ')}`)
  context.expect(url.search === '', `an upstream was called with ${url.search}`)
}

/** Has control ask both vendors what they report of yesterday. */
async function askForReports(world: World): Promise<void> {
  const day = new Date(Date.now() - DAY_MS).toISOString().slice(0, 10)
  // What the vendors answer is no report, so how the day comes out is of no interest here.
  await world.operator.ask('POST', `/reconciliations/${day}`).catch(() => undefined)
}

function judgeReport(context: CheckContext, { url, headers, body }: Captured): void {
  const fields = [...url.searchParams.keys()].filter((name) => !REPORT_FIELDS.test(name))
  context.expect(fields.length === 0, `a report was asked for with ${fields.join(', ')}`)
  const names = Object.keys(headers).filter((name) => !REPORT_HEADERS.has(name))
  context.expect(names.length === 0, `a report was asked for with the headers ${names.join(', ')}`)
  context.expect(body === '', 'a report was asked for with a body')
}
