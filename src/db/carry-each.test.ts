// Guarantee: what waits is carried outside once, by any number who do so at once, and what was taken stays noted whatever becomes of the rest; where
// nobody is there to take it, the rest is left for later, and what is never taken holds up no other and is tried ever more rarely.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { carryEach, type Database, isDue, sql } from './index.ts'
import { createTestDatabase, endIdleTransactions, type TestDatabase } from './testing.ts'

const ALL = [1, 2, 3, 4, 5, 6, 7, 8]
let kit: TestDatabase
let database: Database
before(async () => {
  kit = await createTestDatabase()
  database = kit.ownerDatabase
  await database.query(
    sql`create table parcel (id integer primary key, told_at timestamptz, tries integer not null default 0, next_try_at timestamptz)`,
  )
})
beforeEach(async () => {
  await database.query(sql`delete from parcel`)
  await database.query(sql`insert into parcel (id) select unnest(${ALL}::integer[])`)
})
after(() => kit.drop())

class Unreachable extends Error {
  readonly isUnreachable = true
}
class NobodyThere extends Error {
  readonly isForGood = true
}
const NOW = Date.parse('2026-11-30T12:00:00Z')
const carry = (send: (id: number) => Promise<void>, now = NOW) =>
  carryEach<number, number>(database, ALL, {
    now,
    take: async (tx, id) => {
      const rows = await tx.query(sql`select 1 from parcel where id = ${id} and told_at is null and ${isDue(now)} for update skip locked`)
      return rows.length === 0 ? undefined : id
    },
    send,
    rowOf: (id) => ({ table: sql`parcel`, is: sql`id = ${id}` }),
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

/** The seconds before each try of the first, which is never taken, by one who looks a second before it is due and a second after; at most `max` tries. */
async function waitsOf(failure: Error, max: number): Promise<readonly number[]> {
  const tried: number[] = []
  let now = NOW
  for (; tried.length < max && !(await noted()).includes(1); ) {
    const at = now
    const send = async (id: number): Promise<void> => {
      if (id !== 1) return
      tried.push(at)
      throw failure
    }
    await carry(send, now)
    const [row] = await database.query<{ next_try_at: Date | null }>(sql`select next_try_at from parcel where id = 1`)
    const due = row?.next_try_at?.getTime() ?? now
    await carry(() => Promise.reject(new Error('too soon')), due - 1_000)
    now = due + 1_000
  }
  return tried.map((at, index) => Math.floor((at - (tried[index - 1] ?? at)) / 1_000))
}

test('what is never taken waits longer each time, at most six hours, and is never done with', async () => {
  const waits = await waitsOf(new Error('refused'), 12)
  const seconds = [10, 40, 160, 640, 2_560, 10_240, 21_600, 21_600, 21_600, 21_600, 21_600]
  for (const [index, wait] of waits.slice(1).entries())
    assert.ok(wait >= (seconds[index] ?? 0) && wait <= (seconds[index] ?? 0) + 60, `${wait}`)
  assert.deepEqual([waits.length, await noted()], [12, ALL.slice(1)])
})

test('what is refused for good is tried seven times, as it may be the other side that is set wrong, and done with then', async () => {
  assert.equal((await waitsOf(new NobodyThere(), 12)).length, 7)
  assert.deepEqual(await noted(), ALL)
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
    ...{ now: NOW, rowOf: (id) => ({ table: sql`parcel`, is: sql`id = ${id}` }) },
    take: async (tx, id) => {
      seen.push(...(await tx.query(sql`show idle_in_transaction_session_timeout`)))
      return id
    },
    send: async () => undefined,
    note: async () => undefined,
  })
  seen.push(...(await database.query(sql`show idle_in_transaction_session_timeout`)))
  assert.deepEqual(seen, [{ idle_in_transaction_session_timeout: '30min' }, { idle_in_transaction_session_timeout: '1min' }])
})
