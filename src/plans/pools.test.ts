// Guarantee: no seat is sold twice, also to twenty who want the last one at once; who gets none pays nothing; and a seat that frees is held
// for the first in line.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import type { Payment } from '../payments/index.ts'
import {
  cancelAtPeriodEnd,
  cancelNow,
  deletePool,
  getPool,
  joinLine,
  leaveLine,
  listPools,
  listSeats,
  listSubscriptions,
  offerAllSeats,
  planFulfillers,
  subscribeSeats,
} from './index.ts'
import { openPlanKit, type PlanKit, SEAT_PRICE, USD } from './testing.ts'

const BEGAN = Date.parse('2026-03-01T00:00:00Z')
const BUYERS = 20

let kit: PlanKit
before(async () => {
  kit = await openPlanKit(BEGAN)
})
after(() => kit.drop())

const codeOf = (thrown: unknown): string => (thrown instanceof FailureError ? thrown.failure.code : String(thrown))
const failsWith = (work: Promise<unknown>, code: string) => assert.rejects(work, (thrown) => codeOf(thrown) === code)
const want = (accountId: string, poolId: string, blocks: readonly string[] = ['europe'], quantity = 1) =>
  subscribeSeats(kit.parts, { accountId, poolId, blocks, quantity, months: 1 })
const lettersOf = async (accountId: string) =>
  (await kit.database.query<{ template: string }>(sql`select template from plan_letter where account_id = ${accountId}::uuid`)).map(
    (row) => row.template,
  )

test('twenty who want the last seat at once: one has it, and nobody else has paid', async () => {
  // At the first time connections are opened one after the other, which makes buyers wait for each other.
  for (const round of [1, 2, 3]) await sellTheLast(`last-${round}`)
})

async function sellTheLast(slug: string): Promise<void> {
  const poolId = await kit.newPool(slug, { europe: 2 })
  await want(await kit.newAccount(SEAT_PRICE), poolId)
  const before = await listPools(kit.parts)
  const accounts = await Promise.all(Array.from({ length: BUYERS }, () => kit.newAccount(100n * USD)))
  const told = await Promise.allSettled(accounts.map((accountId) => want(accountId, poolId)))
  const refused = told.flatMap((one) => (one.status === 'rejected' ? [codeOf(one.reason)] : []))
  assert.deepEqual(refused, Array(BUYERS - 1).fill('seats_sold_out'))
  const balances = await Promise.all(accounts.map((accountId) => kit.available(accountId)))
  assert.equal(balances.filter((balance) => balance === 100n * USD).length, BUYERS - 1)
  assert.equal(balances.filter((balance) => balance === 100n * USD - SEAT_PRICE).length, 1)
  assert.equal((await listSeats(kit.database, poolId)).length, 2)
  const now = await listPools(kit.parts)
  assert.notEqual(now.etag, before.etag)
  assert.equal((await listPools(kit.parts)).etag, now.etag)
  assert.match(now.etag, /^"[\w-]+"$/)
}

test('a pool is shown with its hours, prices and free seats', async () => {
  await kit.newPool('shown', { asia: 1, americas: 3 })
  const { etag, id, ...shown } = await getPool(kit.parts, 'shown')
  assert.deepEqual(shown, {
    ...{ slug: 'shown', models: ['m'], description: 'test', status: 'active', totalSlots: 4, annualDiscount: '0.15' },
    blocks: [
      { block: 'asia', hoursUtc: '00:00-08:00', pricePerMonth: '39.00', availableSeats: 1, seats: 1, status: 'available' },
      { block: 'americas', hoursUtc: '16:00-24:00', pricePerMonth: '39.00', availableSeats: 3, seats: 3, status: 'available' },
    ],
  })
  assert.deepEqual([(await getPool(kit.parts, id)).etag, id.length], [etag, 36])
  await failsWith(getPool(kit.parts, 'none'), 'pool_unknown')
})

test('all seats of an order are had, or none and nothing is paid', async () => {
  const poolId = await kit.newPool('whole', { asia: 5, europe: 1 })
  const rich = await kit.newAccount(1000n * USD)
  await failsWith(want(rich, poolId, ['asia', 'europe'], 2), 'seats_sold_out')
  const poor = await kit.newAccount(2n * SEAT_PRICE - 1n)
  await failsWith(want(poor, poolId, ['asia', 'europe']), 'balance_insufficient')
  assert.deepEqual([await kit.available(rich), await kit.available(poor)], [1000n * USD, 2n * SEAT_PRICE - 1n])
  assert.equal((await listSeats(kit.database, poolId)).length, 0)
  assert.equal((await want(rich, poolId, ['europe', 'asia'])).length, 2)
  await failsWith(want(rich, poolId, []), 'invalid_field')
  await failsWith(want(rich, poolId, ['asia'], 0), 'invalid_field')
  await failsWith(want(rich, poolId, ['asia'], -1), 'invalid_field')
  await failsWith(want(rich, poolId, ['night']), 'pool_unknown')
})

test('an order whose money is spent half-way gives back what it took', async () => {
  const poolId = await kit.newPool('halfway', { europe: 3 })
  const accountId = await kit.newAccount(3n * SEAT_PRICE)
  let bought = 0
  const books = {
    ...kit.ledger,
    purchase: async (input: Parameters<typeof kit.ledger.purchase>[0]) => {
      const made = await kit.ledger.purchase(input)
      bought += 1
      if (bought === 1) await kit.ledger.refund({ accountId, amount: SEAT_PRICE, sourceKey: `spent ${accountId}`, reason: 'test' })
      return made
    },
  }
  const order = { accountId, poolId, blocks: ['europe'], quantity: 3, months: 1 } as const
  await failsWith(subscribeSeats({ ...kit.parts, books }, order), 'balance_insufficient')
  assert.equal(await kit.available(accountId), 2n * SEAT_PRICE)
  assert.equal((await listSeats(kit.database, poolId)).length, 0)
})

test('a year of a seat has the discount, and its price stays when the pool asks for more', async () => {
  const poolId = await kit.newPool('year', { europe: 1 })
  const accountId = await kit.newAccount(1000n * USD)
  await subscribeSeats(kit.parts, { accountId, poolId, blocks: ['europe'], quantity: 1, months: 12 })
  const price = (SEAT_PRICE * 12n * 85n) / 100n
  assert.equal(await kit.available(accountId), 1000n * USD - price)
  await kit.database.query(sql`update pool_block set price = price * 2 where pool_id = ${poolId}::uuid`)
  kit.clock.at = Date.parse('2027-03-01T00:00:00Z')
  await kit.renew()
  assert.equal(await kit.available(accountId), 1000n * USD - 2n * price)
  kit.clock.at = BEGAN
})

test('a seat that frees is held for the first in line, then for the next, and nobody else gets it meanwhile', async () => {
  const poolId = await kit.newPool('line', { europe: 1 })
  const place = { poolId, block: 'europe' }
  const accounts = await Promise.all(Array.from({ length: 4 }, () => kit.newAccount(100n * USD)))
  const [owner = '', first = '', second = '', stranger = ''] = accounts
  await failsWith(joinLine(kit.parts, { ...place, accountId: first }), 'seats_free')
  const [seat = ''] = await want(owner, poolId)
  assert.deepEqual(await joinLine(kit.parts, { ...place, accountId: first }), { position: 1, heldUntil: undefined })
  kit.clock.at += 1
  assert.equal((await joinLine(kit.parts, { ...place, accountId: second })).position, 2)
  assert.equal((await joinLine(kit.parts, { ...place, accountId: first })).position, 1)
  await cancelNow(kit.parts, seat)
  assert.deepEqual([await lettersOf(first), await lettersOf(second)], [['seat-free'], []])
  await failsWith(want(stranger, poolId), 'seats_sold_out')
  await failsWith(want(second, poolId), 'seats_sold_out')
  assert.equal((await getPool(kit.parts, 'line')).blocks[0]?.availableSeats, 0)
  kit.clock.at += 30 * 60_000
  await offerAllSeats(kit.parts)
  assert.deepEqual(await lettersOf(second), ['seat-free'])
  await failsWith(want(first, poolId), 'seats_sold_out')
  const [theirs = ''] = await want(second, poolId)
  await cancelNow(kit.parts, theirs)
  await want(stranger, poolId)
  kit.clock.at = BEGAN
})

test('who leaves the line makes room for the next; a seat whose period ends frees too', async () => {
  const poolId = await kit.newPool('leaving', { asia: 1 })
  const place = { poolId, block: 'asia' }
  const [owner, first, second] = await Promise.all([1, 2, 3].map(() => kit.newAccount(100n * USD)))
  const [seat = ''] = await want(owner ?? '', poolId, ['asia'])
  await joinLine(kit.parts, { ...place, accountId: first ?? '' })
  kit.clock.at += 1
  await joinLine(kit.parts, { ...place, accountId: second ?? '' })
  await leaveLine(kit.parts, { ...place, accountId: first ?? '' })
  await cancelAtPeriodEnd(kit.parts, { id: seat, by: 'customer' }, true)
  kit.clock.at = Date.parse('2026-04-01T00:00:00Z')
  await kit.renew()
  assert.deepEqual([await lettersOf(first ?? ''), await lettersOf(second ?? '')], [[], ['seat-free']])
  kit.clock.at = BEGAN
})

test('a payment begins its seats once; what is sold out by then leaves the money on the balance and says so', async () => {
  const poolId = await kit.newPool('paid', { europe: 1 })
  const payment = (id: number, accountId: string): Payment => ({
    ...{ id: `00000000-0000-4000-8000-00000000010${id}`, accountId, rail: 'usdc', amount: SEAT_PRICE, state: 'paid' },
    purpose: { kind: 'seats', poolId, blocks: ['europe'], quantity: 1, period: 'month' },
    ...{ railRef: undefined, outcome: undefined, transferId: undefined, createdAt: new Date(BEGAN), expiresAt: undefined },
  })
  const deposit = { transferId: '00000000-0000-4000-8000-000000000001' }
  const { seats } = planFulfillers(kit.parts)
  const [early, late] = [await kit.newAccount(SEAT_PRICE), await kit.newAccount(SEAT_PRICE)]
  assert.deepEqual(await Promise.all([seats(payment(1, early), deposit), seats(payment(1, early), deposit)]), [undefined, undefined])
  assert.equal(await seats(payment(1, early), deposit), undefined)
  assert.equal(await seats(payment(2, late), deposit), 'seats_sold_out')
  assert.deepEqual([await kit.available(early), await kit.available(late)], [0n, SEAT_PRICE])
  assert.equal((await listSubscriptions(kit.database, early)).length, 1)
})

test('a payment that is short of the price buys nothing, also where the balance would cover it', async () => {
  const planId = await kit.newPlan({ id: 'paid-for', price: 20n * USD })
  const accountId = await kit.newAccount(50n * USD)
  const paid = (id: string, amount: bigint): Payment => ({
    ...{
      id: `00000000-0000-4000-8000-00000000020${id}`,
      accountId,
      rail: 'usdc',
      amount,
      state: 'paid',
      purpose: { kind: 'plan', planId },
    },
    ...{ railRef: undefined, outcome: undefined, transferId: undefined, createdAt: new Date(BEGAN), expiresAt: undefined },
  })
  const deposit = { transferId: '00000000-0000-4000-8000-000000000001' }
  const { plan } = planFulfillers(kit.parts)
  assert.equal(await plan(paid('1', 20n * USD - 1n), deposit), 'order_underpaid')
  assert.equal(await kit.available(accountId), 50n * USD)
  assert.equal(await plan(paid('2', 25n * USD), deposit), undefined)
  assert.equal(await plan(paid('2', 25n * USD), deposit), undefined)
  assert.equal(await kit.available(accountId), 30n * USD)
})

test('a pool with seats that somebody has is not taken out of use, and one that is sells none', async () => {
  const poolId = await kit.newPool('closing', { europe: 2 })
  const accountId = await kit.newAccount(100n * USD)
  const [seat = ''] = await want(accountId, poolId)
  await failsWith(deletePool(kit.parts, 'closing'), 'pool_in_use')
  await cancelNow(kit.parts, seat)
  await deletePool(kit.parts, 'closing')
  await failsWith(want(accountId, poolId), 'pool_closed')
  await failsWith(getPool(kit.parts, poolId), 'pool_unknown')
  assert.equal((await kit.ledger.verify()).ok, true)
})
