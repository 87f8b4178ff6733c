// Guarantee: of a payment of which a part went back, the same part of its gifts goes back, to the nano-dollar and in the house's favour; it comes
// again when the money does; whoever paid owes what is spent of it, who brought somebody never does. By property against a model; the seed is printed.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type MoneyStore, openMoneyStore } from '../../control/testing.ts'
import { connect, type Database, sql } from '../../db/index.ts'
import { systemIds } from '../../lib/index.ts'
import { type GiftParts, giveForPayment, noteReferral, referralCodeOf, rulesOf, type TakeBackParts, takeBackGifts } from './index.ts'

const SEED = Date.now() % 1_000_000
const USD = 1_000_000_000n
const clock = { at: Date.now(), now: () => clock.at }
let store: MoneyStore
let database: Database
let parts: TakeBackParts & GiftParts
before(async () => {
  store = await openMoneyStore()
  database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 8 })
  const rules = rulesOf({ bonus: [{ from: '1.00', percent: '12.5' }], referral: { percent: '10', reward_max: '1000.00' } })
  parts = { database, ledger: store.ledger, clock, ids: systemIds(clock.now), rules, days: undefined }
})
after(async () => {
  await database.end()
  await store.drop()
})

/** Who paid so much from outside, with the gifts of it, and who brought them. */
async function pay(amount: bigint, byHand = false) {
  const [{ accountId }, referrer] = [await store.newCustomer(0n), await store.newCustomer(0n)]
  const now = clock.at
  const code = await referralCodeOf(database, referrer.accountId, Buffer.from(randomUUID()).subarray(0, 16))
  await noteReferral(database, { accountId, code, now })
  const [id, externalKey] = [randomUUID(), randomUUID()]
  const { transferId } = await store.ledger.deposit({ accountId, amount, rail: 'stripe', externalKey })
  await database.query(sql`
    insert into payment (id, account_id, rail, purpose, amount, state, external_key, transfer_id, created_at)
    values (${id}, ${accountId}, 'stripe', '{"kind":"topup"}', ${amount}, 'settled', ${externalKey}, ${transferId}, ${new Date(now)})`)
  const payment = {
    id,
    accountId,
    rail: 'stripe',
    purpose: { kind: 'topup' },
    amount,
    state: 'settled',
    railRef: undefined,
    transferId,
  } as const
  if (!byHand) await giveForPayment(parts, { ...payment, outcome: undefined, createdAt: new Date(now), expiresAt: undefined })
  return {
    payment: { ...payment, outcome: undefined, createdAt: new Date(now), expiresAt: undefined },
    accountId,
    referrerId: referrer.accountId,
    id,
  }
}
const lose = (id: string, lost: bigint) =>
  database.query(sql`update payment set taken_back = ${lost}, is_followed = false where id = ${id}`)
/** What somebody has, less what they owe. */
const worth = async (accountId: string): Promise<bigint> => {
  const [balance, { debt }] = [await store.ledger.balanceOf(accountId), await store.ledger.standingOf(accountId)]
  return (balance?.available ?? 0n) - debt
}
const spend = (accountId: string, amount: bigint) => store.ledger.purchase({ accountId, amount, sourceKey: randomUUID(), reason: 'spent' })
const follow = async () => {
  await Promise.all([takeBackGifts(parts), takeBackGifts(parts), takeBackGifts(parts)])
  await takeBackGifts(parts)
}

test('a payment that is taken back whole takes its gifts along, once, and gives them again when it comes back', async () => {
  const { accountId, referrerId, id } = await pay(100n * USD)
  assert.deepEqual([await worth(accountId), await worth(referrerId)], [112_500_000_000n, 10n * USD])
  await lose(id, 100n * USD)
  await follow()
  assert.deepEqual([await worth(accountId), await worth(referrerId)], [100n * USD, 0n], 'the money itself is the rail’s to take')
  await lose(id, 0n)
  await follow()
  assert.deepEqual([await worth(accountId), await worth(referrerId)], [112_500_000_000n, 10n * USD])
})

test('what is spent of a gift is a debt of whoever paid, and the loss of the house of who brought them', async () => {
  const { accountId, referrerId, id } = await pay(100n * USD)
  await spend(accountId, 110n * USD)
  await spend(referrerId, 4n * USD)
  await store.ledger.credit({ accountId: referrerId, amount: 50n * USD, kind: 'manual', sourceKey: randomUUID(), reason: 'own money' })
  await lose(id, 100n * USD)
  await follow()
  assert.equal((await store.ledger.standingOf(accountId)).debt, 10n * USD)
  assert.deepEqual([await worth(referrerId), (await store.ledger.standingOf(referrerId)).debt], [50n * USD, 0n], 'own money stays')
})

test('a deposit that was undone by hand loses its gifts; gifts that come after the money went are taken too', async () => {
  const { payment, accountId, referrerId, id } = await pay(10n * USD, true)
  await store.ledger.reverse({ transferId: payment.transferId, onLack: 'debt', sourceKey: randomUUID(), reason: 'undone' })
  await follow()
  await giveForPayment(parts, payment)
  await follow()
  assert.deepEqual([await worth(accountId), await worth(referrerId)], [0n, 0n])
  const [row] = await database.query<{ is_followed: boolean; taken_back: bigint }>(
    sql`select is_followed, taken_back from payment where id = ${id}`,
  )
  assert.deepEqual(row, { is_followed: true, taken_back: 10n * USD })
})

test('what expired of a gift is not taken again', async () => {
  const { accountId, id } = await pay(80n * USD)
  const [gift] = await database.query<{ transfer_id: string }>(
    sql`select transfer_id from gift where payment_id = ${id} and kind = 'bonus'`,
  )
  const { transfer_id: transferId } = gift ?? { transfer_id: '' }
  await database.query(sql`
    insert into promotion_expiry (transfer_id, account_id, amount, planned_at, is_done) values (${transferId}, ${accountId}, ${8n * USD}, now(), true)`)
  await store.ledger.expire({ accountId, amount: 8n * USD, sourceKey: `expiry:${transferId}`, reason: 'over' })
  await lose(id, 80n * USD)
  await follow()
  assert.equal(await worth(accountId), 80n * USD)
})

test('a crash between plan and books, and between books and note, is made good once', async () => {
  const { accountId, id } = await pay(80n * USD)
  await lose(id, 40n * USD)
  const cut = () => Promise.reject(new Error('cut'))
  await assert.rejects(takeBackGifts({ ...parts, ledger: { takeGift: cut, reverse: cut } }), { message: 'cut' })
  const after: TakeBackParts['ledger']['takeGift'] = async (input) => {
    await store.ledger.takeGift(input)
    return await cut()
  }
  await assert.rejects(takeBackGifts({ ...parts, ledger: { takeGift: after, reverse: cut } }), { message: 'cut' })
  await follow()
  assert.equal(await worth(accountId), 85n * USD)
})

test('a take that was undone by hand comes back no second time, and what cannot be followed holds up no other', async () => {
  const [first, second] = [await pay(100n * USD), await pay(50n * USD)]
  await lose(first.id, 100n * USD)
  await follow()
  const [take] = await database.query<{ id: string; transfer_id: string }>(sql`
    select take.id, take.transfer_id from gift_take take join gift on gift.id = gift_id where payment_id = ${first.id} and kind = 'bonus'`)
  const byHand = await store.ledger.reverse({
    ...{ transferId: take?.transfer_id ?? '', onLack: 'refuse', sourceKey: randomUUID(), reason: 'goodwill' },
  })
  await lose(first.id, 0n)
  await lose(second.id, 50n * USD)
  await follow()
  const [back] = await database.query<{ return_id: string | null }>(sql`select return_id from gift_take where id = ${take?.id ?? ''}`)
  assert.equal(back?.return_id, byHand.transferId)
  assert.deepEqual([await worth(first.accountId), await worth(second.accountId)], [112_500_000_000n, 50n * USD])
  const other = await pay(50n * USD)
  await lose(first.id, 100n * USD)
  await lose(other.id, 50n * USD)
  const takeGift: TakeBackParts['ledger']['takeGift'] = async (input) =>
    input.accountId === first.accountId ? await Promise.reject(new Error('cut')) : await store.ledger.takeGift(input)
  await assert.rejects(takeBackGifts({ ...parts, ledger: { ...store.ledger, takeGift } }), { message: 'cut' })
  assert.deepEqual([await worth(first.accountId), await worth(other.accountId)], [112_500_000_000n, 50n * USD])
  await follow()
  assert.equal(await worth(first.accountId), 100n * USD)
})

test(`gifts follow their payment through any history, to the nano-dollar (seed ${SEED})`, async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('lose' as const), part: fc.integer({ min: 0, max: 1000 }) }),
    fc.record({ kind: fc.constant('spend' as const), part: fc.integer({ min: 1, max: 1000 }) }),
    fc.record({ kind: fc.constant('follow' as const), part: fc.constant(0) }),
  )
  const history = fc.record({ amount: fc.bigInt({ min: USD, max: 500n * USD }), steps: fc.array(step, { maxLength: 10 }) })
  await fc.assert(
    fc.asyncProperty(history, async ({ amount, steps }) => {
      const { accountId, referrerId, id } = await pay(amount)
      const gift = (amount * 1250n) / 10_000n
      let [lost, spent] = [0n, 0n]
      for (const { kind, part } of steps) {
        if (kind === 'lose') {
          lost = (amount * BigInt(part)) / 1000n
          await lose(id, lost)
        } else if (kind === 'spend') {
          const available = (await store.ledger.balanceOf(accountId))?.available ?? 0n
          const price = (available * BigInt(part)) / 1000n
          if (price > 0n) await spend(accountId, price)
          spent += price
        } else await follow()
      }
      await follow()
      const kept = (gift * (amount - lost)) / amount
      assert.equal(await worth(accountId), amount - spent + kept)
      const reward = (amount * 1000n) / 10_000n
      assert.equal(await worth(referrerId), (reward * (amount - lost)) / amount, 'nothing of a reward was spent')
    }),
    { numRuns: 25, seed: SEED },
  )
  assert.deepEqual((await store.ledger.verify()).problems, [])
})
