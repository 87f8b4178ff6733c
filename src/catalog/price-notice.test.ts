// Guarantee: a price that rises for customers with less notice than the rule says is refused with the first day it may hold from, whether it is set
// for now or for later, unless a reason is given, which is kept; a price that falls, a new model and a rise in time are not. The seed is printed.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { FailureError } from '../failures.ts'
import { keyringOf } from '../privacy/index.ts'
import { flatPrice } from '../spec/index.ts'
import { listModels, listShortNotices, putPricedModel, putPricedPlan, putUpstream } from './index.ts'
import { allowedAfter, isRise } from './price-notice.ts'

const SEED = Date.now() % 1_000_000
const DAY_MS = 86_400_000
const notice = { days: 30, actor: 'operator' }
let opened: TestDatabase
let model = ''
before(async () => {
  opened = await createTestDatabase()
  const sealing = keyringOf(new Map([[1, Buffer.alloc(32, 5)]]))
  await putUpstream(opened.appDatabase, { id: 'u', body: { kind: 'openai', base_url: 'https://a.example/v1' } }, sealing)
})
after(() => opened.drop())
beforeEach(() => {
  model = `m-${randomUUID()}`
})

const priceOf = (dollars: number) => ({ input: `${dollars}`, output: `${dollars}` })
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString()
const put = (price: object, more: object = {}) => {
  const body = { context: 10, output_max: 5, price, routes: [{ upstream: 'u', model: 'x' }], ...more }
  return putPricedModel(opened.appDatabase, { id: model, body, notice })
}
const isRefused = (work: Promise<unknown>) =>
  assert.rejects(work, (thrown) => {
    assert.ok(thrown instanceof FailureError && thrown.failure.code === 'price_notice_short', String(thrown))
    const first = new Date(allowedAfter(Date.now(), 30)).toISOString().slice(0, 10)
    assert.match(thrown.failure.message, new RegExp(`before ${first}`))
    return true
  })
const pricesOf = async () => {
  const found = (await listModels(opened.appDatabase)).find(({ id }) => id === model)
  return [found?.price?.['input'], ...(found?.price_changes ?? []).map(({ input }) => input)]
}

test('a rise for now, or for a day too soon, is refused, and nothing of it is written; one in time is not', async () => {
  await put(priceOf(1))
  await isRefused(put(priceOf(2)))
  await isRefused(put(priceOf(1), { price_changes: [{ ...priceOf(2), effective_at: inDays(29) }] }))
  await isRefused(put({ ...priceOf(2), effective_at: inDays(29) }))
  assert.deepEqual(await pricesOf(), ['1.00'])
  const later = { ...priceOf(2), effective_at: new Date(allowedAfter(Date.now(), 30)).toISOString() }
  assert.equal((await put(priceOf(1), { price_changes: [later] })).isShort, false)
  assert.deepEqual(await pricesOf(), ['1.00', '2.00'])
  await put(priceOf(1), { price_changes: [later] })
})

test('a service tier that was not sold before is no rise, however dear; one that was is', async () => {
  const tiers = (priority: number) => ({ ...priceOf(1), service_tiers: { priority: priceOf(priority) } })
  await put(priceOf(1))
  await put(tiers(2))
  await isRefused(put(tiers(3)))
  await isRefused(put({ ...tiers(2), ...priceOf(1.5) }))
})

test('a price that falls needs no notice, and neither does what it rises to later in time', async () => {
  await put(priceOf(5))
  await put(priceOf(4), {
    price_changes: [
      { ...priceOf(3), effective_at: inDays(1) },
      { ...priceOf(9), effective_at: inDays(40) },
    ],
  })
  await isRefused(
    put(priceOf(4), {
      price_changes: [
        { ...priceOf(3), effective_at: inDays(1) },
        { ...priceOf(3.5), effective_at: inDays(20) },
      ],
    }),
  )
  assert.deepEqual(await pricesOf(), ['4.00', '3.00', '9.00'])
})

test('with a reason it is written, and who let it and why is kept', async () => {
  await put(priceOf(1))
  const reason = 'the provider doubled its price today'
  assert.equal((await put(priceOf(2), { shorter_notice_reason: reason })).isShort, true)
  assert.equal((await put(priceOf(1.5), { shorter_notice_reason: 'not needed' })).isShort, false)
  const kept = (await listShortNotices(opened.appDatabase, 10)).filter(({ name }) => name === model)
  assert.deepEqual(
    kept.map((one) => [one.noun, one.actor, one.reason]),
    [['model', 'operator', reason]],
  )
  for (const wrong of ['', ' ', 5, 'x'.repeat(501)])
    await assert.rejects(put(priceOf(3), { shorter_notice_reason: wrong }), { message: 'invalid_field' })
})

test('a plan whose members would pay more from their next call on needs a reason; one without members does not', async () => {
  const plan = `p-${randomUUID()}`
  const putPlan = (price_multiplier: string, more: object = {}) =>
    putPricedPlan(opened.appDatabase, { id: plan, body: { price_multiplier, ...more }, notice })
  await putPlan('1')
  await putPlan('1.5')
  await opened.ownerDatabase.query(sql`insert into account (id, plan_id) values (${randomUUID()}, ${plan})`)
  await isRefused(putPlan('1.6'))
  await putPlan('1.4')
  assert.equal((await putPlan('1.6', { shorter_notice_reason: 'agreed with all members' })).isShort, true)
  await putPlan('1.6', { name: 'Six' })
  // What holds at once is written down with what it was, for members to be told.
  const begun = await opened.appDatabase.query<{ was: number; is: number; isNow: boolean }>(sql`
    select multiplier_before as was, price_multiplier as is, begun_at = effective_at as "isNow" from plan_change where plan_id = ${plan} order by id`)
  assert.deepEqual(
    begun.map(({ was, is, isNow }) => [was, is, isNow]),
    [
      [1_000_000, 1_500_000, true],
      [1_500_000, 1_400_000, true],
      [1_400_000, 1_600_000, true],
    ],
  )
})

test(`a price rises exactly where some rate of it does (seed ${SEED})`, () => {
  const rate = fc.bigInt({ min: 1n, max: 1000n })
  const rates = fc.record({ input: rate, output: rate, cacheRead: rate, cacheWrite5m: rate, cacheWrite1h: rate })
  fc.assert(
    fc.property(rates, rates, (one, other) => {
      const names = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const
      assert.equal(isRise(flatPrice(one), flatPrice(one)), false)
      const rises = names.some((name) => other[name] > one[name])
      assert.ok(!rises || isRise(flatPrice(one), flatPrice(other)))
      const lower = { ...one, output: one.output - 1n }
      assert.deepEqual([isRise(flatPrice(lower), flatPrice(one)), isRise(flatPrice(one), flatPrice(lower))], [true, false])
    }),
    { seed: SEED },
  )
})
