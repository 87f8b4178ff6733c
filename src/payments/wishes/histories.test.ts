// Guarantee: whatever is asked back in whatever order, by customer and operator, at once or one after the other, no more goes back than was paid and is on the balance,
// one wish waits at most, and what is decided stays so. Seed printed.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { explainRefunds, openRefundWorld, type RefundWorld } from '../../../checks/money/refunds/index.ts'
import { openUsdcStore, type UsdcStore } from '../../../checks/money/usdc/index.ts'
import { sql } from '../../db/index.ts'
import { FailureError } from '../../failures.ts'
import type { RefundAsker, RefundPolicy } from '../rules/index.ts'
import { acceptWish, askBack, declineWish, type WishParts } from './index.ts'

const SEED = Date.now() % 1_000_000
const RUNS = 25
const USD = 1_000_000_000n
const DAY_MS = 86_400_000
const HOME = '0x00000000000000000000000000000000000000d1'
let store: UsdcStore
before(async () => {
  store = await openUsdcStore()
})
after(() => store.close())

/** What is done; `together` with the move before it. Amounts in dollars, 0 where none is said. */
type Move = {
  readonly kind: 'ask' | 'give' | 'accept' | 'decline' | 'spend' | 'cancel' | 'say' | 'finish' | 'wait'
  readonly dollars: number
  readonly isException: boolean
  readonly together: boolean
}
const move: fc.Arbitrary<Move> = fc.record({
  kind: fc.constantFrom(
    ...(['ask', 'ask', 'ask', 'give', 'give', 'accept', 'accept', 'decline', 'spend', 'cancel', 'say', 'finish', 'wait'] as const),
  ),
  dollars: fc.nat({ max: 6 }),
  isException: fc.boolean(),
  together: fc.boolean(),
})
const policy: fc.Arbitrary<RefundPolicy> = fc.constantFrom({ kind: 'days', days: 3 }, { kind: 'case_by_case' })

type Played = { readonly world: RefundWorld; readonly parts: WishParts; readonly accountId: string; readonly paymentId: string }

const idOf = async (table: 'wish' | 'refund', { accountId }: Played): Promise<string> => {
  const rows = await store.database.query<{ id: string }>(
    table === 'wish'
      ? sql`select id from refund_wish where account_id = ${accountId}::uuid order by asked_at desc, id limit 1`
      : sql`select id from rail_refund where account_id = ${accountId}::uuid order by asked_at desc, id limit 1`,
  )
  return rows[0]?.id ?? randomUUID()
}

/** Does one move; resolves with what was spent by it. */
async function act(played: Played, { kind, dollars, isException }: Move): Promise<bigint> {
  const { world, parts, accountId, paymentId } = played
  const { desk } = world
  const amount = dollars === 0 ? undefined : BigInt(dollars) * USD
  if (kind === 'ask') {
    const asked = await store.database.transaction((tx) => askBack(parts, tx, { accountId, paymentId, amount }))
    if (asked.kind === 'refund') await desk.carryOn(asked.id)
  } else if (kind === 'give') {
    const by: RefundAsker = isException ? 'operator-exception' : 'operator'
    const { id } = await store.database.transaction((tx) => desk.ask(tx, { paymentId, amount: amount ?? USD, by }))
    await desk.carryOn(id)
  } else if (kind === 'accept') {
    const id = await idOf('wish', played)
    await desk.carryOn(await store.database.transaction((tx) => acceptWish(parts, tx, { id, amount })))
  } else if (kind === 'decline') {
    const id = await idOf('wish', played)
    await store.database.transaction((tx) => declineWish(parts, tx, { id, reason: 'no' }))
  } else if (kind === 'spend') {
    const spent = amount ?? 500_000_001n
    await store.money.ledger.purchase({ accountId, amount: spent, sourceKey: randomUUID(), reason: 'spent' })
    return spent
  } else if (kind === 'cancel') await desk.cancel(await idOf('refund', played))
  else if (kind === 'say')
    await desk.sayAddress({ accountId, refundId: await idOf('refund', played), address: HOME, signature: undefined, isFresh: true })
  else if (kind === 'finish') await desk.finish()
  else store.clock.at += DAY_MS
  return 0n
}

const tolerated = (work: Promise<bigint>): Promise<bigint> =>
  work.catch((thrown: unknown) => (thrown instanceof FailureError ? 0n : Promise.reject(thrown)))

/** What of the promise does not hold of an account; undefined where all does. */
async function explain({ accountId, paymentId }: Played, decided: Map<string, string>): Promise<string | undefined> {
  const [sums] = await store.database.query<{ paid: bigint; gone: bigint; available: bigint; waiting: bigint }>(sql`
    select payment.amount as paid, (select available from balance where account_id = ${accountId}::uuid) as available,
      (select coalesce(sum(amount), 0) from rail_refund where payment_id = payment.id and state not in ('cancelled', 'refused'))::bigint as gone,
      (select count(*) from refund_wish where payment_id = payment.id and state = 'open')::bigint as waiting
    from payment where id = ${paymentId}::uuid`)
  if (sums === undefined) return 'there is no payment'
  if (sums.gone > sums.paid) return `${sums.gone} goes back of ${sums.paid} paid`
  if (sums.available < 0n) return `${sums.available} is on the balance`
  if (sums.waiting > 1n) return `${sums.waiting} wishes wait`
  const wishes = await store.database.query<{ id: string; state: string }>(sql`
    select id, state from refund_wish where payment_id = ${paymentId}::uuid and state <> 'open'`)
  for (const { id, state } of wishes) {
    if ((decided.get(id) ?? state) !== state) return `a wish was ${decided.get(id)} and is ${state}`
    decided.set(id, state)
  }
  return undefined
}

test(`any history of what is asked back (seed ${SEED})`, async () => {
  const seen = { refunds: 0, accepted: 0, declined: 0 }
  const play = async (rule: RefundPolicy, moves: readonly Move[]): Promise<void> => {
    await store.forget()
    const world = await openRefundWorld(store, { policy: rule })
    const [row] = await store.database.query<{ now: Date }>(sql`select clock_timestamp() as now`)
    store.clock.at = row?.now.getTime() ?? 0
    const parts: WishParts = {
      ...{ ledger: store.money.ledger, sealing: store.money.subjects, policy: rule, askOf: () => world.desk.ask },
      ...{ clock: store.clock, ids: { uuid: () => randomUUID() } },
    }
    const played = { world, parts, ...(await world.newPayment(10_000_000n)) }
    const decided = new Map<string, string>()
    let spent = 0n
    let running: Promise<bigint>[] = []
    for (const one of moves) {
      if (!one.together) {
        for (const amount of await Promise.all(running)) spent += amount
        running = []
        assert.equal(await explain(played, decided), undefined)
      }
      running.push(tolerated(act(played, one)))
    }
    for (const amount of await Promise.all(running)) spent += amount
    await world.desk.finish()
    assert.equal(await explain(played, decided), undefined)
    assert.equal(await explainRefunds(store.database, played.accountId, spent), undefined)
    const [counts] = await store.database.query<{ refunds: number }>(sql`
      select count(*)::integer as refunds from rail_refund where payment_id = ${played.paymentId}::uuid`)
    seen.refunds += counts?.refunds ?? 0
    for (const state of decided.values()) seen[state === 'accepted' ? 'accepted' : 'declined'] += 1
  }
  const plain = (kind: Move['kind'], dollars = 0): Move => ({ kind, dollars, isException: false, together: false })
  await fc.assert(fc.asyncProperty(policy, fc.array(move, { minLength: 6, maxLength: 20 }), play), {
    ...{ seed: SEED, numRuns: RUNS, endOnFailure: true },
    // Whatever the random ones come to, something is granted, and something is declined.
    examples: [
      [{ kind: 'case_by_case' }, [plain('ask', 4), plain('accept')]],
      [{ kind: 'case_by_case' }, [plain('ask'), plain('decline'), plain('ask')]],
      [{ kind: 'days', days: 3 }, [plain('ask', 2), { ...plain('ask', 3), together: true }, { ...plain('give', 6), together: true }]],
    ],
  })
  assert.ok(seen.refunds > 0 && seen.accepted > 0 && seen.declined > 0, `a run that shows nothing: ${JSON.stringify(seen)}`)
})
