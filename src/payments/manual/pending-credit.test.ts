// Guarantee: credit that needs a second person is booked once, after another operator approved it, and never by who asked for it, whoever
// decides at the same time; what was approved before a crash is booked after it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MoneyStore, openMoneyStore } from '../../control/testing.ts'
import { connect, type Database, sql } from '../../db/index.ts'
import { systemClock, systemIds } from '../../lib/index.ts'
import { askCredit, bookApproved, decideCredit, listPending, readPending } from './index.ts'

const ids = systemIds(systemClock.now)
let store: MoneyStore
let database: Database
before(async () => {
  store = await openMoneyStore()
  database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 8 })
})
after(async () => {
  await database.end()
  await store.drop()
})

const ask = async (by: string) => {
  const { accountId } = await store.newCustomer(0n)
  const asked = { id: ids.uuid(), accountId, amount: 7n, kind: 'manual', reason: 'a reason', by, now: Date.now() } as const
  await database.transaction((tx) => askCredit(tx, store.subjects, asked))
  return { id: asked.id, accountId }
}
const decide = (id: string, state: 'approved' | 'refused', by: string) =>
  database.transaction((tx) => decideCredit(tx, store.subjects, { id, state, by, now: Date.now() }))
const book = () => bookApproved(database, store.subjects, store.ledger)
const available = async (accountId: string) => (await store.ledger.balanceOf(accountId))?.available

test('who asked cannot approve; another operator can, once, and then it is booked once', async () => {
  const { id, accountId } = await ask('operator:anna')
  await assert.rejects(decide(id, 'approved', 'operator:anna'), { message: 'same_person' })
  await book()
  assert.equal(await available(accountId), 0n)
  await Promise.all(['operator:bert', 'operator:cora', 'operator-token'].map((by) => decide(id, 'approved', by)))
  await Promise.all([book(), book(), book()])
  assert.equal(await available(accountId), 7n)
  await assert.rejects(decide(id, 'refused', 'operator:bert'), { message: 'pending_decided' })
  const known = await readPending(database, store.subjects, id)
  assert.deepEqual([known.state, known.reason, known.transferId === undefined], ['approved', 'a reason', false])
  assert.equal((await book()) === 0, true)
})

test('what is refused is never booked, also not by who approves later or at the same time', async () => {
  const { id, accountId } = await ask('operator-token')
  const told = await Promise.allSettled([decide(id, 'refused', 'operator:anna'), decide(id, 'approved', 'operator:bert')])
  const { state } = await readPending(database, store.subjects, id)
  assert.equal(told.filter(({ status }) => status === 'fulfilled').length, 1)
  await book()
  assert.equal(await available(accountId), state === 'approved' ? 7n : 0n)
})

test('one credit that cannot be booked holds up no other', async () => {
  const [broken, whole] = [await ask('operator:anna'), await ask('operator:anna')]
  await decide(broken.id, 'approved', 'operator:bert')
  await decide(whole.id, 'approved', 'operator:bert')
  const credit: typeof store.ledger.credit = (input) =>
    input.accountId === broken.accountId ? Promise.reject(new Error('not now')) : store.ledger.credit(input)
  await assert.rejects(bookApproved(database, store.subjects, { credit }), { message: 'not now' })
  assert.deepEqual([await available(broken.accountId), await available(whole.accountId)], [0n, 7n])
  await book()
  assert.equal(await available(broken.accountId), 7n)
})

test('more credit that cannot be booked than is looked at together holds up no other', async () => {
  const broken = await ask('operator:anna')
  await decide(broken.id, 'approved', 'operator:bert')
  await store.ownerDatabase.query(sql`
    insert into pending_credit select (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid()))).*
    from pending_credit one, generate_series(1, 120) where one.id = ${broken.id}::uuid`)
  const whole = await ask('operator:anna')
  await decide(whole.id, 'approved', 'operator:bert')
  const credit: typeof store.ledger.credit = (input) =>
    input.accountId === broken.accountId ? Promise.reject(new Error('not now')) : store.ledger.credit(input)
  const isBooked = async () => (await available(whole.accountId)) === 7n
  for (let round = 0; round < 60 && !(await isBooked()); round += 1)
    await assert.rejects(bookApproved(database, store.subjects, { credit }))
  assert.deepEqual([await available(broken.accountId), await available(whole.accountId)], [0n, 7n])
  await store.ownerDatabase.query(sql`delete from pending_credit where account_id = ${broken.accountId}::uuid`)
})

test('the list has what waits', async () => {
  const { id } = await ask('operator:anna')
  const { credits } = await listPending(database, store.subjects, { state: 'waiting', limit: 200 })
  assert.ok(credits.some((credit) => credit.id === id && credit.requestedBy === 'operator:anna'))
})
