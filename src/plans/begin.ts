import { type Database, sql } from '../db/index.ts'
import { FailureError, fail } from '../failures.ts'
import { formatUsd, type NanoUsd } from '../lib/index.ts'
import { finish } from './finish.ts'
import { refuseClosedAccount } from './open-subscription.ts'
import { nowOf, type PlanParts } from './parts.ts'
import { payDue } from './pay-period.ts'
import { findPeriodAt, lockSubscription, sourceKeyOf } from './subscription-record.ts'

/** What somebody buys; `choose` writes it down in a transaction and returns the ids of its subscriptions. */
export type Order = {
  readonly accountId: string
  /** Of a payment, or of a request that may be sent again: what was begun under it is not begun again. */
  readonly orderId: string | undefined
  /** What came for it from outside, in nano-USD, where it was paid so: what costs more is not begun, and what calls took of it meanwhile is lent. */
  readonly paid?: NanoUsd | undefined
  /** What whoever buys was told that all of it costs, in nano-USD: at another price it is not begun. */
  readonly seenPrice?: NanoUsd | undefined
  readonly choose: (tx: Database) => Promise<readonly string[]>
}

/** What an account may owe, in all, where its calls took some of what it had paid for an order before that began; in nano-USD. */
const OWED_MAX: NanoUsd = 5_000_000_000n

/**
 * Begins what somebody buys: chosen and written down first, so that nobody else can have it, and paid then, all of it or none. Fails with
 * order_underpaid, order_price_changed, balance_insufficient, account_frozen, and whatever choosing fails with.
 */
export async function begin(parts: PlanParts, { choose, ...order }: Order): Promise<readonly string[]> {
  const { accountId, orderId, paid } = order
  const owedMax = paid === undefined ? 0n : OWED_MAX
  const ids = await parts.database.transaction(async (tx) => {
    // Orders of one account come one after the other.
    await refuseClosedAccount(tx, accountId)
    const known = await findOrder(tx, orderId)
    // Who asks again may meet the money on its way: whether it is there is for the books to say then.
    if (known.length > 0) return known
    const chosen = await choose(tx)
    await refuseUncovered(tx, { ...order, owedMax, ids: chosen })
    return chosen
  })
  for (const id of ids) {
    const payment = await payOrTakeBack(parts, { ids, owedMax }, id)
    if (payment === 'unpaid') {
      await takeBack(parts, ids)
      fail('balance_insufficient', { available: formatUsd(await availableOf(parts.database, accountId)) })
    }
  }
  return ids
}

/** Subscriptions of an order that was begun already. */
async function findOrder(tx: Database, orderId: string | undefined): Promise<readonly string[]> {
  if (orderId === undefined) return []
  const rows = await tx.query<{ id: string }>(sql`
    select id from subscription where order_id = ${orderId}::uuid and state <> 'refused' order by id`)
  return rows.map(({ id }) => id)
}

/** What the books refuse for another reason than lack of money is not asked for again. */
async function payOrTakeBack(
  parts: PlanParts,
  { ids, owedMax }: Pick<Chosen, 'ids' | 'owedMax'>,
  id: string,
): Promise<Awaited<ReturnType<typeof payDue>>> {
  try {
    return await payDue(parts, id, owedMax)
  } catch (thrown) {
    if (isFrozen(thrown)) await takeBack(parts, ids)
    throw thrown
  }
}

const isFrozen = (thrown: unknown): boolean => thrown instanceof FailureError && thrown.failure.code === 'account_frozen'

type Chosen = Pick<Order, 'accountId' | 'paid' | 'seenPrice'> & { readonly owedMax: NanoUsd; readonly ids: readonly string[] }

/** Told before anything is taken of somebody who cannot pay all of it, or was told another price. */
async function refuseUncovered(tx: Database, { accountId, paid, seenPrice, owedMax, ids }: Chosen): Promise<void> {
  const [row] = await tx.query<{ total: NanoUsd }>(sql`
    select coalesce(sum(price), 0)::bigint as total from subscription_period where subscription_id = any(${[...ids]}::uuid[]) and state = 'due'`)
  const total = row?.total ?? 0n
  if (seenPrice !== undefined && seenPrice !== total) fail('order_price_changed', { price: formatUsd(total) })
  if (paid !== undefined && paid < total) fail('order_underpaid', { price: formatUsd(total), paid: formatUsd(paid) })
  const available = await availableOf(tx, accountId)
  if (available + owedMax < total) fail('balance_insufficient', { available: formatUsd(available) })
}

async function availableOf(database: Database, accountId: string): Promise<NanoUsd> {
  const [row] = await database.query<{ available: NanoUsd }>(sql`select available from balance where account_id = ${accountId}::uuid`)
  return row?.available ?? 0n
}

/** Undoes what was begun of an order that could not be paid whole: what was paid goes back whole. */
async function takeBack(parts: PlanParts, ids: readonly string[]): Promise<void> {
  for (const id of ids)
    await parts.database.transaction(async (tx) => {
      const subscription = await lockSubscription(tx, id)
      if (subscription.ended_at !== null) return
      const period = await findPeriodAt(tx, id, subscription.period_start)
      if (period !== undefined && period.transfer_id !== null) {
        const sourceKey = sourceKeyOf(id, period.period_start, 'cancel')
        await parts.books.returnPurchase({
          transferId: period.transfer_id,
          amount: period.price,
          sourceKey,
          reason: 'order not paid whole',
        })
        await tx.query(sql`
          update subscription_period set returned = price where subscription_id = ${id}::uuid and period_start = ${period.period_start}`)
      }
      await finish(tx, parts, { subscription, state: 'refused', at: nowOf(parts), by: null })
    })
}
