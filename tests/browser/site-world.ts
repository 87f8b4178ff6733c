import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { customerApp } from '../../src/api/customer-app.ts'
import { operatorApp } from '../../src/api/operator-app.ts'
import { send, testWorld } from '../../src/api/test-world.ts'
import { type SiteSettings, siteDefaultsOf } from '../../src/catalog/index.ts'
import { sql } from '../../src/db/index.ts'
import { createTestDatabase, type TestDatabase } from '../../src/db/testing.ts'
import { CLAUSES, checksOf, openPolicyDesk, policySettingsOf } from '../../src/privacy/index.ts'
import { testFacts } from '../../src/privacy/policy/testing.ts'

/** The site as a browser meets it: a database with models, prices, minutes and announced work, behind an HTTP server of its own. */
export type SiteWorld = { readonly base: string; readonly stop: () => Promise<void> }

const DAY_MS = 86_400_000

/** Starts it with some settings beside those that are usual. */
export async function startSiteWorld(settings: Partial<SiteSettings> = {}): Promise<SiteWorld> {
  const kit = await createTestDatabase()
  const world = testWorld(kit.appDatabase)
  const [machine] = await kit.appDatabase.query<{ now: Date }>(sql`select date_trunc('minute', statement_timestamp()) as now`)
  world.clock.at = machine?.now.getTime() ?? world.clock.at
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  const base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  const dependencies = {
    ...world.dependencies,
    policy: policyOf(kit, world.clock),
    site: { ...siteDefaultsOf('Kassandra'), ...settings },
    publicUrl: base,
  }
  await fillCatalog((line, body) => send(operatorApp(dependencies), line, { body }), world.clock.at)
  await fillMinutes(kit, world.clock.at)
  const app = customerApp(dependencies)
  const listener = getRequestListener(app.fetch)
  server.on('request', (request, response) => void listener(request, response))
  return { base, stop: async () => void (await Promise.all([closed(server), kit.drop()])) }
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

function policyOf(kit: TestDatabase, clock: { readonly at: number }) {
  const { inventory } = testFacts('strict')
  const contact = [{ kind: 'email', value: 'privacy@kassandra.example' }] as const
  const place = { isPublic: true, publicUrl: 'https://kassandra.example' }
  const ids = [...new Set(CLAUSES.flatMap((clause) => checksOf(clause, CLAUSES)))]
  const line = { n: 5, seed: 7, measured: {}, tier: 'pr', commit: 'abc1234', at: '2026-11-21T10:00:00.000Z', failures: 0 }
  return openPolicyDesk({
    ...{ database: kit.appDatabase, inventory, gatewayRecycleSeconds: 900, isEdgeOnly: false, attestationFolder: undefined },
    settings: policySettingsOf({ operator: 'Kassandra GmbH, Lange Straße 1, Ulm', service: 'Kassandra', contact }, place),
    listInUse: async () => [
      { id: 'anthropic', host: 'api.anthropic.com', placement: 'third_party', privacy: LABEL },
      { id: 'openai', host: 'api.openai.com', placement: 'third_party', privacy: { ...LABEL, retention: 'none' } },
      { id: 'mistral', host: 'api.mistral.ai', placement: 'third_party', privacy: { country: 'FR' } },
      { id: 'cellar', host: '10.0.0.8', placement: 'local', privacy: {} },
    ],
    readProof: () => [ids.map((id) => JSON.stringify({ ...line, id })).join('\n')],
    clock: { now: () => clock.at, monotonic: () => clock.at },
  })
}

const LABEL = {
  country: 'US',
  retention: '30 days',
  training: 'no',
  evidence: 'https://example.test/privacy',
  checked: '2026-11-01',
} as const

type Put = (line: string, body: object) => Promise<{ readonly status: number; readonly text: string }>

const MODELS = [
  { id: 'claude-sonnet-4-5', upstreams: ['anthropic'], context: 200_000, price: { input: '2.70', output: '13.50', cache_read: '0.27' } },
  { id: 'claude-haiku-4-5', upstreams: ['anthropic'], context: 200_000, price: { input: '1.00', output: '5.00', cache_read: '0.10' } },
  {
    id: 'gpt-5.4',
    upstreams: ['openai'],
    context: 1_050_000,
    price: {
      input: '2.50',
      output: '15.00',
      cache_read: '0.25',
      above: [{ prompt_tokens: 272_000, input: '5.00', output: '22.50' }],
      service_tiers: { flex: { input: '1.25', output: '7.50' } },
    },
  },
  { id: 'gpt-5.4-mini', upstreams: ['openai', 'cellar'], context: 400_000, price: { input: '0.60', output: '3.60', cache_read: '0.06' } },
  { id: 'mistral-large-2512', upstreams: ['mistral'], context: 262_144, price: { input: '0.50', output: '1.50' } },
  { id: 'house/qwen3-coder:30b', upstreams: ['cellar'], context: 131_072, price: { input: '0.00', output: '0.00' } },
] as const

async function fillCatalog(put: Put, now: number): Promise<void> {
  const must = async (line: string, body: object): Promise<void> => {
    const { status, text } = await put(line, body)
    if (status >= 300) throw new Error(`${line}: ${text}`)
  }
  const kinds = { anthropic: 'anthropic', openai: 'openai', mistral: 'openai-compatible', cellar: 'openai-compatible' } as const
  for (const [id, kind] of Object.entries(kinds))
    await must(`PUT /operator/v1/upstreams/${id}`, {
      kind,
      base_url: id === 'cellar' ? 'http://10.0.0.8/v1' : `https://api.${id}.com`,
      placement: id === 'cellar' ? 'local' : 'third_party',
    })
  for (const { id, upstreams, context, price } of MODELS) {
    const routes = upstreams.map((upstream) => ({ upstream, model: id.split('/').at(-1) }))
    const isFree = price.input === '0.00'
    const body = { context, output_max: 64_000, routes }
    if (!isFree) await must(`PUT /operator/v1/models/${id}`, { ...body, price: { ...price, input: '3.00', output: '15.00' } })
    await must(`PUT /operator/v1/models/${id}`, isFree ? { ...body, free: true } : { ...body, price })
  }
  await must('POST /operator/v1/status/maintenance', {
    title: 'PostgreSQL moves to a larger disk',
    starts_at: new Date(now + 3 * DAY_MS).toISOString(),
    ends_at: new Date(now + 3 * DAY_MS + 1_800_000).toISOString(),
  })
}

/** Sixty days of minutes, some of them missed; written at once, as one by one would take minutes. */
async function fillMinutes({ ownerDatabase: database }: TestDatabase, now: number): Promise<void> {
  const ago = (days: number, minutes = 0): string => new Date(now - days * DAY_MS + minutes * 60_000).toISOString()
  await database.query(sql`
    insert into status_minute (minute, own_up)
    select minute, not (minute between ${ago(23)}::timestamptz and ${ago(23, 22)}::timestamptz
      or minute between ${ago(41)}::timestamptz and ${ago(41, 170)}::timestamptz)
    from generate_series(${ago(61)}::timestamptz, ${ago(0)}::timestamptz, interval '1 minute') as minute`)
  await database.query(sql`alter table price_version disable trigger user`)
  await database.query(
    sql`update price_version set created_at = created_at - interval '50 days', effective_at = effective_at - interval '50 days'`,
  )
  await database.query(sql`alter table price_version enable trigger user`)
  await database.query(sql`update route set watched_from = ${ago(40)}::timestamptz`)
  await database.query(sql`
    insert into model_down_minute (minute, model_serial)
    select minute, serial from model, generate_series(${ago(8)}::timestamptz, ${ago(8, 240)}::timestamptz, interval '1 minute') as minute
    where id = 'gpt-5.4'`)
  await database.query(sql`
    insert into route_down_minute (minute, route_serial)
    select minute, serial from route, generate_series(${ago(8)}::timestamptz, ${ago(8, 240)}::timestamptz, interval '1 minute') as minute
    where upstream_model = 'gpt-5.4'`)
}
