import type { StripeEvent } from '../../../sim/index.ts'
import { type Database, DatabaseError, sql } from '../../../src/db/index.ts'
import { stopTestServer } from '../../../src/db/testing.ts'
import type { CheckContext, Measured } from '../../harness/index.ts'
import { type Lane, openLane } from './lane.ts'

const AMOUNT = 10_000_000_000n
const CLAUSES = 6

/** MON-07: what is answered to events, six clauses, in as many rounds as are asked for, each with a payment of its own. */
export async function handlerContract(context: CheckContext): Promise<Measured> {
  const lane = await openLane('contract')
  const held = new Set<string>()
  const broken = new Set<string>()
  try {
    for (let round = 0; round < context.n; round += 1) {
      const clauses = Object.entries(await tryClauses(lane))
      for (const [clause] of clauses) held.add(clause)
      for (const [clause] of clauses.filter(([told, holds]) => !context.expect(holds, told))) broken.add(clause)
    }
    context.expect(held.size === CLAUSES, `${held.size} of ${CLAUSES} clauses were tried`)
    return { n: context.n, measured: { clauses: CLAUSES, held: held.size - broken.size } }
  } finally {
    await lane.close()
    await stopTestServer()
  }
}

async function tryClauses(lane: Lane): Promise<Readonly<Record<string, boolean>>> {
  const { sim, world, rail } = lane
  const { accountId } = await world.store.newCustomer(0n)
  const { sessionId } = await rail.checkout({ accountId, amount: AMOUNT, purpose: { kind: 'topup' } })
  const since = sim.account.events.length
  sim.pay(sessionId)
  const event = sim.account.events.slice(since).find(({ type }) => type === 'checkout.session.completed')
  if (event === undefined) throw new TypeError('nothing was told of a payment')
  const good = sim.deliver(event)
  const signature = good.headers['stripe-signature'] ?? ''
  const send = (body: string, signed: string | undefined, to = rail) =>
    to.webhook({ body: Buffer.from(body), header: (name) => (name === 'stripe-signature' ? signed : undefined) })
  const old = (secondsAgo: number) => {
    const { body, headers } = sim.deliver(event, { secondsAgo })
    return send(body, headers['stripe-signature'])
  }
  const forged = [
    undefined,
    '',
    't=1,v1=',
    `${signature}0`,
    signature.replace('v1', 'v0'),
    signedBy(lane, event, 'whsec_'),
    signedBy(lane, event, ''),
  ]
  const isEach = async (answers: readonly Promise<number>[], status: number) => (await Promise.all(answers)).every((one) => one === status)
  const others = [JSON.stringify(JSON.parse(good.body)), `${good.body} `, good.body.replace('"livemode": false', '"livemode":false')]
  const unknown = sim.deliver(sim.raise('a.type.of.tomorrow', { id: 'x_1', object: 'x' }))
  const clauses = {
    'a bad signature is answered 400': await isEach(
      forged.map((one) => send(good.body, one)),
      400,
    ),
    'a time more than 300 s away is answered 400':
      (await isEach([301, 4000, -301].map(old), 400)) && (await credited(lane, accountId)) === 0n,
    'the same words in other bytes are answered 400': await isEach(
      others.map((one) => send(one, signature)),
      400,
    ),
    'an unknown type is answered 200': (await send(unknown.body, unknown.headers['stripe-signature'])) === 200,
    'a database that is away is answered 503': (await whileAway(lane, (to) => send(good.body, signature, to))) === 503,
  }
  const isFirst = (await send(good.body, signature)) === 200 && (await credited(lane, accountId)) === AMOUNT
  const before = await transfers(lane)
  const repeated = await isEach(
    Array.from({ length: 5 }, () => send(good.body, signature)),
    200,
  )
  const isOnce = isFirst && repeated && (await transfers(lane)) === before
  return { ...clauses, 'a duplicate is answered 200 and does nothing': isOnce }
}

const signedBy = ({ sim }: Lane, event: StripeEvent, secret: string): string | undefined =>
  sim.deliver(event, { secret }).headers['stripe-signature']

const credited = async ({ world }: Lane, accountId: string): Promise<bigint> =>
  (await world.store.ledger.balanceOf(accountId))?.available ?? 0n

async function transfers({ world }: Lane): Promise<bigint> {
  const [row] = await world.database.query<{ count: bigint }>(sql`select count(*) as count from transfer`)
  return row?.count ?? 0n
}

/** A rail whose database is not there for a moment. */
async function whileAway({ world }: Lane, work: (rail: Lane['rail']) => Promise<number>): Promise<number> {
  const away: Database = {
    query: () => Promise.reject(new DatabaseError('connection_lost')),
    transaction: () => Promise.reject(new DatabaseError('connection_lost')),
    end: async () => undefined,
  }
  return await work(world.open({ database: away }).rail)
}
