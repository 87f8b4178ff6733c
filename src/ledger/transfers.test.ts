// Guarantee: money leaves an account once for each source key and never takes a balance below zero; what an account lacks is a debt that the
// books can prove and that later money pays first; a transfer is undone once, by its exact opposite. Seed printed.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type MoneyStore, openMoneyStore } from '../control/testing.ts'
import { sql } from '../db/index.ts'
import { NANO_USD_MAX } from '../lib/index.ts'
import { collectDebts, HOUSE } from './index.ts'

const SEED = Date.now() % 1_000_000
let store: MoneyStore
before(async () => {
  store = await openMoneyStore()
})
after(() => store.drop())

const ids = { uuid: () => randomUUID() }
const newAccount = async (credit: bigint) => (await store.newCustomer(credit)).accountId
const withdrawal = (accountId: string, amount: bigint) => ({ accountId, amount, sourceKey: randomUUID(), reason: 'test' })
const credit = (accountId: string, amount: bigint) =>
  store.ledger.credit({ accountId, amount, kind: 'manual', sourceKey: randomUUID(), reason: 'test' })
async function standing(accountId: string) {
  const balance = await store.ledger.balanceOf(accountId)
  return { ...balance, debt: (await store.ledger.standingOf(accountId)).debt }
}
const agree = async () => assert.deepEqual((await store.ledger.verify()).problems, [])

test('forty refunds at once of a balance worth ten are ten', async () => {
  const accountId = await newAccount(100n)
  // As many as there are connections, so that nobody is refused for one.
  const told = await Promise.allSettled(Array.from({ length: 40 }, () => store.ledger.refund(withdrawal(accountId, 10n))))
  assert.equal(told.filter(({ status }) => status === 'fulfilled').length, 10)
  for (const result of told) if (result.status === 'rejected') assert.equal(result.reason.message, 'balance_insufficient')
  assert.deepEqual(await standing(accountId), { available: 0n, held: 0n, debt: 0n })
  await agree()
})

test('the same source key moves money once, and is a conflict for anything else', async () => {
  const [one, other] = [await newAccount(100n), await newAccount(100n)]
  const input = withdrawal(one, 30n)
  const made = await Promise.all(Array.from({ length: 40 }, () => store.ledger.refund(input)))
  assert.equal(new Set(made.map(({ transferId }) => transferId)).size, 1)
  const conflict = { message: 'idempotency_conflict' }
  for (const change of [{ amount: 31n }, { reason: 'other' }, { accountId: other }]) {
    await assert.rejects(store.ledger.refund({ ...input, ...change }), conflict)
  }
  await assert.rejects(store.ledger.chargeBack(input), conflict)
  await assert.rejects(store.ledger.credit({ ...input, kind: 'manual' }), conflict)
  const reversal = { transferId: made[0]?.transferId ?? '', onLack: 'refuse', sourceKey: randomUUID(), reason: 'r' } as const
  const reversed = await Promise.all(Array.from({ length: 20 }, () => store.ledger.reverse(reversal)))
  assert.equal(new Set(reversed.map(({ transferId }) => transferId)).size, 1)
  await assert.rejects(store.ledger.reverse({ ...reversal, reason: 'other' }), conflict)
  assert.deepEqual([await standing(one), await standing(other)], Array(2).fill({ available: 100n, held: 0n, debt: 0n }))
  await agree()
})

test('what was moved of an account before it was erased is known again, and anything else is a conflict', async () => {
  const accountId = await newAccount(100n)
  const [given, taken, bought] = [withdrawal(accountId, 10n), withdrawal(accountId, 20n), withdrawal(accountId, 30n)]
  const gift = { ...given, kind: 'promotion' } as const
  const made = await Promise.all([store.ledger.credit(gift), store.ledger.chargeBack(taken), store.ledger.purchase(bought)])
  const back = { transferId: made[1].transferId, onLack: 'debt', sourceKey: randomUUID(), reason: 'back' } as const
  const unused = { transferId: made[2].transferId, amount: 5n, sourceKey: randomUUID(), reason: 'unused' }
  const returned = [await store.ledger.reverse(back), await store.ledger.returnPurchase(unused)]
  await store.subjects.destroy(accountId)
  const again = [store.ledger.credit(gift), store.ledger.chargeBack(taken), store.ledger.purchase(bought)]
  assert.deepEqual(await Promise.all(again), made)
  assert.deepEqual([await store.ledger.reverse(back), await store.ledger.returnPurchase(unused)], returned)
  const conflict = { message: 'idempotency_conflict' }
  await assert.rejects(store.ledger.chargeBack({ ...taken, amount: 21n }), conflict)
  await assert.rejects(store.ledger.refund(taken), conflict)
  await assert.rejects(store.ledger.credit({ ...gift, accountId: await newAccount(0n) }), conflict)
  assert.deepEqual(await standing(accountId), { available: 85n, held: 0n, debt: 0n })
  await agree()
})

test('what is no positive amount, or more than fits, moves nothing', async () => {
  const accountId = await newAccount(100n)
  for (const amount of [0n, -1n, NANO_USD_MAX + 1n, -NANO_USD_MAX]) {
    for (const move of [store.ledger.refund, store.ledger.chargeBack]) {
      await assert.rejects(move(withdrawal(accountId, amount)), { message: 'amount_invalid' })
    }
    await assert.rejects(credit(accountId, amount), { message: 'amount_invalid' })
  }
  for (const move of [store.ledger.refund, store.ledger.chargeBack]) {
    await assert.rejects(move(withdrawal(randomUUID(), 1n)), { message: 'account_unknown' })
  }
  assert.deepEqual(await standing(accountId), { available: 100n, held: 0n, debt: 0n })
})

test('a chargeback after the money was spent leaves nothing available and a debt, which later credits pay first', async () => {
  const accountId = await newAccount(100n)
  await store.ledger.refund(withdrawal(accountId, 70n))
  const { transferId } = await store.ledger.chargeBack(withdrawal(accountId, 100n))
  assert.deepEqual(await standing(accountId), { available: 0n, held: 0n, debt: 70n })
  await credit(accountId, 20n)
  assert.deepEqual(await standing(accountId), { available: 0n, held: 0n, debt: 50n })
  await credit(accountId, 65n)
  assert.deepEqual(await standing(accountId), { available: 15n, held: 0n, debt: 0n })
  await store.ledger.reverse({ transferId, onLack: 'refuse', sourceKey: randomUUID(), reason: 'dispute won' })
  assert.deepEqual(await standing(accountId), { available: 115n, held: 0n, debt: 0n })
  await agree()
})

test('money that comes back by itself pays a debt too', async () => {
  const accountId = await newAccount(100n)
  const nodeId = randomUUID()
  const { database } = store
  await database.query(sql`update balance set available = 0, held = 100 where account_id = ${accountId}::uuid`)
  await database.query(sql`insert into slice (node_id, account_id, amount) values (${nodeId}::uuid, ${accountId}::uuid, 100)`)
  await store.ledger.chargeBack(withdrawal(accountId, 60n))
  assert.deepEqual(await standing(accountId), { available: 0n, held: 100n, debt: 60n })
  await database.query(sql`delete from slice where node_id = ${nodeId}::uuid`)
  await database.query(sql`update balance set available = 100, held = 0 where account_id = ${accountId}::uuid`)
  await Promise.all([collectDebts(database, ids), collectDebts(database, ids)])
  assert.deepEqual(await standing(accountId), { available: 40n, held: 0n, debt: 0n })
  await agree()
})

test('a reversal is the exact opposite of its transfer, and no charge of calls can be undone', async () => {
  const accountId = await newAccount(100n)
  const { transferId } = await store.ledger.refund(withdrawal(accountId, 40n))
  const made = await store.ledger.reverse({ transferId, onLack: 'refuse', sourceKey: randomUUID(), reason: 'bounced' })
  const rows = await store.database.query(sql`
    select debit_account, credit_account, amount, kind, reverses from transfer where id = ${made.transferId}::uuid`)
  assert.deepEqual(rows, [{ debit_account: HOUSE.refunds, credit_account: accountId, amount: 40n, kind: 'reversal', reverses: transferId }])
  await assert.rejects(store.ledger.reverse({ transferId, onLack: 'debt', sourceKey: randomUUID(), reason: 'again' }), {
    message: 'transfer_reversed',
  })
  await store.ledger.chargeBack(withdrawal(accountId, 150n))
  const [debt = assert.fail()] = await store.database.query<{ id: string }>(sql`
    select id from transfer where credit_account = ${accountId}::uuid and kind = 'debt'`)
  for (const [id, code] of [
    [debt.id, 'transfer_not_reversible'],
    [made.transferId, 'transfer_not_reversible'],
    [randomUUID(), 'transfer_unknown'],
  ] as const) {
    await assert.rejects(store.ledger.reverse({ transferId: id, onLack: 'debt', sourceKey: randomUUID(), reason: 'r' }), { message: code })
  }
  assert.deepEqual(await standing(accountId), { available: 0n, held: 0n, debt: 50n })
})

const move = fc.record({
  kind: fc.constantFrom('credit', 'refund', 'chargeback', 'reverse', 'reverse-debt'),
  amount: fc.bigInt({ min: 1n, max: 60n }),
  pick: fc.nat({ max: 50 }),
})

test(`whatever is moved in whatever order: available less debt is what came in less what went out, seed ${SEED}`, async () => {
  const property = fc.asyncProperty(fc.array(move, { minLength: 1, maxLength: 25 }), async (moves) => {
    const accountId = await newAccount(0n)
    const made: { readonly id: string; readonly effect: bigint }[] = []
    let net = 0n
    for (const { kind, amount, pick } of moves) {
      const target = made[pick % Math.max(1, made.length)]
      const before = await standing(accountId)
      const opposite = { transferId: target?.id ?? randomUUID(), sourceKey: randomUUID(), reason: 'r' }
      const taken = kind === 'reverse' && target !== undefined && target.effect > 0n ? target.effect : kind === 'refund' ? amount : 0n
      try {
        if (kind === 'credit') made.push({ id: (await credit(accountId, amount)).transferId, effect: amount })
        else if (kind === 'refund')
          made.push({ id: (await store.ledger.refund(withdrawal(accountId, amount))).transferId, effect: -amount })
        else if (kind === 'chargeback')
          made.push({ id: (await store.ledger.chargeBack(withdrawal(accountId, amount))).transferId, effect: -amount })
        else await store.ledger.reverse({ ...opposite, onLack: kind === 'reverse' ? 'refuse' : 'debt' })
        net += kind === 'credit' ? amount : kind === 'refund' || kind === 'chargeback' ? -amount : -(target?.effect ?? 0n)
        assert.ok(taken <= (before.available ?? 0n), 'more was taken than there was, and no debt was allowed')
      } catch (thrown) {
        if (!(thrown instanceof Error)) throw thrown
        assert.ok(['balance_insufficient', 'transfer_reversed', 'transfer_unknown'].includes(thrown.message), thrown.message)
        if (thrown.message === 'balance_insufficient') assert.ok(taken > (before.available ?? 0n), 'there was enough')
        assert.deepEqual(await standing(accountId), before, 'what failed moved something')
      }
      const { available = 0n, debt } = await standing(accountId)
      assert.equal(available - debt, net)
      assert.ok(available >= 0n && debt >= 0n && (available === 0n || debt === 0n), 'money beside a debt')
    }
  })
  await fc.assert(property, { seed: SEED, numRuns: 40 })
  await agree()
})
