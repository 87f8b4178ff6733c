import { type Database, sql } from '../../db/index.ts'
import type { Ids, NanoUsd } from '../../lib/index.ts'
import { lockGifts, readGiftHistory } from './gift-history.ts'
import { leftAtExpiry } from './left-at-expiry.ts'

/** A gift that came with a payment, how much of the payment went back of how much, and when it expires. */
export type FollowedGift = {
  readonly giftId: string
  readonly paymentId: string
  /** Days that a gift lasts; undefined: for ever. */
  readonly days: number | undefined
  readonly now: number
}

type Row = {
  readonly account_id: string
  readonly kind: string
  readonly amount: NanoUsd
  readonly transfer_id: string
  readonly paid: NanoUsd
  readonly taken_back: NanoUsd
  readonly expired: NanoUsd
  readonly is_undone: boolean
}

/**
 * Writes down what of a gift is to be taken, or is to come back, so that what is kept of it is the part of it that is kept of its payment, rounded
 * down to the nano-dollar. Whoever got it with a payment of their own owes what is spent of it; who brought somebody loses what is left alone. Resolves with false where something has to come back first, and then the rest is
 * to be planned anew.
 */
export async function planTakes(database: Database, ids: Ids, gift: FollowedGift): Promise<boolean> {
  return await database.transaction(async (tx) => {
    const row = await lockGift(tx, gift)
    if (row === undefined) return true
    const wanted = wantedOf(row)
    const more = wanted - (await returnTakes(tx, gift.giftId, wanted))
    if (more <= 0n) return true
    if (await isReturning(tx, gift.giftId)) return false
    const amount = row.kind === 'referral' ? least(more, await leftOf(tx, row, gift)) : more
    await tx.query(sql`
      insert into gift_take (id, gift_id, account_id, wanted, amount, planned_at)
      values (${ids.uuid()}, ${gift.giftId}, ${row.account_id}, ${more}, ${amount}, ${new Date(gift.now)})`)
    return true
  })
}

/** The gift with its payment, kept from everybody else who looks after gifts of its account. */
async function lockGift(tx: Database, { giftId, paymentId }: FollowedGift): Promise<Row | undefined> {
  const [owner] = await tx.query<{ account_id: string }>(sql`select account_id from gift where id = ${giftId}`)
  if (owner === undefined) return undefined
  await lockGifts(tx, owner.account_id)
  const [row] = await tx.query<Row>(sql`
    select gift.account_id, gift.kind, gift.amount, gift.transfer_id, payment.amount as paid, payment.taken_back,
      coalesce((select expiry.amount from promotion_expiry expiry where expiry.transfer_id = gift.transfer_id), 0)::bigint as expired,
      exists (select from transfer undone where undone.reverses = gift.transfer_id) as is_undone
    from gift join payment on payment.id = ${paymentId} where gift.id = ${giftId} and gift.transfer_id is not null`)
  return row
}

/** The part of a gift that its payment lost, at most what has not gone back by itself. */
function wantedOf({ amount, paid, taken_back: lost, expired, is_undone: isUndone }: Row): NanoUsd {
  if (isUndone) return 0n
  return least(amount - (amount * (paid - lost)) / paid, amount - expired)
}

const least = (one: NanoUsd, other: NanoUsd): NanoUsd => (one < other ? one : other)

/** Marks takes as to be returned, newest first, until no more is taken than is wanted. Returns what is still taken. */
async function returnTakes(tx: Database, giftId: string, wanted: NanoUsd): Promise<NanoUsd> {
  const live = await tx.query<{ id: string; wanted: NanoUsd }>(sql`
    select id, wanted from gift_take where gift_id = ${giftId} and not is_returned order by planned_at desc, id desc`)
  let taken = live.reduce((sum, one) => sum + one.wanted, 0n)
  for (const one of live) {
    if (taken <= wanted) break
    await tx.query(sql`update gift_take set is_returned = true where id = ${one.id}`)
    taken -= one.wanted
  }
  return taken
}

/** Whether something is to come back that is not in the books yet, so that what somebody has is not known. */
const isReturning = async (tx: Database, giftId: string): Promise<boolean> =>
  (await tx.query(sql`select from gift_take where gift_id = ${giftId} and is_returned and return_id is null and amount > 0`)).length > 0

const FOR_EVER_DAYS = 1_000_000

/** What is left of a gift to somebody, gifts being spent before money that was paid in, and never more than is available. */
async function leftOf(tx: Database, { account_id: accountId, transfer_id: id }: Row, { days }: FollowedGift): Promise<NanoUsd> {
  const left = leftAtExpiry({ ...(await readGiftHistory(tx, accountId)), days: days ?? FOR_EVER_DAYS }).get(id) ?? 0n
  const [balance] = await tx.query<{ available: NanoUsd }>(sql`select available from balance where account_id = ${accountId}`)
  return least(left, balance?.available ?? 0n)
}
