// Guarantee: an export holds every value the inventory says its owner gets, readable, in JSON and CSV, exactly; nothing of anybody else and no
// secret; out of one moment; and whoever stops reading gives the database back.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { readZip } from '../../../checks/privacy/read-zip.ts'
import { openRightsWorld, type RightsWorld } from '../../../checks/privacy/rights-world.ts'
import { sql } from '../../db/index.ts'
import { FailureError } from '../../failures.ts'
import { PERSONAL_DATA } from '../../inventory.ts'
import { csvCell } from './column-text.ts'
import { exportedName } from './export-rows.ts'
import { streamExport } from './export-zip.ts'
import { ownedTables } from './personal-tables.ts'

let world: RightsWorld
before(async () => {
  world = await openRightsWorld()
})
after(() => world.close())

const unzip = async (stream: Readable) => readZip(await buffer(stream))
const jsonOf = (files: ReadonlyMap<string, Buffer>, name: string) => JSON.parse(String(files.get(name)))
const csvOf = (files: ReadonlyMap<string, Buffer>, name: string): readonly (readonly string[])[] => parseCsv(String(files.get(name)))

test('every exported column is there, in the order of the inventory, with the same rows as JSON and as CSV', async () => {
  const id = await world.customer('export@example.com', 9_007_199_254_740_993n)
  await world.customer('foreign@example.com', 5n)
  await world.calls(id, 2501)
  const files = await unzip(await world.rights.exportZip(id))
  const schema = jsonOf(files, 'schema.json')
  assert.deepEqual([schema.account_id, jsonOf(files, 'codes.json')], [id, { outcome: ['completed'] }])
  for (const { table, columns } of ownedTables(PERSONAL_DATA)) {
    const names = columns.filter((entry) => entry.export).map(({ column }) => exportedName(column))
    if (names.length === 0) {
      assert.ok(!files.has(`${table}.json`), table)
      continue
    }
    const rows = jsonOf(files, `${table}.json`)
    const [heads = [], ...lines] = csvOf(files, `${table}.csv`)
    assert.deepEqual(heads, names, table)
    assert.equal(lines.length, rows.length, table)
    for (const row of rows) assert.deepEqual(Object.keys(row), names, table)
    assert.deepEqual(
      schema.tables.find((one: { name: string }) => one.name === table)?.columns.map((column: { name: string }) => column.name),
      names,
    )
  }
  assert.equal(jsonOf(files, 'account.json')[0].email, 'export@example.com')
  assert.equal(jsonOf(files, 'usage_event.json').length, 2501)
  assert.deepEqual(jsonOf(files, 'usage_event.json')[0].hold, '9007199254740993')
  assert.equal(jsonOf(files, 'transfer.json')[0].amount, '9007199254740993')
  assert.match(jsonOf(files, 'account.json')[0].created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  const all = Buffer.concat([...files.values()]).toString()
  assert.ok(!all.includes('foreign@example.com') && !all.includes('987654321'), 'nothing of others, and not what a call costs the house')
})

test('a key and what an account can be found by are in no export', async () => {
  const id = await world.customer('secret@example.com')
  const [row] = await world.kit.ownerDatabase.query<{ hash: Buffer; lookup: Buffer }>(sql`
    select hash, email_lookup as lookup from api_key join account on account.id = account_id where account_id = ${id}`)
  const all = Buffer.concat([...(await unzip(await world.rights.exportZip(id))).values()]).toString()
  for (const secret of [row?.hash, row?.lookup]) assert.ok(secret !== undefined && !all.includes(secret.toString('hex')))
})

test('unzip takes it, whatever names keys have', { skip: !hasUnzip() && 'unzip is not installed' }, async () => {
  const id = await world.customer('unzip@example.com')
  const folder = mkdtempSync(join(tmpdir(), 'farebox-export-'))
  try {
    writeFileSync(join(folder, 'e.zip'), await buffer(await world.rights.exportZip(id)))
    assert.match(execFileSync('unzip', ['-t', join(folder, 'e.zip')], { encoding: 'utf8' }), /No errors detected/)
    execFileSync('unzip', ['-q', join(folder, 'e.zip'), '-d', folder])
    assert.equal(JSON.parse(readFileSync(join(folder, 'account.json'), 'utf8'))[0].email, 'unzip@example.com')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('what people wrote comes back exactly from JSON, and from CSV whether the database or we made the cell', {
  timeout: 60_000,
}, async () => {
  const id = await world.customer('text@example.com')
  const text = fc
    .array(fc.constantFrom('=', '"', ',', '\n', '\r', '\t', "'", '\\', 'a', 'é', '😀', ' ', '-', '+', '@'), { minLength: 1, maxLength: 12 })
    .map((parts) => parts.join(''))
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 5 }), async (names) => {
      await world.kit.ownerDatabase.query(sql`delete from api_key where account_id = ${id}`)
      for (const [index, name] of names.entries())
        await world.kit.ownerDatabase.query(sql`
          insert into api_key (id, account_id, hash, hint) values (gen_random_uuid(), ${id}, ${Buffer.alloc(32, index + 1)}, ${name})`)
      const files = await unzip(await world.rights.exportZip(id))
      const told = jsonOf(files, 'api_key.json').map((row: { hint: string }) => row.hint)
      assert.deepEqual(told.toSorted(), names.toSorted())
      const [heads = [], ...lines] = csvOf(files, 'api_key.csv')
      const cells = lines.map((line) => line[heads.indexOf('hint')] ?? '')
      const guarded = (name: string) => (/^[=+\-@\t\r\n]/.test(name) ? `'${name}` : name)
      assert.deepEqual(cells.toSorted(), names.map(guarded).toSorted())
      for (const name of names) assert.deepEqual(parseCsv(`${csvCell(name)}\r\n`), [[guarded(name)]])
    }),
    { numRuns: 30 },
  )
})

test('it tells one moment, and gives its connection back when nobody reads on', async () => {
  const id = await world.customer('moment@example.com')
  await world.calls(id, 20_000)
  const stream = await world.rights.exportZip(id)
  await new Promise((resolve) => stream.once('readable', resolve))
  await world.kit.ownerDatabase.query(sql`delete from usage_event where account_id = ${id}`)
  assert.equal(jsonOf(await unzip(stream), 'usage_event.csv'.replace('csv', 'json')).length, 20_000)
  await world.calls(id, 20_000)
  // More than the pool has connections.
  for (let index = 0; index < 25; index += 1) {
    const left = await world.rights.exportZip(id)
    await new Promise((resolve) => left.once('readable', resolve))
    left.destroy()
  }
  assert.equal(jsonOf(await unzip(await world.rights.exportZip(id)), 'account.json').length, 1)
})

test('exports that nobody reads leave the database to others, and end; who finds no place has the link still', {
  timeout: 60_000,
}, async () => {
  const ids: string[] = []
  for (let index = 0; index < 5; index += 1) {
    const id = await world.customer(`unread-${index}@example.com`)
    await world.calls(id, 3000)
    ids.push(id)
  }
  world.own.request({ email: 'unread-4@example.com', kind: 'export' })
  await world.own.settled()
  const { token } = world.lastLink()
  const opened = await Promise.allSettled(ids.slice(0, 4).map((id) => world.rights.exportZip(id)))
  const streams = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  assert.equal(streams.length, 3)
  await world.kit.appDatabase.query(sql`select 1`)
  const codeOf = (thrown: unknown) => (thrown instanceof FailureError ? thrown.failure.code : String(thrown))
  assert.equal(await world.own.exportZip(token).then(() => 'none', codeOf), 'unavailable')
  for (const stream of streams) stream.destroy()
  assert.equal(jsonOf(await unzip(await world.own.exportZip(token)), 'account.json').length, 1)
  assert.equal(await world.own.exportZip(token).then(() => 'none', codeOf), 'link_invalid')
  // Given up while it is being written, and before anything of it was.
  for (const quietMs of [1000, 1]) {
    const ended = Promise.withResolvers<void>()
    const told = world.logged.length
    const times = { quietMs, lastMs: 10_000, onEnd: ended.resolve }
    const unread = streamExport(world.options, ids[0] ?? '', times).on('error', () => undefined)
    await ended.promise
    assert.ok(unread.destroyed)
    assert.deepEqual(
      world.logged.slice(told).map(({ code }) => code),
      ['EXPORT_UNREAD'],
    )
  }
})

test('an export that nobody hurries to read ends at once where a purge waits for what it reads', { timeout: 30_000 }, async () => {
  const id = await world.customer('purged-over@example.com')
  await world.calls(id, 3000)
  const broken = Promise.withResolvers<unknown>()
  const told = world.logged.length
  const left = (await world.rights.exportZip(id)).on('error', broken.resolve)
  await new Promise((resolve) => left.once('readable', resolve))
  // As long as a purge waits, which tries again in ten seconds.
  await world.kit.ownerDatabase.transaction(async (tx) => {
    await tx.query(sql`set local lock_timeout = '700ms'`)
    await tx.query(sql`lock table only usage_event in access exclusive mode`)
  })
  assert.match(String(await broken.promise), /EXPORT_GAVE_WAY/)
  while (world.logged.length === told) await delay(5)
  assert.equal(world.logged.at(-1)?.code, 'EXPORT_GAVE_WAY')
  assert.equal(jsonOf(await unzip(await world.rights.exportZip(id)), 'account.json').length, 1)
})

test('an export that the database breaks says the code of the failure, and nothing of what was read', { timeout: 30_000 }, async () => {
  const id = await world.customer('broken@example.com')
  await world.calls(id, 3000)
  const broken = Promise.withResolvers<unknown>()
  const left = (await world.rights.exportZip(id)).on('error', broken.resolve)
  await new Promise((resolve) => left.once('readable', resolve))
  await world.kit.ownerDatabase.query(
    sql`select pg_terminate_backend(pid) from pg_locks where relation = 'usage_event'::regclass and mode = 'AccessShareLock' and pid <> pg_backend_pid()
      and database = (select oid from pg_database where datname = current_database())`,
  )
  left.resume()
  const thrown = await broken.promise
  assert.ok(thrown instanceof Error)
  assert.equal(thrown.message, world.logged.at(-1)?.code)
  assert.deepEqual({ ...thrown, cause: thrown.cause }, { code: thrown.message, cause: undefined })
})

test('what is held is told column by column, with the value where there is one to show', async () => {
  const id = await world.customer('access@example.com', 5n)
  await world.calls(id, 4)
  const held = await world.rights.access(id)
  assert.deepEqual(
    held.map(({ table, column }) => `${table}.${column}`).toSorted(),
    PERSONAL_DATA.filter((entry) => entry.subject === 'customer')
      .map(({ table, column }) => `${table}.${column}`)
      .toSorted(),
  )
  const one = (name: string) => held.find(({ table, column }) => `${table}.${column}` === name)
  assert.deepEqual([one('account.email_sealed')?.value, one('account.email_sealed')?.rows], ['access@example.com', 1])
  assert.deepEqual([one('account.email_lookup')?.value, one('usage_event.cost')?.rows, one('usage_event.cost')?.value], [null, 4, null])
  assert.deepEqual([one('balance.available')?.value, one('idempotency.response')?.rows], ['5', null])
})

function hasUnzip(): boolean {
  try {
    execFileSync('unzip', ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Rows of cells. Source: RFC 4180 §2 (2005-10). */
function parseCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]]
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy
  for (let found = cell.exec(text); found !== null && cell.lastIndex <= text.length; found = cell.exec(text)) {
    rows.at(-1)?.push(found[1] === undefined ? (found[2] ?? '') : found[1].replaceAll('""', '"'))
    if (found[3] === '\r\n') rows.push([])
    if (found[3] === '' || cell.lastIndex === text.length) break
  }
  return rows.filter((row) => row.length > 0)
}
