import { randomBytes, randomUUID } from 'node:crypto'
import { connect, sql } from '../../src/db/index.ts'
import { nanoOf } from '../operator.ts'
import type { World } from '../world.ts'
import { ABUSE_POSTS } from './abuse-posts.ts'
import { GIVING_POSTS } from './giving-posts.ts'
import { NOTICE_POSTS } from './notice-posts.ts'
import { listAll, type Post } from './post.ts'

const newEmail = (): string => `post-${randomBytes(6).toString('hex')}@example.com`

/** POSTs that make nothing: what they compute may be asked for again at any time, so they take no key. */
export const POSTS_THAT_COMPUTE: ReadonlySet<string> = new Set([
  '/reconciliations/{day}',
  '/accounts/{id}/erasure/retry',
  '/policy/own/preview',
])

/** POSTs that need more than a world has: a rail, or mail; tried with their Idempotency-Key in the test that is named. */
export const POSTS_ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['/letters/{key}/test', 'src/api/messages.test.ts'],
  ['/payments/{id}/refunds', 'src/api/rail-posts.test.ts'],
  ['/usdc/chains/{chain}/resumption', 'src/api/rail-posts.test.ts'],
  ['/refunds/{id}/transaction', 'src/api/rail-posts.test.ts'],
  ['/refunds/{id}/cancellation', 'src/api/rail-posts.test.ts'],
  ['/refund-wishes/{id}/acceptance', 'src/api/rail-posts.test.ts'],
  ['/refund-wishes/{id}/refusal', 'src/api/rail-posts.test.ts'],
  ['/upstreams/{id}/trial', 'src/api/setup.test.ts'],
])

/** Every other POST there is; a new one gets its row here, or MON-21 is red. */
export const POSTS: readonly Post[] = [
  {
    path: '/accounts',
    status: 201,
    // A second account of one address is refused.
    isEachNew: false,
    prepare: async () => ({ path: '/accounts', body: { email: newEmail() }, otherBody: { email: newEmail() }, counted: '' }),
    effects: async (operator, { body, otherBody }) => {
      const emails = [body, otherBody].map((one) => JSON.stringify(one))
      return (await listAll(operator, '/accounts')).filter(({ email }) => emails.includes(JSON.stringify({ email }))).length
    },
  },
  {
    path: '/accounts/{id}/credits',
    status: 201,
    isEachNew: true,
    prepare: async (_, { id }) => ({
      path: `/accounts/${id}/credits`,
      body: { amount: '1.00', reason: 'once' },
      otherBody: { amount: '1.00', reason: 'something else' },
      counted: id,
    }),
    effects: async (operator, { counted }) => Number((await operator.balance(counted)).available / nanoOf('1.00')),
  },
  {
    path: '/accounts/{id}/keys',
    status: 201,
    isEachNew: true,
    prepare: async (_, { id }) => ({ path: `/accounts/${id}/keys`, body: { name: 'once' }, otherBody: { name: 'other' }, counted: id }),
    effects: async (operator, { counted }) => (await listAll(operator, `/accounts/${counted}/keys`)).length,
  },
  {
    path: '/keys/{id}/revoke',
    status: 200,
    // Revoked is revoked.
    isEachNew: false,
    prepare: async ({ operator }, { id }) => {
      const minted = (await operator.ask('POST', `/accounts/${id}/keys`, { name: 'to revoke' })) as { id: string }
      return { path: `/keys/${minted.id}/revoke`, body: { reason: 'terms' }, otherBody: { reason: 'abuse' }, counted: `${id} ${minted.id}` }
    },
    effects: async (operator, { counted }) => {
      const [accountId, keyId] = counted.split(' ')
      const keys = await listAll(operator, `/accounts/${accountId}/keys`)
      return keys.filter((key) => key['id'] === keyId && key['revoked_at'] !== null).length
    },
  },
  withdrawal('refunds', 'refund'),
  withdrawal('chargebacks', 'chargeback'),
  {
    path: '/transfers/{id}/reversals',
    status: 201,
    // A transfer is undone once.
    isEachNew: false,
    prepare: async ({ operator }, { id }) => {
      const made = (await operator.ask('POST', `/accounts/${id}/credits`, { amount: '0.01', reason: 'to undo' })) as { transfer_id: string }
      const path = `/transfers/${made.transfer_id}/reversals`
      return { path, body: { reason: 'once' }, otherBody: { reason: 'other' }, counted: `${id} ${made.transfer_id}` }
    },
    effects: async (operator, { counted }) => {
      const [accountId, transferId] = counted.split(' ')
      return (await listAll(operator, `/accounts/${accountId}/transfers`)).filter(({ reverses }) => reverses === transferId).length
    },
  },
  {
    path: '/accounts/{id}/thaw',
    status: 200,
    // Thawed is thawed.
    isEachNew: false,
    prepare: async (world, { id }) => {
      await freeze(world, id)
      return { path: `/accounts/${id}/thaw`, body: {}, otherBody: { anything: 'else' }, counted: id }
    },
    effects: async (operator, { counted }) => {
      const { frozen } = (await operator.ask('GET', `/accounts/${counted}`)) as { frozen: object | null }
      return frozen === null ? 1 : 0
    },
  },
  {
    path: '/accounts/{id}/erasure',
    status: 202,
    // Erased is erased.
    isEachNew: false,
    prepare: async ({ operator }) => {
      const email = newEmail()
      const { id } = (await operator.ask('POST', '/accounts', { email })) as { id: string }
      return { path: `/accounts/${id}/erasure`, body: { email }, otherBody: { email, give_up: '0.00' }, counted: id }
    },
    effects: async (operator, { counted }) => {
      const { requested_at: at } = (await operator.ask('GET', `/accounts/${counted}/erasure`)) as { requested_at: string | null }
      return at === null ? 0 : 1
    },
  },
  {
    path: '/privacy/requests',
    status: 201,
    // What is open already is not opened twice.
    isEachNew: false,
    prepare: async ({ operator }) => {
      const { id } = (await operator.ask('POST', '/accounts', { email: newEmail() })) as { id: string }
      const [body, otherBody] = [
        { account_id: id, kind: 'object' },
        { account_id: id, kind: 'access' },
      ]
      return { path: '/privacy/requests', body, otherBody, counted: id }
    },
    effects: async (operator, { counted }) =>
      (await listAll(operator, '/privacy/requests')).filter(({ account_id: id }) => id === counted).length,
  },
  {
    path: '/privacy/disclosures',
    status: 201,
    isEachNew: true,
    prepare: async () => {
      const accounts = 1 + (randomBytes(3).readUIntBE(0, 3) % 999_999)
      const body = { received_on: '2026-11-21', country: 'DE', kind: 'order', outcome: 'refused', accounts }
      return { path: '/privacy/disclosures', body, otherBody: { ...body, kind: 'request' }, counted: String(accounts) }
    },
    effects: async (operator, { counted }) => {
      const { data } = (await operator.ask('GET', '/privacy/disclosures')) as { data: readonly { accounts: number }[] }
      return data.filter(({ accounts }) => String(accounts) === counted).length
    },
  },
  {
    path: '/accounts/{id}/subscriptions',
    status: 201,
    isEachNew: true,
    prepare: async ({ operator }, { id }) => {
      await operator.ask('PUT', '/plans/given', { price_multiplier: '1' })
      const body = { plan: 'given', reason: 'once' }
      return { path: `/accounts/${id}/subscriptions`, body, otherBody: { ...body, reason: 'other' }, counted: id }
    },
    effects: async (operator, { counted }) =>
      ((await operator.ask('GET', `/accounts/${counted}/subscriptions`)) as { data: readonly object[] }).data.length,
  },
  {
    path: '/subscriptions/{id}/cancellation',
    status: 200,
    // Ended is ended.
    isEachNew: false,
    prepare: async ({ operator }, { id }) => {
      await operator.ask('PUT', '/plans/given', { price_multiplier: '1' })
      const gift = { plan: 'given', reason: 'to end' }
      const given = (await operator.ask('POST', `/accounts/${id}/subscriptions`, gift)) as { id: string }
      return { path: `/subscriptions/${given.id}/cancellation`, body: { at: 'now' }, otherBody: { at: 'period_end' }, counted: id }
    },
    effects: async (operator, { counted }) => {
      const listed = await operator.ask('GET', `/accounts/${counted}/subscriptions`)
      const { data } = listed as { data: readonly { status: string; cancel_at_period_end: boolean }[] }
      return data.filter(({ status, cancel_at_period_end: isEnding }) => status === 'canceled' || isEnding).length
    },
  },
  {
    path: '/announcements',
    status: 201,
    isEachNew: true,
    prepare: async () => {
      const title = `news ${randomUUID()}`
      const body = { topic: 'announcements', title: { en: title, zh: title }, text: { en: 'once', zh: 'once' } }
      return { path: '/announcements', body, otherBody: { ...body, text: { en: 'other', zh: 'other' } }, counted: title }
    },
    effects: async (operator, { counted }) =>
      (await listAll(operator, '/announcements')).filter(({ title }) => JSON.stringify(title).includes(counted)).length,
  },
  {
    path: '/status/maintenance',
    status: 201,
    isEachNew: true,
    prepare: async () => {
      const title = `work ${randomUUID()}`
      const body = { title, starts_at: '2040-01-01T00:00:00Z', ends_at: '2040-01-01T01:00:00Z' }
      return { path: '/status/maintenance', body, otherBody: { ...body, ends_at: '2040-01-01T02:00:00Z' }, counted: title }
    },
    effects: async (operator, { counted }) => {
      const { data } = (await operator.ask('GET', '/status/maintenance')) as { data: readonly { title: string }[] }
      return data.filter(({ title }) => title === counted).length
    },
  },
  {
    path: '/payment-problems/{id}/resolution',
    status: 200,
    // Resolved is resolved.
    isEachNew: false,
    prepare: async (world, { id }) => {
      const path = `/payment-problems/${await addProblem(world)}/resolution`
      const body = { resolution: 'credited', account_id: id, amount: '0.01', reason: 'once' }
      return { path, body, otherBody: { ...body, amount: '0.02' }, counted: id }
    },
    effects: async (operator, { counted }) =>
      (await listAll(operator, `/accounts/${counted}/transfers`)).filter(({ kind }) => kind === 'manual').length,
  },
  {
    path: '/support/requests/{id}/answer',
    status: 200,
    // What is answered is answered.
    isEachNew: false,
    prepare: async ({ base }, { key }) => {
      const asked = await fetch(`${base}/api/support/requests`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ text: 'Where is my receipt?' }),
      })
      const { id } = (await asked.json()) as { id: string }
      return { path: `/support/requests/${id}/answer`, body: { text: 'once' }, otherBody: { text: 'other' }, counted: id }
    },
    effects: async (operator, { counted }) => {
      const { answer } = (await operator.ask('GET', `/support/requests/${counted}`)) as { answer: string | null }
      return answer === null ? 0 : 1
    },
  },
  ...GIVING_POSTS,
  ...ABUSE_POSTS,
  ...NOTICE_POSTS,
]

/** Money taken from an account by hand; each kind is found in the account's journal. */
function withdrawal(noun: string, kind: string): Post {
  return {
    path: `/accounts/{id}/${noun}`,
    status: 201,
    isEachNew: true,
    prepare: async (_, { id }) => ({
      path: `/accounts/${id}/${noun}`,
      body: { amount: '0.01', reason: 'once' },
      otherBody: { amount: '0.02', reason: 'once' },
      counted: id,
    }),
    effects: async (operator, { counted }) =>
      (await listAll(operator, `/accounts/${counted}/transfers`)).filter((transfer) => transfer['kind'] === kind).length,
  }
}

/** Puts money that fits nothing into the operator's queue; returns its id. */
async function addProblem(world: World): Promise<string> {
  const database = connect({ connection: world.connection(), role: undefined, poolMax: 1, connectTimeoutMs: 30_000 })
  const id = randomUUID()
  try {
    await database.query(sql`
      insert into payment_problem (id, rail, code, external_key, created_at)
      values (${id}::uuid, 'stripe', 'tried', ${id}, now())`)
    return id
  } finally {
    await database.end()
  }
}

/** Freezes an account as an audit would that found its books broken. */
async function freeze(world: World, accountId: string): Promise<void> {
  const database = connect({ connection: world.connection(), role: undefined, poolMax: 1, connectTimeoutMs: 30_000 })
  try {
    await database.query(sql`insert into account_freeze (account_id, reason) values (${accountId}::uuid, 'tried') on conflict do nothing`)
  } finally {
    await database.end()
  }
}
