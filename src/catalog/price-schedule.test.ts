// Guarantee: at any time exactly the version holds whose time came last; what has begun is never changed, what has not can be cancelled.
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { seededRandom } from '../../sim/index.ts'
import { DatabaseError, sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { FailureError } from '../failures.ts'
import { formatUsd } from '../lib/index.ts'
import { keyringOf } from '../privacy/index.ts'
import { ConfigRefusedError } from '../spec/index.ts'
import {
  applyCatalog,
  cancelPriceVersion,
  completePrice,
  type DesiredModel,
  listModels,
  listPriceVersions,
  loadCatalog,
  millisToNextPrice,
  putModel,
  putUpstream,
} from './index.ts'

const sealing = keyringOf(new Map([[1, Buffer.alloc(32, 5)]]))
let opened: TestDatabase
beforeEach(async () => {
  opened = await createTestDatabase()
  await putUpstream(opened.appDatabase, { id: 'u', body: { kind: 'openai', base_url: 'https://a.example/v1' } }, sealing)
})
afterEach(() => opened.drop())

const body = (price: object, changes?: readonly object[]) => ({
  ...{ context: 10, output_max: 5, price, routes: [{ upstream: 'u', model: 'x' }] },
  ...(changes === undefined ? {} : { price_changes: changes }),
})
const put = (price: object, changes?: readonly object[]) => putModel(opened.appDatabase, { id: 'm', body: body(price, changes) })
const priceOf = (dollars: number) => ({ input: `${dollars}`, output: `${dollars}` })
const inMillis = async (millis: number): Promise<string> => {
  const [row] = await opened.appDatabase.query<{ now: Date }>(sql`select clock_timestamp() as now`)
  return new Date((row?.now.getTime() ?? 0) + millis).toISOString()
}
const HOUR_MS = 3_600_000
const statesOf = async () =>
  (await listPriceVersions(opened.appDatabase, { model: 'm', limit: 100 })).map(({ price, state }) => `${price.input} ${state}`)
const holds = async () => {
  const price = (await loadCatalog(opened.appDatabase, sealing)).models[0]?.price[0]
  return price === undefined ? undefined : formatUsd(price.rates.input)
}
const failsWith = (work: Promise<unknown>, code: string, field?: string) =>
  assert.rejects(work, (thrown) => {
    assert.ok(thrown instanceof FailureError, String(thrown))
    assert.deepEqual([thrown.failure.code, thrown.failure.field], [code, field])
    return true
  })

test('a price is scheduled, listed, kept when put again, replaced and cancelled; it does not hold before its time', async () => {
  await put(priceOf(1))
  const later = await inMillis(HOUR_MS)
  const view = await put(priceOf(1), [{ effective_at: later, ...priceOf(2) }])
  assert.deepEqual(
    view.price_changes.map(({ input, effective_at }) => [input, effective_at]),
    [['2.00', later]],
  )
  const { version } = (await put(priceOf(1), [{ effective_at: later, ...priceOf(2) }])).price_changes[0] ?? assert.fail()
  assert.equal(version, view.price_changes[0]?.version)
  assert.deepEqual([await statesOf(), await holds()], [['2.00 scheduled', '1.00 holds'], '1.00'])
  const replaced = await put(priceOf(1), [{ effective_at: later, ...priceOf(3) }])
  assert.notEqual(replaced.price_changes[0]?.version, version)
  await cancelPriceVersion(opened.appDatabase, replaced.price_changes[0]?.version ?? 0)
  assert.deepEqual(await statesOf(), ['3.00 cancelled', '2.00 cancelled', '1.00 holds'])
  await failsWith(cancelPriceVersion(opened.appDatabase, version), 'price_begun')
  await failsWith(cancelPriceVersion(opened.appDatabase, 999), 'price_unknown')
  await failsWith(listPriceVersions(opened.appDatabase, { model: 'none', limit: 1 }), 'model_unknown')
  assert.equal(await millisToNextPrice(opened.appDatabase), undefined)
})

test('a price with a time leaves the one that holds; left out it is cancelled', async () => {
  await put(priceOf(1))
  const later = await inMillis(HOUR_MS)
  const view = await put({ ...priceOf(2), effective_at: later })
  assert.deepEqual([view.price?.input, view.price_changes[0]?.input], ['1.00', '2.00'])
  const millis = (await millisToNextPrice(opened.appDatabase)) ?? 0
  assert.ok(millis > 0 && millis <= HOUR_MS, `${millis}`)
  assert.deepEqual([(await put(priceOf(1))).price_changes, await statesOf()], [[], ['2.00 cancelled', '1.00 holds']])
})

test('a scheduled price begins to hold by itself, and the same file goes on to change nothing', async () => {
  const begins = await inMillis(1500)
  const model = (now: number, changes: readonly [string, number][]): DesiredModel => ({
    ...{ id: 'm', context: 10, outputMax: 5, price: completePrice(priceOf(now), false) },
    priceChanges: changes.map(([time, dollars]) => ({ effectiveAt: Date.parse(time), price: completePrice(priceOf(dollars), false) })),
    routes: [{ upstream: 'u', model: 'x', priority: 1, cost: {} }],
  })
  const apply = (wanted: DesiredModel) =>
    applyCatalog(opened.appDatabase, { upstreams: [], models: [wanted] }, { source: 'file', sealing }).then(({ changes }) =>
      changes.map(({ action, id }) => `${action} ${id}`),
    )
  const first = await apply(model(1, [[begins, 2]]))
  assert.ok(first.includes(`added m from ${begins}`), first.join())
  const before = await holds()
  if (Date.parse(await inMillis(0)) < Date.parse(begins)) assert.equal(before, '1.00')
  while ((await holds()) !== '2.00') await delay(20)
  assert.ok(Date.parse(await inMillis(0)) >= Date.parse(begins))
  assert.deepEqual(await apply(model(1, [[begins, 2]])), [])
  assert.deepEqual(await statesOf(), ['2.00 holds', '1.00 past'])
  await assert.rejects(apply(model(1, [[begins, 3]])), ConfigRefusedError, 'a price that holds is not changed backwards')
  await assert.rejects(apply(model(7, [[begins, 2]])), ConfigRefusedError, 'a price that would be overruled is not taken')
  assert.deepEqual(await statesOf(), ['2.00 holds', '1.00 past'])
  const next = await inMillis(HOUR_MS)
  assert.deepEqual(await apply(model(2, [[next, 5]])), [`added m from ${next}`])
  assert.deepEqual(await apply(model(4, [])), ['changed m', `removed m from ${next}`])
  await failsWith(cancelPriceVersion(opened.appDatabase, 1), 'catalog_from_file')
})

test('times that have passed are refused by the field, and nothing is written', async () => {
  await put(priceOf(1))
  const passed = await inMillis(-1000)
  await failsWith(put({ ...priceOf(2), effective_at: passed }), 'invalid_field', 'effective_at')
  await failsWith(put(priceOf(1), [{ effective_at: passed, ...priceOf(2) }]), 'invalid_field', 'effective_at')
  await failsWith(
    putModel(opened.appDatabase, { id: 'new', body: body({ ...priceOf(2), effective_at: passed }) }),
    'invalid_field',
    'effective_at',
  )
  for (const changes of [[{ ...priceOf(2), effective_at: 'soon' }], [priceOf(2)], [{ input: '0', output: '1', effective_at: passed }]])
    await assert.rejects(put(priceOf(1), changes), FailureError)
  assert.deepEqual(await statesOf(), ['1.00 holds'])
  assert.equal((await listModels(opened.appDatabase)).length, 1)
})

test('not even by SQL is a price changed backwards', async () => {
  await put(priceOf(1), [{ effective_at: await inMillis(HOUR_MS), ...priceOf(2) }])
  const [scheduled, held] = await listPriceVersions(opened.appDatabase, { model: 'm', limit: 2 })
  const refused = (statement: ReturnType<typeof sql>, by = opened.ownerDatabase) =>
    assert.rejects(by.query(statement), (thrown) => thrown instanceof DatabaseError && thrown.code === '23001')
  await refused(sql`update farebox.price_version set cancelled_at = now() where id = ${held?.version}`)
  await refused(sql`update farebox.price_version set effective_at = now() where id = ${scheduled?.version}`)
  await refused(sql`update farebox.price_version set cancelled_at = now(), input = 5 where id = ${scheduled?.version}`)
  await refused(sql`delete from farebox.price_version where id = ${scheduled?.version}`)
  const backdated = sql`
    insert into price_version (model_serial, input, output, cache_read, cache_write_5m, cache_write_1h, effective_at)
    values (1, 1, 1, 1, 1, 1, now() - interval '1 second')`
  await refused(backdated, opened.appDatabase)
  await cancelPriceVersion(opened.appDatabase, scheduled?.version ?? 0)
  await refused(sql`update farebox.price_version set cancelled_at = null where id = ${scheduled?.version}`)
  await refused(sql`update farebox.price_version set cancelled_at = now() where id = ${scheduled?.version}`)
})

test('which version holds at a time is the latest one that had begun and was not cancelled, over 150 random timelines', async (t) => {
  const seed = 20_261_126
  t.diagnostic(`seed ${seed}`)
  const random = seededRandom(seed)
  await put(priceOf(1))
  await opened.ownerDatabase.query(sql`alter table farebox.price_version disable trigger user`)
  const origin = Date.parse('2026-01-01T00:00:00Z')
  for (let round = 0; round < 150; round += 1) {
    await opened.ownerDatabase.query(sql`delete from farebox.price_version`)
    const versions = Array.from({ length: 1 + random.below(6) }, (_, index) => ({
      input: index + 1,
      at: origin + random.below(8) * 1000,
      isCancelled: random.below(4) === 0,
    }))
    for (const { input, at, isCancelled } of versions)
      await opened.ownerDatabase.query(sql`
        insert into farebox.price_version (model_serial, input, output, cache_read, cache_write_5m, cache_write_1h, effective_at, cancelled_at)
        values (1, ${input}, 0, 0, 0, 0, ${new Date(at)}, ${isCancelled ? new Date(origin) : null})`)
    const at = origin + random.below(10) * 1000 - 1000
    const expected = versions
      .filter((version) => version.at <= at && !version.isCancelled)
      .reduce<(typeof versions)[number] | undefined>(
        (latest, next) => (latest === undefined || next.at >= latest.at ? next : latest),
        undefined,
      )
    const [found, ...more] = await listPriceVersions(opened.appDatabase, { model: 'm', at, limit: 10 })
    assert.deepEqual([found?.price.input, more], [expected && formatUsd(BigInt(expected.input)), []], JSON.stringify({ versions, at }))
    const inUse = versions.filter((version) => !version.isCancelled)
    const now = inUse.length === 0 ? undefined : await holds()
    const last = inUse.toSorted((a, b) => a.at - b.at).at(-1)
    assert.equal(now, last && formatUsd(BigInt(last.input)))
  }
})
