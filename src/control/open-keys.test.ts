// Guarantee: before anything is served, an erasure that an old backup undid is done again, operators who were ended are ended again, and what lies
// readable from before there were keys of persons is sealed, losing nothing and repeating nothing when it is interrupted; nodes never keep keys
// apart without saying so.
import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { createAccount, findAccountByEmail, forgetAccount, getAccount } from '../accounts/index.ts'
import { type Database, sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { createKey, listKeys } from '../keys/index.ts'
import { makeLedger } from '../ledger/index.ts'
import { type LogEvent, systemIds } from '../lib/index.ts'
import { createOperator, endOperator, getOperator, listOperators, operatorTokenOf } from '../operators/index.ts'
import { keyringOf } from '../privacy/index.ts'
import { ConfigRefusedError } from '../spec/index.ts'
import { type OpenKeys, openKeys } from './open-keys.ts'

const NOW = Date.parse('2026-11-26T12:00:00Z')
const clock = { now: () => NOW, monotonic: () => performance.now() }
const ids = systemIds(Date.now)
const keyring = keyringOf(new Map([[1, randomBytes(32)]]))
const NODE = randomUUID()
const opened: OpenKeys[] = []

let kit: TestDatabase
let dataDir: string
let logged: LogEvent[] = []
let unshared = 0

before(async () => {
  kit = await createTestDatabase()
})
after(() => kit.drop())
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'farebox-keys-'))
  logged = []
})
afterEach(async () => {
  for (const keys of opened.splice(0)) await keys.close()
  rmSync(dataDir, { recursive: true, force: true })
})

async function open(databases: { readonly appDatabase?: Database; readonly ledgerDatabase?: Database } = {}): Promise<OpenKeys> {
  const keys = await openKeys({
    ...{ config: { dataDir, keysUrl: undefined }, connection: kit.connection, keyring, nodeId: NODE, clock },
    ...{ appDatabase: databases.appDatabase ?? kit.appDatabase, ledgerDatabase: databases.ledgerDatabase ?? kit.ledgerDatabase },
    log: (entry) => void logged.push(entry),
    onUnshared: () => {
      unshared += 1
    },
  })
  opened.push(keys)
  return keys
}

const LIMITS = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrentCalls: undefined }
const newKey = (accountId: string, name: string) => ({
  ...{ id: ids.uuid(), accountId, name, limits: LIMITS, models: undefined, expiresAt: undefined },
  ...{ random: randomBytes(32), now: NOW },
})

/** Everything the tables of people and money hold, as text; sealed bytes as hexadecimal digits. */
async function everything(): Promise<string> {
  const rows = await kit.ownerDatabase.query<{ readonly row: string }>(sql`
    select row_to_json(account)::text as row from account union all select row_to_json(api_key)::text from api_key
    union all select row_to_json(transfer)::text from transfer`)
  return rows.map(({ row }) => row).join('\n')
}
const canRead = async (text: string): Promise<boolean> => {
  const all = await everything()
  return all.includes(text) || all.includes(Buffer.from(text).toString('hex'))
}

/** Rows as the version before wrote them. */
async function writeOldRows(): Promise<{ readonly accountId: string; readonly sourceKey: string; readonly email: string }> {
  const [accountId, keyId, sourceKey] = [ids.uuid(), ids.uuid(), `old:${randomUUID()}`]
  const email = `old-${accountId}@example.com`
  const sealed = keyring.seal(Buffer.from(email), `account-email:${accountId}`)
  const { ownerDatabase } = kit
  await ownerDatabase.query(sql`
    insert into account (id, email_sealed, email_lookup) values (${accountId}, ${sealed}, ${keyring.lookup(email, 'account-email-lookup')})`)
  await ownerDatabase.query(sql`insert into ledger_account (id, kind) values (${accountId}, 'customer')`)
  await ownerDatabase.query(sql`insert into balance (account_id, available) values (${accountId}, 5)`)
  await ownerDatabase.query(sql`alter table api_key drop constraint api_key_name_sealed`)
  await ownerDatabase.query(sql`
    insert into api_key (id, account_id, hash, name, hint) values (${keyId}, ${accountId}, ${randomBytes(32)}, 'Ada’s laptop', 'h')`)
  await ownerDatabase.query(sql`alter table api_key add constraint api_key_name_sealed check (name is null) not valid`)
  await ownerDatabase.query(sql`alter table transfer drop constraint transfer_reason_sealed`)
  const hash = createHash('sha256')
    .update(JSON.stringify([accountId, '5', 'manual', 'for Ada']))
    .digest()
  await ownerDatabase.query(sql`
    insert into transfer (id, debit_account, credit_account, amount, kind, source_key, input_hash, reason)
    values (${ids.uuid()}, '00000000-0000-0000-0000-000000000005', ${accountId}, 5, 'manual', ${sourceKey}, ${hash}, 'for Ada')`)
  await ownerDatabase.query(sql`alter table transfer add constraint transfer_reason_sealed check (reason is null) not valid`)
  return { accountId, sourceKey, email }
}

async function expectSealed({ accountId, sourceKey, email }: Awaited<ReturnType<typeof writeOldRows>>, keys: OpenKeys): Promise<void> {
  const { subjects } = keys
  assert.equal(await canRead('Ada'), false)
  assert.equal((await getAccount(kit.appDatabase, subjects, accountId)).email, email)
  assert.equal((await findAccountByEmail(kit.appDatabase, subjects, email.toUpperCase()))?.id, accountId)
  assert.equal((await listKeys(kit.appDatabase, subjects, { accountId, cursor: undefined, limit: 5 })).keys[0]?.name, 'Ada’s laptop')
  const ledger = makeLedger(kit.ledgerDatabase, { ids, subjects })
  const { transfers } = await ledger.listTransfers({ accountId, limit: 5 })
  assert.deepEqual(
    transfers.map(({ reason, amount }) => [reason, amount]),
    [['for Ada', 5n]],
  )
  // What was credited before is known again by its key and input, and told apart by them.
  const again = { accountId, amount: 5n, kind: 'manual', sourceKey, reason: 'for Ada' } as const
  assert.equal((await ledger.credit(again)).transferId, transfers[0]?.id)
  await assert.rejects(ledger.credit({ ...again, reason: 'for Bob' }), { message: 'idempotency_conflict' })
}

test('rows from before keys of persons are sealed at the start, once', async () => {
  const old = await writeOldRows()
  assert.ok(await canRead('Ada'))
  await expectSealed(old, await open())
  assert.deepEqual(logged, [{ event: 'personal-data-sealed', items: 3 }])
  await expectSealed(old, await open())
  assert.equal(logged.length, 1)
})

test('a start that is interrupted between any two statements goes on at the next', async () => {
  for (let statements = 0; ; statements += 1) {
    const old = await writeOldRows()
    const left = { count: statements }
    const breaking = (database: Database): Database => ({
      ...database,
      query: (statement) => {
        left.count -= 1
        return left.count < 0 ? Promise.reject(new Error('interrupted')) : database.query(statement)
      },
    })
    const databases = { appDatabase: breaking(kit.appDatabase), ledgerDatabase: breaking(kit.ledgerDatabase) }
    const isWhole = await open(databases).then(
      () => true,
      (thrown: unknown) => {
        assert.match(String(thrown), /interrupted/)
        return false
      },
    )
    await expectSealed(old, await open())
    if (isWhole) {
      assert.ok(statements > 6)
      return
    }
  }
})

test('a transfer can be sealed and not changed, whoever asks', async () => {
  const { accountId } = await writeOldRows()
  const { ownerDatabase, ledgerDatabase } = kit
  const wanted = (await ownerDatabase.query<{ id: string }>(sql`select id from transfer where credit_account = ${accountId}`))[0]?.id ?? ''
  const sealed = Buffer.from('sealed')
  for (const change of [
    sql`update transfer set amount = 6, reason = null, reason_sealed = ${sealed} where id = ${wanted}`,
    sql`update transfer set reason = null where id = ${wanted}`,
    sql`update transfer set reason = 'other' where id = ${wanted}`,
    sql`delete from transfer where id = ${wanted}`,
  ])
    await assert.rejects(ownerDatabase.query(change), (thrown) => thrown instanceof Error && 'code' in thrown)
  await assert.rejects(ledgerDatabase.query(sql`update transfer set reason = null, reason_sealed = ${sealed} where id = ${wanted}`), {
    code: '42501',
  })
  await open()
  await assert.rejects(ownerDatabase.query(sql`update transfer set reason_sealed = ${sealed} where id = ${wanted}`), { code: '23001' })
  await ledgerDatabase.query(sql`select seal_transfer_reason(${wanted}::uuid, ${sealed}::bytea, ${sealed}::bytea)`)
  const [row] = await ownerDatabase.query<{ reason_sealed: Buffer }>(sql`select reason_sealed from transfer where id = ${wanted}`)
  assert.notDeepEqual(row?.reason_sealed, sealed)
})

test('yesterday’s database and yesterday’s folder of keys: the erased are erased again before anything is served', async () => {
  const before = await open()
  const { subjects } = before
  const email = `erased-${randomUUID()}@example.com`
  const account = await createAccount(kit.appDatabase, subjects, { id: ids.uuid(), email, now: NOW })
  const kept = await createAccount(kit.appDatabase, subjects, { id: ids.uuid(), email: `kept-${email}`, now: NOW })
  const ledger = makeLedger(kit.ledgerDatabase, { ids, subjects })
  await ledger.openAccount(account.id)
  await ledger.credit({ accountId: account.id, amount: 7n, kind: 'manual', sourceKey: randomUUID(), reason: 'for Eve' })
  await createKey(kit.appDatabase, subjects, newKey(account.id, 'Eve’s phone'))
  cpSync(join(dataDir, 'keys'), join(dataDir, 'old-keys'), { recursive: true })
  const [row] = await kit.ownerDatabase.query<{ email_sealed: Buffer; email_lookup: Buffer }>(sql`
    select email_sealed, email_lookup from account where id = ${account.id}`)
  const [named] = await kit.ownerDatabase.query<{ name_sealed: Buffer }>(sql`
    select name_sealed from api_key where account_id = ${account.id}`)
  assert.ok(row && named)

  await subjects.destroy(account.id)
  await forgetAccount(kit.appDatabase, account.id, NOW)

  const { ownerDatabase } = kit
  await ownerDatabase.query(sql`
    update account set email_sealed = ${row.email_sealed}, email_lookup = ${row.email_lookup}, status = 'active' where id = ${account.id}`)
  await ownerDatabase.query(sql`
    update api_key set name_sealed = ${named.name_sealed}, revoked_at = null where account_id = ${account.id}`)
  await ownerDatabase.query(sql`alter table erasure disable trigger erasure_immutable`)
  await ownerDatabase.query(sql`delete from erasure`)
  await ownerDatabase.query(sql`alter table erasure enable trigger erasure_immutable`)
  cpSync(join(dataDir, 'old-keys'), join(dataDir, 'keys'), { recursive: true })

  logged = []
  const after = await open()
  assert.deepEqual(logged, [{ event: 'erasures-replayed', items: 1 }])
  const shown = await getAccount(kit.appDatabase, after.subjects, account.id)
  assert.deepEqual([shown.email, shown.status], [undefined, 'suspended'])
  assert.equal(await findAccountByEmail(kit.appDatabase, after.subjects, email), undefined)
  const { keys } = await listKeys(kit.appDatabase, after.subjects, { accountId: account.id, cursor: undefined, limit: 5 })
  assert.deepEqual(
    keys.map(({ name, revokedAt }) => [name, revokedAt?.getTime()]),
    [[undefined, NOW]],
  )
  const books = makeLedger(kit.ledgerDatabase, { ids, subjects: after.subjects })
  const { transfers } = await books.listTransfers({ accountId: account.id, limit: 5 })
  assert.deepEqual(
    transfers.map(({ reason, amount }) => [reason, amount]),
    [[undefined, 7n]],
  )
  assert.equal(await after.subjects.unseal(account.id, row.email_sealed, `account-email:${account.id}`), undefined)
  assert.equal((await getAccount(kit.appDatabase, after.subjects, kept.id)).email, `kept-${email}`)
  // Money that a bank takes back of somebody who was erased is still booked, without a word.
  await books.chargeBack({ accountId: account.id, amount: 9n, sourceKey: 'bank', reason: 'Eve at her bank' })
  assert.equal(await canRead('Eve'), false)
  assert.equal((await books.balanceOf(account.id))?.available, 0n)
})

async function newOperator(name: string): Promise<string> {
  const [id, token] = [ids.uuid(), operatorTokenOf(randomBytes(32))]
  await createOperator(kit.appDatabase, { id, name, role: 'owner', token, now: NOW })
  const [at, hash] = [new Date(NOW), () => randomBytes(32)]
  for (const way of [
    sql`insert into operator_passkey (id, operator_id, credential_id, public_key, counter, transports, created_at)
      values (${ids.uuid()}, ${id}, ${hash()}, ${hash()}, 0, '{}', ${at}) returning 1`,
    sql`insert into operator_identity (id, operator_id, issuer, subject_lookup, created_at) values (${ids.uuid()}, ${id}, 'acme', ${hash()}, ${at})
      returning 1`,
    sql`insert into operator_invitation (token_hash, operator_id, expires_at) values (${hash()}, ${id}, now() + interval '1 hour') returning 1`,
    sql`insert into operator_session (id, token_hash, operator_id, way, browser_family, created_at, seen_at, fresh_until)
      values (${ids.uuid()}, ${hash()}, ${id}, 'passkey', 'firefox', ${at}, ${at}, ${at}) returning 1`,
  ])
    await kit.appDatabase.query(way)
  return id
}

test('yesterday’s database: operators who were ended for good are ended again, with all they sign in with, and nobody else', async () => {
  const [goes] = [await newOperator('goes'), await newOperator('stays')]
  const { subjects } = await open()
  await subjects.destroy(goes)
  // Of the database that knew it, the file of tombstones is left.
  const { ownerDatabase } = kit
  await ownerDatabase.query(sql`alter table erasure disable trigger erasure_immutable`)
  await ownerDatabase.query(sql`delete from erasure`)
  await ownerDatabase.query(sql`alter table erasure enable trigger erasure_immutable`)

  logged = []
  await open()
  assert.deepEqual(logged, [{ event: 'operators-ended-again', items: 1 }])
  const shown = await listOperators(kit.appDatabase)
  assert.deepEqual(
    shown.map(({ name, endedAt, ways }) => [name, endedAt?.getTime(), ways]),
    [
      ['goes', NOW, []],
      ['stays', undefined, ['token', 'passkey', 'issuer']],
    ],
  )
  const left = await ownerDatabase.query<{ name: string; ways: bigint }>(sql`
    select name, (select count(*) from operator_token as token where token.name = operator.name and revoked_at is null)
      + (select count(*) from operator_passkey where operator_id = operator.id) + (select count(*) from operator_identity where operator_id = operator.id)
      + (select count(*) from operator_invitation where operator_id = operator.id)
      + (select count(*) from operator_session as session where session.operator_id = operator.id and session.ended_at is null) as ways
    from operator order by name`)
  assert.deepEqual(left, [
    { name: 'goes', ways: 0n },
    { name: 'stays', ways: 5n },
  ])
  logged = []
  await open()
  assert.deepEqual(logged, [])
})

test('the key of an operator whose end was cut short before it was destroyed is destroyed at the next start', async () => {
  const id = await newOperator('half')
  const { subjects } = await open()
  await subjects.create(id)
  await kit.appDatabase.transaction((tx) => endOperator(tx, 'half', NOW - 5))
  assert.equal(await subjects.isDestroyed(id), false)
  logged = []
  const next = await open()
  assert.equal(await next.subjects.isDestroyed(id), true)
  await assert.rejects(next.subjects.create(id), { code: 'SUBJECT_DESTROYED' })
  assert.equal((await getOperator(kit.appDatabase, 'half')).endedAt?.getTime(), NOW - 5)
  assert.deepEqual(logged, [])
})

test('an account whose key is lost and was not destroyed is told loudly, and gets no other key', async () => {
  const email = `lost-${randomUUID()}@example.com`
  const account = await createAccount(kit.appDatabase, (await open()).subjects, { id: ids.uuid(), email, now: NOW })
  rmSync(join(dataDir, 'keys', 'subjects'), { recursive: true })
  const { subjects } = await open()
  await assert.rejects(getAccount(kit.appDatabase, subjects, account.id), { code: 'SUBJECT_KEY_MISSING' })
})

test('a second node that serves from the same database is noticed, at the start and while running', async () => {
  const keys = await open()
  await keys.keep()
  assert.equal(unshared, 0)
  const other = randomUUID()
  await kit.ledgerDatabase.query(sql`insert into node (id, is_answering) values (${other}, true)`)
  await keys.keep()
  assert.equal(unshared, 1)
  await assert.rejects(open(), (thrown) => {
    assert.ok(thrown instanceof ConfigRefusedError)
    assert.deepEqual(
      thrown.problems.map(({ path }) => path),
      ['FAREBOX_KEYS_URL'],
    )
    return true
  })
  await kit.ledgerDatabase.query(sql`update node set seen_at = now() - interval '61 seconds' where id = ${other}`)
  await open()
  await kit.ledgerDatabase.query(sql`update node set seen_at = now(), is_answering = false where id = ${other}`)
  await open()
})
