// Guarantee: a setup that others can reach and of which nobody says who runs it is refused by doctor as it is by the start, whatever was written in
// the console counts, and where that cannot be looked up nothing is claimed of it.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { readConfig } from '../../config.ts'
import { sql } from '../../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts'
import { NO_OWN_WORDS } from '../../privacy/index.ts'
import { checkPolicy } from './policy.ts'

const folder = mkdtempSync(join(tmpdir(), 'farebox-doctor-'))
const file = join(folder, 'farebox.yaml')
const PUBLIC = { FAREBOX_LISTEN: '0.0.0.0:8080', FAREBOX_TRUSTED_PROXIES: '10.0.0.1', FAREBOX_DATA_DIR: folder }
let kit: TestDatabase
before(async () => {
  kit = await createTestDatabase()
})
after(async () => {
  await kit.drop()
  rmSync(folder, { recursive: true })
})

async function told(environment: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const findings = await checkPolicy(readConfig(environment), { environment, version: process.versions.node, execArgv: [] })
  return findings.flatMap(({ state, detail, problems }) =>
    problems.length === 0 ? [`${state} ${detail}`] : problems.map(({ path }) => `${state} ${path}`),
  )
}

const NOBODY = ['refused policy.operator', 'refused policy.contact']

test('nobody else can call: nobody has to be named', async () => {
  assert.deepEqual(await told({ FAREBOX_DATA_DIR: folder }), ['ok profile strict, no operator named, as nobody else can call'])
})

test('a setup that was never started, without a word and with half of it', async () => {
  assert.deepEqual(await told(PUBLIC), NOBODY)
  assert.deepEqual(await told({ ...PUBLIC, FAREBOX_DATA_DIR: join(folder, 'not-there-yet') }), NOBODY)
  writeFileSync(file, 'policy: { operator: "Example Ltd" }\n')
  assert.deepEqual(await told({ ...PUBLIC, FAREBOX_CONFIG: file }), ['refused policy.contact'])
  writeFileSync(file, 'policy: { operator: "Example Ltd", contact: [{ kind: email, value: privacy@example.com }] }\n')
  assert.deepEqual(await told({ ...PUBLIC, FAREBOX_CONFIG: file }), ['ok profile strict, Example Ltd'])
})

test('what the console says counts, of a database that can be asked', async () => {
  const setup = { ...PUBLIC, DATABASE_URL: kit.connection }
  assert.deepEqual(await told(setup), NOBODY)
  const words = { ...NO_OWN_WORDS, operator: 'Example Ltd', contacts: [{ kind: 'email', value: 'privacy@example.com' }] }
  await kit.ownerDatabase.query(sql`
    insert into policy_own (revision, words, saved_by, saved_at) values (1, ${JSON.stringify(words)}::jsonb, 'ada', clock_timestamp())`)
  assert.deepEqual(await told(setup), ['ok profile strict, the operator is named in the console'])
})

test('a database that cannot be asked, as it is away or does not run, has nothing claimed of it', async () => {
  const away = await told({ ...PUBLIC, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' })
  assert.match(away.join(), /^warning .*could not be looked up/)
  mkdirSync(join(folder, 'keys'))
  writeFileSync(join(folder, 'keys', 'master-1.key'), '')
  assert.match((await told(PUBLIC)).join(), /^warning .*could not be looked up/)
})
