// Guarantee: a seat's key serves in its block of the day alone, one call at a time; what a subscription's keys may do is what its plan says; and
// when it ends, its keys stop to the millisecond, by themselves, and no other key of the account does.
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type ControlMessage, type GatewayMessage, REFUSAL_REASONS } from '../channel/index.ts'
import { connect, type Database, sql } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import { createKey, findKeyById } from '../keys/index.ts'
import { systemIds } from '../lib/index.ts'
import { cancelAtPeriodEnd, type PlanParts, putPool, reserveKey, SUBSCRIPTION_DEFAULTS, subscribe, subscribeSeats } from '../plans/index.ts'
import { packBlock } from '../spec/index.ts'
import { type MoneyStore, openMoneyStore, startTestControl, type TestControl, testClock } from './testing.ts'

const USD = 1_000_000_000n
const NO_LIMITS = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrentCalls: undefined }

let store: MoneyStore
let database: Database
before(async () => {
  store = await openMoneyStore()
  database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 4 })
  await store.ownerDatabase.query(sql`insert into model (id, context, output_max, source) values ('other', 1000, 1000, 'file')`)
})
after(async () => {
  await database.end()
  await store.drop()
})

async function begin(time: string) {
  const clock = testClock(Date.parse(time))
  const parts: PlanParts = {
    ...{ database, books: store.ledger, subjects: store.subjects, settings: SUBSCRIPTION_DEFAULTS, clock, ids: systemIds(clock.now) },
  }
  const control = await startTestControl({ store, nodeId: randomUUID(), clock, log: [] })
  return { clock, parts, control }
}

type World = Awaited<ReturnType<typeof begin>>

async function newKey({ parts }: World, accountId: string, subscriptionId?: string): Promise<string> {
  const id = randomUUID()
  await database.transaction(async (tx) => {
    if (subscriptionId !== undefined) await reserveKey(tx, { accountId, subscriptionId })
    const key = { id, accountId, name: 'k', limits: NO_LIMITS, models: undefined, expiresAt: undefined, subscriptionId }
    await createKey(tx, store.subjects, { ...key, random: randomBytes(32), now: parts.clock.now() })
  })
  return id
}

/** What a call of a key is told: that it is granted, or why not and with which numbers. */
async function callWith(
  control: TestControl,
  { accountId, keyId }: { accountId: string; keyId: string },
): Promise<string | ControlMessage<'refused'>> {
  let told: string | ControlMessage<'refused'> = 'nothing'
  const hold: GatewayMessage<'hold'> = {
    ...{
      seq: 1,
      requestId: randomUUID(),
      accountId,
      keyId,
      modelSerial: 1,
      priceVersion: store.prices[0]?.version ?? 0,
      amount: 1n,
      tokens: 1,
    },
    ...{ startedAt: 0, ipTag: 1, isPart: 0, multiplier: 1_000_000, serviceTier: 0 },
  }
  await control.desk.hold(randomUUID(), hold, {
    granted: () => {
      told = 'granted'
    },
    refused: (message) => {
      told = message
    },
    settled: () => undefined,
  })
  return told
}

const reasonOf = (told: string | ControlMessage<'refused'>): string =>
  typeof told === 'string' ? told : (REFUSAL_REASONS[told.reason] ?? '')

test('a seat in europe: refused at 07:59:59.999, served from 08:00, refused from 16:00, with the block and when it opens', async () => {
  for (const [time, expected, opensInMs] of [
    ['07:59:00.000', 'block', 60_000],
    ['07:59:59.999', 'block', 1],
    ['08:00:00.000', 'granted', 0],
    ['15:59:59.999', 'granted', 0],
    ['16:00:00.000', 'block', 16 * 3_600_000],
  ] as const) {
    const world = await begin(`2026-03-01T${time}Z`)
    const { accountId } = await store.newCustomer(100n * USD)
    const poolId = await putPool(world.parts, {
      ...{ slug: `europe-${expected}-${opensInMs}-${time.slice(0, 2)}`, description: 'x', models: ['m'], annualDiscount: 0 },
      blocks: [{ block: 'europe', fromMinute: 480, toMinute: 960, seats: 3, price: USD }],
    })
    const seats = await subscribeSeats(world.parts, { accountId, poolId, blocks: ['europe'], quantity: 2, months: 1 })
    const [one = '', two = ''] = await Promise.all(seats.map((seat) => newKey(world, accountId, seat)))
    const told = await callWith(world.control, { accountId, keyId: one })
    assert.equal(reasonOf(told), expected, time)
    if (typeof told === 'string') {
      assert.equal(reasonOf(await callWith(world.control, { accountId, keyId: one })), 'concurrency')
      assert.equal(reasonOf(await callWith(world.control, { accountId, keyId: two })), 'granted')
    } else assert.deepEqual([told.limit, told.retryAfterMs], [packBlock({ name: 'europe', fromMinute: 480, toMinute: 960 }), opensInMs])
  }
})

test('a seat has one key at a time, and only its owner can make it', async () => {
  const world = await begin('2026-03-01T10:00:00Z')
  const [owner, other] = [await store.newCustomer(100n * USD), await store.newCustomer(0n)]
  const poolId = await putPool(world.parts, {
    ...{ slug: 'keys', description: 'x', models: ['m'], annualDiscount: 0 },
    blocks: [{ block: 'asia', fromMinute: 0, toMinute: 480, seats: 1, price: USD }],
  })
  const [seat = ''] = await subscribeSeats(world.parts, { accountId: owner.accountId, poolId, blocks: ['asia'], quantity: 1, months: 1 })
  const code = (thrown: unknown): boolean =>
    thrown instanceof FailureError && ['seat_has_key', 'subscription_unknown'].includes(thrown.failure.code)
  await assert.rejects(newKey(world, other.accountId, seat), code)
  const made = await Promise.allSettled([1, 2, 3].map(() => newKey(world, owner.accountId, seat)))
  assert.equal(made.filter(({ status }) => status === 'fulfilled').length, 1)
  const found = await findKeyById(database, made.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))[0] ?? '')
  assert.deepEqual([found?.models, found?.subscription?.budget], [['m'], { limit: undefined, window: undefined }])
})

test('a plan bounds its keys: its models, what they pay, and limits that they share', async () => {
  const world = await begin('2026-03-01T10:00:00Z')
  await store.ownerDatabase.query(sql`
    insert into plan (id, kind, price, price_multiplier, models, concurrent_calls, is_public, source)
    values ('bound', 'monthly', ${USD}, 500000, '{m}', 2, true, 'operator')`)
  const { accountId, keyId: free } = await store.newCustomer(100n * USD)
  const id = await subscribe(world.parts, { accountId, planId: 'bound' })
  const keys = [await newKey(world, accountId, id), await newKey(world, accountId, id), await newKey(world, accountId, id)]
  const found = await findKeyById(database, keys[0] ?? '')
  assert.deepEqual([found?.models, found?.multiplier, (await findKeyById(database, free))?.models], [['m'], 500_000, undefined])
  const told = []
  for (const keyId of keys) told.push(reasonOf(await callWith(world.control, { accountId, keyId })))
  assert.deepEqual(told, ['granted', 'granted', 'concurrency'])
  assert.equal(reasonOf(await callWith(world.control, { accountId, keyId: free })), 'granted')
})

test('keys of what was canceled stop with the period, without any job, and no other key of the account does', async () => {
  const world = await begin('2026-03-01T10:00:00Z')
  const { clock, parts, control } = world
  await store.ownerDatabase.query(sql`
    insert into plan (id, kind, price, is_public, source) values ('short', 'monthly', ${USD}, true, 'operator')`)
  const { accountId, keyId: free } = await store.newCustomer(100n * USD)
  const [ending, staying] = [await subscribe(parts, { accountId, planId: 'short' }), await subscribe(parts, { accountId, planId: 'short' })]
  const [gone, kept] = [await newKey(world, accountId, ending), await newKey(world, accountId, staying)]
  await cancelAtPeriodEnd(parts, { id: ending, by: 'customer' }, true)
  const end = Date.parse('2026-04-01T10:00:00Z')
  clock.forward(end - clock.now() - 1)
  assert.equal(reasonOf(await callWith(control, { accountId, keyId: gone })), 'granted')
  clock.forward(1)
  const told = []
  for (const keyId of [gone, kept, free]) told.push(reasonOf(await callWith(control, { accountId, keyId })))
  assert.deepEqual(told, ['ended', 'granted', 'granted'])
})
