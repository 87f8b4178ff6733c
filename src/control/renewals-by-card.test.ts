// Guarantee: whatever members do, whatever their cards and balances do, whatever breaks on either of two nodes: no period is charged twice, no card is charged whose
// owner does not want that at the moment, no day has more than its maximum, and the books agree.
import assert from 'node:assert/strict'
import { randomInt, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { type Member, openRenewalWorld, type RenewalWorld } from '../../checks/money/stripe/renewal-world.ts'
import { type CardBehaviour, type SeededRandom, type SimStripe, seededRandom, startSimStripe } from '../../sim/index.ts'
import { sql } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import { FAULTS, faultyDatabase } from './testing.ts'

const USD = 1_000_000_000n
const HOUR_MS = 3_600_000
const [MEMBERS, STEPS] = [5, 90]
const MAXIMUM = 45n * USD

/** A history: members, what they want at the moment, and what happens to them. */
type Run = {
  readonly random: SeededRandom
  readonly sim: SimStripe
  readonly world: RenewalWorld
  readonly clock: { at: number }
  readonly members: readonly Member[]
  readonly isAgreed: Map<string, boolean>
}

test('no period is charged twice and nothing without consent, in random histories on two nodes that break', async () => {
  const seed = randomInt(2 ** 31)
  const clock = { at: Date.parse('2026-01-31T10:00:00Z') }
  const sim = await startSimStripe({ now: () => clock.at, name: 'history' })
  const world = await openRenewalWorld(sim, clock)
  try {
    const members: Member[] = []
    for (let at = 0; at < MEMBERS; at += 1) {
      const one = await world.newMember({ behaviour: 'ok', price: 20n * USD + BigInt(at) })
      members.push(one, await world.subscribe(one.accountId, 7n * USD))
    }
    const run: Run = { random: seededRandom(seed), sim, world, clock, members, isAgreed: new Map() }
    for (const { accountId } of members) {
      await world.openNode().rail.setCardRenewals(accountId, { dailyMaximum: MAXIMUM })
      run.isAgreed.set(accountId, true)
    }
    clock.at += 31 * 24 * HOUR_MS
    await finish(run)
    for (let step = 0; step < STEPS; step += 1) await takeStep(run, `seed ${seed}, step ${step}`)
    await finish(run)
    await expectOnce(run, seed)
    const { ok, problems } = await world.store.ledger.verify()
    assert.ok(ok, problems.join(', '))
  } finally {
    await world.close()
    await sim.close()
  }
})

async function takeStep(run: Run, where: string): Promise<void> {
  const { random, world, clock, members, sim, isAgreed } = run
  const { accountId } = members[random.below(members.length)] ?? assert.fail()
  const known = new Set(sim.account.intents.keys())
  const wanted = new Map(isAgreed)
  const underWay = await chargesUnderWay(run)
  const { rail } = world.openNode()
  const amount = BigInt(1 + random.below(30)) * USD + BigInt(random.below(1000))
  switch (random.below(8)) {
    case 0:
      await rail.setCardRenewals(accountId, { dailyMaximum: MAXIMUM })
      isAgreed.set(accountId, true)
      wanted.set(accountId, true)
      break
    case 1:
      if (random.below(3) === 0) {
        await rail.stopCardRenewals(accountId)
        isAgreed.set(accountId, false)
        wanted.set(accountId, false)
      }
      break
    case 2:
      await world.leaveCard(accountId, BEHAVIOURS[random.below(BEHAVIOURS.length)] ?? 'ok')
      break
    case 3:
      await world.store.ledger.credit({ accountId, amount, kind: 'manual', sourceKey: randomUUID(), reason: 'test' })
      break
    case 4:
      await world.store.ledger.purchase({ accountId, amount, sourceKey: randomUUID(), reason: 'spent' }).catch((thrown: unknown) => {
        if (!(thrown instanceof FailureError)) throw thrown
      })
      break
    case 5:
      // Of plans that ended unpaid nothing more is to be charged.
      await world.subscribe(accountId, amount)
      break
    default:
      clock.at += random.below(2) === 0 ? HOUR_MS / 4 : HOUR_MS * (1 + random.below(24 * 12))
  }
  await work(run)
  for (const [id, { customer, metadata }] of sim.account.intents) {
    if (known.has(id)) continue
    const owner = await ownerOf(run, customer)
    assert.ok(wanted.get(owner) === true || underWay.has(metadata['farebox'] ?? ''), `charged without consent: ${where}`)
  }
  // A card that says no ends it, as its owner is told.
  for (const account of isAgreed.keys()) if ((await rail.readCardRenewals(account))?.state === 'off') isAgreed.set(account, false)
}

const BEHAVIOURS: readonly CardBehaviour[] = ['ok', 'ok', 'ok', 'declined', 'needs-owner']

/** Both jobs of two nodes at once, one of which may break at any statement, at a Stripe that may not answer. */
async function work({ random, world, sim }: Run): Promise<void> {
  const faulty = faultyDatabase(world.database)
  const nodes = [world.openNode(), world.openNode({ database: faulty.database })]
  if (random.below(2) === 0) faulty.plan(random.below(60), FAULTS[random.below(FAULTS.length)] ?? 'before')
  const fault = ([undefined, undefined, 'error-before', 'error-after'] as const)[random.below(4)]
  sim.faultOf = ({ path }) => (path.startsWith('/v1/payment_intents') ? fault : undefined)
  for (let pass = 0; pass < 2; pass += 1)
    await Promise.all(
      nodes
        .flatMap(({ rail, desk, renew }) => [renew(), rail.topUp(), rail.finish(), desk.finish()])
        .map((one) => one.catch(() => undefined)),
    )
  sim.faultOf = () => undefined
}

/** All that is under way comes to its end. */
async function finish({ world, clock }: Run): Promise<void> {
  const { rail, desk, renew } = world.openNode()
  for (let pass = 0; pass < 4; pass += 1) {
    clock.at += 2 * 60_000
    await rail.finish()
    await desk.finish()
    await renew()
    await rail.topUp()
  }
}

async function chargesUnderWay({ world }: Run): Promise<ReadonlySet<string>> {
  const rows = await world.database.query<{ id: string }>(sql`
    select payment.id from payment join renewal_charge on payment_id = payment.id where state in ('open', 'pending', 'paid')`)
  return new Set(rows.map(({ id }) => id))
}

async function ownerOf({ world }: Run, customer: string | null): Promise<string> {
  const [row] = await world.database.query<{ account_id: string }>(
    sql`select account_id from stripe_customer where customer_id = ${customer}`,
  )
  return row?.account_id ?? ''
}

/** Of each period at most one charge came through, of each day no more than its maximum, and all that came is on the account that paid it. */
async function expectOnce({ world, sim, members }: Run, seed: number): Promise<void> {
  const paid = [...sim.account.intents.values()].filter(({ status }) => status === 'succeeded')
  const periods = new Map<string, number>()
  const days = new Map<string, bigint>()
  for (const { metadata, amount } of paid) {
    const [row] = await world.database.query<{ account_id: string; period: string; day: string; state: string }>(sql`
      select account_id, (purpose ->> 'subscriptionId') || (purpose ->> 'periodStart') as period,
        to_char(created_at at time zone 'UTC', 'YYYY-MM-DD') as day, state
      from payment where id = ${metadata['farebox'] ?? ''}::uuid`)
    if (row === undefined) return assert.fail(`a charge of nobody: seed ${seed}`)
    assert.equal(row.state, 'settled', `seed ${seed}`)
    periods.set(row.period, (periods.get(row.period) ?? 0) + 1)
    const day = `${row.account_id} ${row.day}`
    days.set(day, (days.get(day) ?? 0n) + BigInt(amount) * 10_000_000n)
  }
  assert.deepEqual(
    [...periods].filter(([, times]) => times > 1),
    [],
    `seed ${seed}`,
  )
  assert.deepEqual(
    [...days].filter(([, sum]) => sum > MAXIMUM),
    [],
    `seed ${seed}`,
  )
  assert.ok(paid.length > 0 && members.length > 0, `blind: nothing was charged, seed ${seed}`)
}
