// Guarantee: the catalogue in the database is what file, environment and operator say: twice applied changes nothing, a changed price
// makes a version, nothing is deleted, a stronger source wins, and no provider key lies readable or is ever listed.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, beforeEach, test } from 'node:test'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { FailureError } from '../failures.ts'
import { keyringOf } from '../privacy/index.ts'
import { ConfigRefusedError, decodeCatalog, encodeCatalog, flatPrice } from '../spec/index.ts'
import {
  applyCatalog,
  applyConfigured,
  completePrice,
  type DesiredCatalog,
  type DesiredModel,
  deleteModel,
  deletePlan,
  deleteUpstream,
  listAdminKeys,
  listModels,
  listPlans,
  listUpstreams,
  loadCatalog,
  putModel,
  putPlan,
  putUpstream,
  type Source,
} from './index.ts'

const sealing = keyringOf(new Map([[1, Buffer.alloc(32, 5)]]))
const folder = mkdtempSync(join(tmpdir(), 'farebox-catalog-'))
after(() => rmSync(folder, { recursive: true }))

let opened: TestDatabase
beforeEach(async () => {
  opened = await createTestDatabase()
})
afterEach(() => opened.drop())

const model = (change: Partial<DesiredModel> = {}): DesiredModel => ({
  id: 'm',
  context: 1000,
  outputMax: 100,
  price: completePrice({ input: '1', output: '2' }, false),
  routes: [{ upstream: 'u', model: 'up-m', priority: 1, cost: { input: '0.5' } }],
  ...change,
})

const wanted = (models: readonly DesiredModel[] = [model()], key = 'sk-secret-canary'): DesiredCatalog => ({
  upstreams: [
    {
      id: 'u',
      kind: 'openai',
      baseUrl: 'https://a.example/v1',
      apiKey: key,
      placement: 'third_party',
      privacy: { country: 'US', training: 'no' },
    },
  ],
  models,
})

const applyAs = async (source: Source, desired: DesiredCatalog) => {
  const { changes } = await applyCatalog(opened.appDatabase, desired, { source, sealing })
  return changes.map(({ action, noun, id }) => `${action} ${noun} ${id}`)
}
const codeOf = (thrown: unknown) => (thrown instanceof FailureError ? thrown.failure.code : 'another error')
const failsWith = (work: Promise<unknown>, code: string) =>
  assert.rejects(work, (thrown) => codeOf(thrown) === code || assert.fail(`${codeOf(thrown)}`))

test('applied once it is there, applied twice nothing changes, and it loads as it was meant', async () => {
  assert.deepEqual(await applyAs('file', wanted()), ['added upstream u', 'added model m', 'added price m', 'added route m → u/up-m'])
  const first = await loadCatalog(opened.appDatabase, sealing)
  assert.deepEqual(await applyAs('file', wanted()), [])
  const catalog = await loadCatalog(opened.appDatabase, sealing)
  assert.deepEqual(catalog, first)
  assert.equal(catalog.upstreams[0]?.apiKey, 'sk-secret-canary')
  assert.deepEqual(
    catalog.models[0]?.price,
    flatPrice({
      input: 10n ** 9n,
      output: 2n * 10n ** 9n,
      cacheRead: 10n ** 9n,
      cacheWrite5m: 10n ** 9n,
      cacheWrite1h: 10n ** 9n,
    }),
  )
  assert.ok(Number.isSafeInteger(catalog.version))
  assert.deepEqual(decodeCatalog(encodeCatalog(catalog)), catalog)
})

test('what an upstream speaks goes from the file and the operator to gateways, and is its kind’s own where nobody says', async () => {
  const speaking = (protocols?: DesiredCatalog['upstreams'][number]['protocols']): DesiredCatalog => {
    const { upstreams, models } = wanted()
    return { upstreams: upstreams.map((upstream) => ({ ...upstream, protocols })), models }
  }
  const loaded = async () => (await loadCatalog(opened.appDatabase, sealing)).upstreams[0]?.protocols
  await applyAs('environment', speaking())
  assert.equal(await loaded(), undefined)
  assert.deepEqual(await applyAs('environment', speaking(['openai-chat', 'openai-responses'])), ['changed upstream u'])
  assert.deepEqual(await applyAs('environment', speaking(['openai-chat', 'openai-responses'])), [])
  assert.deepEqual(await applyAs('environment', speaking(['openai-responses', 'openai-chat'])), ['changed upstream u'])
  assert.deepEqual(await loaded(), ['openai-responses', 'openai-chat'])
  const put = (more: object) =>
    putUpstream(opened.appDatabase, { id: 'u', body: { kind: 'openai-compatible', base_url: 'https://a.example/v1', ...more } }, sealing)
  assert.deepEqual((await put({ protocols: ['openai-chat', 'anthropic-messages'] })).protocols, ['openai-chat', 'anthropic-messages'])
  assert.deepEqual(await loaded(), ['openai-chat', 'anthropic-messages'])
  assert.deepEqual((await listUpstreams(opened.appDatabase))[0]?.protocols, ['openai-chat', 'anthropic-messages'])
  for (const protocols of [null, undefined]) assert.equal((await put({ protocols })).protocols, null)
  for (const protocols of [[], ['gopher'], ['gemini', 'gemini'], 'openai-chat']) await failsWith(put({ protocols }), 'invalid_field')
})

test('an upstream is fetched for where it says so, and nowhere else', async () => {
  const fetching = (fetchesUrls?: boolean): DesiredCatalog => {
    const { upstreams, models } = wanted()
    return { upstreams: upstreams.map((upstream) => ({ ...upstream, fetchesUrls })), models }
  }
  const loaded = async () => (await loadCatalog(opened.appDatabase, sealing)).upstreams[0]?.fetchesUrls
  await applyAs('environment', fetching())
  assert.equal(await loaded(), undefined)
  assert.deepEqual(await applyAs('environment', fetching(true)), ['changed upstream u'])
  assert.equal(await loaded(), true)
  assert.deepEqual(await applyAs('environment', fetching(true)), [])
  const put = (more: object) =>
    putUpstream(opened.appDatabase, { id: 'u', body: { kind: 'openai-compatible', base_url: 'https://a.example/v1', ...more } }, sealing)
  assert.equal((await put({})).fetches_urls, false)
  assert.equal((await put({ fetch_urls: true })).fetches_urls, true)
  assert.equal((await listUpstreams(opened.appDatabase))[0]?.fetches_urls, true)
  for (const fetch_urls of ['true', 1, null]) await failsWith(put({ fetch_urls }), 'invalid_field')
})

test('a changed price makes a new version and a new catalogue; the old version stays', async () => {
  await applyAs('file', wanted())
  const before = await loadCatalog(opened.appDatabase, sealing)
  const dearer = wanted([model({ price: completePrice({ input: '1.5', output: '2' }, false) })])
  assert.deepEqual(await applyAs('file', dearer), ['changed price m'])
  const now = await loadCatalog(opened.appDatabase, sealing)
  assert.notEqual(now.version, before.version)
  assert.ok((now.models[0]?.priceVersion ?? 0) > (before.models[0]?.priceVersion ?? 0))
  const rows = await opened.appDatabase.query(sql`select 1 from price_version`)
  assert.equal(rows.length, 2)
  await assert.rejects(applyAs('file', wanted([model({ price: undefined })])), ConfigRefusedError)
})

test('what the file no longer names is put out of use, and comes back with its serial', async () => {
  await applyAs('file', wanted([model(), model({ id: 'n' })]))
  const [m] = (await loadCatalog(opened.appDatabase, sealing)).models
  assert.deepEqual(await applyAs('file', { upstreams: [], models: [] }), ['removed upstream u', 'removed model m', 'removed model n'])
  assert.deepEqual((await loadCatalog(opened.appDatabase, sealing)).models, [])
  assert.equal((await listModels(opened.appDatabase)).length, 2)
  await applyAs('file', wanted())
  assert.deepEqual((await loadCatalog(opened.appDatabase, sealing)).models, [m])
})

test('routes are added, changed and taken away one by one', async () => {
  await applyAs('file', wanted())
  const routes = [
    { upstream: 'u', model: 'up-m', priority: 2, cost: { input: '0.5' } },
    { upstream: 'u', model: 'up-m2', priority: 1, cost: {} },
  ]
  assert.deepEqual(await applyAs('file', wanted([model({ routes })])), ['changed route m → u/up-m', 'added route m → u/up-m2'])
  assert.deepEqual(await applyAs('file', wanted([model({ routes: routes.slice(1) })])), ['removed route m → u/up-m'])
  const loaded = (await loadCatalog(opened.appDatabase, sealing)).models[0]?.routes.map((route) => route.upstreamModel)
  assert.deepEqual(loaded, ['up-m2'])
  const lost = [{ upstream: 'nobody', model: 'x', priority: 1, cost: {} }]
  await assert.rejects(applyAs('file', wanted([model({ routes: lost })])), ConfigRefusedError)
})

test('a model without a price is named as such, and sold by nobody', async () => {
  await applyAs('file', wanted([model(), model({ id: 'n', price: undefined })]))
  const catalog = await loadCatalog(opened.appDatabase, sealing)
  assert.deepEqual([catalog.models.map(({ id }) => id), catalog.unpriced], [['m'], ['n']])
})

test('the file wins over the operator, the operator over the environment; each lets go only of its own', async () => {
  await applyAs('environment', wanted())
  const body = { kind: 'openai', base_url: 'https://b.example/v1' }
  const put = await putUpstream(opened.appDatabase, { id: 'u', body }, sealing)
  // Another host does not inherit the key.
  assert.deepEqual([put.source, put.base_url, put.has_key], ['operator', 'https://b.example/v1', false])
  assert.deepEqual(await applyAs('environment', wanted()), ['skipped upstream u'])
  assert.deepEqual(await applyAs('file', wanted()), ['changed upstream u', 'changed model m'])
  await failsWith(putUpstream(opened.appDatabase, { id: 'u', body }, sealing), 'catalog_from_file')
  await failsWith(deleteModel(opened.appDatabase, 'm'), 'catalog_from_file')
  assert.deepEqual(await applyAs('environment', { upstreams: [], models: [] }), [])
  await applyAs('file', { upstreams: [], models: [] })
  assert.equal((await putUpstream(opened.appDatabase, { id: 'u', body }, sealing)).source, 'operator')
})

test('the operator adds, keeps and takes away keys; they are never listed nor readable in the table', async () => {
  const body = { kind: 'openai', base_url: 'https://b.example/v1', api_key: 'sk-secret-canary' }
  await putUpstream(opened.appDatabase, { id: 'o', body }, sealing)
  await putUpstream(opened.appDatabase, { id: 'o', body: { ...body, api_key: undefined, placement: 'local' } }, sealing)
  assert.equal((await loadCatalog(opened.appDatabase, sealing)).upstreams[0]?.apiKey, 'sk-secret-canary')
  assert.ok(!JSON.stringify(await listUpstreams(opened.appDatabase)).includes('canary'))
  const [row] = await opened.ownerDatabase.query<{ text: string }>(
    sql`select encode(api_key_sealed, 'escape') as text from farebox.upstream`,
  )
  assert.ok(row !== undefined && !row.text.includes('canary'))
  const without = await putUpstream(opened.appDatabase, { id: 'o', body: { ...body, api_key: null } }, sealing)
  assert.equal(without.has_key, false)
})

test('a dated version of an API reaches gateways, is changed and taken away, and is there for the kind that has it', async () => {
  const body = { kind: 'azure-openai', base_url: 'https://r.openai.azure.com', api_version: '2024-10-21' }
  const versions = async () => (await loadCatalog(opened.appDatabase, sealing)).upstreams.map(({ apiVersion }) => apiVersion)
  assert.equal((await putUpstream(opened.appDatabase, { id: 'o', body }, sealing)).api_version, '2024-10-21')
  assert.deepEqual(await versions(), ['2024-10-21'])
  const { api_version: _, ...without } = body
  assert.equal((await putUpstream(opened.appDatabase, { id: 'o', body: without }, sealing)).api_version, null)
  assert.deepEqual(await versions(), [undefined])
  await failsWith(putUpstream(opened.appDatabase, { id: 'o', body: { ...body, kind: 'openai' } }, sealing), 'invalid_field')
})

test('a pool of keys is kept, sealed and never listed; another host gets none of the keys', async () => {
  const keys = { api_key: 'sk-secret-canary', api_keys: ['sk-secret-canary-2', 'sk-secret-canary-3'] }
  const body = { kind: 'openai', base_url: 'https://b.example/v1', max_concurrency: 5 }
  const put = async (change: object) => await putUpstream(opened.appDatabase, { id: 'o', body: { ...body, ...change } }, sealing)
  const live = async () => (await loadCatalog(opened.appDatabase, sealing)).upstreams[0]
  await put(keys)
  assert.deepEqual([(await put({})).has_key_pool, (await put({})).max_concurrency], [true, 5])
  assert.deepEqual((await live())?.keyPool, keys.api_keys)
  assert.ok(!JSON.stringify(await listUpstreams(opened.appDatabase)).includes('canary'))
  const [row] = await opened.ownerDatabase.query<{ sealed: Buffer }>(
    sql`select key_pool_sealed as sealed from farebox.upstream where id = 'o'`,
  )
  assert.ok(row !== undefined && !row.sealed.includes('canary'))
  assert.throws(() => sealing.unseal(row.sealed, 'upstream-key:o'))
  await failsWith(put({ api_keys: ['sk-same-same-1', 'sk-same-same-1'] }), 'invalid_field')
  await failsWith(put({ api_keys: ['sess-of-some-person'] }), 'invalid_field')
  await failsWith(put({ max_concurrency: 0 }), 'invalid_field')
  await put({ base_url: 'https://b.example/v2' })
  assert.equal((await live())?.keyPool?.length, 2)
  for (const other of ['https://c.example/v1', 'https://b.example:8443/v1', 'http://127.0.0.1:1/v1']) {
    await put(keys)
    const moved = await put({ base_url: other })
    assert.deepEqual([moved.has_key, moved.has_key_pool], [false, false])
  }
  assert.equal((await put({ max_concurrency: null })).max_concurrency, null)
})

test('a strategy and weights are kept, and a change of either is a change', async () => {
  const route = { upstream: 'u', model: 'up-m', priority: 1, cost: {} }
  const weighted = model({ strategy: 'weighted', routes: [{ ...route, weight: 7 }] })
  assert.deepEqual(await applyAs('file', wanted([weighted])), [
    'added upstream u',
    'added model m',
    'added price m',
    'added route m → u/up-m',
  ])
  assert.deepEqual(await applyAs('file', wanted([weighted])), [])
  const [live] = (await loadCatalog(opened.appDatabase, sealing)).models
  assert.deepEqual([live?.strategy, live?.routes[0]?.weight], ['weighted', 7])
  assert.deepEqual(await applyAs('file', wanted([{ ...weighted, strategy: 'cheapest' }])), ['changed model m'])
  assert.deepEqual(await applyAs('file', wanted([{ ...weighted, strategy: 'cheapest', routes: [{ ...route, weight: 8 }] }])), [
    'changed route m → u/up-m',
  ])
})

test('a key that reads reports is kept, sealed for itself, and taken away like the other; no gateway is told of it', async () => {
  const body = { kind: 'openai', base_url: 'https://b.example/v1', api_key: 'sk-secret-canary', admin_key: 'sk-admin-canary' }
  const put = async (change: object) => await putUpstream(opened.appDatabase, { id: 'o', body: { ...body, ...change } }, sealing)
  assert.deepEqual([(await put({})).has_admin_key, (await put({ admin_key: undefined })).has_admin_key], [true, true])
  assert.deepEqual(
    (await listAdminKeys(opened.appDatabase, sealing)).map(({ id, adminKey }) => [id, adminKey]),
    [['o', 'sk-admin-canary']],
  )
  assert.ok(!JSON.stringify(await listUpstreams(opened.appDatabase)).includes('canary'))
  assert.ok(!encodeCatalog(await loadCatalog(opened.appDatabase, sealing)).includes('sk-admin-canary'))
  const [row] = await opened.ownerDatabase.query<{ sealed: Buffer }>(
    sql`select admin_key_sealed as sealed from farebox.upstream where id = 'o'`,
  )
  assert.ok(row !== undefined && !row.sealed.includes('canary'))
  assert.throws(() => sealing.unseal(row.sealed, 'upstream-key:o'))
  assert.equal((await put({ admin_key: null })).has_admin_key, false)
  await put({})
  await deleteUpstream(opened.appDatabase, 'o')
  assert.deepEqual(await listAdminKeys(opened.appDatabase, sealing), [])
  await failsWith(put({ kind: 'openai-compatible' }), 'invalid_field')
  await failsWith(put({ admin_key: 'sk-ant-oat01-pw-secret' }), 'invalid_field')
  const withKey = (adminKey: string): DesiredCatalog => ({
    ...wanted([]),
    upstreams: wanted([]).upstreams.map((one) => ({ ...one, adminKey })),
  })
  assert.deepEqual(await applyAs('file', withKey('sk-admin-1')), ['added upstream u'])
  assert.deepEqual(await applyAs('file', withKey('sk-admin-1')), [])
  assert.deepEqual(await applyAs('file', withKey('sk-admin-2')), ['changed upstream u'])
})

test('the operator puts models, with the rules of the file, and cannot pull an upstream from under one', async () => {
  const body = { context: 10, output_max: 5, price: { input: '1', output: '2' }, routes: [{ upstream: 'o', model: 'x' }] }
  await failsWith(putModel(opened.appDatabase, { id: 'a/b', body }), 'invalid_field')
  await putUpstream(opened.appDatabase, { id: 'o', body: { kind: 'anthropic', base_url: 'https://b.example' } }, sealing)
  const view = await putModel(opened.appDatabase, { id: 'a/b', body })
  assert.deepEqual(view.price, { input: '1.00', output: '2.00', cache_read: '1.00', cache_write_5m: '1.25', cache_write_1h: '2.00' })
  for (const wrong of [
    {},
    { ...body, price: { input: 1, output: '2' } },
    { ...body, price: { input: '0', output: '2' } },
    { ...body, x: 1 },
    [],
    null,
  ])
    await failsWith(putModel(opened.appDatabase, { id: 'a/b', body: wrong }), 'invalid_field')
  await failsWith(putModel(opened.appDatabase, { id: 'no spaces', body }), 'invalid_field')
  await failsWith(deleteUpstream(opened.appDatabase, 'o'), 'upstream_in_use')
  await deleteModel(opened.appDatabase, 'a/b')
  await failsWith(deleteModel(opened.appDatabase, 'a/b'), 'model_unknown')
  await deleteUpstream(opened.appDatabase, 'o')
  await failsWith(deleteUpstream(opened.appDatabase, 'o'), 'upstream_unknown')
})

test("provider keys bring their upstreams; one that the file names or uses is the file's business", async () => {
  const providerKeys = { OPENAI_API_KEY: 'sk-openai-canary', DEEPSEEK_API_KEY: 'sk-deepseek-canary', ARK_API_KEY: 'ark-canary-1' }
  const apply = (configPath?: string) =>
    applyConfigured(opened.appDatabase, { configPath, providerKeys, environment: providerKeys }, sealing)
  await apply()
  const catalog = await loadCatalog(opened.appDatabase, sealing)
  assert.deepEqual(catalog.upstreams.map(({ id }) => id).toSorted(), ['ark', 'deepseek', 'openai'])
  assert.ok(catalog.models.some(({ id }) => id === 'gpt-4.1') && catalog.unpriced.length === 3)
  assert.deepEqual((await apply()).changes, [])
  const path = join(folder, 'farebox.yaml')
  const routed =
    'models:\n  - {id: x, context: 9, output_max: 9, price: {input: "1", output: "1"}, routes: [{upstream: deepseek, model: y}]}\n'
  writeFileSync(
    path,
    `upstreams:\n  - id: mine\n    kind: openai\n    base_url: https://a.example/v1\n    api_key: \${OPENAI_API_KEY}\n${routed}`,
  )
  await apply(path)
  const now = await loadCatalog(opened.appDatabase, sealing)
  assert.deepEqual(now.upstreams.map(({ id }) => id).toSorted(), ['ark', 'deepseek', 'mine'])
  assert.ok(now.models.some(({ id }) => id === 'x') && !now.models.some(({ id }) => id === 'gpt-4.1'))
  assert.deepEqual((await apply(path)).changes, [])
})

test('a refused file changes nothing, and tells its problems with those of the keys', async () => {
  const path = join(folder, 'bad.yaml')
  writeFileSync(path, 'upstreams: 5\n')
  const providerKeys = { OPENAI_API_KEY: 'sess-secret-canary' }
  const refused = applyConfigured(opened.appDatabase, { configPath: path, providerKeys, environment: {} }, sealing)
  await assert.rejects(
    refused,
    (thrown) => thrown instanceof ConfigRefusedError && thrown.problems.length === 2 && !JSON.stringify(thrown.problems).includes('canary'),
  )
  assert.deepEqual(await listUpstreams(opened.appDatabase), [])
})

test('plans come from the file or the operator; one that is left out takes no new members, and one with members is not deleted', async () => {
  const plans = (...multipliers: readonly [string, number][]) => ({
    ...{ upstreams: [], models: [] },
    plans: multipliers.map(([id, multiplier]) => ({ id, multiplier })),
  })
  assert.deepEqual(await applyAs('file', plans(['pro', 900_000], ['max', 800_000])), ['added plan pro', 'added plan max'])
  assert.deepEqual(await applyAs('file', plans(['pro', 900_000], ['max', 800_000])), [])
  assert.deepEqual(await applyAs('file', plans(['pro', 850_000])), ['changed plan pro', 'removed plan max'])
  assert.deepEqual(await applyAs('environment', { upstreams: [], models: [] }), [])
  const database = opened.appDatabase
  await failsWith(putPlan(database, { id: 'pro', body: { price_multiplier: '1' } }), 'catalog_from_file')
  await failsWith(deletePlan(database, 'pro'), 'catalog_from_file')
  await failsWith(deletePlan(database, 'max'), 'plan_unknown')
  const put = await putPlan(database, { id: 'max', body: { price_multiplier: '0.7' } })
  assert.deepEqual(put, {
    ...{ id: 'max', name: null, kind: 'free', price: null, price_multiplier: '0.7', models: null, requests_per_minute: null },
    ...{ tokens_per_minute: null, concurrent_calls: null, budget: null, public: false, closed: false, price_changes: [] },
    ...{ members: 0, source: 'operator', is_active: true },
  })
  await opened.ownerDatabase.query(
    sql`insert into farebox.account (id, plan_id, created_at) values ('00000000-0000-7000-8000-000000000001', 'max', now())`,
  )
  await failsWith(deletePlan(database, 'max'), 'plan_in_use')
  assert.deepEqual(await applyAs('file', plans()), ['removed plan pro'])
  const listed = (await listPlans(database)).map(({ id, members, is_active }) => [id, members, is_active])
  assert.deepEqual(listed, [
    ['max', 1, true],
    ['pro', 0, false],
  ])
  for (const body of [{}, { price_multiplier: 1 }, { price_multiplier: '0' }, { price_multiplier: '1', extra: 1 }, null])
    await failsWith(putPlan(database, { id: 'new', body }), 'invalid_field')
  await failsWith(putPlan(database, { id: 'No Spaces', body: { price_multiplier: '1' } }), 'invalid_field')
})

test('two at once end as one after the other', async () => {
  const all = await Promise.all([applyAs('file', wanted()), applyAs('file', wanted()), applyAs('file', wanted())])
  assert.equal(all.flat().length, 4)
})
