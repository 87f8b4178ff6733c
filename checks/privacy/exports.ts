import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { sql } from '../../src/db/index.ts'
import { stopTestServer } from '../../src/db/testing.ts'
import { PERSONAL_DATA } from '../../src/inventory.ts'
import { type OwnedTable, ownedTables } from '../../src/privacy/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { ByteSearch } from './byte-search.ts'
import { makeCanary, patternsOf } from './canary.ts'
import { plantGiving } from './plant-giving.ts'
import { plantRows } from './plant-rows.ts'
import { readZip } from './read-zip.ts'
import { openRightsWorld, type RightsWorld } from './rights-world.ts'

const SECONDS_MAX = 60
/** Memory that an export of any size may take beside what the process has. */
const BYTES_MAX = 200 * 2 ** 20
const SAMPLE_MS = 50
const FEW = 3

/**
 * PRV-12: each column that the inventory exports is planted and found, in JSON and in CSV; no word of anybody else, no hash, no look-up value and
 * nothing of the house is in it; and an export with `n` rows is made in a minute, in bounded memory.
 */
export async function exports(context: CheckContext): Promise<Measured> {
  const world = await openRightsWorld()
  try {
    const columns = await expectComplete(context, world)
    const large = await expectFast(context, world)
    return { n: context.n, measured: { columns, ...large } }
  } finally {
    await world.close()
    await stopTestServer()
  }
}

async function expectComplete(context: CheckContext, world: RightsWorld): Promise<number> {
  const [mine, foreign] = [makeCanary(), makeCanary()]
  const id = await world.customer(`${mine}@example.com`, 5_000_000_000n)
  const other = await world.customer(`${foreign}@example.com`, 5_000_000_000n)
  for (const accountId of [id, other]) await fillEverything(world, accountId)
  const files = readZip(await buffer(await world.rights.exportZip(id)))
  let columns = 0
  for (const one of ownedTables(PERSONAL_DATA)) columns += await expectTable(context, { world, files, id }, one)
  const all = Buffer.concat([...files.values()])
  const search = new ByteSearch([...patternsOf(mine), ...patternsOf(foreign)])
  const found = search.scan(all)
  context.expect(
    new Set(found.filter(({ canary }) => canary === mine).map(({ form }) => form)).has('plain'),
    'the words of its owner are not readable in it',
  )
  const leaked = found.filter(({ canary }) => canary === foreign)
  for (const { form } of leaked.slice(0, 5)) context.fail(`a word of somebody else is in it as ${form}`)
  await expectNoSecrets(context, world, { id, other, all })
  return columns
}

/** Rows in every table that holds something of people, where the world has not made some; exported for the check of what is held. */
export async function fillEverything(world: RightsWorld, accountId: string): Promise<void> {
  const { ownerDatabase } = world.kit
  await world.calls(accountId, FEW)
  await world.ledger.chargeBack({ accountId, amount: 6_000_000_000n, sourceKey: `bank:${accountId}`, reason: 'bank' })
  await world.rights.openRequest(world.kit.appDatabase, accountId, 'object')
  await plantGiving(world, accountId)
  const { id: asked } = await world.support.ask(accountId, 'Who, "I"?\r\n=me')
  await world.support.answer(world.kit.appDatabase, asked, 'You.')
  await world.support.tellAnswered()
  await ownerDatabase.query(
    sql`update account set requests_per_minute = 4, tokens_per_minute = 5, concurrent_calls = 6 where id = ${accountId}`,
  )
  await ownerDatabase.query(sql`
    update api_key set tokens_per_minute = 1, concurrent_calls = 2, models = array['m,"1'], routing = '{"deny":["x"]}', expires_at = now(),
      revoked_at = now() where account_id = ${accountId}`)
  await ownerDatabase.query(sql`
    insert into inactive_account (account_id, last_active, first_notice_at, second_notice_at) values (${accountId}, current_date, now(), now())`)
  await ownerDatabase.query(sql`
    insert into policy_version (number, profile, claims, recipients, text, hash, is_significant, published_at, effective_at)
    values (1, 'strict', '{}', '{}', 'planted', sha256('planted'), true, now(), now()) on conflict do nothing`)
  await ownerDatabase.query(sql`insert into policy_notice (version, account_id, told_at) values (1, ${accountId}, now())`)
  await ownerDatabase.query(sql`
    insert into policy_seen (account_id, version, how) values (${accountId}, 1, 'said') on conflict do nothing`)
  await ownerDatabase.query(sql`insert into account_freeze (account_id, reason) values (${accountId}, 'planted')`)
  await ownerDatabase.query(sql`insert into usage_day (account_id, day, cost, closed_at) values (${accountId}, current_date, 7, now())`)
  await plantRows(world, accountId)
  await ownerDatabase.query(sql`
    update api_key set spend_cap = 1, spend_window = 'day', group_id = (select id from key_group where account_id = ${accountId} limit 1),
      subscription_id = (select id from subscription where account_id = ${accountId} limit 1),
      made_by = (select id from person where account_id = ${accountId} limit 1),
      session_id = (select sign_in_session.id from sign_in_session join person on person.id = person_id where account_id = ${accountId} limit 1)
    where account_id = ${accountId}`)
  await ownerDatabase.query(sql`
    update management_key set made_by = (select id from person where account_id = ${accountId} limit 1) where account_id = ${accountId}`)
  await ownerDatabase.query(sql`
    update usage_event set cost = 0, covered = 1, covered_by = account_id
    where (day, request_id) in (select day, request_id from usage_event where account_id = ${accountId} limit 1)`)
}

type Exported = { readonly world: RightsWorld; readonly files: ReadonlyMap<string, Buffer>; readonly id: string }

/** A table has in both files the columns that the inventory exports, as many rows as the database, and a value where the database has one. */
async function expectTable(context: CheckContext, { world, files, id }: Exported, one: OwnedTable): Promise<number> {
  const wanted = one.columns.filter((entry) => entry.export)
  if (wanted.length === 0) {
    context.expect(!files.has(`${one.table}.json`), `${one.table} is in it and should not be`)
    return 0
  }
  const [json, csv] = [files.get(`${one.table}.json`), files.get(`${one.table}.csv`)]
  if (!context.expect(json !== undefined && csv !== undefined, `${one.table} is not in it`)) return 0
  const rows = JSON.parse(String(json)) as readonly Readonly<Record<string, unknown>>[]
  const held = (await world.rights.access(id)).find(({ table }) => table === one.table)
  context.expect(rows.length === held?.rows, `${one.table} has ${rows.length} rows in it and ${held?.rows} in the database`)
  context.expect(String(csv).split('\r\n').length - 2 === rows.length || String(csv).includes('"'), `${one.table}.csv has other rows`)
  const heads = String(csv).slice(0, String(csv).indexOf('\r\n')).split(',')
  for (const [index, { column }] of wanted.entries()) {
    const name = column.replace(/_sealed$/, '')
    context.expect(heads[index] === name, `${one.table}.csv has ${heads[index]} where ${name} should be`)
    context.expect(
      rows.every((row) => Object.keys(row)[index] === name),
      `${one.table}.json has not ${name} in its place`,
    )
    const isPlanted = rows.some((row) => row[name] !== null && row[name] !== undefined)
    context.expect(isPlanted || NEVER_FILLED.has(`${one.table}.${column}`), `${one.table}.${column} was not planted, so it was not seen`)
  }
  return wanted.length
}

/** Columns that nothing in this check fills: they need a plan, a reversal, a return, a closed day, or an operator who looks. */
const NEVER_FILLED: ReadonlySet<string> = new Set([
  ...[
    'account.plan_id',
    'transfer.reverses',
    'transfer.returns',
    'usage_day.transfer_id',
    'usage_event.first_byte_ms',
    'usage_event.multiplier',
  ],
  ...['usage_event.service_tier', 'usage_event.reported_input', 'usage_event.reported_output', 'privacy_request.ended_at'],
  ...['audit_entry.serial', 'audit_entry.at', 'audit_entry.action', 'audit_entry.account_id'],
])

async function expectNoSecrets(
  context: CheckContext,
  world: RightsWorld,
  { id, other, all }: { readonly id: string; readonly other: string; readonly all: Buffer },
): Promise<void> {
  const rows = await world.kit.ownerDatabase.query<{ hash: Buffer; email_lookup: Buffer; email_sealed: Buffer; account_id: string }>(sql`
    select hash, email_lookup, email_sealed, account_id from api_key join account on account.id = account_id`)
  for (const row of rows) {
    for (const secret of [row.hash, row.email_lookup, row.email_sealed])
      for (const form of ['hex', 'base64'] as const) context.expect(!all.includes(secret.toString(form)), `a secret is in it as ${form}`)
  }
  context.expect(all.includes(id) && !all.includes(other), 'the number of another account is in it')
  context.expect(!all.includes('987654321'), 'what calls cost the house is in it')
}

async function expectFast(context: CheckContext, world: RightsWorld): Promise<Readonly<Record<string, number>>> {
  const id = await world.customer('many@example.com')
  context.progress(`${context.n} rows are written`)
  for (let left = context.n; left > 0; left -= 100_000) await world.calls(id, Math.min(left, 100_000))
  const began = performance.now()
  const before = process.memoryUsage().rss
  let most = before
  const sampling = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss)
  }, SAMPLE_MS)
  const bytes = await drain(await world.rights.exportZip(id))
  clearInterval(sampling)
  const seconds = Math.round((performance.now() - began) / 100) / 10
  context.expect(seconds <= SECONDS_MAX, `an export of ${context.n} rows took ${seconds} s`)
  context.expect(most - before <= BYTES_MAX, `an export took ${Math.round((most - before) / 2 ** 20)} MiB of memory`)
  return { export_seconds: seconds, export_bytes: bytes, memory_mib: Math.round((most - before) / 2 ** 20) }
}

async function drain(stream: Readable): Promise<number> {
  let bytes = 0
  for await (const piece of stream) bytes += (piece as Buffer).length
  return bytes
}
