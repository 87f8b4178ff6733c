// Guarantee: gateways are told of no upstream, and of no route to one, before the version of the policy that lists it takes effect.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { keyringOf, labelsOf, publishPolicy } from '../privacy/index.ts'
import { listInUse, loadCatalog, millisToNextChange, putModel, putUpstream, readHeldUpstreams } from './index.ts'

let kit: TestDatabase
before(async () => {
  kit = await createTestDatabase()
})
after(() => kit.drop())

const sealing = keyringOf(new Map([[1, Buffer.alloc(32, 7)]]))
const DAY_MS = 86_400_000
const SHOWN = { evidence: 'https://provider.test/privacy', checked: '2026-11-01' }

async function put(id: string, privacy: object = {}, placement = 'third_party'): Promise<void> {
  await putUpstream(kit.appDatabase, { id, body: { kind: 'openai', base_url: `https://${id}.test/v1`, placement, privacy } }, sealing)
}

async function publish(now: number): Promise<void> {
  const inUse = await listInUse(kit.appDatabase)
  const recipients = inUse.filter(({ placement }) => placement === 'third_party').map(({ id }) => id)
  const draft = {
    claims: [],
    recipients,
    providers: labelsOf(inUse),
    profile: 'strict',
    firstDay: '2026-01-01',
    print: () => 'text',
  } as const
  await publishPolicy(kit.appDatabase, draft, now)
}

async function called(): Promise<{ readonly upstreams: readonly string[]; readonly routes: number; readonly models: readonly string[] }> {
  const { upstreams, models } = await loadCatalog(kit.appDatabase, sealing)
  return {
    upstreams: upstreams.map(({ id }) => id).sort(),
    models: models.map(({ id }) => id).sort(),
    routes: models.flatMap(({ routes }) => routes).length,
  }
}

test('from the first start to a provider that is new, waits, is let in, gets worse and is held again', async () => {
  const now = Date.now()
  await put('north', { country: 'US', retention: '30 days', ...SHOWN })
  await put('cellar', {}, 'local')
  const model = { context: 1000, output_max: 100, price: { input: '1', output: '2' } }
  const route = (upstream: string) => ({ upstream, model: 'x' })
  await putModel(kit.appDatabase, { id: 'm', body: { ...model, routes: [route('north'), route('cellar')] } })
  await publish(now - 40 * DAY_MS)
  assert.deepEqual(await called(), { upstreams: ['cellar', 'north'], models: ['m'], routes: 2 })
  await kit.ownerDatabase.query(sql`insert into farebox.account (id) values ('00000000-0000-4000-8000-000000000001')`)
  await put('south', { country: 'FR' })
  await putModel(kit.appDatabase, { id: 'm', body: { ...model, routes: ['north', 'cellar', 'south'].map(route) } })
  await putModel(kit.appDatabase, { id: 'm-south', body: { ...model, routes: [route('south')] } })
  const without = { upstreams: ['cellar', 'north'], models: ['m'], routes: 2 }
  assert.deepEqual(await called(), without)
  assert.deepEqual(
    (await readHeldUpstreams(kit.appDatabase)).map(({ label, until }) => [label.name, until]),
    [['south', undefined]],
  )
  await publish(now - 13 * DAY_MS)
  assert.deepEqual(await called(), without)
  const [hold] = await readHeldUpstreams(kit.appDatabase)
  assert.equal(hold?.until, now + DAY_MS)
  const millis = (await millisToNextChange(kit.appDatabase)) ?? 0
  assert.ok(millis > DAY_MS - 600_000 && millis <= DAY_MS, `${millis}`)
  await kit.ownerDatabase.query(sql`alter table farebox.policy_version disable trigger user`)
  await kit.ownerDatabase.query(sql`update farebox.policy_version set effective_at = ${new Date(now - 1000)} where number = 2`)
  await kit.ownerDatabase.query(sql`alter table farebox.policy_version enable trigger user`)
  assert.deepEqual(await called(), { upstreams: ['cellar', 'north', 'south'], models: ['m', 'm-south'], routes: 4 })
  await put('north', { country: 'US', retention: '60 days', ...SHOWN })
  assert.deepEqual(await called(), { upstreams: ['cellar', 'south'], models: ['m', 'm-south'], routes: 3 })
  assert.deepEqual(
    (await readHeldUpstreams(kit.appDatabase)).map(({ worse }) => worse),
    [['retention']],
  )
  await put('north', { country: 'US', retention: 'none', ...SHOWN })
  assert.equal((await called()).routes, 4)
})
