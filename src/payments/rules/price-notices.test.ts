// Guarantee: whoever calls a model is told once, by letter, that its price will change; nobody else is, nobody is of a change that was
// cancelled, and a notice that is shorter than promised shows.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MoneyStore, openMoneyStore } from '../../control/testing.ts'
import { connect, type Database, sql } from '../../db/index.ts'
import { endIdleTransactions } from '../../db/testing.ts'
import { countShortNotices, queuePriceNotices, sendPriceNotices } from './index.ts'

let store: MoneyStore
let database: Database
before(async () => {
  store = await openMoneyStore()
  database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 4 })
})
after(async () => {
  await database.end()
  await store.drop()
})

const DAY_MS = 86_400_000
/** A change of the model's price so many days from now; returns its version. */
async function announce(days: number): Promise<number> {
  const [row] = await store.ownerDatabase.query<{ id: number }>(sql`
    insert into price_version (model_serial, input, output, cache_read, cache_write_5m, cache_write_1h, effective_at)
    select serial, 9, 9, 9, 9, 9, ${new Date(Date.now() + days * DAY_MS)} from model limit 1 returning id`)
  return row?.id ?? 0
}
async function caller(): Promise<string> {
  const { accountId, keyId } = await store.newCustomer(10n)
  await store.ownerDatabase.query(sql`update account set email_sealed = ${Buffer.from('x')} where id = ${accountId}`)
  await store.ownerDatabase.query(sql`select ensure_usage_partition(current_date)`)
  await addCall(accountId, keyId)
  return accountId
}
/** A row of a call, with whatever columns have to be there. */
async function addCall(accountId: string, keyId: string): Promise<void> {
  const price = store.prices[0]?.version ?? 0
  await store.ownerDatabase.query(sql`
    insert into usage_event (request_id, day, posted_day, account_id, key_id, model_serial, route_serial, price_version, started_at, outcome,
      status, usage_source, reported_model, is_stream, is_suspect, latency_ms, input, cache_read, cache_write_5m, cache_write_1h, output,
      reasoning, hold, cost, shortfall, upstream_cost)
    select gen_random_uuid(), current_date, current_date, ${accountId}, ${keyId}, serial, 0, ${price}, now(), 0, 200, 0, 0, false, false, 1, 1, 0,
      0, 0, 1, 0, 10, 1, 0, null from model limit 1`)
}

test('callers of the model are told once, with the day, and others are not', async () => {
  const [called, silent] = [await caller(), (await store.newCustomer(0n)).accountId]
  const version = await announce(31)
  const cancelled = await announce(40)
  await store.ownerDatabase.query(sql`update price_version set cancelled_at = now() where id = ${cancelled}`)
  const told: string[] = []
  for (let round = 0; round < 3; round += 1) {
    await queuePriceNotices(database, Date.now())
    await sendPriceNotices(database, async ({ accountId, model }) => void told.push(`${accountId} ${model}`), Date.now())
  }
  assert.deepEqual(told, [`${called} m`])
  assert.ok(!told.some((line) => line.startsWith(silent)))
  assert.equal(await countShortNotices(database, { days: 30, now: Date.now() }), 0)
  const rows = await database.query<{ price_version: number }>(sql`select price_version from price_notice`)
  assert.deepEqual(
    rows.map((row) => row.price_version),
    [version],
  )
})

/** Makes the owner of an account a member of others, since so many days. */
async function joins(accountId: string, teams: readonly string[], days: number): Promise<void> {
  const [person] = await store.ownerDatabase.query<{ id: string }>(sql`
    insert into person (id, account_id, created_at) values (gen_random_uuid(), ${accountId}, now())
    on conflict (account_id) do update set account_id = excluded.account_id returning id`)
  for (const team of teams)
    await store.ownerDatabase.query(sql`
      insert into account_member (account_id, person_id, role, created_at)
      values (${team}, ${person?.id ?? ''}::uuid, 'viewer', ${new Date(Date.now() - days * DAY_MS)})`)
}
async function addressed(): Promise<string> {
  const { accountId } = await store.newCustomer(0n)
  await store.ownerDatabase.query(sql`update account set email_sealed = ${Buffer.from('x')} where id = ${accountId}`)
  return accountId
}

test('every member who was there is told once by their own address, also of an account that has none; who joined later is not', async () => {
  const [one, two] = [await caller(), await caller()]
  await store.ownerDatabase.query(sql`update account set email_sealed = null where id = ${two}`)
  const [inBoth, inTwo, late, mute] = [await addressed(), await addressed(), await addressed(), (await store.newCustomer(0n)).accountId]
  await joins(inBoth, [one, two], 1)
  await joins(inTwo, [two], 1)
  await joins(mute, [one], 1)
  const version = await announce(32)
  await joins(late, [one], -1)
  const told: string[] = []
  for (let round = 0; round < 3; round += 1) {
    await queuePriceNotices(database, Date.now())
    const ofThis = Date.now() + 31.5 * DAY_MS
    await sendPriceNotices(database, async ({ accountId, effectiveAt }) => void (effectiveAt > ofThis && told.push(accountId)), Date.now())
  }
  const known = [one, two, inBoth, inTwo, late, mute]
  assert.deepEqual(told.filter((id) => known.includes(id)).toSorted(), [one, inBoth, inTwo].toSorted())
  await store.ownerDatabase.query(sql`update price_version set cancelled_at = now() where id = ${version}`)
  for (const id of [one, two, inBoth, inTwo]) await store.ownerDatabase.query(sql`update account set email_sealed = null where id = ${id}`)
})

test('a letter that is not taken waits, and a notice that has become too short is counted', async () => {
  const called = await caller()
  await queuePriceNotices(database, Date.now())
  await sendPriceNotices(database, () => Promise.reject(new Error('no carrier')), Date.now())
  assert.equal(await countShortNotices(database, { days: 30, now: Date.now() + 2 * DAY_MS }), 1)
  const told: string[] = []
  const take = async ({ accountId }: { readonly accountId: string }): Promise<void> => void told.push(accountId)
  await sendPriceNotices(database, take, Date.now())
  assert.deepEqual(told, [], 'it was tried again at once')
  await sendPriceNotices(database, take, Date.now() + 60_000)
  assert.deepEqual(told, [called])
})

test('a mail server that hangs takes back no letter that it took before', async () => {
  const told: string[] = []
  const take = async ({ accountId }: { readonly accountId: string }): Promise<void> => void told.push(accountId)
  const called = [await caller(), await caller(), await caller(), await caller()]
  await queuePriceNotices(database, Date.now())
  await assert.rejects(
    sendPriceNotices(database, (letter) => (told.length < 2 ? take(letter) : endIdleTransactions(store.ownerDatabase)), Date.now()),
  )
  assert.equal(told.length, 2)
  await Promise.all([sendPriceNotices(database, take, Date.now()), sendPriceNotices(database, take, Date.now())])
  assert.deepEqual(told.toSorted(), called.toSorted())
})

test('who called a model is told once of a rise that was let through at once, too; who calls it first afterwards, and of a fall, nobody is', async () => {
  await store.ownerDatabase.query(sql`update price_version set cancelled_at = now() where effective_at > now() and cancelled_at is null`)
  const called = await caller()
  const told: string[] = []
  const round = async () => {
    await queuePriceNotices(database, Date.now())
    await sendPriceNotices(database, async ({ accountId }) => void told.push(accountId), Date.now())
  }
  await announce(0)
  await round()
  assert.equal(told.length, 0, 'a change without a rise that was let through')
  const version = await announce(0)
  await store.ownerDatabase.query(sql`
    insert into short_notice (at, actor, noun, name, holds_from, allowed_from, reason)
    select now(), 'ada', 'model', model.id, date_trunc('milliseconds', effective_at), now(), 'they ask more'
    from price_version join model on model.serial = model_serial where price_version.id = ${version}`)
  const late = await caller()
  await store.ownerDatabase.query(sql`
    update usage_key_day set day = day + 1 where account_id = ${late} and exists (select ensure_usage_partition(current_date + 1))`)
  await round()
  await round()
  assert.ok(told.includes(called) && !told.includes(late), told.join())
  assert.equal(new Set(told).size, told.length)
})
