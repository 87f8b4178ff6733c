/** Shops in memory for tests of the management interface, with the promises of real ones: one effect for each order. Never imported by the product. */
import { fail } from '../../failures.ts'
import type { CheckoutOrder, EndUser, ManagePorts, OfferedPool, OwnSubscription, SeatOrder } from '../ports/index.ts'

/** What a test can look at of the shops. */
export type TestShops = {
  readonly ports: ManagePorts
  readonly sold: Map<string, OwnSubscription & { readonly accountId: string }>
  readonly begun: CheckoutOrder[]
}

const USD = 1_000_000_000n

/** Shops with plan "pro", one pool with so many seats in each block, a way to pay, and a chain. */
export function testShops({ seats, now }: { readonly seats: number; readonly now: () => number }): TestShops {
  const sold: TestShops['sold'] = new Map()
  const begun: CheckoutOrder[] = []
  const keyOf = new Map<string, string>()
  const end = (): Date => new Date(now() + 30 * 86_400_000)
  const own = (accountId: string) => [...sold.values()].filter((one) => one.accountId === accountId)
  const ports: ManagePorts = {
    plans: {
      list: async () => [
        {
          ...{ slug: 'pro', name: 'Pro', price: 60n * USD, period: 'month', models: undefined, requestsPerMinute: 200 },
          ...{ tokensPerMinute: 13_333, concurrentCalls: undefined, budget: { amount: 420_000_000n, window: '5h' } },
          pricing: { multiplier: 1_000_000, changes: [] },
        },
      ],
      subscribe: async ({ accountId, planSlug, orderId, seenPrice = 60n * USD }) => {
        if (planSlug !== 'pro') fail('plan_unknown')
        if (seenPrice !== 60n * USD) fail('order_price_changed', { price: '60.00' })
        const made = sold.get(orderId) ?? {
          ...{ id: orderId, accountId, of: { planSlug }, status: 'active' as const, currentPeriodEnd: end(), cancelAtPeriodEnd: false },
        }
        sold.set(orderId, made)
        return made
      },
      check: async ({ planSlug, seenPrice }) => {
        if (planSlug !== 'pro') fail('plan_unknown')
        if (seenPrice !== 60n * USD) fail('order_price_changed', { price: '60.00' })
      },
      listOwn: async (accountId) => own(accountId),
      cancel: async ({ accountId, subscriptionId }) => {
        const found = own(accountId).find(({ id }) => id === subscriptionId) ?? fail('not_found')
        const ended = { ...found, cancelAtPeriodEnd: true, endedBy: 'customer' as const }
        sold.set(subscriptionId, ended)
        return ended
      },
      keep: async ({ accountId, subscriptionId }) => {
        const found = own(accountId).find(({ id }) => id === subscriptionId) ?? fail('subscription_unknown')
        const kept = { ...found, cancelAtPeriodEnd: false, endedBy: undefined }
        sold.set(subscriptionId, kept)
        return kept
      },
      quote: async ({ accountId, subscriptionId, planSlug }) => {
        if (!own(accountId).some(({ id }) => id === subscriptionId)) fail('subscription_unknown')
        if (planSlug !== 'pro') fail('plan_unknown')
        return { change: 'kept', startsAt: undefined, price: 60n * USD, period: 'month', returned: 0n }
      },
      change: async ({ accountId, subscriptionId, planSlug, seen }) => {
        const found = own(accountId).find(({ id }) => id === subscriptionId) ?? fail('not_found')
        if (planSlug !== 'pro') fail('plan_unknown')
        if (seen?.price !== undefined && seen.price !== 60n * USD) fail('plan_quote_changed', { price: '60.00' })
        return { own: found, change: 'kept' }
      },
    },
    pools: poolShop({ seats, sold, end }),
    subscriptionKeys: {
      attach: async (_, { accountId, subscriptionId, keyId }) => {
        if (!own(accountId).some(({ id }) => id === subscriptionId)) fail('not_found')
        if ((keyOf.get(keyId) ?? subscriptionId) !== subscriptionId) fail('key_unknown')
        keyOf.set(keyId, subscriptionId)
      },
      of: async (accountId) => new Map([...keyOf].filter(([, id]) => own(accountId).some((one) => one.id === id))),
    },
    rails: rails(begun),
    endUsers: endUsers(),
  }
  return { ports, sold, begun }
}

type Seats = { readonly seats: number; readonly sold: TestShops['sold']; readonly end: () => Date }

function poolShop({ seats, sold, end }: Seats): NonNullable<ManagePorts['pools']> {
  const free = (block: string) => seats - [...sold.values()].filter(({ of }) => 'block' in of && of.block === block).length
  const pool = (): OfferedPool => ({
    ...{ id: '01890000-0000-7000-8000-00000000000a', slug: 'core', description: 'one pool', models: ['m'] },
    ...{ status: free('europe') > 0 ? 'open' : 'sold_out', totalSlots: seats, annualDiscount: 1500 },
    blocks: [
      {
        ...{ block: 'europe', hoursUtc: '08-16', pricePerMonth: 49n * USD, availableSeats: free('europe') },
        status: free('europe') > 0 ? 'open' : 'sold_out',
      },
    ],
  })
  const subscribeSeats = async ({ accountId, blocks, quantity, orderId, seenPrice = 49n * USD }: SeatOrder) => {
    if (seenPrice !== 49n * USD) fail('order_price_changed', { price: '49.00' })
    const known = [...sold.values()].filter((one) => one.accountId === accountId && one.id.startsWith(orderId))
    if (known.length > 0) return known
    if (blocks.some((block) => free(block) < quantity)) fail('not_offered', { what: 'More seats' })
    return blocks.flatMap((block) =>
      Array.from({ length: quantity }, (_, seat) => {
        const of = { poolId: pool().id, poolSlug: 'core', block }
        const made = {
          id: `${orderId}-${block}-${seat}`,
          accountId,
          of,
          status: 'active',
          currentPeriodEnd: end(),
          cancelAtPeriodEnd: false,
        } as const
        sold.set(made.id, made)
        return made
      }),
    )
  }
  return { list: async () => [pool()], subscribe: subscribeSeats }
}

function endUsers(): NonNullable<ManagePorts['endUsers']> {
  const users = new Map<string, EndUser & { readonly accountId: string; readonly keys: string[] }>()
  const userOf = ({ accountId, id }: { readonly accountId: string; readonly id: string }) => {
    const user = users.get(id)
    return user?.accountId === accountId ? user : fail('end_user_unknown')
  }
  return {
    create: async (_, { id, accountId, name, cap, now: at }) => {
      const user = { id, accountId, name, cap, createdAt: new Date(at), keys: [] }
      users.set(id, user)
      return user
    },
    list: async (accountId) => [...users.values()].filter((user) => user.accountId === accountId),
    change: async (which, cap) => {
      const changed = { ...userOf(which), cap }
      users.set(which.id, changed)
      return changed
    },
    remove: async (which) => void users.delete(userOf(which).id),
    assign: async (_, which, keyId) => void userOf(which).keys.push(keyId),
    keysOf: async (which) => userOf(which).keys,
  }
}

const rails = (begun: CheckoutOrder[]): ManagePorts['rails'] => ({
  stripe: {
    begin: async (order) => {
      if (!begun.some(({ orderId }) => orderId === order.orderId)) begun.push(order)
      return { kind: 'page', url: `https://pay.example/${order.orderId}`, sessionId: `cs_${order.orderId}` }
    },
  },
  usdc: {
    begin: async (order) => {
      if (!begun.some(({ orderId }) => orderId === order.orderId)) begun.push(order)
      return {
        kind: 'address',
        address: '0xAb5801a7D398351b8bE11C439e05C5B3259aeC9B',
        chain: 'base',
        token: '0x8335',
        tokenSymbol: 'USDC',
        uri: 'ethereum:',
        warnings: ['Base only.'],
        warningCodes: [{ code: 'these_chains_only', values: { chains: 'Base (8453)' } }],
      }
    },
    verify: async ({ amount }) => ({ credited: amount }),
  },
})
