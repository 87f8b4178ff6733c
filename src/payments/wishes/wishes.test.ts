// Guarantee: what a customer asks back within the days of the rule goes at once; else somebody decides by when it was asked for, and no later clock or rule counts. One
// wish at a time waits for a payment, none is taken after a refusal or while money is on its way, and of another account's payment nobody is told.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { explainRefunds, failureOf, openRefundWorld, type RefundWorld } from '../../../checks/money/refunds/index.ts'
import { openUsdcStore, type UsdcStore } from '../../../checks/money/usdc/index.ts'
import { sql } from '../../db/index.ts'
import type { NanoUsd } from '../../lib/index.ts'
import { openRefundDesk, type RefundParts } from '../refunds/index.ts'
import type { RefundPolicy } from '../rules/index.ts'
import { acceptWish, askBack, declineWish, findWish, listReturnables, listWishes, mostOf, reasonOf, type WishParts } from './index.ts'

const USD = 1_000_000_000n
const DAY_MS = 86_400_000
const SEVEN: RefundPolicy = { kind: 'days', days: 7 }
let store: UsdcStore
before(async () => {
  store = await openUsdcStore()
})
after(() => store.close())

type Opened = { readonly world: RefundWorld; readonly parts: WishParts; readonly accountId: string; readonly paymentId: string }

async function opened(policy: RefundPolicy, options: Partial<RefundParts> = {}): Promise<Opened> {
  await store.forget()
  const world = await openRefundWorld(store, { policy, ...options })
  const paid = await world.newPayment(10_000_000n)
  // The books have a clock of their own.
  const [row] = await store.database.query<{ now: Date }>(sql`select clock_timestamp() as now`)
  store.clock.at = row?.now.getTime() ?? 0
  return { world, parts: partsOf(world, policy), ...paid }
}

const partsOf = ({ desk }: Pick<RefundWorld, 'desk'>, policy: RefundPolicy): WishParts => ({
  ...{ ledger: store.money.ledger, sealing: store.money.subjects, policy, askOf: (rail) => (rail === 'usdc' ? desk.ask : undefined) },
  ...{ clock: store.clock, ids: { uuid: () => randomUUID() } },
})

const ask = ({ parts, accountId, paymentId }: Opened, amount?: NanoUsd) =>
  store.database.transaction((tx) => askBack(parts, tx, { accountId, paymentId, amount }))
const accept = ({ parts }: Pick<Opened, 'parts'>, id: string, amount?: NanoUsd) =>
  store.database.transaction((tx) => acceptWish(parts, tx, { id, amount }))
const decline = ({ parts }: Pick<Opened, 'parts'>, id: string, reason: string) =>
  store.database.transaction((tx) => declineWish(parts, tx, { id, reason }))
const spend = ({ accountId }: Opened, amount: NanoUsd) =>
  store.money.ledger.purchase({ accountId, amount, sourceKey: randomUUID(), reason: 'spent' })
const wishesOf = async ({ accountId }: Opened) =>
  (await listWishes(store.database, { isAll: true, limit: 500 })).filter((wish) => wish.accountId === accountId)
const eventsOf = async ({ accountId }: Opened) =>
  (
    await store.database.query<{ kind: string }>(sql`
    select kind from account_event where account_id = ${accountId}::uuid and starts_with(kind, 'refund.') order by created_at, kind`)
  ).map(({ kind }) => kind)

test('within its days it goes at once: all that is left, or what is on the balance, or what was asked for', async () => {
  const one = await opened(SEVEN)
  await spend(one, 4n * USD + 1n)
  const asked = await ask(one)
  assert.deepEqual([asked.kind, asked.amount], ['refund', 5_990_000_000n])
  await one.world.desk.carryOn(asked.id)
  assert.equal(await one.world.usdc.available(one.accountId), 9_999_999n)
  assert.equal(await explainRefunds(store.database, one.accountId, 4n * USD + 1n), undefined)

  const whole = await opened(SEVEN)
  assert.equal((await ask(whole)).amount, 10n * USD)
  const part = await opened(SEVEN)
  assert.equal((await ask(part, 3n * USD)).amount, 3n * USD)
  assert.deepEqual(await wishesOf(part), [])
})

test('a second one waits for the first, and what is left can be asked for after it', async () => {
  const one = await opened(SEVEN)
  const { id } = await ask(one, 4n * USD)
  assert.equal(await failureOf(ask(one, 4n * USD)), 'refund_on_its_way')
  await one.world.desk.carryOn(id)
  assert.equal(await failureOf(ask(one, 4n * USD)), 'refund_on_its_way')
  await one.world.desk.cancel(id)
  assert.equal((await ask(one, 10n * USD)).kind, 'refund')
})

test('at the same time one of many is taken', async () => {
  for (const policy of [SEVEN, { kind: 'case_by_case' } as const]) {
    const one = await opened(policy)
    const told = await Promise.all(Array.from({ length: 6 }, () => failureOf(ask(one))))
    assert.deepEqual(told.filter((code) => code === 'nothing').length, 1, told.join())
  }
})

test('more than was paid, more than there is, nothing, and parts of a millionth are refused; so is another account’s payment', async () => {
  const one = await opened(SEVEN)
  assert.equal(await failureOf(ask(one, 10n * USD + 1_000n)), 'refund_exceeds_payment')
  assert.equal(await failureOf(ask(one, 1n)), 'amount_invalid')
  const other = await opened(SEVEN)
  assert.equal(await failureOf(ask({ ...one, accountId: other.accountId })), 'payment_unknown')
  assert.equal(await failureOf(ask({ ...one, paymentId: randomUUID() })), 'payment_unknown')
  assert.equal(await failureOf(ask({ ...one, paymentId: 'none' })), 'payment_unknown')
  await spend(one, 7n * USD)
  assert.equal(await failureOf(ask(one, 4n * USD)), 'balance_insufficient')
  await spend(one, 3n * USD)
  assert.equal(await failureOf(ask(one)), 'balance_insufficient')
})

test('after its days, and where money never goes back, nothing is taken and nothing is kept', async () => {
  const late = await opened(SEVEN)
  store.clock.at += 7 * DAY_MS
  assert.equal(await failureOf(ask(late)), 'refund_too_late')
  const never = await opened({ kind: 'never' })
  assert.equal(await failureOf(ask(never)), 'refund_never')
  assert.deepEqual([await wishesOf(late), await wishesOf(never)], [[], []])
})

test('a wish is judged by when it was asked for, whatever clock and rule there are when it is granted', async () => {
  const unset = await opened(SEVEN, { chains: new Map() })
  const { kind, id } = await ask(unset, 6n * USD)
  assert.equal(kind, 'wish')
  store.clock.at += 30 * DAY_MS
  assert.equal(await failureOf(accept(unset, id)), 'refund_not_offered')
  const policy = { kind: 'never' } as const
  const desk = openRefundDesk({ ...unset.world.parts, policy, chains: new Map([[8453, unset.world.usdc.parts]]) })
  const asked = store.database.transaction((tx) => desk.ask(tx, { paymentId: unset.paymentId, amount: USD, by: 'operator' }))
  assert.equal(await failureOf(asked), 'refund_never')
  const refundId = await accept({ parts: partsOf({ desk }, policy) }, id)
  await desk.carryOn(refundId)
  const wish = await findWish(store.database, id)
  assert.deepEqual([wish?.state, wish?.refundId, wish?.decidedAt], ['accepted', refundId, new Date(store.clock.at)])
  assert.equal(await unset.world.usdc.available(unset.accountId), 4n * USD)
  assert.deepEqual(await eventsOf(unset), ['refund.accepted', 'refund.asking'])
})

test('one wish waits for a payment; it is decided once, and less of it can be granted', async () => {
  const one = await opened({ kind: 'case_by_case' })
  const { id, kind, amount } = await ask(one, 8n * USD)
  assert.deepEqual([kind, amount], ['wish', 8n * USD])
  assert.equal(await one.world.usdc.available(one.accountId), 10n * USD)
  assert.equal(await failureOf(ask(one, USD)), 'refund_wish_open')
  await spend(one, 5n * USD)
  assert.equal(await failureOf(accept(one, id)), 'balance_insufficient')
  assert.equal(await failureOf(accept(one, id, 8n * USD + 1_000n)), 'refund_exceeds_wish')
  const refundId = await accept(one, id, 5n * USD)
  for (const late of [() => accept(one, id), () => decline(one, id, 'no')]) assert.equal(await failureOf(late()), 'refund_wish_decided')
  assert.equal(await failureOf(accept(one, randomUUID())), 'refund_wish_unknown')
  await one.world.desk.carryOn(refundId)
  assert.equal(await explainRefunds(store.database, one.accountId, 5n * USD), undefined)
})

test('what is declined says why, to its account alone, and is not asked for again', async () => {
  const one = await opened({ kind: 'case_by_case' })
  const { id } = await ask(one)
  await decline(one, id, 'It was used for a gift.')
  const wish = (await findWish(store.database, id)) ?? assert.fail('no wish')
  assert.equal(wish.state, 'declined')
  assert.ok(!wish.reasonSealed?.includes('gift'))
  assert.equal(await reasonOf(one.parts, wish), 'It was used for a gift.')
  assert.equal(await failureOf(ask(one)), 'refund_wish_declined')
  assert.deepEqual(await eventsOf(one), ['refund.declined'])
})

test('of a frozen account it waits for a person, and goes when it is thawed; of one that is suspended or erased nothing is taken', async () => {
  const one = await opened(SEVEN)
  const frozen = { accountId: one.accountId, reason: 'test', at: new Date(store.clock.at) }
  const cold: WishParts = { ...one.parts, ledger: { standingOf: async () => ({ debt: 0n, frozen }) } }
  const { id, kind } = await ask({ ...one, parts: cold })
  assert.equal(kind, 'wish')
  assert.equal(await failureOf(accept({ parts: cold }, id)), 'account_frozen')
  assert.equal((await findWish(store.database, id))?.state, 'open')
  store.clock.at += 30 * DAY_MS
  await accept(one, id)
  for (const status of ['suspended', 'erased']) {
    const gone = await opened({ kind: 'case_by_case' })
    await store.database.query(
      sql`update account set status = ${status}, email_sealed = null, email_lookup = null where id = ${gone.accountId}::uuid`,
    )
    assert.equal(await failureOf(ask(gone)), 'account_unknown', status)
  }
})

test('what can be asked back is told by payment: what is left, and what is on the balance', async () => {
  const one = await opened({ kind: 'case_by_case' })
  await ask(one, 2n * USD)
  await spend(one, 9n * USD + 1n)
  const told = (await listReturnables(store.database, [one.paymentId])).get(one.paymentId) ?? assert.fail('no payment')
  assert.deepEqual([told.left, told.available, told.isGoing, told.wish, mostOf(told)], [10n * USD, USD - 1n, false, 'open', 990_000_000n])
})
