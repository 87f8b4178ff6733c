// Guarantee: a price or multiplier that rises in farebox.yaml with less notice than the rules promise waits until the notice is over, however often
// the file is applied; with a reason it rises at once, which is kept; and a change of a plan begins at its time, once.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, afterEach, before, test } from 'node:test'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { FailureError } from '../failures.ts'
import { keyringOf } from '../privacy/index.ts'
import { parseCatalogFile } from './file.ts'
import { applyCatalog, beginPlanChanges, cancelPlanChange, listModels, listPlans, listShortNotices, putPricedPlan } from './index.ts'
import { allowedAfter } from './price-notice.ts'

const sealing = keyringOf(new Map([[1, Buffer.alloc(32, 5)]]))
const DAY_MS = 86_400_000
const allowed = () => new Date(allowedAfter(Date.now(), 30)).toISOString()
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString()

let kit: TestDatabase
before(async () => {
  kit = await createTestDatabase()
})
after(() => kit.drop())
afterEach(async () => {
  await kit.ownerDatabase.query(sql`delete from account`)
})

const fileOf = (model: string, plans = '[]') => `
upstreams: [{ id: u, kind: openai, base_url: "https://a.example/v1" }]
models: [{ id: m, context: 10, output_max: 5, routes: [{ upstream: u, model: x }], ${model} }]
plans: ${plans}
`
const apply = async (text: string) => {
  const { desired, problems } = parseCatalogFile(text, { file: 'farebox.yaml', environment: {}, knownUpstreams: new Map() })
  assert.deepEqual(problems, [])
  const { changes } = await applyCatalog(kit.appDatabase, desired ?? assert.fail(), { source: 'file', sealing, noticeDays: 30 })
  return changes
    .filter(({ noun }) => noun === 'price' || noun === 'plan')
    .map(({ action, id, until }) => `${action} ${id}${until === undefined ? '' : ` ${until}`}`)
}
const pricesOf = async () => {
  const model = (await listModels(kit.appDatabase)).find(({ id }) => id === 'm')
  return [model?.price?.input, ...(model?.price_changes ?? []).map(({ input, effective_at: at }) => `${input} ${at}`)]
}
const price = (input: string, more = '') => `price: { input: "${input}", output: "9" }${more}`

test('a rise in the file waits, twice applied it keeps its day, taken back it is cancelled, and a fall holds at once', async () => {
  await apply(fileOf(price('1')))
  assert.deepEqual(await apply(fileOf(price('2'))), [`added m from ${allowed()}`, `held m ${allowed()}`])
  assert.deepEqual(await pricesOf(), ['1.00', `2.00 ${allowed()}`])
  assert.deepEqual(await apply(fileOf(price('2'))), [`held m ${allowed()}`])
  assert.deepEqual(await apply(fileOf(price('1'))), [`removed m from ${allowed()}`])
  assert.deepEqual(await pricesOf(), ['1.00'])
  assert.deepEqual(await apply(fileOf(price('0.5'))), ['changed m'])
})

test('a scheduled rise that comes too soon is put off, also when its written time has come; one in time is not', async () => {
  await apply(fileOf(price('1', ', shorter_notice_reason: "begins anew"')))
  const soon = inDays(3)
  const early = fileOf(price('1', `, price_changes: [{ effective_at: "${soon}", input: "2", output: "9" }]`))
  await apply(early)
  assert.deepEqual(await pricesOf(), ['1.00', `2.00 ${allowed()}`])
  const past = fileOf(price('1', `, price_changes: [{ effective_at: "${inDays(-1)}", input: "2", output: "9" }]`))
  assert.deepEqual(await apply(past), [`held m ${allowed()}`])
  assert.deepEqual(await pricesOf(), ['1.00', `2.00 ${allowed()}`])
  const later = inDays(31)
  await apply(fileOf(price('1', `, price_changes: [{ effective_at: "${later}", input: "3", output: "9" }]`)))
  assert.deepEqual(await pricesOf(), ['1.00', `3.00 ${later}`])
})

test('with a reason it rises at once, which is kept once', async () => {
  await apply(fileOf(price('0.1')))
  const text = fileOf(price('4', ', shorter_notice_reason: "the provider asks more since today"'))
  await apply(text)
  await apply(text)
  assert.equal((await pricesOf())[0], '4.00')
  const kept = (await listShortNotices(kit.appDatabase, 10)).filter(({ reason }) => reason.startsWith('the provider'))
  assert.deepEqual(
    kept.map(({ noun, name, actor }) => [noun, name, actor]),
    [['model', 'm', 'farebox.yaml']],
  )
})

const PLAN = (multiplier: string, more = '') => fileOf(price('1'), `[{ id: pro, price_multiplier: "${multiplier}"${more} }]`)
const planOf = async () => {
  const plan = (await listPlans(kit.appDatabase)).find(({ id }) => id === 'pro')
  return [plan?.price_multiplier, ...(plan?.price_changes ?? []).map((change) => `${change.price_multiplier} ${change.effective_at}`)]
}
const join = () => kit.ownerDatabase.query(sql`insert into account (id, plan_id) values (${randomUUID()}, 'pro')`)

test('the multiplier of a plan waits for its members, and for nobody where it has none', async () => {
  await apply(PLAN('1'))
  assert.deepEqual(await apply(PLAN('1.1')), ['changed pro'])
  await join()
  assert.deepEqual(await apply(PLAN('1.2')), ['changed pro', `held pro ${allowed()}`])
  assert.deepEqual(await apply(PLAN('1.2')), [`held pro ${allowed()}`])
  assert.deepEqual(await planOf(), ['1.1', `1.2 ${allowed()}`])
  await apply(PLAN('1', `, price_changes: [{ effective_at: "${inDays(2)}", price_multiplier: "1.05" }]`))
  assert.deepEqual(await planOf(), ['1', `1.05 ${allowed()}`])
  await apply(PLAN('1.3', ', shorter_notice_reason: "agreed with all"'))
  assert.deepEqual(await planOf(), ['1.3'])
  assert.equal((await listShortNotices(kit.appDatabase, 10)).filter(({ noun }) => noun === 'plan').length, 1)
  await apply(PLAN('0.9'))
  assert.deepEqual(await planOf(), ['0.9'])
})

test('a plan that was taken out and comes back dearer waits for the members that it kept', async () => {
  await apply(PLAN('0.5'))
  await join()
  await apply(fileOf(price('1')))
  assert.deepEqual(
    (await listPlans(kit.appDatabase)).map(({ id, is_active: isActive, members }) => [id, isActive, members]),
    [['pro', false, 1]],
  )
  assert.ok((await apply(PLAN('2'))).includes(`held pro ${allowed()}`))
  assert.deepEqual(await planOf(), ['0.5', `2 ${allowed()}`])
  await apply(fileOf(price('1')))
  await assert.rejects(
    putPricedPlan(kit.appDatabase, { id: 'pro', body: { price_multiplier: '3' }, notice: { days: 30, actor: 'ada' } }),
    (thrown) => thrown instanceof FailureError && thrown.failure.code === 'price_notice_short',
  )
  assert.equal((await planOf())[0], '0.5')
})

test('a change of a plan begins at its time, once; before it can be withdrawn', async () => {
  await kit.ownerDatabase.query(sql`update plan set is_active = false`)
  const put = (price_changes: readonly object[], more: object = {}) =>
    putPricedPlan(kit.appDatabase, {
      id: 'own',
      body: { price_multiplier: '1', price_changes, ...more },
      notice: { days: 30, actor: 'ada' },
    })
  const later = inDays(31)
  const { view } = await put([{ effective_at: later, price_multiplier: '1.5' }])
  await kit.ownerDatabase.query(sql`insert into account (id, plan_id) values (${randomUUID()}, 'own')`)
  const change = view.price_changes[0]?.change ?? 0
  assert.deepEqual(view.price_changes, [{ change, price_multiplier: '1.5', effective_at: later }])
  assert.equal(await beginPlanChanges(kit.appDatabase), 0)
  const fails = (work: Promise<unknown>, code: string) =>
    assert.rejects(work, (thrown) => thrown instanceof FailureError && thrown.failure.code === code)
  await fails(put([{ effective_at: inDays(2), price_multiplier: '1.2' }]), 'price_notice_short')
  const soon = [{ effective_at: new Date(Date.now() + 500).toISOString(), price_multiplier: '1.2' }]
  assert.equal((await put(soon, { shorter_notice_reason: 'all agreed' })).isShort, true)
  await fails(cancelPlanChange(kit.appDatabase, { planId: 'own', change }), 'price_begun')
  await fails(cancelPlanChange(kit.appDatabase, { planId: 'other', change }), 'price_unknown')
  await new Promise((resolve) => setTimeout(resolve, 600))
  assert.deepEqual([await beginPlanChanges(kit.appDatabase), await beginPlanChanges(kit.appDatabase)], [1, 0])
  const own = (await listPlans(kit.appDatabase)).find(({ id }) => id === 'own')
  assert.deepEqual([own?.price_multiplier, own?.price_changes], ['1.2', []])
  const begun = sql`select multiplier_before as was from plan_change where plan_id = 'own' and begun_at is not null`
  assert.deepEqual(
    (await kit.appDatabase.query<{ was: number }>(begun)).map(({ was }) => was),
    [1_000_000],
  )
})
