// Guarantee: a change of a key beats what was read before it, also when the reading ends after the change was told; and nobody waits for a
// database that does not answer.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type Database, isDatabaseError, sql } from '../db/index.ts'
import { KeyDirectory } from './key-directory.ts'
import { type MoneyStore, openMoneyStore, testClock } from './testing.ts'

const clock = testClock()
let store: MoneyStore
before(async () => {
  store = await openMoneyStore()
})
after(() => store.drop())

/** A database whose answers wait until they are let go; what they say was true when they were asked. */
function slow(real: Database): { readonly database: Database; readonly asked: () => number; readonly letGo: () => void } {
  const waiting: (() => void)[] = []
  let asked = 0
  const query: Database['query'] = async (statement) => {
    const rows = await real.query<never>(statement)
    asked += 1
    await new Promise<void>((resolve) => {
      waiting.push(resolve)
    })
    return rows
  }
  const letGo = (): void => {
    for (const resolve of waiting.splice(0)) resolve()
  }
  return { database: { ...real, query }, asked: () => asked, letGo }
}

const hashOf = async (keyId: string): Promise<Buffer> => {
  const [row] = await store.ownerDatabase.query<{ hash: Buffer }>(sql`select hash from api_key where id = ${keyId}::uuid`)
  return row?.hash ?? assert.fail('no key')
}
async function untilAsked(asked: () => number, times: number): Promise<void> {
  for (const end = Date.now() + 5000; asked() < times; await new Promise(setImmediate)) assert.ok(Date.now() < end)
}
const revoke = (keyId: string) => store.ownerDatabase.query(sql`update api_key set revoked_at = now() where id = ${keyId}::uuid`)

test('a key that is revoked while it is read is not found, and not remembered', async () => {
  const { keyId } = await store.newCustomer(1n)
  const { database, asked, letGo } = slow(store.ownerDatabase)
  const keys = new KeyDirectory(database, { clock, waitMs: 60_000 })
  const hash = await hashOf(keyId)
  const found = keys.findByHash(hash)
  await untilAsked(asked, 1)
  await revoke(keyId)
  keys.forgetKey(keyId)
  const joined = keys.findByHash(hash)
  letGo()
  await untilAsked(asked, 2)
  letGo()
  assert.deepEqual([await found, await joined, keys.peek(keyId)], [undefined, undefined, undefined])
})

test('an account that is suspended while its key is read is found suspended', async () => {
  const { keyId, accountId } = await store.newCustomer(1n)
  const { database, asked, letGo } = slow(store.ownerDatabase)
  const keys = new KeyDirectory(database, { clock, waitMs: 60_000 })
  const found = keys.findByHash(await hashOf(keyId))
  await untilAsked(asked, 1)
  await store.ownerDatabase.query(sql`update account set status = 'suspended' where id = ${accountId}::uuid`)
  keys.forgetAccount(accountId)
  letGo()
  await untilAsked(asked, 2)
  letGo()
  assert.equal((await found)?.accountStatus, 'suspended')
  assert.equal(keys.peek(keyId)?.accountStatus, 'suspended')
})

test('changes of others do not make a look-up begin anew; losing track of changes does', async () => {
  const { keyId } = await store.newCustomer(1n)
  const { database, asked, letGo } = slow(store.ownerDatabase)
  const keys = new KeyDirectory(database, { clock, waitMs: 60_000 })
  const hash = await hashOf(keyId)
  const first = keys.findByHash(hash)
  await untilAsked(asked, 1)
  keys.forgetKey(randomUUID())
  keys.forgetAccount(randomUUID())
  letGo()
  assert.equal((await first)?.keyId, keyId)
  assert.equal(asked(), 1)
  assert.equal((await keys.findByHash(hash))?.keyId, keyId, 'the next gateway is told the same')
  assert.equal(asked(), 1)
  clock.forward(10_001)
  const second = keys.findByHash(hash)
  await untilAsked(asked, 2)
  keys.forgetAll()
  letGo()
  await untilAsked(asked, 3)
  letGo()
  assert.equal((await second)?.keyId, keyId)
})

test('a database that does not answer is told as such, soon, and what it answers later is there for the next', async () => {
  const { keyId } = await store.newCustomer(1n)
  const hash = await hashOf(keyId)
  const { database, asked, letGo } = slow(store.ownerDatabase)
  const keys = new KeyDirectory(database, { clock, waitMs: 5 })
  const waited = await Promise.allSettled([keys.findByHash(hash), keys.findByHash(hash)])
  assert.deepEqual(
    waited.map((one) => one.status === 'rejected' && isDatabaseError(one.reason, 'query_timeout')),
    [true, true],
  )
  await untilAsked(asked, 1)
  letGo()
  for (const end = Date.now() + 5000; keys.peek(keyId) === undefined; await new Promise(setImmediate)) assert.ok(Date.now() < end)
  assert.deepEqual([keys.lookUps, asked()], [1, 1])
})

test('a key that is forgotten is asked for again, whichever gateway asks', async () => {
  const { keyId } = await store.newCustomer(1n)
  const hash = await hashOf(keyId)
  const keys = new KeyDirectory(store.ownerDatabase, { clock, waitMs: 60_000 })
  assert.equal((await keys.findByHash(hash))?.keyId, keyId)
  await revoke(keyId)
  keys.forgetKey(keyId)
  assert.equal(await keys.findByHash(hash), undefined)
  assert.equal(keys.lookUps, 2)
})
