// Guarantee: no entry of the audit log can be changed, taken out, moved or cut off without `verifyAudit` telling, given a checkpoint
// that somebody kept; and people are shown the accesses that concern them, no others.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { listPublicKeys, openSigner, readPublicKeys, type Signer } from '../receipts/index.ts'
import { type ChainedEntry, listAudit, listCheckpoints, recordAccess, signAuditDay, verifyAudit } from './index.ts'

const DAY = 86_400_000
const START = Date.parse('2026-11-21T12:00:00Z')
const [MINE, OTHER] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002']
const folder = mkdtempSync(join(tmpdir(), 'farebox-audit-'))
let kit: TestDatabase
let signer: Signer

before(async () => {
  kit = await createTestDatabase()
  signer = await openSigner(kit.ledgerDatabase, folder, START)
})
after(async () => {
  rmSync(folder, { recursive: true })
  await kit.drop()
})

const note = (action: string, accountId: string | undefined, now: number) =>
  recordAccess(kit.appDatabase, { actor: 'operator-token', action, accountId, now })

async function wholeLog(): Promise<readonly ChainedEntry[]> {
  return (await listAudit(kit.appDatabase, { limit: 1_000 })).entries.toReversed()
}

async function evidence() {
  const keys = readPublicKeys(JSON.stringify({ keys: await listPublicKeys(kit.appDatabase, START) })) ?? new Map()
  return { keys, checkpoints: await listCheckpoints(kit.appDatabase, { limit: 10 }) }
}

test('entries written at once form one chain, signed once a day', async () => {
  await Promise.all(Array.from({ length: 40 }, (_, index) => note('accounts.read', index % 2 === 0 ? MINE : OTHER, START + index)))
  assert.equal(await signAuditDay(kit.appDatabase, { key: signer.keyAt(START), now: START + DAY }), true)
  assert.equal(await signAuditDay(kit.appDatabase, { key: signer.keyAt(START), now: START + DAY + 5 }), false)
  await note('accounts.list', undefined, START + DAY + 9)
  await note('models.set', undefined, START + DAY + 10)
  const log = await wholeLog()
  assert.deepEqual(
    log.map(({ serial }) => serial),
    Array.from({ length: 42 }, (_, index) => BigInt(index + 1)),
  )
  assert.deepEqual(verifyAudit(log, await evidence()), [])
})

test('every alteration is told, a cut by the checkpoint', async () => {
  const log = await wholeLog()
  const held = await evidence()
  const problemsOf = (altered: readonly ChainedEntry[]) => verifyAudit(altered, held).length
  for (const [index, entry] of log.entries()) {
    for (const changed of [
      { ...entry, actor: `${entry.actor}x` },
      { ...entry, action: 'accounts.list.x' },
      { ...entry, at: entry.at + 1 },
      { ...entry, accountId: entry.accountId === MINE ? OTHER : MINE },
      { ...entry, hash: Buffer.alloc(32, 7) },
    ])
      assert.ok(problemsOf(log.with(index, changed)) > 0, `entry ${entry.serial}`)
    if (index < log.length - 1) assert.ok(problemsOf(log.toSpliced(index, 1)) > 0)
    if (index > 0) assert.ok(problemsOf(log.with(index, log[index - 1] ?? entry).with(index - 1, entry)) > 0)
  }
  for (let length = 0; length < 40; length += 1) assert.ok(problemsOf(log.slice(0, length)) > 0, `cut to ${length}`)
  const [checkpoint] = held.checkpoints
  assert.ok(checkpoint)
  for (const forged of [
    { ...checkpoint, last_serial: '39' },
    { ...checkpoint, day: '2026-11-20' },
    { ...checkpoint, jws: `${checkpoint.jws}A` },
  ])
    assert.ok(verifyAudit(log, { ...held, checkpoints: [forged] }).length > 0)
})

test('a person is shown what concerns them', async () => {
  const { entries } = await listAudit(kit.appDatabase, { of: { accountId: MINE, andActions: '^accounts\\.list$' }, limit: 100 })
  assert.equal(entries.length, 21)
  assert.ok(entries.every(({ accountId, action }) => accountId === MINE || action === 'accounts.list'))
})

test('nobody changes or deletes an entry or a checkpoint', async () => {
  for (const statement of [
    sql`update audit_entry set actor = 'x' where serial = 1`,
    sql`delete from audit_entry where serial = 1`,
    sql`update audit_day set last_serial = 1`,
    sql`delete from audit_day`,
  ])
    for (const database of [kit.appDatabase, kit.ledgerDatabase, kit.ownerDatabase])
      await assert.rejects(database.query(statement), { code: /^(?:42501|23001)$/ })
})
