import { seededRandom } from '../../../sim/index.ts'
import { sql } from '../../../src/db/index.ts'
import { stopTestServer } from '../../../src/db/testing.ts'
import { openStripeRail, stripeSettingsOf } from '../../../src/payments/index.ts'
import type { CheckContext, Measured } from '../../harness/index.ts'
import { FORGERIES, type Victim } from './forgeries.ts'
import { type Lane, openLane } from './lane.ts'

const NANO_IN_CENT = 10_000_000n

/** MON-08: forged events and payments of every kind credit nobody; a secret that is absent, empty or short leaves no rail to forge for. */
export async function processorBinding(context: CheckContext): Promise<Measured> {
  expectNoRail(context)
  const lane = await openLane('forged')
  const random = seededRandom(context.seed)
  const kinds = Object.entries(FORGERIES)
  const answers = { refused: 0, looked_at: 0 }
  try {
    for (let number = 0; number < context.n; number += 1) {
      const [kind, forge] = kinds[number % kinds.length] ?? []
      if (forge === undefined) continue
      const victim = await openPage(lane, BigInt(100 + random.below(50_000)) * NANO_IN_CENT)
      const { body, signature } = await forge(lane, victim, random)
      const status = await lane.rail.webhook({ body: Buffer.from(body), header: () => signature })
      if (status === 400) answers.refused += 1
      else answers.looked_at += 1
      const deposits = await countDeposits(lane)
      if (!context.expect(deposits === 0n, `${kind}: ${deposits} deposits`)) break
    }
    const inQueue = await countProblems(lane)
    context.expect(context.n < kinds.length || inQueue > 0n, 'money that fits nothing is in no queue')
    await expectTrueIsCredited(context, lane)
    return { n: context.n, measured: { kinds: kinds.length, credited: 0, ...answers, in_queue: Number(inQueue) } }
  } finally {
    await lane.close()
    await stopTestServer()
  }
}

const SECRETS = [undefined, '', 'whsec_', 'whsec_short', 'x'.repeat(40)] as const

/** Without a secret that is Stripe's there is nothing to send an event to: the path answers 404 as any that is nobody's. */
function expectNoRail(context: CheckContext): void {
  for (const webhook_secret of SECRETS) {
    const settings = stripeSettingsOf({ secret_key: `sk_live_${'a'.repeat(24)}`, webhook_secret })
    context.expect(settings === undefined, `there is a rail with the secret "${webhook_secret}"`)
  }
  const rail = openStripeRail({ ...({} as Parameters<typeof openStripeRail>[0]), settings: undefined })
  context.expect(rail === undefined, 'there is a rail without settings')
}

async function openPage({ world, rail }: Lane, amount: bigint): Promise<Victim> {
  const { accountId } = await world.store.newCustomer(0n)
  return { accountId, ...(await rail.checkout({ accountId, amount, purpose: { kind: 'topup' } })) }
}

async function countDeposits({ world }: Lane): Promise<bigint> {
  const [row] = await world.database.query<{ count: bigint }>(sql`select count(*) as count from transfer`)
  return row?.count ?? 0n
}

async function countProblems({ world }: Lane): Promise<bigint> {
  const [row] = await world.database.query<{ count: bigint }>(sql`select count(*) as count from payment_problem`)
  return row?.count ?? 0n
}

/** What credits nothing at all would pass as well: one true payment is credited, once, among the forged. */
async function expectTrueIsCredited(context: CheckContext, lane: Lane): Promise<void> {
  const { sim, world, rail } = lane
  const amount = 1234n * NANO_IN_CENT
  const { accountId, sessionId } = await openPage(lane, amount)
  const since = sim.account.events.length
  sim.pay(sessionId)
  for (const event of [...sim.account.events.slice(since), ...sim.account.events.slice(since)]) {
    const { body, headers } = sim.deliver(event)
    await rail.webhook({ body: Buffer.from(body), header: (name) => headers[name] })
  }
  const available = (await world.store.ledger.balanceOf(accountId))?.available
  context.expect(available === amount && (await countDeposits(lane)) === 1n, 'a true payment was not credited once')
}
