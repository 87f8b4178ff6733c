import type { CheckContext, Measured } from '../harness/index.ts'
import { startWorld, type World } from '../world.ts'
import { patternsOf } from './canary.ts'
import { PlaceSearch } from './places.ts'
import { IMPATIENT, MODELS, planCalls, Traffic } from './traffic.ts'

const CALLS_AT_ONCE = 8
const ROUNDS_MIN = 3

/** One answer that somebody with a token or a key can get. */
type Seen = { readonly url: string; readonly status: number; readonly bytes: Buffer }

/**
 * PRV-15: every address that an operator or the owner of a key can read, as the server's own description lists them, is read again and
 * again while canaries flow; none shows one.
 */
export async function blindness(context: CheckContext): Promise<Measured> {
  const world = await startWorld({ gateways: 2, models: MODELS, env: { ...IMPATIENT, FAREBOX_LOG: 'debug' } })
  try {
    const rich = await world.operator.customer('100000.00')
    const poor = await world.operator.customer('0.000000001')
    const traffic = new Traffic(world, { rich: rich.key, poor: poor.key, limited: poor.key })
    const seen: Seen[] = []
    const addresses = await addressesOf(world, { accountId: rich.id, keyId: rich.keyId })
    let isFlowing = true
    const flowing = traffic.makeAll(planCalls(context.n), CALLS_AT_ONCE).finally(() => {
      isFlowing = false
    })
    for (let round = 0; isFlowing || round < ROUNDS_MIN; round += 1) seen.push(...(await crawl(world, { addresses, key: rich.key })))
    const made = await flowing
    seen.push(...(await crawl(world, { addresses, key: rich.key })))
    const search = new PlaceSearch(made.flatMap(({ canary, texts }) => patternsOf(canary, texts)))
    for (const { url, bytes } of seen) search.text(url, bytes)
    for (const { place, form } of search.found) context.fail(`leak: ${form} at ${place}`)
    const answered = new Set(seen.filter(({ status }) => status === 200).map(({ url }) => url))
    context.expect(answered.size > 12, `blind: only ${answered.size} addresses were answered`)
    return { n: made.length, measured: { addresses: addresses.length, answered: answered.size, answers: seen.length } }
  } finally {
    await world.stop()
  }
}

type Ids = { readonly accountId: string; readonly keyId: string }

/** Every address that is read with GET: of the operator by the server's own description, of customers by what gateways forward. */
async function addressesOf(world: World, { accountId, keyId }: Ids): Promise<readonly string[]> {
  const described = (await world.operator.ask('GET', '/openapi.json')) as { readonly paths: Readonly<Record<string, object>> }
  const paths = Object.entries(described.paths).filter(([, methods]) => 'get' in methods)
  const day = new Date().toISOString().slice(0, 10)
  const filled = paths.map(([path]) =>
    path.replace(/\{(\w+)\}/g, (_, name: string) => {
      if (name === 'key_id') return keyId
      if (/day|date/.test(name)) return day
      if (/month/.test(name)) return day.slice(0, 7)
      if (/model/.test(path)) return 'm-openai'
      return /upstream/.test(path) ? 'oai' : accountId
    }),
  )
  const operator = [...filled, '/metrics', '/healthz', '/readyz'].map((path) => world.operatorBase + path)
  const own = ['/', '/healthz', '/readyz', '/v1/models', '/v1/usage', '/v1/balance', '/v1/prices', `/v1/statements/${day.slice(0, 7)}`]
  return [...operator, ...own.map((path) => world.base + path)]
}

type Crawl = { readonly addresses: readonly string[]; readonly key: string }

async function crawl(world: World, { addresses, key }: Crawl): Promise<readonly Seen[]> {
  const receipts = (await world.operator.ask('GET', '/accounts?limit=200')) as { readonly data: readonly { readonly id: string }[] }
  const rows = await Promise.all(receipts.data.map(({ id }) => world.operator.usage(id)))
  const newest = rows.flat()[0]?.request_id
  const all = newest === undefined ? addresses : [...addresses, `${world.base}/v1/receipts/${newest}`]
  const seen: Seen[] = [{ url: 'usage of every account', status: 200, bytes: Buffer.from(JSON.stringify(rows)) }]
  for (const url of all) {
    const authorization = `Bearer ${url.startsWith(world.operatorBase) ? world.operatorToken : key}`
    const answer = await fetch(url, { headers: { authorization }, signal: AbortSignal.timeout(30_000) })
    seen.push({ url, status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) })
  }
  return seen
}
