// Guarantee: what waits is carried outside once, by any number who do so at once, and what was taken stays noted whatever becomes of the rest; where
// nobody is there to take it, the rest is left for later, and what is never taken holds up no other.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { carryEach, type Database, sql } from './index.ts'
import { createTestDatabase, endIdleTransactions, type TestDatabase } from './testing.ts'

const ALL = [1, 2, 3, 4, 5, 6, 7, 8]
let kit: TestDatabase
let database: Database
before(async () => {
  kit = await createTestDatabase()
  database = kit.ownerDatabase
  await database.query(sql`create table parcel (id integer primary key, told_at timestamptz)`)
})
beforeEach(async () => {
  await database.query(sql`delete from parcel`)
  await database.query(sql`insert into parcel (id) select unnest(${ALL}::integer[])`)
})
after(() => kit.drop())

class Unreachable extends Error {
  readonly isUnreachable = true
}
const carry = (send: (id: number) => Promise<void>) =>
  carryEach<number, number>(database, ALL, {
    take: async (tx, id) => {
      const rows = await tx.query(sql`select 1 from parcel where id = ${id} and told_at is null for update skip locked`)
      return rows.length === 0 ? undefined : id
    },
    send,
    note: async (tx, id) => void (await tx.query(sql`update parcel set told_at = now() where id = ${id}`)),
  })
const noted = async (): Promise<readonly number[]> =>
  (await database.query<{ id: number }>(sql`select id from parcel where told_at is not null order by id`)).map(({ id }) => id)

test('two are taken and then nobody is there: the two are noted, and the rest is not tried for long', async () => {
  const tried: number[] = []
  const send = async (id: number): Promise<void> => {
    tried.push(id)
    if (id > 2) throw new Unreachable()
  }
  assert.equal(await carry(send), 2)
  assert.deepEqual(
    [await noted(), tried],
    [
      [1, 2],
      [1, 2, 3, 4, 5],
    ],
  )
})

test('what is refused for itself is tried again later and ends nothing', async () => {
  assert.equal(await carry((id) => (id < 8 ? Promise.reject(new Error('refused')) : Promise.resolve())), 1)
  assert.deepEqual(await noted(), [8])
})

test('any number at once carry each once', async () => {
  const sent: number[] = []
  const send = async (id: number): Promise<void> => {
    sent.push(id)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await Promise.all([carry(send), carry(send), carry(send)])
  assert.deepEqual(
    sent.toSorted((one, other) => one - other),
    ALL,
  )
  assert.deepEqual(await noted(), ALL)
})

test('a session that was ended while one was on its way takes nothing back that went before', async () => {
  await assert.rejects(carry(async (id) => (id === 3 ? endIdleTransactions(database) : undefined)))
  assert.deepEqual(await noted(), [1, 2])
})

test('while one is on its way its session may be idle for longer than others', async () => {
  const seen: unknown[] = []
  await carryEach<number, number>(database, [1], {
    take: async (tx, id) => {
      seen.push(...(await tx.query(sql`show idle_in_transaction_session_timeout`)))
      return id
    },
    send: async () => undefined,
    note: async () => undefined,
  })
  seen.push(...(await database.query(sql`show idle_in_transaction_session_timeout`)))
  assert.deepEqual(seen, [{ idle_in_transaction_session_timeout: '10min' }, { idle_in_transaction_session_timeout: '1min' }])
})
