// Guarantee: what keeps our own PostgreSQL from starting in a data directory is told before it is tried, and nothing is made or changed for that.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { platformBinaries } from '../../db/index.ts'
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
