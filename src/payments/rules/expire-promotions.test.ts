// Guarantee: of an account's money, what was a gift and is unspent when its time is over goes back to the house, once, exactly, and not a
// nano-dollar that was paid in; crashes between the plan and the books change nothing.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MoneyStore, openMoneyStore } from '../../control/testing.ts'
import { connect, type Database, sql } from '../../db/index.ts'
import { type ExpiryParts, expirePromotions } from './index.ts'

const DAY_MS = 86_400_000
const clock = { at: Date.now(), now: () => clock.at }
let store: MoneyStore
let database: Database
let parts: ExpiryParts
before(async () => {
  store = await openMoneyStore()
  database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 8 })
  parts = { database, ledger: store.ledger, clock, days: 30 }
})
after(async () => {
  await database.end()
  await store.drop()
})

let gifts = 0
const give = async (accountId: string, amount: bigint) => {
  gifts += 1
  await store.ledger.credit({ accountId, amount, kind: 'promotion', sourceKey: `gift-${gifts}`, reason: 'gift' })
}
const available = async (accountId: string) => (await store.ledger.balanceOf(accountId))?.available
const expiries = async (accountId: string) =>
  (await database.query<{ amount: bigint }>(sql`select amount from transfer where debit_account = ${accountId} and kind = 'expiry'`)).map(
    ({ amount }) => amount,
  )

test('what is left of a gift goes back after its last day, and what was paid in stays', async () => {
  const { accountId } = await store.newCustomer(100n)
  await give(accountId, 40n)
  await store.ledger.purchase({ accountId, amount: 15n, sourceKey: 'bought', reason: 'bought' })
  clock.at = Date.now() + 29 * DAY_MS
  await expirePromotions(parts)
  assert.equal(await available(accountId), 125n, 'its time is not over')
  clock.at = Date.now() + 32 * DAY_MS
  await Promise.all([expirePromotions(parts), expirePromotions(parts), expirePromotions(parts)])
  for (let round = 0; round < 3; round += 1) await expirePromotions(parts)
  assert.deepEqual([await available(accountId), await expiries(accountId)], [100n, [25n]])
})

test('a gift that was spent takes nothing, and one that was undone is none', async () => {
  const [spent, undone] = [await store.newCustomer(50n), await store.newCustomer(50n)]
  await give(spent.accountId, 40n)
  await store.ledger.purchase({ accountId: spent.accountId, amount: 60n, sourceKey: 'all', reason: 'all' })
  const gift = await store.ledger.credit({
    accountId: undone.accountId,
    amount: 40n,
    kind: 'promotion',
    sourceKey: 'undone',
    reason: 'gift',
  })
  await store.ledger.reverse({ transferId: gift.transferId, onLack: 'refuse', sourceKey: 'undo', reason: 'undo' })
  clock.at = Date.now() + 40 * DAY_MS
  await expirePromotions(parts)
  assert.deepEqual([await available(spent.accountId), await available(undone.accountId)], [30n, 50n])
  assert.deepEqual([await expiries(spent.accountId), await expiries(undone.accountId)], [[], []])
})

test('what was credited for a month below its promise does not end, nor is it spent as a gift is', async () => {
  const { accountId } = await store.newCustomer(50n)
  await store.ledger.credit({ accountId, amount: 30n, kind: 'promotion', sourceKey: `sla:2026-10-01:${accountId}`, reason: 'uptime' })
  await give(accountId, 40n)
  await store.ledger.purchase({ accountId, amount: 15n, sourceKey: 'some', reason: 'some' })
  clock.at = Date.now() + 40 * DAY_MS
  for (let round = 0; round < 3; round += 1) await expirePromotions(parts)
  assert.deepEqual([await available(accountId), await expiries(accountId)], [80n, [25n]])
})

test('a crash after the plan is made good once, also when money was spent in between', async () => {
  const [crashed, poorer] = [await store.newCustomer(0n), await store.newCustomer(0n)]
  await give(crashed.accountId, 40n)
  await give(poorer.accountId, 40n)
  clock.at = Date.now() + 40 * DAY_MS
  await assert.rejects(expirePromotions({ ...parts, ledger: { expire: () => Promise.reject(new Error('cut')) } }), { message: 'cut' })
  await store.ledger.purchase({ accountId: poorer.accountId, amount: 30n, sourceKey: 'late', reason: 'late' })
  for (let round = 0; round < 3; round += 1) await expirePromotions(parts)
  assert.deepEqual([await available(crashed.accountId), await expiries(crashed.accountId)], [0n, [40n]])
  assert.deepEqual([await available(poorer.accountId), await expiries(poorer.accountId)], [0n, [10n]])
  assert.deepEqual((await store.ledger.verify()).problems, [])
})

test('gifts of an account that was erased are looked at no more, and keep no others from ending', async () => {
  const [erased, other] = [await store.newCustomer(100n), await store.newCustomer(0n)]
  await give(erased.accountId, 40n)
  clock.at = Date.now() + 40 * DAY_MS
  await expirePromotions(parts)
  await store.ledger.purchase({ accountId: erased.accountId, amount: 90n, sourceKey: 'nearly-all', reason: 'nearly all' })
  // What erasing an account does here; what it had left was given up.
  await store.subjects.destroy(erased.accountId)
  await database.query(sql`update account set status = 'erased' where id = ${erased.accountId}`)
  await database.query(sql`delete from promotion_expiry where account_id = ${erased.accountId}`)
  await give(other.accountId, 30n)
  await expirePromotions(parts)
  assert.deepEqual([await available(other.accountId), await available(erased.accountId)], [0n, 10n])
  assert.deepEqual(await database.query(sql`select from promotion_expiry where account_id = ${erased.accountId}`), [])
  // As it was written down before.
  await database.query(sql`
    insert into promotion_expiry (transfer_id, account_id, amount, planned_at, is_done)
    select id, credit_account, 10, now() - interval '1 day', false from transfer where credit_account = ${erased.accountId} and kind = 'promotion'`)
  await give(other.accountId, 30n)
  await expirePromotions(parts)
  assert.deepEqual([await available(other.accountId), await available(erased.accountId)], [0n, 10n])
})

test('an account whose gifts cannot be ended holds up no other, and says so', async () => {
  const [stuck, other] = [await store.newCustomer(0n), await store.newCustomer(0n)]
  for (const { accountId } of [stuck, other]) await give(accountId, 40n)
  clock.at = Date.now() + 40 * DAY_MS
  let plans = 0
  // The account that is looked at first is not written down, so the other's gift is ended without it.
  const halting: Database = {
    ...database,
    transaction: (work) => {
      plans += 1
      return plans === 1 ? Promise.reject(new Error('stuck')) : database.transaction(work)
    },
  }
  await assert.rejects(expirePromotions({ ...parts, database: halting }), { message: 'stuck' })
  assert.deepEqual([plans, await available(stuck.accountId), await available(other.accountId)], [2, 40n, 0n])
  const more = await store.newCustomer(0n)
  await give(more.accountId, 40n)
  const ledger: ExpiryParts['ledger'] = {
    expire: (input) => (input.accountId === stuck.accountId ? Promise.reject(new Error('stuck')) : store.ledger.expire(input)),
  }
  await assert.rejects(expirePromotions({ ...parts, ledger }), { message: 'stuck' })
  assert.deepEqual([await available(stuck.accountId), await available(more.accountId)], [40n, 0n])
  await expirePromotions(parts)
  assert.equal(await available(stuck.accountId), 0n)
})
