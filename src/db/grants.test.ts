// Protects: only the ledger's role writes money, nobody rewrites history, and no balance goes below zero.
import { deepEqual, equal, rejects } from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Database } from './database.ts'
import { type Sql, sql } from './sql.ts'
import { createTestDatabase, type TestDatabase } from './testing.ts'

const DENIED = '42501'
const CHECKED = '23514'
const APPEND_ONLY = '23001'
const ID = '01900000-0000-7000-8000-0000000000a1'
const REVENUE = '00000000-0000-0000-0000-000000000001'

let at: TestDatabase
before(async () => {
  at = await createTestDatabase()
  const { appDatabase, ledgerDatabase } = at
  await appDatabase.query(sql`insert into account (id) values (${ID})`)
  await appDatabase.query(sql`insert into model (id, context, output_max, source) values ('m', 10, 10, 'file')`)
  await appDatabase.query(sql`
    insert into price_version (model_serial, input, output, cache_read, cache_write_5m, cache_write_1h)
    select serial, 1, 1, 1, 1, 1 from model`)
  await ledgerDatabase.query(sql`insert into ledger_account (id, kind) values (${ID}, 'customer')`)
  await ledgerDatabase.query(sql`insert into balance (account_id, available) values (${ID}, 100)`)
  await ledgerDatabase.query(sql`
    insert into transfer (id, debit_account, credit_account, amount, kind, source_key, input_hash)
    values (${ID}, ${REVENUE}, ${ID}, 100, 'deposit', 'test', '')`)
})
after(() => at.drop())

const fails = (database: Database, statement: Sql, code: string) => rejects(database.query(statement), { code }, statement.text)

describe('farebox_app, which keeps people and the catalogue', () => {
  const denied: readonly Sql[] = [
    sql`update balance set available = 1000000`,
    sql`insert into balance (account_id, available) values (${ID}, 1)`,
    sql`insert into transfer (id, debit_account, credit_account, amount, kind, source_key, input_hash) select ${ID}, ${REVENUE}, ${ID}, 1, 'x', 'y', ''`,
    sql`insert into ledger_account values (${ID}, 'customer')`,
    sql`update slice set amount = 1`,
    sql`delete from open_call`,
    sql`update usage_day set cost = 0`,
    sql`insert into usage_event select * from usage_event`,
    sql`delete from account`,
    sql`delete from price_version`,
    sql`update price_version set input = 0`,
    sql`delete from migration`,
    sql`select ensure_usage_partition(date '2026-01-01')`,
    sql`select drop_usage_partition(date '2026-01-01')`,
    sql`insert into ended_day values ('2026-01-01', now())`,
    sql`update receipt_batch set day_path = ''`,
    sql`insert into signing_key (kid, jwk, created_at, signs_from) values ('k', '{}', now(), now())`,
    sql`select seal_transfer_reason(${ID}, '', '')`,
    sql`update erasure set destroyed_at = now()`,
    sql`delete from erasure`,
    sql`create table mine ()`,
    sql`truncate api_key`,
    sql`alter table transfer disable trigger all`,
  ]
  for (const statement of denied) test(`may not: ${statement.text}`, () => fails(at.appDatabase, statement, DENIED))
})

describe('farebox_ledger, which writes money', () => {
  const denied: readonly Sql[] = [
    sql`insert into api_key (id, account_id, hash, hint) values (${ID}, ${ID}, ${Buffer.alloc(32)}, 'h')`,
    sql`update api_key set revoked_at = null`,
    sql`update account set status = 'active'`,
    sql`update model set is_active = false`,
    sql`insert into price_version (model_serial, input, output, cache_read, cache_write_5m, cache_write_1h) values (1, 0, 0, 0, 0, 0)`,
    sql`update transfer set amount = 1`,
    sql`update transfer set reason = null, reason_sealed = ''`,
    sql`insert into erasure (subject_tag, destroyed_at) values (${Buffer.alloc(32)}, now())`,
    sql`delete from transfer`,
    sql`delete from balance`,
    sql`update usage_event set cost = 0`,
    sql`delete from usage_event`,
    sql`delete from usage_day`,
    sql`delete from ended_day`,
    sql`update day_root set root = ''`,
    sql`update receipt_batch set root = ''`,
    sql`delete from receipt_batch`,
    sql`update signing_key set jwk = '{}'`,
    sql`delete from signing_key`,
    sql`truncate transfer`,
    sql`create table mine ()`,
    sql`delete from idempotency`,
  ]
  for (const statement of denied) test(`may not: ${statement.text}`, () => fails(at.ledgerDatabase, statement, DENIED))

  test('makes the partition of a day, twice without harm', async () => {
    for (let times = 0; times < 2; times++) await at.ledgerDatabase.query(sql`select ensure_usage_partition(${'2026-03-04'}::date)`)
    const parts = await at.ownerDatabase.query(
      sql`select inhrelid::regclass::text as name from pg_inherits where inhparent = 'usage_event'::regclass`,
    )
    deepEqual(parts, [{ name: 'usage_event_20260304' }])
  })

  test('eight at once make one partition', async () => {
    const day = '2026-03-05'
    await Promise.all(Array.from({ length: 8 }, () => at.ledgerDatabase.query(sql`select ensure_usage_partition(${day}::date)`)))
    const parts = await at.ownerDatabase.query(sql`select 1 from pg_class where relname = 'usage_event_20260305'`)
    equal(parts.length, 1)
  })

  test('reads and writes rows of a partition through its parent alone', async () => {
    await at.ledgerDatabase.query(sql`select ensure_usage_partition(date '2026-03-06')`)
    await fails(at.ledgerDatabase, sql`select * from usage_event_20260306`, DENIED)
    await fails(at.appDatabase, sql`select * from usage_event_20260306`, DENIED)
    equal((await at.appDatabase.query(sql`select * from usage_event`)).length, 0)
  })
})

test('not even the owner changes a transfer or a price', async () => {
  const owner = at.ownerDatabase
  for (const statement of [
    sql`update transfer set amount = 1`,
    sql`delete from transfer`,
    sql`update price_version set input = 0`,
    sql`delete from price_version`,
  ]) {
    await fails(owner, statement, APPEND_ONLY)
  }
})

test('amounts below zero and movements of nothing are refused by the tables themselves', async () => {
  const ledger = at.ledgerDatabase
  await fails(ledger, sql`update balance set available = available - 101`, CHECKED)
  await fails(ledger, sql`update balance set held = -1`, CHECKED)
  await fails(ledger, sql`insert into slice values (${ID}, ${ID}, -1)`, CHECKED)
  const transfer = (amount: bigint, to: string) => sql`
    insert into transfer (id, debit_account, credit_account, amount, kind, source_key, input_hash)
    values ('01900000-0000-7000-8000-0000000000a2', ${REVENUE}, ${to}, ${amount}, 'deposit', 'another', '')`
  await fails(ledger, transfer(0n, ID), CHECKED)
  await fails(ledger, transfer(1n, REVENUE), CHECKED)
})
