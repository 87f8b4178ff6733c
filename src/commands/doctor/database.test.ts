// Guarantee: what keeps our own PostgreSQL from starting in a data directory is told before it is tried, and nothing is made or changed for that. Of a
// database of ours elsewhere it is told whether this version can run on it.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { MIGRATIONS, platformBinaries, readMigrations, sql } from '../../db/index.ts'
import { createTestDatabase } from '../../db/testing.ts'
import { checkDatabase } from './database.ts'

const folder = mkdtempSync(join(tmpdir(), 'farebox-doctor-'))
after(() => rmSync(folder, { recursive: true }))

async function told(): Promise<readonly string[]> {
  const environment = { FAREBOX_DATA_DIR: folder }
  const findings = await checkDatabase({ environment, version: process.versions.node, execArgv: [] })
  return findings.flatMap(({ state, problems }) => (problems.length === 0 ? [state] : problems.map(({ got }) => `${state} ${got}`)))
}

test('data of another version, and data whose password is gone', async () => {
  assert.deepEqual(await told(), ['ok'])
  assert.deepEqual(readdirSync(folder), [])
  const cluster = join(folder, 'postgres', 'data')
  mkdirSync(cluster, { recursive: true })
  assert.deepEqual(await told(), ['refused data of PostgreSQL unknown'])
  writeFileSync(join(cluster, 'PG_VERSION'), '9\n')
  assert.deepEqual(await told(), ['refused data of PostgreSQL 9'])
  writeFileSync(join(cluster, 'PG_VERSION'), `${platformBinaries().major}\n`)
  assert.deepEqual(await told(), ['refused no such file'])
  writeFileSync(join(folder, 'postgres', 'superuser-password'), 'x\n')
  assert.deepEqual(await told(), ['ok'])
})

test('a database that a newer version migrated, and one that waits for this one', async () => {
  const kit = await createTestDatabase({ isDurable: true })
  const ask = async (): Promise<readonly string[]> => {
    const environment = { FAREBOX_DATA_DIR: folder, DATABASE_URL: kit.connection }
    const findings = await checkDatabase({ environment, version: process.versions.node, execArgv: [] })
    return findings
      .filter(({ state }) => state !== 'ok')
      .map(({ state, detail }) => `${state} ${/migration|problem/.exec(detail)?.[0] ?? detail.slice(0, 12)}`)
  }
  try {
    const asIs = await ask()
    assert.ok(!asIs.some((told) => /migration|problem/.test(told)))
    await kit.ownerDatabase.query(sql`insert into migration (name, checksum) values ('9999-of-tomorrow.sql', 'x')`)
    assert.ok((await ask()).includes('refused problem'))
    const last = (await readMigrations(MIGRATIONS)).length
    await kit.ownerDatabase.query(sql`
      update migration set runs_with_before = true, name = ${`${String(last + 1).padStart(4, '0')}-of-tomorrow.sql`} where name like '9999-%'`)
    assert.ok((await ask()).includes('warning migration'))
    await kit.ownerDatabase.query(sql`delete from migration where name like '%-of-tomorrow.sql'`)
    assert.ok(!(await ask()).includes('warning migration'))
    await kit.ownerDatabase.query(sql`delete from migration where name >= '0056'`)
    assert.ok((await ask()).includes('warning migration'))
  } finally {
    await kit.drop()
  }
})
