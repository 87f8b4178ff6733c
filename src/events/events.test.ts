// Guarantee: what happens to an account is noted by the database in the same step, once, also where the books do it; nobody is told of what
// did not happen; its letter is written until it is taken, and an account that is erased is told nothing.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { type MoneyStore, openMoneyStore } from '../control/testing.ts'
import { connect, type Database, sql } from '../db/index.ts'
import { endIdleTransactions } from '../db/testing.ts'
import { changeKey, revokeKey, rotateKey } from '../keys/index.ts'
import { NANO_USD_MAX } from '../lib/index.ts'
import { type AccountLetter, MailNotSentError, publishAnnouncement } from '../notify/index.ts'
import { noteCrossings, setAlert } from '../payments/index.ts'
import { hookEvents, noteGiftEnds, tellEvents } from './index.ts'

const USD = 1_000_000_000n
const DAY_MS = 86_400_000
let store: MoneyStore
let database: Database
let failing = false
let hangsAt = Number.POSITIVE_INFINITY
const letters: AccountLetter[] = []
before(async () => {
  store = await openMoneyStore()
  database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 8 })
})
beforeEach(async () => {
  await database.query(sql`delete from account_event`)
  letters.length = 0
  failing = false
  hangsAt = Number.POSITIVE_INFINITY
})
after(async () => {
  await database.end()
  await store.drop()
})

const kindsOf = async (accountId: string): Promise<readonly string[]> =>
  (
    await database.query<{ kind: string }>(
      sql`select kind from account_event where account_id = ${accountId}::uuid order by created_at, kind`,
    )
  ).map(({ kind }) => kind)
const dataOf = async (kind: string): Promise<unknown> =>
  (await database.query<{ data: unknown }>(sql`select data from account_event where kind = ${kind}`))[0]?.data
const telling = (now = Date.now()) =>
  tellEvents(
    {
      ...{ database, publicUrl: 'https://fare.example', log: () => undefined },
      tell: async (letter) => {
        if (failing) throw new Error('the mail server says no')
        if (letters.length >= hangsAt) {
          await endIdleTransactions(store.ownerDatabase)
          throw new MailNotSentError('ETIMEDOUT')
        }
        letters.push(letter)
      },
    },
    now,
  )
const deposit = (accountId: string, amount: bigint) =>
  store.ledger.deposit({ accountId, amount, rail: 'stripe', externalKey: randomUUID() })

test('keys: made, paused, revoked, each once', async () => {
  const { accountId, keyId } = await store.newCustomer(0n)
  for (const isActive of [false, false, true])
    await changeKey(database, store.subjects, { accountId, id: keyId, isActive, now: Date.now() })
  for (let time = 0; time < 2; time += 1) await revokeKey(database, keyId, Date.now())
  assert.deepEqual(await kindsOf(accountId), ['key.created', 'key.paused', 'key.revoked'])
  assert.deepEqual(await dataOf('key.paused'), { key_id: keyId })
  await telling()
  assert.deepEqual(letters, [], 'a pause by its owner needs no letter; one against abuse has its own')
})

test('a key that gets another secret: noted once for each, and its owner is written to', async () => {
  const { accountId, keyId } = await store.newCustomer(0n)
  const rotate = (byte: number) =>
    database.transaction((tx) =>
      rotateKey(tx, store.subjects, { accountId, id: keyId, random: Buffer.alloc(32, byte), overlapHours: 1, now: Date.now() }),
    )
  const { key } = await rotate(1)
  await rotate(1)
  assert.deepEqual(await kindsOf(accountId), ['key.created', 'key.rotated'])
  assert.deepEqual(await dataOf('key.rotated'), { key_id: keyId })
  await telling()
  const fields = { hint: key.hint, link: 'https://fare.example/dashboard/security' }
  assert.deepEqual(letters, [{ accountId, template: 'key-rotated', fields }])
})

test('money: what was paid in, went back or was taken back, as the journal has it; credit by hand is no payment', async () => {
  const { accountId } = await store.newCustomer(5n * USD)
  const { transferId } = await deposit(accountId, 2_500_000_000n)
  await store.ledger.refund({ accountId, amount: USD, sourceKey: randomUUID(), reason: 'test' })
  await store.ledger.chargeBack({ accountId, amount: USD, sourceKey: randomUUID(), reason: 'test' })
  const kinds = ['key.created', 'payment.credited', 'payment.refunded', 'payment.disputed']
  assert.deepEqual(await kindsOf(accountId), kinds)
  assert.deepEqual(await dataOf('payment.credited'), { transfer_id: transferId, amount: '2500000000' })
  await telling()
  assert.deepEqual(letters, [{ accountId, template: 'payment-received', fields: { amount: '2.50' } }])
})

test('a balance that fell below its threshold, once until it is back', async () => {
  const { accountId } = await store.newCustomer(3n * USD)
  await setAlert(database, accountId, 4n * USD)
  for (let time = 0; time < 3; time += 1) await noteCrossings(database, { lowBalance: undefined, limit: 1_000 })
  await store.ledger.credit({ accountId, amount: 3n * USD, kind: 'manual', sourceKey: randomUUID(), reason: 'test' })
  await noteCrossings(database, { lowBalance: undefined, limit: 1_000 })
  assert.deepEqual(await kindsOf(accountId), ['key.created', 'balance.low'])
  assert.deepEqual(await dataOf('balance.low'), { threshold: '4000000000' })
})

test('a budget that is nearly spent, once in its window', async () => {
  const { accountId, keyId } = await store.newCustomer(0n)
  const starts = '2026-11-26T00:00:00Z'
  await store.database.query(sql`
    insert into spend_window (subject_id, kind, starts_at, ends_at, account_id, cap, granted)
    values (${keyId}::uuid, 2, ${starts}::timestamptz, '2026-11-27T00:00:00Z', ${accountId}::uuid, 1000000000, 1000000000)`)
  for (const spent of [949_999_999n, 950_000_000n, 960_000_000n, 940_000_000n, 1_000_000_000n])
    await store.database.query(sql`update spend_window set spent = ${spent} where subject_id = ${keyId}::uuid`)
  const told = (await kindsOf(accountId)).filter((kind) => kind === 'budget.reached')
  assert.equal(told.length, 1)
  assert.deepEqual(await dataOf('budget.reached'), {
    subject_id: keyId,
    window: 2,
    amount: '1000000000',
    resets_at: '2026-11-27T00:00:00Z',
  })
  await telling()
  const { fields } = letters.find(({ template }) => template === 'budget-reached') ?? assert.fail('nobody was told')
  assert.deepEqual(typeof fields === 'function' && [fields('en'), fields('zh')], [
    { amount: '1.00', window: 'a day' },
    { amount: '1.00', window: '一天' },
  ])
})

test('a budget that was raised in its window is told of once more when the new amount is nearly spent, and once', async () => {
  const { accountId, keyId } = await store.newCustomer(0n)
  await store.database.query(sql`
    insert into spend_window (subject_id, kind, starts_at, ends_at, account_id, cap, granted)
    values (${keyId}::uuid, 5, '2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z', ${accountId}::uuid, ${NANO_USD_MAX}, 0)`)
  const told = async () =>
    (
      await database.query<{ amount: string }>(sql`
        select data->>'amount' as amount from account_event where account_id = ${accountId}::uuid and kind = 'budget.reached' order by created_at`)
    ).map(({ amount }) => amount)
  const spend = async (cap: bigint, spent: bigint): Promise<void> =>
    void (await store.database.query(
      sql`update spend_window set cap = ${cap}, granted = ${spent}, spent = ${spent} where subject_id = ${keyId}::uuid`,
    ))
  await spend(NANO_USD_MAX, 10n)
  for (const cap of [1n, 2n, 4n]) {
    await spend(cap * USD, (cap * USD) / 2n)
    for (const spent of [(cap * USD * 95n) / 100n, cap * USD - 1n, (cap * USD) / 2n, cap * USD]) await spend(cap * USD, spent)
  }
  assert.deepEqual(await told(), ['1000000000', '2000000000', '4000000000'])
  for (const spent of [10n, NANO_USD_MAX]) await spend(NANO_USD_MAX, spent)
  assert.equal((await told()).length, 4, 'the largest amount has no room in what it is known by')
})

test('a letter that is not taken waits; each is written once by any number of processes', async () => {
  const { accountId } = await store.newCustomer(0n)
  await deposit(accountId, USD)
  failing = true
  assert.equal(await telling(), 1)
  failing = false
  assert.equal(await telling(), 0, 'it was tried again at once')
  const later = Date.now() + 60_000
  assert.deepEqual(
    (await Promise.all([telling(later), telling(later), telling(later)])).reduce((sum, told) => sum + told, 0),
    1,
  )
  assert.equal(letters.length, 1)
})

test('a mail server that hangs takes back no letter that it took before', async () => {
  const people: string[] = []
  for (let index = 0; index < 6; index += 1) {
    const { accountId } = await store.newCustomer(0n)
    await database.query(sql`delete from account_event where kind = 'key.created'`)
    await deposit(accountId, USD)
    people.push(accountId)
  }
  hangsAt = 2
  await assert.rejects(telling())
  assert.equal(letters.length, 2)
  hangsAt = Number.POSITIVE_INFINITY
  await Promise.all([telling(), telling()])
  assert.deepEqual(letters.map(({ accountId }) => accountId).toSorted(), people.toSorted())
})

test('who was erased is told nothing more', async () => {
  const { accountId, keyId } = await store.newCustomer(0n)
  await database.query(sql`delete from account_event`)
  await store.ownerDatabase.query(sql`update account set status = 'erased' where id = ${accountId}::uuid`)
  await revokeKey(database, keyId, Date.now())
  assert.deepEqual(await kindsOf(accountId), [])
})

test('a gift that ends within five days, once, and none that was used up or undone', async () => {
  const now = Date.now()
  const gift = async (kept: boolean): Promise<string> => {
    const { accountId } = await store.newCustomer(0n)
    const { transferId } = await store.ledger.credit({ accountId, amount: USD, kind: 'promotion', sourceKey: randomUUID(), reason: 'gift' })
    if (!kept) await store.ledger.reverse({ transferId, onLack: 'refuse', sourceKey: randomUUID(), reason: 'undone' })
    return accountId
  }
  const [kept, undone] = [await gift(true), await gift(false)]
  const told = (at: number) => noteGiftEnds(database, { days: 30, now: at })
  assert.equal(await told(now + 24 * DAY_MS), 0)
  assert.ok((await told(now + 26 * DAY_MS)) >= 1)
  assert.equal(await told(now + 27 * DAY_MS), 0)
  const ending = (kinds: readonly string[]) => kinds.filter((kind) => kind === 'gift.ending').length
  assert.deepEqual([ending(await kindsOf(kept)), ending(await kindsOf(undone))], [1, 0])
})

test('an announcement is told each account once, in its language; one about a model those who called it', async () => {
  const [one, other] = [await store.newCustomer(0n), await store.newCustomer(0n)]
  await database.query(sql`delete from account_event`)
  const words = { en: 'words', zh: '话' }
  const publish = (topic: 'announcements' | 'incidents', model?: string) =>
    database.transaction((tx) =>
      publishAnnouncement(tx, { id: randomUUID(), topic, model, effectiveAt: undefined, title: words, words, now: Date.now() }),
    )
  await publish('incidents')
  for (const { accountId } of [one, other]) assert.deepEqual(await kindsOf(accountId), ['incident'])
  await hookEvents(database, Date.now())
  while ((await telling()) > 0);
  const { fields } = letters.find(({ accountId }) => accountId === one.accountId) ?? assert.fail('nobody was told')
  assert.deepEqual(typeof fields === 'function' && fields('zh'), { title: '话', words: '话' })
  await database.query(sql`delete from account_event`)
  await publish('announcements', 'm')
  assert.deepEqual(await kindsOf(one.accountId), [])
  await assert.rejects(publish('announcements', 'no such model'))
})
