import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom } from '../../sim/index.ts'
import {
  type ChainedEntry,
  type Checkpoint,
  listAudit,
  listCheckpoints,
  recordAccess,
  signAuditDay,
  verifyAudit,
} from '../../src/audit/index.ts'
import { type Database, sql } from '../../src/db/index.ts'
import { createTestDatabase, stopTestServer, type TestDatabase } from '../../src/db/testing.ts'
import { listPublicKeys, openSigner, readPublicKeys } from '../../src/receipts/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { startWorld, type World } from '../world.ts'

const DAY_MS = 86_400_000
const START = Date.parse('2026-03-01T00:00:00Z')
const [DAYS, ENTRIES] = [4, 80]

/**
 * PRV-17: every door of the live operator API that leads to what belongs to people leaves an entry, which the person sees; and whoever has
 * the whole database and changes a byte of the log, deletes, moves or cuts entries, is found by checkpoints that were published before.
 */
export async function auditLog(context: CheckContext): Promise<Measured> {
  const doors = await openEveryDoor(context)
  const tampered = await tamper(context)
  return { n: tampered, measured: { doors, entries: ENTRIES, tampered } }
}

type Description = { readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>> }
type Page = { readonly data: readonly { readonly action: string; readonly account_id: string | null; readonly serial: string }[] }

/** Opens each door of the API description that names an account, and looks what was noted of it. */
async function openEveryDoor(context: CheckContext): Promise<number> {
  const world = await startWorld()
  try {
    const customer = await world.operator.customer()
    const { paths } = (await world.operator.ask('GET', '/openapi.json')) as Description
    const doors = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => path.startsWith('/operator/v1/accounts/{id}') && method !== 'head')
        .map((method) => ({ method: method.toUpperCase(), path: path.slice('/operator/v1'.length).replace('{id}', customer.id) })),
    )
    for (const { method, path } of doors) {
      const last = await newestSerial(world)
      // What a door answers to an empty body or an odd month is its own affair.
      await world.operator
        .ask(method, path.replace(/\{\w+\}/g, '2026-11'), method === 'GET' || method === 'DELETE' ? undefined : {})
        .catch(() => undefined)
      const { data } = (await world.operator.ask('GET', '/audit?limit=5')) as Page
      const noted = data.find(({ action, serial }) => action !== 'audit.list' && BigInt(serial) > last)
      context.expect(noted?.account_id === customer.id, `${method} ${path.replace(customer.id, '{id}')} was not noted for its account`)
    }
    const seen = await fetch(`${world.base}/v1/accesses`, { headers: { authorization: `Bearer ${customer.key}` } })
    const { data } = (await seen.json()) as { data: readonly { action: string }[] }
    for (const action of ['accounts.read', 'accounts.usage.read'])
      context.expect(
        data.some((entry) => entry.action === action),
        `the person does not see ${action}`,
      )
    context.expect(doors.length >= 10, `only ${doors.length} doors are described`)
    return doors.length
  } finally {
    await world.stop()
  }
}

const newestSerial = async (world: World): Promise<bigint> => {
  const { data } = (await world.operator.ask('GET', '/audit?limit=1')) as Page
  return BigInt(data[0]?.serial ?? 0)
}

/** As many alterations as `n` says, each in the database itself, with its triggers off, and undone after the look. */
async function tamper(context: CheckContext): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'farebox-audit-'))
  const kit = await createTestDatabase()
  try {
    const { checkpoints, keys } = await fill(kit, folder)
    const random = seededRandom(context.seed)
    const whole = await readLog(kit.ownerDatabase)
    context.expect(
      verifyAudit(whole, { checkpoints, keys }).length === 0,
      `an untouched log is told as broken: ${verifyAudit(whole, { checkpoints, keys })[0]}`,
    )
    for (let index = 0; index < context.n; index += 1) {
      const all = Object.entries(alterations(random.next()))
      const [name, alteration] = all[random.below(all.length)] ?? ['', []]
      const found = await alteredLog(kit.ownerDatabase, alteration)
      context.expect(verifyAudit(found, { checkpoints, keys }).length > 0, `${name} was not found`)
    }
    return context.n
  } finally {
    await kit.drop()
    await stopTestServer()
    rmSync(folder, { recursive: true })
  }
}

/** Days of accesses, each signed at its end; the checkpoints are what somebody kept outside. */
async function fill(kit: TestDatabase, folder: string) {
  const signer = await openSigner(kit.ledgerDatabase, folder, START)
  for (let index = 0; index < ENTRIES; index += 1) {
    const now = START + Math.floor((index * DAYS * DAY_MS) / ENTRIES)
    const accountId = index % 3 === 0 ? undefined : `00000000-0000-4000-8000-${String(index % 7).padStart(12, '0')}`
    await recordAccess(kit.appDatabase, {
      actor: 'operator-token',
      action: index % 2 === 0 ? 'accounts.read' : 'accounts.list',
      accountId,
      now,
    })
    if ((index + 1) % (ENTRIES / DAYS) === 0) await signAuditDay(kit.appDatabase, { key: signer.keyAt(now), now: now + DAY_MS })
  }
  const checkpoints: readonly Checkpoint[] = await listCheckpoints(kit.appDatabase, { limit: 100 })
  const keys = readPublicKeys(JSON.stringify({ keys: await listPublicKeys(kit.appDatabase, START) }))
  if (keys === undefined || checkpoints.length !== DAYS) throw new Error('what is published cannot be read')
  return { checkpoints, keys }
}

type Statement = Parameters<Database['query']>[0]

/** What somebody with the whole database can do to the log, by name; `chance` from 0 to 1 says where. */
function alterations(chance: number): Readonly<Record<string, readonly Statement[]>> {
  const serial = 1 + Math.floor(chance * ENTRIES)
  const byte = Math.floor(chance * 997) % 32
  const cut = 1 + Math.floor(chance * (ENTRIES - 1))
  return {
    'a byte of a hash': [sql`update audit_entry set hash = set_byte(hash, ${byte}, get_byte(hash, ${byte}) # 1) where serial = ${serial}`],
    'another actor': [sql`update audit_entry set actor = 'somebody-else' where serial = ${serial}`],
    'another action': [sql`update audit_entry set action = 'accounts.keys.list' where serial = ${serial}`],
    'another time': [sql`update audit_entry set at = at + interval '1 millisecond' where serial = ${serial}`],
    'another account': [sql`update audit_entry set account_id = '11111111-1111-4111-8111-111111111111' where serial = ${serial}`],
    'one deleted': [sql`delete from audit_entry where serial = ${serial}`],
    'one deleted, the rest counted anew': [
      sql`delete from audit_entry where serial = ${Math.min(serial, ENTRIES - 1)}`,
      sql`update audit_entry set serial = -serial where serial > ${Math.min(serial, ENTRIES - 1)}`,
      sql`update audit_entry set serial = -serial - 1 where serial < 0`,
    ],
    'two exchanged': [
      sql`update audit_entry set serial = 1000 where serial = ${Math.min(serial, ENTRIES - 1)}`,
      sql`update audit_entry set serial = serial - 1 where serial = ${Math.min(serial, ENTRIES - 1) + 1}`,
      sql`update audit_entry set serial = ${Math.min(serial, ENTRIES - 1) + 1} where serial = 1000`,
    ],
    'the end cut off': [sql`delete from audit_entry where serial > ${cut}`],
    'the beginning cut off': [sql`delete from audit_entry where serial <= ${cut}`],
  }
}

/** The log as it reads after an alteration, of which nothing stays. */
async function alteredLog(database: Database, statements: readonly Statement[]): Promise<readonly ChainedEntry[]> {
  const undo = new Error('undo')
  let altered: readonly ChainedEntry[] = []
  const work = database.transaction(async (tx) => {
    await tx.query(sql`alter table audit_entry disable trigger all`)
    await tx.query(sql`alter table audit_entry drop constraint audit_entry_serial_check`)
    for (const statement of statements) await tx.query(statement)
    altered = await readLog(tx)
    throw undo
  })
  await work.catch((thrown: unknown) => {
    if (thrown !== undo) throw thrown
  })
  return altered
}

const readLog = async (database: Database): Promise<readonly ChainedEntry[]> =>
  (await listAudit(database, { limit: ENTRIES * 2 })).entries.toReversed()
