// Guarantee: a change of a key beats what was read before it, also when the reading ends after the change was told.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type Database, sql } from '../db/index.ts'
import { KeyDirectory } from './key-directory.ts'
import { type MoneyStore, openMoneyStore } from './testing.ts'

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
  const keys = new KeyDirectory(database)
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
  const keys = new KeyDirectory(database)
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
  const keys = new KeyDirectory(database)
  const hash = await hashOf(keyId)
  const first = keys.findByHash(hash)
  await untilAsked(asked, 1)
  keys.forgetKey(randomUUID())
  keys.forgetAccount(randomUUID())
  letGo()
  assert.equal((await first)?.keyId, keyId)
  assert.equal(asked(), 1)
  const second = keys.findByHash(hash)
  await untilAsked(asked, 2)
  keys.forgetAll()
  letGo()
  await untilAsked(asked, 3)
  letGo()
  assert.equal((await second)?.keyId, keyId)
})
