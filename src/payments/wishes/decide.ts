import { type Database, sql } from '../../db/index.ts'
import { fail } from '../../failures.ts'
import { formatUsd, type NanoUsd } from '../../lib/index.ts'
import { findPayment } from '../store.ts'
import type { WishParts } from './parts.ts'
import { decideWish, findWish } from './store.ts'
import { tellOfWish } from './tell.ts'
import { type RefundWish, reasonPurpose } from './wish.ts'

/** A wish that is granted: all of it, or less where `amount` (nano-USD) says so. */
export type Acceptance = { readonly id: string; readonly amount: NanoUsd | undefined }

/** A wish that is not granted, and why, for whoever asked. */
export type Refusal = { readonly id: string; readonly reason: string }

/**
 * Has what was asked for go back, in a transaction of the caller's; the rules let it when it was asked for, and their clock is not looked at again.
 * Resolves with the id of the refund. Fails with refund_wish_unknown, refund_wish_decided, refund_exceeds_wish, account_frozen, refund_not_offered,
 * amount_invalid, refund_exceeds_payment, balance_insufficient.
 */
export async function acceptWish(parts: WishParts, tx: Database, { id, amount }: Acceptance): Promise<string> {
  const wish = await openWish(tx, id)
  const { accountId, paymentId } = wish
  const granted = amount ?? wish.amount
  if (granted > wish.amount) fail('refund_exceeds_wish', { field: 'amount', amount: formatUsd(wish.amount) })
  if ((await parts.ledger.standingOf(accountId)).frozen !== undefined) fail('account_frozen')
  const payment = (await findPayment(tx, paymentId)) ?? fail('payment_unknown')
  const ask = parts.askOf(payment.rail) ?? fail('refund_not_offered')
  const refund = await ask(tx, { paymentId, amount: granted, by: 'wish' })
  const decision = { state: 'accepted', refundId: refund.id, decidedAt: new Date(parts.clock.now()) } as const
  if (!(await decideWish(tx, wish.id, decision))) fail('refund_wish_decided')
  await tellOfWish(tx, { ...wish, amount: granted }, 'refund.accepted')
  return refund.id
}

/** Says no to what was asked for, and why, in a transaction of the caller's. Fails with refund_wish_unknown, refund_wish_decided. */
export async function declineWish(parts: WishParts, tx: Database, { id, reason }: Refusal): Promise<void> {
  const wish = await openWish(tx, id)
  const reasonSealed = await parts.sealing.seal(wish.accountId, Buffer.from(reason), reasonPurpose(wish.id))
  if (!(await decideWish(tx, wish.id, { state: 'declined', reasonSealed, decidedAt: new Date(parts.clock.now()) })))
    fail('refund_wish_decided')
  await tellOfWish(tx, wish, 'refund.declined')
}

/** Why a wish was declined; undefined where it was not, and when the account was erased. */
export async function reasonOf({ sealing }: Pick<WishParts, 'sealing'>, wish: RefundWish): Promise<string | undefined> {
  const { id, accountId, reasonSealed } = wish
  return reasonSealed && (await sealing.unseal(accountId, reasonSealed, reasonPurpose(id)))?.toString()
}

/** The wish, still to be decided; whoever decides on it, or asks for its payment, at the same time waits. */
async function openWish(tx: Database, id: string): Promise<RefundWish> {
  const known = (await findWish(tx, id)) ?? fail('refund_wish_unknown')
  await tx.query(sql`select from payment where id = ${known.paymentId}::uuid for update`)
  const wish = (await findWish(tx, known.id)) ?? fail('refund_wish_unknown')
  return wish.state === 'open' ? wish : fail('refund_wish_decided')
}
