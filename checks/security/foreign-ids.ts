import { randomBytes, randomUUID } from 'node:crypto'
import { customerApp } from '../../src/api/index.ts'
import { send, type TestAnswer, testWorld } from '../../src/api/test-world.ts'
import { endUserBook } from '../../src/control/testing.ts'
import { identifier, sql } from '../../src/db/index.ts'
import { stopTestServer } from '../../src/db/testing.ts'
import { PERSONAL_DATA } from '../../src/inventory.ts'
import { createManagementKey, revokeManagementKey } from '../../src/keys/index.ts'
import { openRefundDesk } from '../../src/payments/index.ts'
import { NO_SANCTIONS } from '../../src/payments/rails/usdc/index.ts'
import { ownedTables } from '../../src/privacy/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { plantRows } from '../privacy/plant-rows.ts'
import { openRightsWorld, type RightsWorld } from '../privacy/rights-world.ts'

/** What is sent through each door that takes an id; one that is missing here is a failure. */
const BODIES: Readonly<Record<string, object | undefined>> = {
  'GET /api/pools/:id': undefined,
  'POST /api/pools/:id/subscribe': { blocks: ['asia'], quantity: 1, billingCycle: 'month' },
  'DELETE /api/keys/management/:id': undefined,
  'PATCH /api/keys/:id': { name: 'other' },
  'POST /api/keys/:id/resume': {},
  'DELETE /api/keys/:id': undefined,
  'POST /api/account/refunds/:id/address': { address: `0x${'d1'.repeat(20)}` },
  'GET /api/usage/:key': undefined,
  'GET /api/usage/:id': undefined,
  'GET /api/receipts/:id': undefined,
  'PATCH /api/end-users/:id': { cap: null },
  'DELETE /api/end-users/:id': undefined,
  'POST /api/end-users/:id/keys': { name: 'other' },
  'GET /api/end-users/:id/usage': undefined,
  'DELETE /api/team/invitations/:id': undefined,
  'PATCH /api/team/members/:id': { role: 'viewer' },
  'DELETE /api/team/members/:id': undefined,
  'PATCH /api/webhooks/:id': { events: ['key.created'] },
  'DELETE /api/webhooks/:id': undefined,
  'POST /api/webhooks/:id/rotate': {},
  'POST /api/webhooks/:id/test': {},
  'GET /api/webhooks/:id/deliveries': undefined,
}

/** Doors that answer nobody with a management key, or what is sold to everybody. */
const NOT_FOR_KEYS: readonly string[] = ['GET /api/pools/:id', 'POST /api/pools/:id/subscribe']

type Door = { readonly line: string; readonly method: string; readonly path: string }
type World = { readonly rights: RightsWorld; readonly app: ReturnType<typeof customerApp> }

/**
 * SEC-01: on every path under /api of the live router that takes an id, each id of anything that another account has is answered to the byte as
 * one that nobody has, and nothing of that account is changed; no key, a key that was revoked or made up, and one that calls models open none.
 */
export async function foreignIds(context: CheckContext): Promise<Measured> {
  const world = await openWorld()
  const { rights } = world
  const counted = { doors: 0, ids: 0, asked: 0, reached: 0 }
  try {
    const [theirs, own] = [await rights.customer('theirs@example.com', 1_000_000_000n), await rights.customer('own@example.com')]
    await rights.ledger.refund({ accountId: theirs, amount: 1n, sourceKey: 'planted', reason: 'planted' })
    await plantRows(rights, theirs)
    const ids = await idsOf(rights, theirs)
    const before = await rowsOf(rights, theirs)
    const doors = doorsOf(world, context)
    const keys = await keysOf(rights, own)
    for (const door of doors) {
      for (const key of [keys.good, keys.revoked, 'mk_made_up', undefined])
        counted.asked += await compare({ world, context, door, key, ids })
    }
    context.expect((await rowsOf(rights, theirs)) === before, 'something of another account was changed')
    const owner = await keysOf(rights, theirs)
    // What is deleted cannot be asked for any more.
    const deletingLast = doors.toSorted((one, other) => Number(one.method === 'DELETE') - Number(other.method === 'DELETE'))
    for (const door of deletingLast) {
      const isReached = await tellsApart({ world, context, door, key: owner.good, ids })
      counted.reached += isReached ? 1 : 0
      if (!isReached) context.progress(`${door.line} tells its own account nothing of these ids`)
    }
    // Else ids of the wrong kind would show nothing.
    context.expect(counted.reached >= 6, `only ${counted.reached} doors know what belongs to their own account`)
    Object.assign(counted, { doors: doors.length, ids: ids.length })
  } finally {
    await rights.close()
    await stopTestServer()
  }
  return { n: context.n, measured: counted }
}

async function openWorld(): Promise<World> {
  const rights = await openRightsWorld()
  const { kit, ledger, subjects, clock } = rights
  const { dependencies } = testWorld(kit.appDatabase)
  const { keyring, payments, ids, log } = dependencies
  const refunds = openRefundDesk({
    ...{ database: kit.appDatabase, ledger, desk: payments, keyring, sealing: subjects, policy: { kind: 'case_by_case' }, clock, ids, log },
    ...{ chains: new Map(), callChain: undefined, btcpay: undefined, sanctions: NO_SANCTIONS, service: 'Example' },
  })
  const manage = { rails: {}, endUsers: endUserBook(kit.appDatabase, subjects) }
  return { rights, app: customerApp({ ...dependencies, ledger, subjects, manage, refunds }) }
}

/** The doors of the live router that take an id, each once; one that nobody wrote of is a failure. */
function doorsOf({ app }: World, context: CheckContext): readonly Door[] {
  const taking = app.routes.filter(({ method, path }) => method !== 'ALL' && /^\/api\/(?!auth|support|privacy).*:(?!month)/.test(path))
  const doors = [...new Map(taking.map(({ method, path }) => [`${method} ${path}`, { line: `${method} ${path}`, method, path }])).values()]
  for (const { line } of doors) context.expect(Object.hasOwn(BODIES, line), `${line} is in no table`)
  return doors.filter(({ line }) => Object.hasOwn(BODIES, line))
}

/** A key that manages an account, and one that did. */
async function keysOf({ kit, subjects, clock }: RightsWorld, accountId: string) {
  const make = async () => {
    const made = { id: randomUUID(), accountId, name: 'a key', random: randomBytes(32), now: clock.now() }
    return await createManagementKey(kit.appDatabase, subjects, made)
  }
  const [good, revoked] = [await make(), await make()]
  await revokeManagementKey(kit.appDatabase, { id: revoked.key.id, accountId, now: clock.now() })
  return { good: good.secret, revoked: revoked.secret }
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

type Comparing = {
  readonly world: World
  readonly context: CheckContext
  readonly door: Door
  readonly key: string | undefined
  readonly ids: readonly string[]
}

/** Asks for each id and for one that nobody has; resolves with how often it asked. */
async function compare({ world, context, door, key, ids }: Comparing): Promise<number> {
  const absent = await ask(world, { door, key, id: randomUUID() })
  const isMeant = key?.startsWith('mk_') === true || NOT_FOR_KEYS.includes(door.line)
  context.expect(isMeant || absent.startsWith('401'), `${door.line} answers without a key: ${absent.slice(0, 100)}`)
  for (const id of ids) {
    const told = await ask(world, { door, key, id })
    context.expect(
      told === absent,
      `${door.line} tells of what another account has: ${told.slice(0, 200)} instead of ${absent.slice(0, 200)}`,
    )
  }
  return ids.length + 1
}

/** Whether the account itself is told something else of any of its ids. */
async function tellsApart({ world, door, key, ids }: Comparing): Promise<boolean> {
  const absent = await ask(world, { door, key, id: randomUUID() })
  for (const id of ids) if ((await ask(world, { door, key, id })) !== absent) return true
  return false
}

type Asked = { readonly door: Door; readonly key: string | undefined; readonly id: string }

/** Status and body, without the id that was asked for and what is new at each request. */
async function ask({ app }: World, { door: { line, method, path }, key, id }: Asked): Promise<string> {
  const headers = { authorization: key === undefined ? '' : `Bearer ${key}` }
  const body = BODIES[line]
  const told: TestAnswer = await send(app, `${method} ${path.replace(/:\w+(?:\{[^/]*\})?/g, id)}`, { headers, ...(body && { body }) })
  return `${told.status} ${told.text.replaceAll(id, '<id>').replace(/"request_?[iI]d":"[^"]*"/g, '')}`
}
