import type { World } from '../world.ts'

/** A server that is looked at: one of a world, or one that runs somewhere. */
export type Deployment = Pick<World, 'base' | 'operatorBase' | 'operatorToken' | 'operator'>

/** One answer that somebody with a token or a key can get. */
export type Seen = { readonly url: string; readonly status: number; readonly bytes: Buffer }

type Ids = { readonly accountId: string; readonly keyId: string; readonly model: string; readonly upstream: string }

const ANSWER_MS_MAX = 30_000

/** Every address that is read with GET: of the operator by the server's own description, of customers by what gateways forward. */
export async function readableAddresses(at: Deployment, { accountId, keyId, model, upstream }: Ids): Promise<readonly string[]> {
  const described = (await at.operator.ask('GET', '/openapi.json')) as { readonly paths: Readonly<Record<string, object>> }
  const paths = Object.entries(described.paths).filter(([, methods]) => 'get' in methods)
  const day = new Date().toISOString().slice(0, 10)
  const filled = paths.map(([path]) =>
    path.replace(/\{(\w+)\}/g, (_, name: string) => {
      if (name === 'key_id') return keyId
      if (/day|date/.test(name)) return day
      if (/month/.test(name)) return day.slice(0, 7)
      if (/model/.test(path)) return encodeURIComponent(model)
      return /upstream/.test(path) ? upstream : accountId
    }),
  )
  const operator = [...filled, '/metrics', '/healthz', '/readyz'].map((path) => at.operatorBase + path)
  const own = ['/', '/healthz', '/readyz', '/v1/models', '/v1/usage', '/v1/balance', '/v1/prices', `/v1/statements/${day.slice(0, 7)}`]
  return [...operator, ...own.map((path) => at.base + path)]
}

export type Crawl = { readonly addresses: readonly string[]; readonly key: string; readonly accounts: readonly string[] }

/** Reads all of them once, with the rows of some accounts and the receipt of the newest call. */
export async function crawl(at: Deployment, { addresses, key, accounts }: Crawl): Promise<readonly Seen[]> {
  const rows = await Promise.all(accounts.map((id) => at.operator.usage(id)))
  const newest = rows.flat()[0]?.request_id
  const all = newest === undefined ? addresses : [...addresses, `${at.base}/v1/receipts/${newest}`]
  const seen: Seen[] = [{ url: 'usage of every account', status: 200, bytes: Buffer.from(JSON.stringify(rows)) }]
  for (const url of all) {
    const authorization = `Bearer ${url.startsWith(at.operatorBase) ? at.operatorToken : key}`
    const answer = await fetch(url, { headers: { authorization }, signal: AbortSignal.timeout(ANSWER_MS_MAX) })
    const head = Buffer.from(JSON.stringify([...answer.headers]))
    seen.push({ url, status: answer.status, bytes: Buffer.concat([head, Buffer.from(await answer.arrayBuffer())]) })
  }
  return seen
}
