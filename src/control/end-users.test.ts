// Guarantee: an end user is a group of the account's own keys with one cap; another account neither sees nor changes it, and taking it away ends its
// keys at once.
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createAccount } from '../accounts/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { createKey, findKeyByHash, hashKey } from '../keys/index.ts'
import { keyringOf, type SubjectKeys } from '../privacy/index.ts'
import { testSubjectKeys } from '../privacy/testing.ts'
import { endUserBook } from './end-users.ts'

let kit: TestDatabase
let subjects: SubjectKeys
before(async () => {
  kit = await createTestDatabase()
  subjects = testSubjectKeys(keyringOf(new Map([[1, randomBytes(32)]])))
})
after(() => kit.drop())

const now = Date.parse('2026-11-26T12:00:00Z')
const newAccount = async () =>
  (await createAccount(kit.appDatabase, subjects, { id: randomUUID(), email: `${randomUUID()}@example.com`, now })).id
async function newKey(accountId: string) {
  const bare = {
    limits: { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrentCalls: undefined },
    models: undefined,
    expiresAt: undefined,
  }
  const { key, secret } = await createKey(kit.appDatabase, subjects, {
    id: randomUUID(),
    accountId,
    name: 'k',
    ...bare,
    random: randomBytes(32),
    now,
  })
  return { id: key.id, hash: hashKey(secret) }
}

test('keys of an end user share its cap, as it is now, until it is taken away', async () => {
  const book = endUserBook(kit.appDatabase, subjects)
  const accountId = await newAccount()
  const cap = { amount: 5_000_000_000n, window: 'day' }
  const user = await book.create(kit.appDatabase, { id: randomUUID(), accountId, name: 'Ada', cap, now })
  const keys = [await newKey(accountId), await newKey(accountId)]
  for (const { id } of keys) await book.assign(kit.appDatabase, { accountId, id: user.id }, id)
  assert.deepEqual(await book.list(accountId), [{ id: user.id, name: 'Ada', cap, createdAt: new Date(now) }])
  assert.deepEqual(new Set(await book.keysOf({ accountId, id: user.id })), new Set(keys.map(({ id }) => id)))
  const limitsOf = async () => await Promise.all(keys.map(async ({ hash }) => (await findKeyByHash(kit.appDatabase, hash))?.spending))
  for (const limits of await limitsOf())
    assert.deepEqual(limits, [{ subjectId: user.id, owner: 'group', limit: cap.amount, window: 'day', covers: false }])
  await book.change({ accountId, id: user.id }, { amount: 1n, window: 'total' })
  for (const limits of await limitsOf())
    assert.deepEqual(
      limits?.map(({ limit, window }) => [limit, window]),
      [[1n, 'total']],
    )
  assert.equal((await book.change({ accountId, id: user.id }, undefined)).cap, undefined)
  assert.deepEqual(await limitsOf(), [undefined, undefined])
  await book.remove({ accountId, id: user.id }, now)
  assert.deepEqual(await Promise.all(keys.map(({ hash }) => findKeyByHash(kit.appDatabase, hash))), [undefined, undefined])
  assert.deepEqual(await book.list(accountId), [])
})

test('another account meets nobody, and cannot put its keys there', async () => {
  const book = endUserBook(kit.appDatabase, subjects)
  const [accountId, other] = [await newAccount(), await newAccount()]
  const { id } = await book.create(kit.appDatabase, { id: randomUUID(), accountId, name: 'Bo', cap: undefined, now })
  const foreign = { accountId: other, id }
  const unknown = { message: 'end_user_unknown' }
  const key = await newKey(other)
  await assert.rejects(book.keysOf(foreign), unknown)
  await assert.rejects(book.change(foreign, undefined), unknown)
  await assert.rejects(book.remove(foreign, now), unknown)
  await assert.rejects(book.assign(kit.appDatabase, foreign, key.id), unknown)
  await assert.rejects(book.assign(kit.appDatabase, { accountId, id }, key.id), { message: 'key_unknown' })
  await assert.rejects(book.keysOf({ accountId, id: 'nothing' }), unknown)
  assert.deepEqual(await book.list(other), [])
})
