import { randomBytes, randomUUID } from 'node:crypto'
import { send, type TestAnswer } from '../../src/api/test-world.ts'
import { identifier, sql } from '../../src/db/index.ts'
import { stopTestServer } from '../../src/db/testing.ts'
import { PERSONAL_DATA } from '../../src/inventory.ts'
import { createManagementKey, revokeManagementKey } from '../../src/keys/index.ts'
import { ownedTables } from '../../src/privacy/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { plantRows } from '../privacy/plant-rows.ts'
import type { RightsWorld } from '../privacy/rights-world.ts'
import { doorsWithIds, ID_DOORS, type IdDoor } from './id-doors.ts'
import { type DoorWorld, openDoorWorld, ownObjects } from './own-objects.ts'

/** Doors that answer nobody with a management key, or what is sold to everybody. */
const OPEN_TO_ALL: readonly string[] = ['GET /api/pools/:id']

type Door = IdDoor & { readonly line: string }

/**
 * SEC-01: on every path under /api of the live router that takes an id, each id of anything that another account has is answered to the byte as
 * one that nobody has, in place of each parameter, and nothing of that account is changed; no key, a key that was revoked or made up, and one that
 * calls models open none. At every door the account itself finds a thing of its own.
 */
export async function foreignIds(context: CheckContext): Promise<Measured> {
  const world = await openDoorWorld()
  const { rights } = world
  const counted = { doors: 0, ids: 0, asked: 0, reached: 0 }
  try {
    const doors = doorsOf(world, context)
    const [theirs, own] = [await accountWith(world, 'theirs@example.com'), await accountWith(world, 'own@example.com')]
    const [theirThings, ownThings] = [ownObjects(world, { ...theirs, key: theirs.good }), ownObjects(world, { ...own, key: own.good })]
    const kinds = [...new Set(doors.flatMap(({ names }) => Object.values(names)))].filter((kind) => kind !== 'pool')
    const ids = new Set(await idsOf(rights, theirs.accountId))
    for (const kind of kinds) ids.add(await theirThings(kind))
    const before = await rowsOf(rights, theirs.accountId)
    for (const door of doors)
      for (const key of [own.good, own.revoked, own.calling, 'mk_made_up', undefined])
        counted.asked += await compare({ context, world, door, key, ids: [...ids], things: ownThings })
    context.expect((await rowsOf(rights, theirs.accountId)) === before, 'something of another account was changed')
    // What is deleted cannot be asked for any more.
    for (const door of doors.toSorted((one, other) => Number(one.line.startsWith('DELETE')) - Number(other.line.startsWith('DELETE')))) {
      const things = await filling(door, ownThings)
      const told = await ask(world, { door, key: own.good, ids: things })
      const absent = await ask(world, { door, key: own.good, ids: nobodys(door) })
      const isReached = told.startsWith(`${door.status} `) && told !== absent
      context.expect(isReached, `${door.line} answers its own account ${told.slice(0, 200)}`)
      counted.reached += isReached ? 1 : 0
    }
    Object.assign(counted, { doors: doors.length, ids: ids.size })
  } finally {
    await rights.close()
    await stopTestServer()
  }
  return { n: context.n, measured: counted }
}

/** The doors of the live router that take an id, each once; one that nobody wrote of is a failure. */
function doorsOf({ app }: DoorWorld, context: CheckContext): readonly Door[] {
  return doorsWithIds(app.routes).flatMap((line) => {
    const door = ID_DOORS[line]
    context.expect(door !== undefined, `${line} is in no table`)
    return door === undefined ? [] : [{ line, ...door }]
  })
}

type Account = {
  readonly accountId: string
  readonly good: string
  readonly revoked: string
  /** A key that calls models and manages nothing. */
  readonly calling: string
}

/** An account with a row in every table, and keys of every kind. */
async function accountWith({ rights, operator }: DoorWorld, email: string): Promise<Account> {
  const { kit, subjects, clock } = rights
  const accountId = await rights.customer(email, 1_000_000_000n)
  const calling = await send(operator, `POST /operator/v1/accounts/${accountId}/keys`, { body: { name: 'calls' } })
  await rights.ledger.refund({ accountId, amount: 1n, sourceKey: `planted ${email}`, reason: 'planted' })
  await plantRows(rights, accountId)
  // An account that is frozen buys nothing, and one that has asked for usage too often is told none.
  await kit.ownerDatabase.query(sql`delete from account_freeze where account_id = ${accountId}::uuid`)
  await kit.ownerDatabase.query(sql`delete from usage_read where account_id = ${accountId}::uuid`)
  const make = async () => {
    const made = { id: randomUUID(), accountId, name: 'a key', random: randomBytes(32), now: clock.now() }
    return await createManagementKey(kit.appDatabase, subjects, made)
  }
  const [good, revoked] = [await make(), await make()]
  await revokeManagementKey(kit.appDatabase, { id: revoked.key.id, accountId, now: clock.now() })
  return { accountId, good: good.secret, revoked: revoked.secret, calling: calling.json.secret }
}

/** Every id that any table has for something of an account. */
async function idsOf({ kit }: RightsWorld, accountId: string): Promise<readonly string[]> {
  const ids = new Set<string>()
  for (const { table, owner, columns } of ownedTables(PERSONAL_DATA)) {
    if (owner === 'unknown' || !columns.some(({ column }) => column === 'id')) continue
    const direct = owner.find(({ through }) => through === undefined)
    if (direct === undefined) continue
    const rows = await kit.ownerDatabase.query<{ id: string }>(sql`
      select id::text as id from ${identifier(table)} where ${identifier(direct.column)} = ${accountId}::uuid limit 5`)
    for (const { id } of rows) ids.add(id)
  }
  return [...ids]
}

/** All that an account has in tables with an id, as one text. */
async function rowsOf({ kit }: RightsWorld, accountId: string): Promise<string> {
  const texts: string[] = []
  for (const { table, owner } of ownedTables(PERSONAL_DATA)) {
    const direct = owner === 'unknown' ? undefined : owner.find(({ through }) => through === undefined)
    if (direct === undefined) continue
    const [row] = await kit.ownerDatabase.query<{ text: string | null }>(sql`
      select string_agg(one::text, ' ' order by one::text) as text from ${identifier(table)} one
      where ${identifier(direct.column)} = ${accountId}::uuid`)
    texts.push(`${table}: ${row?.text ?? ''}`)
  }
  return texts.join('\n')
}

type Ids = Readonly<Record<string, string>>
type Things = ReturnType<typeof ownObjects>

/** What stands in a door's path for things of an account's own. */
async function filling({ names }: Door, things: Things): Promise<Ids> {
  const ids: Record<string, string> = {}
  for (const [name, kind] of Object.entries(names)) ids[name] = await things(kind)
  return ids
}

const nobodys = ({ names }: Door): Ids => Object.fromEntries(Object.keys(names).map((name) => [name, randomUUID()]))

type Comparing = {
  readonly world: DoorWorld
  readonly context: CheckContext
  readonly door: Door
  readonly key: string | undefined
  readonly ids: readonly string[]
  readonly things: Things
}

/** Asks for each id in place of each parameter, beside things of one's own, and for one that nobody has; resolves with how often it asked. */
async function compare({ world, context, door, key, ids, things }: Comparing): Promise<number> {
  const names = Object.keys(door.names)
  const around = names.length === 1 ? {} : await filling(door, things)
  const isMeant = key?.startsWith('mk_') === true || OPEN_TO_ALL.includes(door.line)
  for (const name of names) {
    const absent = await ask(world, { door, key, ids: { ...around, [name]: randomUUID() } })
    context.expect(isMeant || /^40[13]/.test(absent), `${door.line} answers without a key that manages: ${absent.slice(0, 100)}`)
    for (const id of ids) {
      const told = await ask(world, { door, key, ids: { ...around, [name]: id } })
      const isAsAbsent = told === absent || told === (await ask(world, { door, key, ids: { ...around, [name]: absentLike(id) } }))
      context.expect(isAsAbsent, `${door.line} tells of what another account has: ${told.slice(0, 200)} instead of ${absent.slice(0, 200)}`)
    }
  }
  return names.length * (ids.length + 1)
}

/** An id that nobody has from the same millisecond, as some ids tell when they were made. Source: RFC 9562 §5.7 (2024-05). */
const absentLike = (id: string): string => id.slice(0, 14) + randomUUID().slice(14)

type Asked = { readonly door: Door; readonly key: string | undefined; readonly ids: Ids }

/** Status and body, without the ids that were asked for and what is new at each request. */
async function ask({ app }: DoorWorld, { door: { line, body }, key, ids }: Asked): Promise<string> {
  const headers = { authorization: key === undefined ? '' : `Bearer ${key}` }
  const path = line.replace(/:(\w+)(?:\{[^/]*\})?/g, (_, name: string) => ids[name] ?? '')
  const told: TestAnswer = await send(app, path, { headers, ...(body && { body }) })
  const text = Object.values(ids).reduce((all, id) => all.replaceAll(id, '<id>'), told.text)
  return `${told.status} ${text.replace(/"request_?[iI]d":"[^"]*"/g, '')}`
}
