import { randomBytes } from 'node:crypto'
import type { Customer } from '../operator.ts'
import type { World } from '../world.ts'
import { listAll, type Post, type PostPlace } from './post.ts'

const newName = (): string => `c${randomBytes(6).toString('hex')}`
/** Customers' POSTs make rows one account after the other, so more at once would show nothing else. */
const AT_ONCE_MAX = 24

/** POSTs of the customer's management interface that another effect could come of each time. */
export const CUSTOMER_POSTS: readonly Post[] = [
  ownKeys('/api/keys/credit', {}),
  ownKeys('/api/keys/subscription', { subscriptionId: '' }),
  {
    ...{ path: '/api/keys/management', status: 201, isEachNew: true, atOnceMax: AT_ONCE_MAX },
    prepare: (world, customer) =>
      place(world, customer, { path: '/api/keys/management', body: { name: 'once' }, otherBody: { name: 'other' } }),
    effects: async (_, at) => (await own(at, '/api/keys/management')).length,
  },
  {
    ...{ path: '/api/end-users', status: 201, isEachNew: true, atOnceMax: AT_ONCE_MAX },
    prepare: (world, customer) => place(world, customer, { path: '/api/end-users', body: { name: 'once' }, otherBody: { name: 'other' } }),
    effects: async (_, at) => (await own(at, '/api/end-users')).length,
  },
  {
    ...{ path: '/api/team/invitations', status: 201, isEachNew: true, atOnceMax: AT_ONCE_MAX },
    prepare: (world, customer) =>
      place(world, customer, { path: '/api/team/invitations', body: { role: 'viewer' }, otherBody: { role: 'developer' } }),
    effects: async (_, at) => (await own(at, '/api/team/invitations')).length,
  },
  {
    ...{ path: '/api/end-users/:id/keys', status: 201, isEachNew: true, atOnceMax: AT_ONCE_MAX },
    prepare: async (world, customer) => {
      const at = await place(world, customer, { path: '/api/end-users', body: { name: 'user' }, otherBody: {} })
      const { id } = (await tell(at, '/api/end-users', { name: 'user' })) as { readonly id: string }
      return { ...at, path: `/api/end-users/${id}/keys`, body: { name: 'once' }, otherBody: { name: 'other' } }
    },
    effects: async (operator, { counted }) => (await listAll(operator, `/accounts/${counted}/keys`)).length,
  },
  {
    ...{ path: '/api/billing/subscribe', status: 201, isEachNew: true, atOnceMax: AT_ONCE_MAX },
    prepare: async (world, customer) => {
      await sell(world, customer)
      return await place(world, customer, {
        ...{ path: '/api/billing/subscribe', body: { planSlug: 'sold', createKey: true }, otherBody: { planSlug: 'sold' } },
      })
    },
    effects: (operator, { counted }) => subscriptionsOf(operator, counted),
  },
  {
    ...{ path: '/api/billing/redeem', status: 200, isEachNew: false, atOnceMax: AT_ONCE_MAX },
    prepare: async (world, customer) => {
      const batch = { label: newName(), amount: '1.00', count: 2 }
      const { csv } = (await world.operator.ask('POST', '/redeem-batches', batch)) as { csv: string }
      const [code = '', other = ''] = csv.match(/\b(?:[0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}\b/g) ?? []
      return await place(world, customer, { path: '/api/billing/redeem', body: { code }, otherBody: { code: other } })
    },
    effects: async (operator, { counted }) =>
      (await listAll(operator, `/accounts/${counted}/transfers`)).filter(({ kind }) => kind === 'deposit').length,
  },
  {
    ...{ path: '/api/pools/:id/subscribe', status: 201, isEachNew: true, atOnceMax: AT_ONCE_MAX },
    prepare: async (world, customer) => {
      await sell(world, customer)
      const blocks = [{ block: 'europe', hours_utc: '08:00-16:00', seats: 1000, price_per_month: '0.01' }]
      await world.operator.ask('PUT', '/pools/sold', { description: 'sold', models: ['m-openai'], annual_discount: '0.15', blocks })
      const body = { blocks: ['europe'], quantity: 1 }
      return await place(world, customer, { path: '/api/pools/sold/subscribe', body, otherBody: { ...body, billingCycle: 'year' } })
    },
    effects: (operator, { counted }) => subscriptionsOf(operator, counted),
  },
  {
    ...{ path: '/api/support/requests', status: 201, isEachNew: true, isForAnyCustomer: true, atOnceMax: AT_ONCE_MAX },
    prepare: async (world) => {
      // A customer may have a few requests open at a time.
      const customer = await world.operator.customer()
      const asked = { path: '/api/support/requests', body: { text: 'once' }, otherBody: { text: 'other' } }
      return { ...asked, counted: customer.id, to: { base: world.base, token: customer.key } }
    },
    effects: async (_, at) => (await own(at, '/api/support/requests')).length,
  },
]

/** POSTs of customers that are not tried here, and why; those of rails are tried where a rail is. */
export const CUSTOMER_POSTS_ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['/api/agent/subscribe', 'needs a chain: src/api/manage/agent.test.ts'],
  ['/api/agent/subscribe-pool', 'needs a chain: src/api/manage/agent.test.ts'],
  ['/api/agent/topup', 'needs a chain: src/api/manage/agent.test.ts'],
  ['/api/agent/x402-claim', 'needs a facilitator: src/payments/rails/x402/x402.test.ts'],
  ['/api/billing/checkout', 'needs a rail: src/api/manage/manage.test.ts'],
  ['/api/billing/topup', 'needs a rail: src/api/manage/manage.test.ts'],
  ['/api/billing/verify-topup', 'a transaction is credited once by itself: src/payments/rails/usdc/verify-topup.test.ts'],
  ['/api/account/refunds/:id/address', 'said is said: src/payments/refunds/refunds.test.ts'],
  ['/api/billing/payments/:id/refund', 'for people who are signed in alone, and needs a rail: src/api/manage/own-payments.test.ts'],
  ['/api/billing/cards/page', 'opened anew each time, and charges nothing: src/api/manage/cards.test.ts'],
  ['/api/billing/portal', 'opened anew each time, and charges nothing: src/api/manage/cards.test.ts'],
  ['/api/billing/cancel', 'ended is ended: whoever repeats it is told the same'],
  ['/api/billing/keep', 'kept is kept: whoever repeats it is told the same'],
  ['/api/billing/change-plan', 'changed is changed: whoever repeats it is kept on the plan'],
  ['/api/billing/referral', 'an account is brought once: src/payments/rules/give.test.ts'],
  ['/api/keys/temporary', 'three at most: src/api/temporary-keys.test.ts'],
  ['/api/keys/:id/rotate', 'the same secret for each key, once: src/api/own-key.test.ts'],
  ['/api/keys/:id/resume', 'active is active: whoever repeats it is told the same'],
  ['/api/team/leave', 'gone is gone, and for people who are signed in alone'],
  ['/api/team/sign-on/domains', 'ten at most, and each domain once: src/identity/team-sign-on.test.ts'],
  ['/api/team/sign-on/domains/:id/check', 'looked is looked: whoever repeats it is told the same'],
  ['/api/account/telegram', 'each code stands in for the one before'],
  ['/api/webhooks', 'five at most: src/api/messages.test.ts'],
  ['/api/webhooks/:id/rotate', 'five at most: src/api/messages.test.ts'],
  ['/api/webhooks/:id/test', 'twenty in an hour, each once for its key: src/api/messages.test.ts'],
  ['/api/webhooks/:id/deliveries/:delivery/resend', 'needs a delivery: src/api/messages.test.ts'],
  ['/unsubscribe/:token', 'off is off: whoever repeats it is told the same'],
  ['/webhooks/:rail', 'events have ids of their own: MON-08'],
])

/** What people do in their browsers: single-use codes, sessions, and rights that are not opened twice. */
export const CUSTOMER_POSTS_OF_PEOPLE = /^\/api\/(?:auth|privacy)\//

function ownKeys(path: string, more: { readonly subscriptionId?: string }): Post {
  return {
    ...{ path, status: 201, isEachNew: more.subscriptionId === undefined, atOnceMax: AT_ONCE_MAX },
    prepare: async (world, customer) => {
      const at = await place(world, customer, { path, body: {}, otherBody: {} })
      const of = more.subscriptionId === undefined ? {} : { subscriptionId: await subscribe(world, customer, at) }
      return { ...at, body: { name: 'once', ...of }, otherBody: { name: 'other', ...of } }
    },
    effects: async (operator, { counted }) => (await listAll(operator, `/accounts/${counted}/keys`)).length,
  }
}

/** A plan that anybody may take, and money to take it with. */
async function sell({ operator }: World, { id }: Customer): Promise<void> {
  await operator.ask('PUT', '/plans/sold', { price_multiplier: '1', kind: 'monthly', price: '0.01', public: true })
  await operator.ask('POST', `/accounts/${id}/credits`, { amount: '1.00', reason: 'to buy' })
}

async function subscribe(world: World, customer: Customer, at: PostPlace): Promise<string> {
  await sell(world, customer)
  return String((await tell(at, '/api/billing/subscribe', { planSlug: 'sold' }))['subscriptionId'])
}

const subscriptionsOf = async (operator: World['operator'], accountId: string): Promise<number> =>
  ((await operator.ask('GET', `/accounts/${accountId}/subscriptions`)) as { data: readonly object[] }).data.length

type Asked = Pick<PostPlace, 'path' | 'body' | 'otherBody'>

/** Where a customer asks, by a key that manages the account. */
async function place({ base, operator }: World, { id }: Customer, asked: Asked): Promise<PostPlace> {
  const { secret } = (await operator.ask('POST', `/accounts/${id}/management-keys`, { name: newName() })) as { secret: string }
  return { ...asked, counted: id, to: { base, token: secret } }
}

async function tell({ to }: PostPlace, path: string, body?: object): Promise<Readonly<Record<string, unknown>>> {
  const answer = await fetch(`${to?.base}${path}`, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: { authorization: `Bearer ${to?.token}`, 'content-type': 'application/json' },
  })
  if (!answer.ok) throw new TypeError(`${path} answered ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as { data: Readonly<Record<string, unknown>> }).data
}

const own = async (at: PostPlace, path: string): Promise<readonly unknown[]> => (await tell(at, path)) as unknown as readonly unknown[]
