// Guarantee: what another program had is shown before anything is written, money to the nano-dollar and never more than there was; written twice it
// is there once; keys of others are not taken, and each that is left out is named.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
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
import { findKeyByHash, hashKey, isWellFormedKey, revokeKey, rotateKey } from '../../keys/index.ts'
import { makeLedger } from '../../ledger/index.ts'
import { systemClock, systemIds } from '../../lib/index.ts'
import { openKeyring, openKeyVault } from '../../privacy/index.ts'
import { testSubjectKeys } from '../../privacy/testing.ts'
import { nanoOfDecimal } from './cells.ts'
import type { Tables } from './imported.ts'
import { importCommand } from './index.ts'
import { fromLitellm } from './litellm.ts'
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
    create table tokens (id integer, user_id integer, key text, name text, status integer, expired_time integer, models text,
      unlimited_quota integer, remain_quota integer);
    create table channels (id integer, type integer, key text, base_url text, models text, status integer);
    create table options (key text, value text);
    insert into users values (1, 'a', 'Ann@example.com', 1, 1250001, null), (2, 'b', '', 1, -5, null), (3, 'c', 'c@example.com', 2, 9, null),
      (4, 'd', 'd@example.com', 1, 7, '2026-01-01');
    insert into tokens values (10, 1, 'not-to-be-read', 'laptop', 1, -1, null, 1, 0), (11, 1, 'not-to-be-read', 'old', 2, -1, null, 0, 0),
      (12, 2, 'not-to-be-read', 'odd', 1, 4102444800, 'm-elsewhere', 0, 250000);
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
      { user_id: 'u-1', user_email: 'lit@example.com', max_budget: '10.1', spend: '0.1000000009', tpm_limit: '7000' },
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
    'new limit u-1',
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
  const bound = sql`select k.requests_per_minute as key from account a join api_key k on k.account_id = a.id where a.tokens_per_minute = 7000`
  assert.deepEqual(await kit.ownerDatabase.query(bound), [{ key: 60 }])
})

/** Rows of a file, written for new-api or one-api. */
function tablesFile(name: string, tables: Readonly<Record<'users' | 'tokens' | 'channels' | 'options', readonly object[]>>): string {
  writeFileSync(file(name), JSON.stringify(tables))
  return file(name)
}

test('a balance is what it was there, whatever the operator of it set a unit to', async () => {
  const options = [
    { key: 'QuotaPerUnit', value: '1000000' },
    { key: 'ModelRatio', value: '{"gpt-4o":1.25}' },
    { key: 'CompletionRatio', value: '{"gpt-4o":4}' },
    { key: 'GroupRatio', value: '{"default":1,"vip":0.5}' },
  ]
  const users = [
    { id: 71, email: 'unit@example.com', status: 1, quota: 3_000_001 },
    { id: 72, email: 'odd@example.com', status: 1, quota: '3e6' },
    { id: 73, email: 'rich@example.com', status: 1, quota: 900_000_000_000_000 },
  ]
  const from = tablesFile('units.json', { users, tokens: [], channels: [{ id: 1, type: 1, status: 1, models: 'gpt-4o' }], options })
  const steps = await run('new-api', from, '--catalog', file('units-catalog.json'))
  const balances = steps.filter(({ noun }) => noun === 'balance').map(({ action, ref, detail }) => `${action} ${ref} ${detail.slice(0, 9)}`)
  assert.deepEqual(balances, ['new 71 $3.000001', 'refused 73 it is $90', 'refused 72 how much '])
  assert.ok(brief(steps).includes('refused group vip') && !brief(steps).includes('refused group default'))
  const { models } = JSON.parse(readFileSync(file('units-catalog.json'), 'utf8')) as { models: readonly { price: unknown }[] }
  assert.deepEqual(models[0]?.price, { input: '1.25', output: '5.00' })
  const broken = tablesFile('no-unit.json', { users, tokens: [], channels: [], options: [{ key: 'QuotaPerUnit', value: '0' }] })
  await assert.rejects(run('new-api', broken), (thrown) => thrown instanceof FailureError && thrown.failure.code === 'import_unreadable')
})

test('a key can do no more here than there, and one that is left takes no other with it', async () => {
  const token = { user_id: 81, status: 1, expired_time: -1, unlimited_quota: true, remain_quota: 0, model_limits_enabled: false }
  const tokens = [
    { ...token, id: 1, name: 'capped', unlimited_quota: false, remain_quota: 500_000, allow_ips: '10.0.0.1\n192.0.2.0/24' },
    { ...token, id: 2, name: 'ended', expired_time: 1_600_000_000 },
    { ...token, id: 3, name: 'ended at once', expired_time: 0 },
    { ...token, id: 4, name: 'soon', expired_time: 'soon' },
    { ...token, id: 5, name: 'used up', unlimited_quota: false },
    { ...token, id: 6, name: 'odd place', allow_ips: 'home' },
    { ...token, id: 7, name: 'of nobody', user_id: 99 },
    { ...token, id: 8, name: 'plain' },
  ]
  const users = [{ id: 81, email: 'keys@example.com', status: 1, quota: 0 }]
  const from = tablesFile('bounds.json', { users, tokens, channels: [], options: [] })
  const steps = await run('new-api', from, '--apply', '--secrets', file('bounds'))
  assert.deepEqual(
    steps.filter(({ noun }) => noun === 'key').map(({ action, ref }) => `${action} ${ref}`),
    ['new 1', 'refused 2', 'refused 3', 'new 8', 'refused 7', 'refused 4', 'refused 5', 'refused 6'],
  )
  assert.deepEqual(
    readFileSync(file('bounds'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { name: string }).name),
    ['capped', 'plain'],
  )
  const written = await kit.ownerDatabase.query<{ cap: bigint | null; window: string | null; bound: boolean }>(sql`
    select spend_cap as cap, spend_window as window, ip_ranges_sealed is not null as bound from api_key order by created_at desc, spend_cap limit 2`)
  assert.deepEqual(
    written.toSorted((one) => (one.cap === null ? 1 : -1)),
    [
      { cap: 1_000_000_000n, window: 'total', bound: true },
      { cap: null, window: null, bound: false },
    ],
  )
})

test('an account that is refused is told once, and nothing of it as new', async () => {
  const users = [
    { id: 91, email: 'twice@example.com', status: 1, quota: 5 },
    { id: 92, email: 'Twice@example.com', status: 1, quota: 5 },
  ]
  const from = tablesFile('twice.json', { users, tokens: [], channels: [], options: [] })
  assert.deepEqual(brief(await run('one-api', from, '--apply', '--secrets', file('twice'))), [
    'new account 91',
    'new balance 91',
    'refused account 92',
  ])
})

/** The names and secrets in a file that was written with --secrets. */
const secretsOf = (path: string): ReadonlyMap<string, string> =>
  new Map(
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { name: string; secret: string })
      .map(({ name, secret }) => [name, secret] as const),
  )

test('a secret that was replaced or revoked since does not come back to life, and is told to nobody', async () => {
  const token = { user_id: 95, status: 1, expired_time: -1, unlimited_quota: true, remain_quota: 0, model_limits_enabled: false }
  const names = ['plain', 'once', 'twice', 'revoked', 'old']
  const tokens = names.map((name, index) => ({ ...token, id: index + 1, name }))
  const users = [{ id: 95, email: 'rotated@example.com', status: 1, quota: 0 }]
  const from = tablesFile('rotated.json', { users, tokens, channels: [], options: [] })
  await run('new-api', from, '--apply', '--secrets', file('rotated-first'))
  const first = secretsOf(file('rotated-first'))
  assert.deepEqual([...first.keys()], names)
  const find = async (name: string) => await findKeyByHash(kit.appDatabase, hashKey(first.get(name) ?? assert.fail(name)))
  const config = readConfig({ FAREBOX_DATA_DIR: join(folder, 'data') })
  const keyring = openKeyring(config.dataDir)
  const vault = await openKeyVault({ config, connection: kit.connection, keyring, clock: systemClock })
  for (const [name, times] of [
    ['once', 1],
    ['twice', 2],
    ['old', 1],
  ] as const) {
    const { keyId: id, accountId } = (await find(name)) ?? assert.fail(name)
    for (let time = 0; time < times; time++) {
      const rotation = { id, accountId, random: randomBytes(32), overlapHours: 0, now: Date.now() }
      await kit.appDatabase.transaction((tx) => rotateKey(tx, vault.subjects, rotation))
    }
  }
  await vault.close()
  await revokeKey(kit.appDatabase, (await find('revoked'))?.keyId ?? '', Date.now())
  // Keys that an earlier version took over have an id that comes of nothing.
  await kit.ownerDatabase.query(sql`update api_key set id = gen_random_uuid() where old_hash = ${hashKey(first.get('old') ?? '')}`)

  const again = await run('new-api', from, '--apply', '--secrets', file('rotated-second'))
  assert.deepEqual(brief(again), ['there account 95', ...names.map((_, index) => `there key ${index + 1}`)])
  assert.deepEqual([...secretsOf(file('rotated-second'))], [['plain', first.get('plain')]])
  assert.deepEqual([await find('twice'), await find('revoked')], [undefined, undefined])
  const listed = await kit.ownerDatabase.query(sql`
    select count(*)::integer as keys, min(id::text) < '00000000-0001' as oldest from api_key where account_id = ${(await find('plain'))?.accountId}`)
  assert.deepEqual(listed, [{ keys: 5, oldest: true }])
})

test('channels: what is switched off is left; other names and whole addresses are read as they were meant there', async () => {
  const channels = [
    { id: 1, type: 1, status: 2, models: 'off' },
    { id: 2, type: 8, status: 1, base_url: 'https://host.example/v1/chat/completions', models: 'a,b', model_mapping: '{"a":"x","x":"y"}' },
    { id: 3, type: 8, status: 1, base_url: 'https://host.example/{model}', models: 'c' },
    { id: 4, type: 1, status: 1, models: 'd', model_mapping: 'no JSON' },
  ]
  const from = tablesFile('channels.json', { users: [], tokens: [], channels, options: [] })
  type Catalog = {
    readonly upstreams: readonly { readonly id: string; readonly base_url: string }[]
    readonly models: readonly { readonly id: string; readonly routes: readonly { readonly model: string }[] }[]
  }
  const catalogOf = async (source: string): Promise<Catalog> => {
    const steps = await run(source, from, '--catalog', file(`channels-of-${source}.json`))
    assert.ok(brief(steps).includes('refused upstream 1') && brief(steps).includes('refused upstream 4'))
    return JSON.parse(readFileSync(file(`channels-of-${source}.json`), 'utf8')) as Catalog
  }
  const newApi = await catalogOf('new-api')
  assert.deepEqual(
    newApi.upstreams.map(({ id, base_url }) => `${id} ${base_url}`),
    ['channel-2 https://host.example/v1'],
  )
  assert.deepEqual(
    newApi.models.map(({ id, routes }) => `${id} ${routes[0]?.model}`),
    ['a y', 'b b'],
  )
  const oneApiModels = (await catalogOf('one-api')).models.map(({ id, routes }) => `${id} ${routes[0]?.model}`)
  assert.deepEqual(oneApiModels, ['a x', 'b b', 'c c'])
})

test('LiteLLM: keys of teams and of certain paths are left, a budget of a key bounds it here, and models of the user are its own', async () => {
  const token = { user_id: 'u-9', models: [], spend: 1, allowed_routes: [] }
  const tables = {
    LiteLLM_UserTable: [
      { user_id: 'u-9', user_email: 'nine@example.com', models: ['m-of-nine'] },
      { user_id: 'u-8', user_email: 'eight@example.com', models: ['no-default-models'] },
    ],
    LiteLLM_VerificationToken: [
      { ...token, token: 'a'.repeat(64), models: ['all-proxy-models'], max_budget: 3, key_alias: 'left' },
      { ...token, token: 'b'.repeat(64), team_id: 'litellm-dashboard', expires: '2020-01-01T00:00:00Z' },
      { ...token, token: 'c'.repeat(64), max_budget: 5, budget_duration: '30d' },
      { ...token, token: 'd'.repeat(64), max_budget: 5, budget_duration: '9d' },
      { ...token, token: 'e'.repeat(64), allowed_routes: ['/key/info'] },
      { ...token, token: 'f'.repeat(64), max_budget: 1 },
      { ...token, token: '0'.repeat(64), user_id: 'u-8' },
      { ...token, token: '1'.repeat(64), models: ['all-proxy-models'], budget_id: 'shared' },
    ],
  }
  writeFileSync(file('teams.json'), JSON.stringify(tables))
  const steps = (await run('litellm', file('teams.json'))).filter(({ noun }) => noun === 'key')
  assert.deepEqual(
    steps.map(({ action, ref, detail }) => `${action} ${ref.slice(0, 1)} ${detail.slice(0, 24)}`),
    [
      'new a a new secret, as keys of',
      'refused c its models are not all h',
      'refused b it belongs to a team, wh',
      'refused d its budget begins anew e',
      'refused e it may call certain path',
      'refused f it is used up there',
      'refused 0 it may call no model the',
      'refused 1 it has a budget that sev',
    ],
  )
  const { accounts } = fromLitellm(exactJson(JSON.stringify(tables)) as Tables, false)
  assert.deepEqual(
    accounts.flatMap(({ keys }) => keys.map(({ spendCap, models }) => [spendCap, models])),
    [
      [{ amount: 2_000_000_000n, window: 'total' }, undefined],
      [{ amount: 5_000_000_000n, window: 'month' }, ['m-of-nine']],
    ],
  )
})

test('what cannot be read is named, and nothing is changed', async () => {
  writeFileSync(file('bad.json'), '{"users":[1]}')
  writeFileSync(file('other.json'), '{"LiteLLM_UserTable":[]}')
  const lacking = new DatabaseSync(file('lacking.db'))
  lacking.exec('create table users (id integer)')
  lacking.close()
  const cases: readonly (readonly [string, RegExp])[] = [
    [file('bad.json'), /a row is no object/],
    [file('none'), /ENOENT/],
    [file('other.json'), /none of the tables users, tokens/],
    [file('lacking.db'), /no table tokens/],
    [kit.connection, /schema public has no table users/],
    ['postgres://u:secret@127.0.0.1:1/x', /does not answer \(ECONNREFUSED\)/],
    ['postgres://u:se#cret@host:port/x', /its address is none/],
    ['mysql://u:secret@host/x', /only postgres:/],
  ]
  for (const [from, told] of cases)
    await assert.rejects(run('one-api', from), (thrown) => {
      assert.ok(thrown instanceof FailureError && thrown.failure.code === 'import_unreadable')
      assert.match(thrown.failure.message, told)
      return !/se#?cret/.test(thrown.failure.message)
    })
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
