// Guarantee: each event reaches each endpoint that asked for it at least once, under one id, signed, tried again for a day and not longer; what takes
// nothing for three days is switched off and its owner told; nothing but public https hosts is ever called, however a name or its addresses lie.
import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { after, before, beforeEach, test } from 'node:test'
import { caseOf, type Lookups } from '../../checks/security/address-corpus.ts'
import { type SimOutside, seededRandom, startSimOutside } from '../../sim/index.ts'
import { createAccount } from '../accounts/index.ts'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { hookEvents } from '../events/index.ts'
import { FailureError } from '../failures.ts'
import { systemIds } from '../lib/index.ts'
import { dialPort } from '../outbound/index.ts'
import { testSubjectKeys } from '../privacy/testing.ts'
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  deliverDue,
  listDeliveries,
  listEndpoints,
  queueTest,
  rotateSecret,
  type WebhookEvent,
} from './index.ts'

const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000]
const PUBLIC = '93.184.216.34'
const SEED = Date.now() % 1_000_000
const kit: TestDatabase = await createTestDatabase()
const { appDatabase: database } = kit
const subjects = testSubjectKeys()
const clock = { at: 0, now: () => clock.at }
const ids = systemIds(clock.now)

type Taken = { readonly headers: Readonly<Record<string, string | string[] | undefined>>; readonly body: string; readonly path: string }
const taken: Taken[] = []
const lookups = new Map<string, number>()
let internet = new Map<string, Lookups>()
let status = 204
const answer: RequestListener = (request, response) => {
  let body = ''
  request.on('data', (piece) => {
    body += String(piece)
  })
  request.on('end', () => {
    taken.push({ headers: request.headers, body, path: request.url ?? '' })
    response.writeHead(status, { location: 'https://www.pictures.org/elsewhere' }).end('some words')
  })
}
const addressesOf = (name: string): readonly string[] => {
  const count = lookups.get(name) ?? 0
  lookups.set(name, count + 1)
  const answers = internet.get(name) ?? [[PUBLIC]]
  return answers[Math.min(count, answers.length - 1)] ?? []
}
let outside: SimOutside
before(async () => {
  outside = await startSimOutside({ dialPort, answer, addressesOf })
})
beforeEach(async () => {
  clock.at = Date.parse('2036-01-01T00:00:00Z')
  taken.length = 0
  status = 204
  internet = new Map()
  await database.query(sql`delete from webhook_endpoint`)
  await database.query(sql`delete from account_event`)
})
after(async () => {
  outside.close()
  await kit.drop()
})

const deliver = () => deliverDue({ database, sealing: subjects, outside, now: clock.now })
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (thrown: unknown) => (thrown instanceof FailureError ? thrown.failure.code : String(thrown)),
  )

async function newAccount(): Promise<string> {
  const id = ids.uuid()
  await createAccount(database, subjects, { id, email: undefined, now: clock.at })
  return id
}

type Made = { readonly accountId: string; readonly id: string; readonly secret: Buffer }
async function newEndpoint(
  over: { readonly url?: string; readonly events?: readonly WebhookEvent[]; readonly accountId?: string } = {},
): Promise<Made> {
  const { url = 'https://www.pictures.org/hook?a=b', events = ['key.created'], accountId = await newAccount() } = over
  const [id, secret] = [ids.uuid(), randomBytes(32)]
  await database.transaction((tx) => createEndpoint(tx, subjects, { id, accountId, url, events, secret, now: clock.at }))
  return { accountId, id, secret }
}

const note = (accountId: string, kind: string, data: object): Promise<unknown> =>
  database.query(sql`
    insert into account_event (id, account_id, kind, data, created_at)
    values (${ids.uuid()}::uuid, ${accountId}::uuid, ${kind}, ${JSON.stringify(data)}::jsonb, ${new Date(clock.at)})`)

/** When the one delivery that waits is tried; undefined when none waits. */
const nextTry = async (): Promise<Date | undefined> =>
  (await database.query<{ next_try_at: Date }>(sql`select next_try_at from webhook_delivery where state = 'waiting'`))[0]?.next_try_at

const signatureOf = ({ headers, body }: Taken, secret: Buffer): string =>
  `v1,${createHmac('sha256', secret)
    .update(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`)
    .digest('base64')}`

test('an address with much waiting for it keeps no other from being told first', async () => {
  const slow = await newEndpoint({ url: 'https://slow.pictures.org/hook' })
  await database.transaction(async (tx) => {
    for (let at = 0; at < 60; at += 1) await queueTest(tx, { ...slow, deliveryId: ids.uuid(), now: clock.at })
  })
  clock.at += 1_000
  const others = await Promise.all([newEndpoint(), newEndpoint()])
  for (const { accountId } of others) await note(accountId, 'key.created', { key_id: ids.uuid() })
  await hookEvents(database, clock.at)
  await deliver()
  for (const { accountId, id } of others) assert.equal((await listDeliveries(database, { accountId, id }))[0]?.state, 'delivered')
  while ((await deliver()) > 0);
  assert.equal(taken.length, 62)
})

test('an event goes once to each endpoint that asked for it, signed, with its data and no header of anybody', async () => {
  const { accountId, id, secret } = await newEndpoint()
  await newEndpoint({ accountId, events: ['key.revoked'] })
  const stranger = await newEndpoint()
  const keyId = ids.uuid()
  await note(accountId, 'key.created', { key_id: keyId, name: 'a name of a person' })
  assert.deepEqual([await hookEvents(database, clock.at), await hookEvents(database, clock.at)], [1, 0])
  await Promise.all([deliver(), deliver(), deliver()])
  const [one] = taken
  assert.ok(one !== undefined && taken.length === 1, `${taken.length} were sent`)
  assert.deepEqual(JSON.parse(one.body), { type: 'key.created', timestamp: '2036-01-01T00:00:00Z', data: { key_id: keyId } })
  assert.equal(one.headers['webhook-signature'], signatureOf(one, secret))
  assert.equal(one.path, '/hook?a=b')
  const own = ['host', 'connection', 'content-length', 'content-type', 'user-agent', 'webhook-id', 'webhook-signature', 'webhook-timestamp']
  assert.deepEqual(Object.keys(one.headers).sort(), own.toSorted())
  const [log] = await listDeliveries(database, { accountId, id })
  assert.deepEqual([log?.state, log?.status, log?.tries, `msg_${log?.id}`], ['delivered', 204, 1, one.headers['webhook-id']])
  assert.equal(await codeOf(listDeliveries(database, { accountId: stranger.accountId, id })), 'webhook_unknown')
})

test('what is not taken is tried again, later and later, under the same id, for a day; a redirect leads nowhere', async () => {
  const made = await newEndpoint()
  await note(made.accountId, 'key.created', { key_id: ids.uuid() })
  await hookEvents(database, clock.at)
  const began = clock.at
  const waits: number[] = []
  let last = began
  for (let due: Date | undefined = new Date(began); due !== undefined; due = await nextTry()) {
    if (due.getTime() > clock.at) {
      clock.at = due.getTime() - 1
      assert.equal(await deliver(), 0)
    }
    waits.push(Math.round((due.getTime() - last) / 1_000))
    last = due.getTime()
    clock.at = last
    status = [500, 302, 404, 429][taken.length % 4] ?? 500
    await deliver()
  }
  assert.deepEqual(waits.slice(0, 4), [0, 10, 40, 160])
  assert.ok(
    waits.slice(1).every((wait, index) => index === 0 || wait >= (waits[index] ?? 0)),
    waits.join(),
  )
  assert.equal(new Set(taken.map(({ headers }) => headers['webhook-id'])).size, 1)
  assert.ok(taken.every(({ path }) => path === '/hook?a=b'))
  const [log] = await listDeliveries(database, made)
  assert.deepEqual([log?.state, log?.tries], ['failed', taken.length])
  assert.ok((log?.lastTryAt?.getTime() ?? 0) <= began + DAY_MS)
})

test('an endpoint that takes nothing for three days is switched off and its owner told, once; switched on it begins anew', async () => {
  const made = await newEndpoint()
  const which = { accountId: made.accountId, id: made.id }
  status = 500
  for (let day = 0; day <= 3; day += 1) {
    await note(made.accountId, 'key.created', { key_id: ids.uuid() })
    await hookEvents(database, clock.at)
    await deliver()
    const [endpoint] = await listEndpoints(database, subjects, made.accountId)
    assert.equal(endpoint?.isActive, day < 3, `day ${day}`)
    clock.at += DAY_MS
  }
  assert.equal(await deliver(), 0)
  assert.ok((await listDeliveries(database, which)).every(({ state }) => state === 'failed'))
  const told = await database.query<{ data: object }>(sql`select data from account_event where kind = 'webhook.off'`)
  assert.deepEqual(told, [{ data: { endpoint_id: made.id } }])
  status = 200
  const { isActive, failingSince, switchedOffAt } = await changeEndpoint(database, subjects, { ...which, isActive: true })
  assert.deepEqual([isActive, failingSince, switchedOffAt], [true, undefined, undefined])
  await database.transaction((tx) => queueTest(tx, { ...which, deliveryId: ids.uuid(), now: clock.at }))
  await deliver()
  assert.deepEqual(JSON.parse(taken.at(-1)?.body ?? ''), { type: 'test', timestamp: '2036-01-05T00:00:00Z', data: {} })
})

test('one that says that it is gone is switched off at once, and one success ends what was counted', async () => {
  const [gone, shaky] = [await newEndpoint(), await newEndpoint()]
  const tryOne = async ({ accountId, id }: Made, answered: number) => {
    status = answered
    await database.transaction((tx) => queueTest(tx, { accountId, id, deliveryId: ids.uuid(), now: clock.at }))
    await deliver()
    return (await listEndpoints(database, subjects, accountId))[0]
  }
  assert.equal((await tryOne(gone, 410))?.isActive, false)
  assert.ok((await tryOne(shaky, 503))?.failingSince !== undefined)
  assert.equal((await tryOne(shaky, 202))?.failingSince, undefined)
  clock.at += 4 * DAY_MS
  assert.equal((await tryOne(shaky, 503))?.isActive, true)
})

test('one that is given another address begins anew; one that asks for other events does not', async () => {
  const [moved, same] = [await newEndpoint(), await newEndpoint()]
  const tryOne = async ({ accountId, id }: Made) => {
    await database.transaction((tx) => queueTest(tx, { accountId, id, deliveryId: ids.uuid(), now: clock.at }))
    await deliver()
    return (await listEndpoints(database, subjects, accountId))[0]
  }
  status = 503
  for (const one of [moved, same]) assert.ok((await tryOne(one))?.failingSince !== undefined)
  clock.at += 4 * DAY_MS
  await changeEndpoint(database, subjects, { accountId: moved.accountId, id: moved.id, url: 'https://www.pictures.org/new' })
  await changeEndpoint(database, subjects, { accountId: same.accountId, id: same.id, events: ['key.revoked'] })
  const [begun, gone] = [await tryOne(moved), await tryOne(same)]
  assert.deepEqual([begun?.isActive, begun?.failingSince?.getTime(), gone?.isActive], [true, clock.at, false])
})

test('a secret that was replaced signs beside the new one for a day', async () => {
  const made = await newEndpoint()
  const next = randomBytes(32)
  await database.transaction((tx) => rotateSecret(tx, subjects, { ...made, secret: next, now: clock.at }))
  const sign = async (): Promise<readonly [Taken, string]> => {
    await database.transaction((tx) => queueTest(tx, { ...made, deliveryId: ids.uuid(), now: clock.at }))
    await deliver()
    const last = taken.at(-1) ?? assert.fail('nothing was sent')
    return [last, String(last.headers['webhook-signature'])]
  }
  const [first, both] = await sign()
  assert.equal(both, `${signatureOf(first, next)} ${signatureOf(first, made.secret)}`)
  clock.at += 24 * HOUR_MS
  const [later, alone] = await sign()
  assert.equal(alone, signatureOf(later, next))
})

test('a delivery that a process took and died with is tried by another after a minute', async () => {
  const made = await newEndpoint()
  await database.transaction((tx) => queueTest(tx, { ...made, deliveryId: ids.uuid(), now: clock.at }))
  const dies = { ...subjects, unseal: () => Promise.reject(new Error('it died')) }
  await assert.rejects(deliverDue({ database, sealing: dies, outside, now: clock.now }))
  assert.equal(await deliver(), 0)
  clock.at += MINUTE_MS
  assert.deepEqual([await deliver(), taken.length], [1, 1])
})

test('an account has five at most, changes its own alone, and takes all that waits with it when it deletes one', async () => {
  const accountId = await newAccount()
  const made = await Promise.all(Array.from({ length: 8 }, () => newEndpoint({ accountId }).catch(() => undefined)))
  assert.equal(made.filter((one) => one !== undefined).length, 5)
  const one = made.find((found) => found !== undefined) ?? assert.fail('none was made')
  const stranger = { accountId: await newAccount(), id: one.id }
  const works = [
    () => changeEndpoint(database, subjects, { ...stranger, isActive: false }),
    () => deleteEndpoint(database, stranger),
    () => database.transaction((tx) => rotateSecret(tx, subjects, { ...stranger, secret: randomBytes(32), now: 0 })),
    () => database.transaction((tx) => queueTest(tx, { ...stranger, deliveryId: ids.uuid(), now: 0 })),
  ]
  for (const work of works) assert.equal(await codeOf(work()), 'webhook_unknown')
  await database.transaction((tx) => queueTest(tx, { ...one, deliveryId: ids.uuid(), now: clock.at }))
  await deleteEndpoint(database, one)
  assert.deepEqual([await deliver(), taken.length], [0, 0])
})

test(`no endpoint leads into a network of the house (seed ${SEED})`, async () => {
  const random = seededRandom(SEED)
  let good = 0
  for (let index = 0; index < 140; index += 1) {
    const one = caseOf(random, index)
    internet.set(one.name, one.lookups)
    lookups.delete(one.name)
    const dialled = outside.dialled.length
    let made: Made
    try {
      made = await newEndpoint({ url: one.url })
    } catch (thrown) {
      assert.ok(thrown instanceof FailureError && thrown.failure.field === 'url' && !one.isGood, one.what)
      continue
    }
    await database.transaction((tx) => queueTest(tx, { ...made, deliveryId: ids.uuid(), now: clock.at }))
    await deliver()
    const dials = outside.dialled.slice(dialled)
    const isPrivate = one.what.startsWith('private') || one.what === 'mixed'
    assert.equal(dials.length, isPrivate ? 0 : 1, `${one.what}: ${dials.length} connections`)
    for (const { address } of dials)
      assert.ok(one.lookups[0]?.includes(address), `${one.what}: another address was dialled than was looked at`)
    if (one.isGood) good += 1
    await deleteEndpoint(database, made)
  }
  assert.ok(good > 15, `${good} good ones`)
})
