import { randomBytes } from 'node:crypto'
import { ABUSE_DEFAULTS, makeVelocity } from '../../../src/abuse/index.ts'
import { customerApp } from '../../../src/api/index.ts'
import { fail } from '../../../src/failures.ts'
import { createManagementKey } from '../../../src/keys/index.ts'
import { systemIds } from '../../../src/lib/index.ts'
import { partlyMade } from '../../customer-doors.ts'
import type { CheckContext, Figure } from '../../harness/index.ts'
import { inParallel } from '../../parallel.ts'
import { type IdentityWorld, openIdentityWorld } from '../identity-world.ts'

const { topupsPerAccount, topupsPerAddress } = ABUSE_DEFAULTS.velocity
const AT_ONCE = 12
/** What a card that is declined is answered with. */
const DECLINED = 402
const HOUR_MS = 3_600_000

/** Cards that are tried with small payments: by one account from everywhere, and from one place by many accounts; and prices, which anybody may read. */
export async function cardTesting(context: CheckContext): Promise<Readonly<Record<string, Figure>>> {
  const world = await openIdentityWorld()
  try {
    const shop = openShop(world)
    const attempts = Array.from({ length: Math.max(100, context.n) }, (_, index) => index)
    const one = await shop.newManager('tester@example.com')
    const byAccount = await inParallel(attempts, AT_ONCE, (index) => shop.begin(one, `203.0.${Math.floor(index / 250)}.${index % 250}`))
    expectAtMost(context, byAccount, { what: 'one account', most: topupsPerAccount })
    const reached = shop.begun()
    context.expect(reached === topupsPerAccount, `${reached} payments of one account reached the processor`)
    world.clock.at += HOUR_MS + 1_000
    const many = await inParallel(Array.from({ length: 12 }), 4, (_, index) => shop.newManager(`mule${index}@example.com`))
    const byAddress = await inParallel(attempts, AT_ONCE, (index) => shop.begin(many[index % many.length] ?? '', '198.51.100.66'))
    expectAtMost(context, byAddress, { what: 'one address', most: topupsPerAddress })
    const read = await inParallel(attempts, AT_ONCE, () => shop.readPrices())
    context.expect(
      read.every((status) => status === 200),
      `who reads prices is answered ${read.find((status) => status !== 200)}`,
    )
    return { cardTriesOfAccount: count(byAccount, DECLINED), cardTriesOfAddress: count(byAddress, DECLINED), pricesRead: read.length }
  } finally {
    await world.close()
  }
}

type Told = { readonly status: number; readonly retryAfter: number }
const count = (told: readonly Told[], status: number): number => told.filter((one) => one.status === status).length

function expectAtMost(
  context: CheckContext,
  told: readonly Told[],
  { what, most }: { readonly what: string; readonly most: number },
): void {
  const tried = count(told, DECLINED)
  context.expect(tried === most, `${tried} of ${told.length} payments were begun by ${what} within an hour`)
  const refused = told.filter(({ status }) => status !== DECLINED)
  context.expect(
    refused.every(({ status, retryAfter }) => status === 429 && retryAfter >= 1),
    `a refusal was answered ${refused[0]?.status}`,
  )
}

/** The customers' interface with a processor that declines every card. */
function openShop({ kit, subjects, ipTags, clock, options, customer }: IdentityWorld) {
  let begun = 0
  const database = kit.appDatabase
  const app = customerApp(
    partlyMade({
      ...{ appDatabase: database, subjects, clock: { ...clock, now: clock.now, monotonic: clock.now }, ids: systemIds(clock.now) },
      ...{ log: options.log, whenWritten: async () => undefined },
      abuse: {
        velocity: makeVelocity({ database, subjects, ipTags, clock, limits: ABUSE_DEFAULTS.velocity }),
        newKeyCap: undefined,
        onRaised: () => undefined,
      },
      manage: {
        rails: {
          stripe: {
            begin: async () => {
              begun += 1
              return fail('payment_refused', { code: 'card_declined' })
            },
          },
        },
      },
    }),
  )
  return {
    begun: () => begun,
    newManager: async (email: string): Promise<string> => {
      const accountId = await customer(email)
      const made = { id: options.ids.uuid(), accountId, name: 'm', random: randomBytes(32), now: clock.now() }
      return (await createManagementKey(database, subjects, made)).secret
    },
    begin: async (key: string, address: string): Promise<Told> => {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-farebox-address': address }
      const body = JSON.stringify({ amount: '10.00', method: 'stripe' })
      const answer = await app.request('/api/billing/topup', { method: 'POST', headers, body })
      return { status: answer.status, retryAfter: Number(answer.headers.get('retry-after') ?? 0) }
    },
    readPrices: async (): Promise<number> => (await app.request('/v1/prices')).status,
  }
}
