import { randomBytes, randomUUID } from 'node:crypto'
import { connect, type Database, sql } from '../../src/db/index.ts'
import type { World } from '../world.ts'
import { listAll, type Post } from './post.ts'

type InvitedBody = { readonly name: string; readonly role: string }

const newName = (): string => `o${randomBytes(6).toString('hex')}`

/** POSTs that give or take away: codes, credit with a second person, keys that manage, operators, suspensions. */
export const GIVING_POSTS: readonly Post[] = [
  {
    path: '/redeem-batches',
    status: 201,
    isEachNew: true,
    prepare: async () => {
      const body = { label: newName(), amount: '1.00', count: 3 }
      return { path: '/redeem-batches', body, otherBody: { ...body, count: 4 }, counted: body.label }
    },
    effects: async (operator, { counted }) => (await listAll(operator, '/redeem-batches')).filter(({ label }) => label === counted).length,
  },
  {
    path: '/redeem-batches/{id}/disable',
    status: 200,
    // Void is void.
    isEachNew: false,
    prepare: async ({ operator }) => {
      const { id } = (await operator.ask('POST', '/redeem-batches', { label: newName(), amount: '1.00', count: 1 })) as { id: string }
      return { path: `/redeem-batches/${id}/disable`, body: {}, otherBody: { anything: 'else' }, counted: id }
    },
    effects: async (operator, { counted }) =>
      (await listAll(operator, '/redeem-batches')).filter((batch) => batch['id'] === counted && batch['disabled_at'] !== null).length,
  },
  {
    path: '/redeem-batches/{id}/approve',
    status: 200,
    // Approved is approved.
    isEachNew: false,
    prepare: async (world, { id }) => {
      const batch = await addAsked(world, id, addBatch)
      return { path: `/redeem-batches/${batch}/approve`, body: {}, otherBody: { anything: 'else' }, counted: batch }
    },
    effects: async (operator, { counted }) =>
      (await listAll(operator, '/redeem-batches')).filter((batch) => batch['id'] === counted && batch['approved_at'] !== null).length,
  },
  {
    path: '/prices/import',
    status: 200,
    // A price that is asked already is not written again.
    isEachNew: false,
    prepare: async ({ operator }) => {
      const id = newName()
      const routes = [{ upstream: 'oai', model: 'sim-model' }]
      await operator.ask('PUT', `/models/${id}`, { context: 1000, output_max: 100, price: { input: '9', output: '9' }, routes })
      const listOf = (input: string) => ({ text: `models: [{ id: "${id}", price: { input: "${input}", output: "9" } }]`, apply: true })
      return { path: '/prices/import', body: listOf('8'), otherBody: listOf('7'), counted: id }
    },
    effects: async (operator, { counted }) => {
      const { data } = (await operator.ask('GET', `/prices?model=${counted}`)) as { data: readonly { price: { input: string } }[] }
      return data.filter(({ price }) => price.input !== '9.00').length
    },
  },
  decision('approve', 'approved'),
  decision('refuse', 'refused'),
  {
    path: '/operators',
    status: 201,
    // A name is given once.
    isEachNew: false,
    prepare: async () => ({ path: '/operators', body: { name: newName() }, otherBody: { name: newName() }, counted: '' }),
    effects: async (operator, { body, otherBody }) => {
      const { data } = (await operator.ask('GET', '/operators')) as { data: readonly { name: string }[] }
      const names = [body, otherBody].map((one) => JSON.stringify(one))
      return data.filter(({ name }) => names.includes(JSON.stringify({ name }))).length
    },
  },
  {
    path: '/operators/invitations',
    status: 201,
    // A name is given once.
    isEachNew: false,
    prepare: async () => {
      const [body, otherBody] = [newName(), newName()].map((name) => ({ name, role: 'support' })) as [InvitedBody, InvitedBody]
      return { path: '/operators/invitations', body, otherBody, counted: `${body.name} ${otherBody.name}` }
    },
    effects: async (operator, { counted }) => {
      const { data } = (await operator.ask('GET', '/operators')) as { data: readonly { name: string }[] }
      return data.filter(({ name }) => counted.split(' ').includes(name)).length
    },
  },
  {
    path: '/operators/{id}/invitation',
    status: 201,
    // One invitation at a time is open.
    isEachNew: false,
    prepare: async ({ operator }) => {
      const name = newName()
      await operator.ask('POST', '/operators', { name })
      return { path: `/operators/${name}/invitation`, body: {}, otherBody: { anything: 'else' }, counted: name }
    },
    effects: async (operator, { counted }) => {
      const { data } = (await operator.ask('GET', '/operators')) as { data: readonly { name: string; invited_until: string | null }[] }
      return data.filter(({ name, invited_until: until }) => name === counted && until !== null).length
    },
  },
  {
    path: '/accounts/{id}/management-keys',
    status: 201,
    isEachNew: true,
    prepare: async (_, { id }) => ({
      ...{ path: `/accounts/${id}/management-keys`, body: { name: 'once' }, otherBody: { name: 'other' }, counted: id },
    }),
    effects: async (operator, { counted }) =>
      ((await operator.ask('GET', `/accounts/${counted}/management-keys`)) as { data: readonly unknown[] }).data.length,
  },
  {
    path: '/accounts/{id}/second-factors/revocation',
    status: 201,
    // What is gone is gone.
    isEachNew: false,
    prepare: async ({ operator }) => {
      const { id } = (await operator.ask('POST', '/accounts', { email: `${newName()}@example.com` })) as { id: string }
      return { path: `/accounts/${id}/second-factors/revocation`, body: { reason: 'lost' }, otherBody: { reason: 'takeover' }, counted: id }
    },
    effects: async (operator, { counted }) => {
      const { data } = (await operator.ask('GET', `/audit?account_id=${counted}&limit=200`)) as { data: readonly { action: string }[] }
      return data.filter(({ action }) => action.startsWith('second-factors.revoked')).length
    },
  },
  {
    path: '/accounts/{id}/suspension',
    status: 201,
    // Suspended is suspended.
    isEachNew: false,
    prepare: async ({ operator }) => {
      const { id } = (await operator.ask('POST', '/accounts', { email: `${newName()}@example.com` })) as { id: string }
      return { path: `/accounts/${id}/suspension`, body: { reason: 'terms' }, otherBody: { reason: 'abuse' }, counted: id }
    },
    effects: async (operator, { counted }) => {
      const { status } = (await operator.ask('GET', `/accounts/${counted}`)) as { status: string }
      return status === 'suspended' ? 1 : 0
    },
  },
]

/** What a second person says of credit that waits. */
function decision(verb: string, state: string): Post {
  return {
    path: `/pending-credits/{id}/${verb}`,
    status: 200,
    // The first decision holds.
    isEachNew: false,
    prepare: async (world, { id }) => {
      const pending = await addAsked(world, id, addCredit)
      return { path: `/pending-credits/${pending}/${verb}`, body: {}, otherBody: { anything: 'else' }, counted: pending }
    },
    effects: async (operator, { counted }) =>
      (await listAll(operator, '/pending-credits')).filter((credit) => credit['id'] === counted && credit['state'] === state).length,
  }
}

type Asked = { readonly id: string; readonly accountId: string }

/** Has somebody else ask for what needs a second person; returns its id. */
async function addAsked(world: World, accountId: string, add: (database: Database, asked: Asked) => Promise<unknown>): Promise<string> {
  const database = connect({ connection: world.connection(), role: undefined, poolMax: 1, connectTimeoutMs: 30_000 })
  const id = randomUUID()
  try {
    await add(database, { id, accountId })
    return id
  } finally {
    await database.end()
  }
}

const addCredit = (database: Database, { id, accountId }: Asked) =>
  database.query(sql`
    insert into pending_credit (id, account_id, amount, kind, state, requested_by, requested_at)
    values (${id}::uuid, ${accountId}::uuid, 1000, 'manual', 'waiting', 'operator:tried', now())`)

const addBatch = (database: Database, { id }: Asked) =>
  database.query(sql`
    insert into redeem_batch (id, label, amount, kind, codes, requested_by, created_at)
    values (${id}::uuid, 'asked', 1000, 'promotion', 1, 'operator:tried', now())`)
