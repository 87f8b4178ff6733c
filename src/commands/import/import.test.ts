// Guarantee: what another program had is shown before anything is written, money to the nano-dollar and never more than there was; written twice it
// is there once; keys of others are not taken, and each that is left out is named.
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { Command } from 'commander'
import fc from 'fast-check'
import { blocksOf } from '../../../checks/guides/blocks.ts'
import { commandsIn, fareboxWords } from '../../../tests/tidy/documented-commands.ts'
import { readConfig } from '../../config.ts'
import { sql } from '../../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts'
import { FailureError } from '../../failures.ts'
import { isWellFormedKey } from '../../keys/index.ts'
import { makeLedger } from '../../ledger/index.ts'
import { systemClock, systemIds } from '../../lib/index.ts'
import { testSubjectKeys } from '../../privacy/testing.ts'
import { nanoOfDecimal } from './cells.ts'
import { importCommand } from './index.ts'
import { fromOneApi } from './one-api.ts'
import { exactJson } from './read-tables.ts'

const folder = mkdtempSync(join(tmpdir(), 'farebox-import-'))
const file = (name: string): string => join(folder, name)
let kit: TestDatabase
before(async () => {
  kit = await createTestDatabase()
})
after(async () => {
  await kit.drop()
  rmSync(folder, { recursive: true })
})

type Step = { readonly action: string; readonly noun: string; readonly ref: string; readonly detail: string }

async function run(...argv: readonly string[]): Promise<readonly Step[]> {
  const written: string[] = []
  const print = (text: string) => void written.push(text)
  const environment = { DATABASE_URL: kit.connection, FAREBOX_DATA_DIR: join(folder, 'data') }
  const program = new Command().exitOverride()
  importCommand(program.command('import'), { environment, config: () => readConfig(environment), print, note: print })
  await program.parseAsync(['import', ...argv, '--json'], { from: 'user' })
  return (JSON.parse(written.join('\n')) as { steps: readonly Step[] }).steps
}

const brief = (steps: readonly Step[]): readonly string[] => steps.map(({ action, noun, ref }) => `${action} ${noun} ${ref}`)

/** A database as one-api makes it, with the columns that are read. */
function oneApi(path: string): string {
  const database = new DatabaseSync(path)
  database.exec(`
    create table users (id integer, username text, email text, status integer, quota integer, deleted_at text);
    create table tokens (id integer, user_id integer, key text, name text, status integer, expired_time integer, models text, unlimited_quota integer);
    create table channels (id integer, type integer, key text, base_url text, models text, status integer);
    create table options (key text, value text);
    insert into users values (1, 'a', 'Ann@example.com', 1, 1250001, null), (2, 'b', '', 1, -5, null), (3, 'c', 'c@example.com', 2, 9, null),
      (4, 'd', 'd@example.com', 1, 7, '2026-01-01');
    insert into tokens values (10, 1, 'not-to-be-read', 'laptop', 1, -1, null, 1), (11, 1, 'not-to-be-read', 'old', 2, -1, null, 0),
      (12, 2, 'not-to-be-read', 'odd', 1, 4102444800, 'm-elsewhere', 0);
    insert into channels values (1, 1, 'not-to-be-read', '', 'gpt-4o,gpt-4o-mini', 1), (2, 15, 'not-to-be-read', '', 'ernie', 1);
    insert into options values ('ModelRatio', '{"gpt-4o":1.25,"gpt-4o-mini":0.075,"lonely":3}'), ('CompletionRatio', '{"gpt-4o":4,"gpt-4o-mini":4}')`)
  database.close()
  return path
}

test('one-api: shown first, written once, its keys left where they are', async () => {
  const from = oneApi(file('one-api.db'))
  const shown = await run('one-api', from, '--catalog', file('catalog.json'))
  assert.deepEqual(brief(shown), [
    'new account 1',
    'new balance 1',
    'new key 10',
    'new account 2',
    'refused balance 2',
    'refused key 12',
    'refused account 3',
    'refused key 11',
    'refused upstream 2',
    'refused price lonely',
  ])
  assert.equal(shown[1]?.detail, '$2.500002')
  assert.deepEqual(await kit.ownerDatabase.query(sql`select from account`), [])
  const catalog = JSON.parse(readFileSync(file('catalog.json'), 'utf8')) as { models: readonly { id: string; price: unknown }[] }
  assert.deepEqual(catalog.models.find(({ id }) => id === 'gpt-4o')?.price, { input: '2.50', output: '10.00' })
  await assert.rejects(
    run('one-api', from, '--apply'),
    (thrown) => thrown instanceof FailureError && thrown.failure.code === 'import_secrets_missing',
  )

  await run('one-api', from, '--apply', '--secrets', file('first'))
  const again = await run('one-api', from, '--apply', '--secrets', file('second'))
  assert.deepEqual(brief(again.slice(0, 4)), ['there account 1', 'there balance 1', 'there key 10', 'there account 2'])
  assert.equal(readFileSync(file('first'), 'utf8'), readFileSync(file('second'), 'utf8'))
  const [minted] = readFileSync(file('first'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { email: string; secret: string })
  assert.ok(minted?.email === 'ann@example.com' && isWellFormedKey(minted.secret))
  for (const name of ['first', 'catalog.json']) assert.ok(!readFileSync(file(name), 'utf8').includes('not-to-be-read'))
  const sums = await kit.ownerDatabase.query(
    sql`select sum(available)::text as available from balance where account_id in (select id from account)`,
  )
  assert.deepEqual(sums, [{ available: '2500002000' }])
  const ids = systemIds(systemClock.now)
  assert.ok((await makeLedger(kit.ledgerDatabase, { ids, subjects: testSubjectKeys() }).verify()).ok)
})

/** The same tables as a folder of CSV files, as PostgreSQL writes them. */
function csvFiles(database: string, into: string): void {
  const opened = new DatabaseSync(database, { readOnly: true })
  mkdirSync(into)
  for (const table of ['users', 'tokens', 'channels', 'options']) {
    const rows = opened.prepare(`select * from ${table}`).all()
    const cell = (value: SQLOutputValue): string => {
      const text = value === null ? '' : value.toString()
      return value === null || !/^$|[",\n]/.test(text) ? text : `"${text.replaceAll('"', '""')}"`
    }
    const lines = [Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row).map(cell))]
    writeFileSync(join(into, `${table}.csv`), lines.map((line) => `${line.join(',')}\n`).join(''))
  }
  opened.close()
}

test('the commands of docs/migration.md show the same of a dump and of CSV files as of a database', async () => {
  const database = oneApi(file('new-api.db'))
  cpSync(join(import.meta.dirname, 'recorded', 'mariadb-10.11.sql'), file('new-api.sql'))
  csvFiles(database, file('new-api-csv'))
  const typed = blocksOf('docs/migration.md').filter(
    ({ runBy }) => typeof runBy === 'object' && 'file' in runBy && runBy.file.endsWith('/import.test.ts'),
  )
  const commands = typed.flatMap(commandsIn).map((line) => fareboxWords(line) ?? assert.fail(line))
  const placed = (word: string): string => (/\.(?:sql|json)$|-csv$/.test(word) ? file(word) : word)
  const shown: (readonly Step[])[] = []
  for (const [, ...words] of commands) shown.push(await run(...words.map(placed)))
  assert.equal(shown.length, 2)
  const wanted = await run('new-api', database, '--catalog', file('catalog-of-database.json'))
  const tell = (steps: readonly Step[]) =>
    steps.map(({ action, noun, ref, detail }) => `${action} ${noun} ${ref} ${noun === 'key' ? '' : detail}`)
  assert.ok(wanted.length >= 9)
  for (const steps of shown) assert.deepEqual(tell(steps), tell(wanted))
  const catalogs = ['database', 'dump', 'csv'].map((name) => JSON.parse(readFileSync(file(`catalog-of-${name}.json`), 'utf8')) as object)
  assert.deepEqual(catalogs, [catalogs[0], catalogs[0], catalogs[0]])
})

test('LiteLLM: a budget is no payment unless it is said to be one', async () => {
  const tables = {
    LiteLLM_UserTable: [
      { user_id: 'u-1', user_email: 'lit@example.com', max_budget: '10.1', spend: '0.1000000009' },
      { user_id: 'u-2', user_email: null, max_budget: '5', spend: '1', budget_duration: '30d' },
    ],
    LiteLLM_VerificationToken: [
      { token: 'a'.repeat(64), user_id: 'u-1', key_alias: 'work', models: [], rpm_limit: '60', expires: null },
      { token: 'b'.repeat(64), user_id: null, key_alias: 'team', models: [] },
    ],
  }
  // Numbers as PostgreSQL writes them.
  writeFileSync(file('litellm.json'), JSON.stringify(tables).replace(/"([\d.]+)"/g, '$1'))
  assert.deepEqual(brief(await run('litellm', file('litellm.json'))), [
    'new account u-1',
    'new key aaaaaaaaaaaaaaaa',
    'new account u-2',
    'refused key bbbbbbbbbbbbbbbb',
    'refused balance u-1',
  ])
  const steps = await run('litellm', file('litellm.json'), '--budgets-are-credit', '--apply', '--secrets', file('third'))
  assert.deepEqual(
    steps.filter(({ noun }) => noun === 'balance').map(({ detail }) => detail),
    ['$9.999999999'],
  )
})

test('what cannot be read is named, and nothing is changed', async () => {
  writeFileSync(file('bad.json'), '{"users":[1]}')
  for (const from of [file('bad.json'), file('none')])
    await assert.rejects(run('one-api', from), (thrown) => thrown instanceof FailureError && thrown.failure.code === 'import_unreadable')
})

test('no decimal becomes more than it was, and none is a float on the way', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.nat(20), (digits, places) => {
      const text = digits.toString().padStart(places + 1, '0')
      const written = places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`
      const nano = nanoOfDecimal(written) ?? assert.fail(written)
      const exact = digits * 10n ** 9n
      assert.ok(nano * 10n ** BigInt(places) <= exact && (nano + 1n) * 10n ** BigInt(places) > exact)
      assert.equal(nanoOfDecimal(`${digits}e-${places}`), nano)
    }),
    { numRuns: 500, verbose: 1 },
  )
  assert.deepEqual(exactJson('{"a":[0.1000000000000000055511151231257827,9007199254740993]}'), {
    a: ['0.1000000000000000055511151231257827', '9007199254740993'],
  })
})

test('rows of any shape give no money that is not there', () => {
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(fc.constantFrom('id', 'quota', 'status', 'email', 'type', 'key', 'value'), fc.jsonValue()), { maxLength: 5 }),
      (rows) => {
        const { accounts } = fromOneApi('one-api', { users: rows, tokens: rows, channels: rows, options: [] })
        for (const { balance } of accounts) assert.ok(balance % 2000n === 0n)
      },
    ),
    { numRuns: 300, verbose: 1 },
  )
})
