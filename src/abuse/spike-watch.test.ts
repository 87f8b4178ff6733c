// Guarantee: a key that spends more than it may in five minutes, on one node or on several together, raises one alarm at the next look and, where
// that is wanted, rests from then on; what was spent before it was resumed is not held against it; its owner is told by one letter.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type Customer, type MoneyStore, openMoneyStore } from '../control/testing.ts'
import { connect, type Database, sql } from '../db/index.ts'
import { endIdleTransactions } from '../db/testing.ts'
import { findKeyById, resumeKey } from '../keys/index.ts'
import { isoDate, type LogEvent, systemIds, utcDayOf } from '../lib/index.ts'
import { type AlarmLetter, type KeyAlarm, listAlarms, makeSpikeWatch, raiseAlarm, type SpikeSettings, tellAlarms } from './index.ts'

const USD = 1_000_000_000n
const clock = { at: Date.now(), now: () => clock.at }
const ids = systemIds(clock.now)
let store: MoneyStore
let database: Database
before(async () => {
  store = await openMoneyStore()
  database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 8 })
  for (const day of [0, 1, 2, 3, 4, 5, 6, 7]) {
    await store.database.query(sql`select ensure_usage_partition(${isoDate(utcDayOf(clock.at) - day)}::date)`)
  }
})
after(async () => {
  await database.end()
  await store.drop()
})

const ABSOLUTE: SpikeSettings = { amount: 10n * USD, times: undefined, least: 5n * USD, isPausing: true }

function watch(settings: SpikeSettings = ABSOLUTE) {
  const log: LogEvent[] = []
  const made = makeSpikeWatch({ database, settings, clock, ids, log: (event) => void log.push(event), onRaised: () => undefined })
  return { ...made, log }
}
const alarmsOf = async ({ keyId }: Customer): Promise<readonly KeyAlarm[]> =>
  (await listAlarms(database, 500)).filter((alarm) => alarm.keyId === keyId)
const pausedFor = async ({ keyId }: Customer) => (await findKeyById(database, keyId))?.pausedFor
const spend = (customer: Customer, spent: bigint) => ({ ...customer, spent })

test('exactly as much as it may is no alarm, a nano-dollar more is one, and the key rests', async () => {
  const customer = await store.newCustomer(0n)
  const { note, look, log } = watch()
  note(spend(customer, 10n * USD))
  assert.equal(await look(), 0)
  note(spend(customer, 1n))
  assert.equal(await look(), 1)
  assert.equal(await pausedFor(customer), 'spike')
  const [alarm] = await alarmsOf(customer)
  assert.deepEqual([alarm?.kind, alarm?.amount, alarm?.isPaused], ['spike', 10n * USD + 1n, true])
  assert.deepEqual(log, [{ event: 'key-paused', account: customer.accountId, part: 'spike', over: 10n * USD + 1n }])
  note(spend(customer, 50n * USD))
  assert.equal(await look(), 0, 'calls that were running when it was paused raise nothing')
})

test('what was spent more than five minutes before is not counted', async () => {
  const customer = await store.newCustomer(0n)
  const { note, look } = watch()
  for (let minute = 0; minute < 30; minute += 1) {
    note(spend(customer, 1_600_000_000n))
    assert.equal(await look(), 0)
    clock.at += 60_000
  }
  assert.equal(await pausedFor(customer), undefined)
})

test('a resumed key begins anew, and a second spike pauses it at the next look', async () => {
  const customer = await store.newCustomer(0n)
  const { note, look } = watch()
  note(spend(customer, 11n * USD))
  assert.equal(await look(), 1)
  clock.at += 20_000
  await resumeKey(database, { id: customer.keyId, now: clock.at })
  clock.at += 5_000
  assert.equal(await look(), 0, 'the old money is not held against it')
  note(spend(customer, 11n * USD))
  clock.at += 5_000
  assert.equal(await look(), 1)
  assert.equal((await alarmsOf(customer)).length, 2)
})

test('of looks at the same time on many nodes one raises the alarm', async () => {
  const customer = await store.newCustomer(0n)
  const alarm = { ...customer, kind: 'spike' as const, amount: 11n * USD, isPausing: false, now: clock.at }
  const raised = await Promise.all(Array.from({ length: 8 }, () => raiseAlarm(database, { ...alarm, id: randomUUID() })))
  assert.equal(raised.filter((one) => one).length, 1)
})

test('nobody else can have a key paused by its id', async () => {
  const [customer, other] = [await store.newCustomer(0n), await store.newCustomer(0n)]
  const alarm = { id: randomUUID(), keyId: customer.keyId, accountId: other.accountId, kind: 'spike' as const, amount: 1n, isPausing: true }
  assert.equal(await raiseAlarm(database, { ...alarm, now: clock.at }), false)
  assert.equal(await pausedFor(customer), undefined)
})

test('a rate far above what is usual for the key is an alarm; a new key, and one that always spends so much, raise none', async () => {
  const unusual: SpikeSettings = { amount: undefined, times: 10, least: 5n * USD, isPausing: false }
  const [steady, jumping, fresh] = [await store.newCustomer(0n), await store.newCustomer(0n), await store.newCustomer(0n)]
  await usage(steady, { cost: USD, windows: 20, agoMs: 86_400_000 })
  await usage(jumping, { cost: USD / 2n, windows: 20, agoMs: 86_400_000 })
  await usage(fresh, { cost: 1_000n, windows: 11, agoMs: 86_400_000 })
  const { note, look, log } = watch(unusual)
  for (const customer of [steady, jumping, fresh]) note(spend(customer, 9n * USD))
  assert.equal(await look(), 1)
  assert.deepEqual([(await alarmsOf(jumping))[0]?.kind, await pausedFor(jumping)], ['unusual', undefined])
  assert.deepEqual(log, [{ event: 'key-alarm', account: jumping.accountId, part: 'unusual', over: 9n * USD }])
})

test('a spike that is spread over nodes is found by the rows of all of them', async () => {
  const customer = await store.newCustomer(0n)
  const nodes = [randomUUID(), randomUUID(), randomUUID()]
  for (const id of nodes)
    await store.ownerDatabase.query(sql`insert into node (id, epoch, is_answering, seen_at) values (${id}, 1, true, clock_timestamp())`)
  try {
    const { note, look } = watch()
    note(spend(customer, 4n * USD))
    assert.equal(await look(), 0, 'elsewhere it spent nothing')
    await usage(customer, { cost: 4n * USD, windows: 3, agoMs: 10_000, apartMs: 0 })
    assert.equal(await look(), 1)
    assert.deepEqual((await alarmsOf(customer))[0]?.amount, 12n * USD)
  } finally {
    await store.ownerDatabase.query(sql`delete from node where id = any(${nodes}::uuid[])`)
  }
})

test('the owner gets a letter for each pause, one in an hour for a key that goes on, and one again when it was not taken', async () => {
  const [paused, going] = [await store.newCustomer(0n), await store.newCustomer(0n)]
  await tellAlarms(database, async () => undefined, clock.at)
  const raise = (customer: Customer, isPausing: boolean) =>
    raiseAlarm(database, { ...customer, id: randomUUID(), kind: 'spike', amount: 11n * USD, isPausing, now: clock.at })
  await raise(paused, true)
  await raise(going, false)
  clock.at += 120_000
  await raise(going, false)
  assert.equal(await tellAlarms(database, () => Promise.reject(new Error('no')), clock.at), 0)
  assert.equal(await tellAlarms(database, () => Promise.reject(new Error('tried again at once')), clock.at), 0)
  clock.at += 60_000
  const letters: AlarmLetter[] = []
  const send = async (letter: AlarmLetter): Promise<void> => void letters.push(letter)
  await tellAlarms(database, send, clock.at)
  await tellAlarms(database, send, clock.at)
  assert.deepEqual(
    letters
      .map(({ accountId, isPaused, amount }) => [isPaused, accountId, amount])
      .toSorted(([one], [other]) => Number(other) - Number(one)),
    [
      [true, paused.accountId, 11n * USD],
      [false, going.accountId, 11n * USD],
    ],
  )
})

test('letters that are never taken hold up no others, however many they are', async () => {
  await tellAlarms(database, async () => undefined, clock.at)
  const raise = async (): Promise<string> => {
    const customer = await store.newCustomer(0n)
    clock.at += 1
    await raiseAlarm(database, { ...customer, id: randomUUID(), kind: 'spike', amount: 11n * USD, isPausing: true, now: clock.at })
    return customer.accountId
  }
  for (let index = 0; index < 110; index += 1) await raise()
  const hears = await raise()
  const sent: string[] = []
  const send = async ({ accountId }: AlarmLetter): Promise<void> => {
    if (accountId !== hears) throw new Error('not taken')
    sent.push(accountId)
  }
  for (let round = 0; round < 60 && sent.length === 0; round += 1) await tellAlarms(database, send, clock.at)
  assert.deepEqual(sent, [hears])
  clock.at += 60_000
  for (let told = 1; told > 0; ) told = await tellAlarms(database, async () => undefined, clock.at)
})

test('a mail server that hangs takes back no letter that it took before', async () => {
  await tellAlarms(database, async () => undefined, clock.at)
  const owners: string[] = []
  for (let index = 0; index < 4; index += 1) {
    const customer = await store.newCustomer(0n)
    await raiseAlarm(database, { ...customer, id: randomUUID(), kind: 'spike', amount: 11n * USD, isPausing: true, now: clock.at })
    owners.push(customer.accountId)
  }
  const told: string[] = []
  const take = async ({ accountId }: AlarmLetter): Promise<void> => void told.push(accountId)
  await assert.rejects(
    tellAlarms(database, (letter) => (told.length < 2 ? take(letter) : endIdleTransactions(store.ownerDatabase)), clock.at),
  )
  assert.equal(told.length, 2)
  await Promise.all([tellAlarms(database, take, clock.at), tellAlarms(database, take, clock.at)])
  assert.deepEqual(told.toSorted(), owners.toSorted())
})

test('a key that goes on for hours is written about once in each', async () => {
  const customer = await store.newCustomer(0n)
  await tellAlarms(database, async () => undefined, clock.at)
  const began = clock.at
  const told: number[] = []
  for (let minute = 0; minute < 200; minute += 2) {
    clock.at = began + minute * 60_000
    await raiseAlarm(database, { ...customer, id: randomUUID(), kind: 'spike', amount: 11n * USD, isPausing: false, now: clock.at })
    await tellAlarms(database, async () => void told.push(minute), clock.at)
  }
  assert.deepEqual(told, [0, 60, 120, 180])
})

type Written = { readonly cost: bigint; readonly windows: number; readonly agoMs: number; readonly apartMs?: number }

/** Calls of a key, one in each of so many windows. */
async function usage({ accountId, keyId }: Customer, { cost, windows, agoMs, apartMs = 300_000 }: Written): Promise<void> {
  await store.ownerDatabase.query(sql`
    insert into usage_event (day, request_id, posted_day, account_id, key_id, started_at, model_serial, route_serial, price_version,
      outcome, status, usage_source, reported_model, is_stream, is_suspect, latency_ms, input, cache_read, cache_write_5m,
      cache_write_1h, output, reasoning, hold, cost)
    select (at at time zone 'utc')::date, gen_random_uuid(), (at at time zone 'utc')::date, ${accountId}::uuid, ${keyId}::uuid, at, 1, 1, 1,
      0, 200, 1, 1, false, false, 5, 1, 0, 0, 0, 1, 0, ${cost}::bigint, ${cost}::bigint
    from (select ${new Date(clock.at - agoMs)}::timestamptz - n * ${apartMs} * interval '1 millisecond' as at
      from generate_series(1, ${windows}) as n) as made`)
}
