import { randomBytes, randomUUID } from 'node:crypto'
import { customerApp, operatorApp } from '../../src/api/index.ts'
import { send, testWorld } from '../../src/api/test-world.ts'
import { endUserBook } from '../../src/control/testing.ts'
import { sql } from '../../src/db/index.ts'
import { isoDate, systemIds, utcDayOf } from '../../src/lib/index.ts'
import { openRefundDesk } from '../../src/payments/index.ts'
import { NO_SANCTIONS } from '../../src/payments/rails/usdc/index.ts'
import { planShop, poolShop } from '../../src/plans/index.ts'
import { openTeamIssuers } from '../../src/sign-on/index.ts'
import { openRightsWorld, type RightsWorld } from '../privacy/rights-world.ts'
import type { OwnedKind } from './id-doors.ts'

/** Both interfaces over one database, with everything that an account can have on offer; no process. */
export type DoorWorld = {
  readonly rights: RightsWorld
  readonly app: ReturnType<typeof customerApp>
  readonly operator: ReturnType<typeof operatorApp>
}

/** Opens a world of both interfaces. */
export async function openDoorWorld(): Promise<DoorWorld> {
  const rights = await openRightsWorld()
  const { kit, ledger, subjects, clock } = rights
  const { dependencies } = testWorld(kit.appDatabase, rights.options)
  const { keyring, payments, ids, log } = dependencies
  const refunds = openRefundDesk({
    ...{ database: kit.appDatabase, ledger, desk: payments, keyring, sealing: subjects, policy: { kind: 'case_by_case' }, clock, ids, log },
    ...{ chains: new Map(), callChain: undefined, btcpay: undefined, sanctions: NO_SANCTIONS, service: 'Example' },
  })
  const plans = { ...dependencies.plans, books: ledger, subjects, clock }
  const manage = { rails: {}, endUsers: endUserBook(kit.appDatabase, subjects), plans: planShop(plans), pools: poolShop(plans) }
  const noIssuer = async () => {
    throw new Error('no issuer is asked here')
  }
  const issuers = openTeamIssuers({ database: kit.appDatabase, sealing: subjects, clock: { monotonic: clock.now }, ask: noIssuer })
  const signOn = { issuers, textRecords: async () => [] }
  const all = { ...dependencies, ...{ ledger, subjects, manage, refunds, plans, signOn }, clock: { now: clock.now, monotonic: clock.now } }
  return { rights, app: customerApp(all), operator: operatorApp(all) }
}

/** Whose things: the account, and a key that manages it. */
export type Owner = { readonly accountId: string; readonly key: string }

/** One thing of each kind that an account has, made the way customers make it where a key can; each is made when it is first asked for. */
export function ownObjects(world: DoorWorld, owner: Owner): (kind: OwnedKind) => Promise<string> {
  const made = new Map<OwnedKind, Promise<string>>()
  const of = (kind: OwnedKind): Promise<string> => {
    const known = made.get(kind) ?? make({ world, owner, of }, kind)
    made.set(kind, known)
    return known
  }
  return of
}

type Making = { readonly world: DoorWorld; readonly owner: Owner; readonly of: (kind: OwnedKind) => Promise<string> }

async function make({ world, owner, of }: Making, kind: OwnedKind): Promise<string> {
  const ask = async (line: string, body: object) => {
    const { status, json, text } = await send(world.app, line, { headers: { authorization: `Bearer ${owner.key}` }, body })
    if (status >= 300) throw new Error(`${line} answered ${status} ${text}`)
    return json.data
  }
  switch (kind) {
    case 'key':
      return (await ask('POST /api/keys/credit', { name: 'own' })).id
    case 'rotated-key': {
      const { id } = await ask('POST /api/keys/credit', { name: 'own' })
      await ask(`POST /api/keys/${id}/rotate`, { overlapHours: 24 })
      return id
    }
    case 'management-key':
      return (await ask('POST /api/keys/management', { name: 'own' })).id
    case 'end-user':
      return (await ask('POST /api/end-users', { name: 'own' })).id
    case 'invitation':
      return (await ask('POST /api/team/invitations', { role: 'viewer' })).id
    case 'mail-domain':
      return (await ask('POST /api/team/sign-on/domains', { domain: `own-${randomBytes(4).toString('hex')}.example.com` })).id
    case 'webhook':
      return (await ask('POST /api/webhooks', { url: 'https://hooks.example.com/own', events: ['key.created'] })).id
    case 'delivery':
      return (await ask(`POST /api/webhooks/${await of('webhook')}/test`, {})).delivery
    case 'pool':
      return await makePool(world)
    case 'member':
      return await makeMember(world.rights, owner)
    case 'call':
      return await makeCall(world.rights, owner)
    case 'refund':
      return await makeRefund(world.rights, owner)
    case 'payment':
      return await plantedPayment(world.rights, owner)
  }
}

/** A pool with a seat for everybody who asks. */
async function makePool({ operator }: DoorWorld): Promise<string> {
  const slug = `pool-${randomBytes(4).toString('hex')}`
  const put = async (path: string, body: object) => {
    const { status, text } = await send(operator, `PUT /operator/v1/${path}`, { body })
    if (status >= 300) throw new Error(`${path} was answered ${status} ${text}`)
  }
  const price = { input: '3.00', output: '15.00' }
  await put('upstreams/house', { kind: 'openai', base_url: 'https://api.house.example', placement: 'third_party' })
  await put('models/pooled', { context: 1000, output_max: 100, price, routes: [{ upstream: 'house', model: 'pooled' }] })
  const blocks = [{ block: 'asia', seats: 100, price_per_month: '0.01' }]
  await put(`pools/${slug}`, { description: 'seats', models: ['pooled'], blocks })
  return slug
}

/** Somebody with an account of their own who belongs to this one too. */
async function makeMember({ kit, customer }: RightsWorld, { accountId }: Owner): Promise<string> {
  const home = await customer(`member-${randomBytes(4).toString('hex')}@example.com`)
  const id = randomUUID()
  await kit.ownerDatabase.query(sql`insert into person (id, account_id, created_at) values (${id}::uuid, ${home}::uuid, now())`)
  await kit.ownerDatabase.query(sql`
    insert into account_member (account_id, person_id, role, created_at) values (${accountId}::uuid, ${id}::uuid, 'developer', now())`)
  return id
}

/** A call of an hour ago, whose receipt nobody has signed. */
async function makeCall({ kit, clock }: RightsWorld, { accountId }: Owner): Promise<string> {
  const at = clock.at - 3_600_000
  const [id, day] = [systemIds(() => at).uuid(), isoDate(utcDayOf(at))]
  await kit.ledgerDatabase.query(sql`select ensure_usage_partition(${day}::date)`)
  await kit.ownerDatabase.query(sql`
    insert into usage_event (day, request_id, posted_day, account_id, key_id, started_at, model_serial, route_serial, price_version,
      outcome, status, usage_source, reported_model, is_stream, is_suspect, latency_ms, input, cache_read, cache_write_5m,
      cache_write_1h, output, reasoning, hold, cost, upstream_cost, commit)
    values (${day}::date, ${id}::uuid, ${day}::date, ${accountId}::uuid, gen_random_uuid(), ${new Date(at)}::timestamptz, 1, 1, 1,
      0, 200, 1, 1, false, false, 5, 1, 0, 0, 0, 1, 0, 10, 5, 1, 1)`)
  return id
}

/** Coins that are to go back and still need an address: the planted row of refunds, as it is before anybody said one. */
async function makeRefund({ kit }: RightsWorld, { accountId }: Owner): Promise<string> {
  return await kit.ownerDatabase.transaction(async (tx) => {
    await tx.query(sql`set local session_replication_role = replica`)
    const [row] = await tx.query<{ id: string }>(sql`
      update rail_refund set state = 'taken', chain_id = 8453, address_sealed = null, proof = null, ended_at = null
      where account_id = ${accountId}::uuid returning id::text as id`)
    if (row === undefined) throw new Error('no refund was planted')
    return row.id
  })
}

/** A payment of the account, as it was planted. */
async function plantedPayment({ kit }: RightsWorld, { accountId }: Owner): Promise<string> {
  const [row] = await kit.ownerDatabase.query<{ id: string }>(sql`
    select id::text as id from payment where account_id = ${accountId}::uuid order by id limit 1`)
  if (row === undefined) throw new Error('no payment was planted')
  return row.id
}
