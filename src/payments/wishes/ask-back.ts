import { type Database, sql } from '../../db/index.ts'
import { FailureError, fail } from '../../failures.ts'
import { formatUsd, type NanoUsd } from '../../lib/index.ts'
import type { WishParts } from './parts.ts'
import { findReturnable, isWhole, mostOf, type ReturnablePayment, requireReturnable } from './returnable.ts'
import { insertWish } from './store.ts'

/** What an account asks back of a payment of its own; the most that there is where `amount` (nano-USD) is left out. */
export type BackAsked = { readonly accountId: string; readonly paymentId: string; readonly amount: NanoUsd | undefined }

/** Money that goes back, written down as a refund of its rail, or as a wish that a person decides on. */
export type AskedBack = { readonly kind: 'refund' | 'wish'; readonly id: string; readonly amount: NanoUsd; readonly askedAt: Date }

/**
 * Asks money of a payment back for whoever paid, in a transaction of the caller's: by a rule of days it goes at once, else a person decides. Fails with
 * account_unknown, payment_unknown, amount_invalid, and as requireReturnable does.
 */
export async function askBack(parts: WishParts, tx: Database, { accountId, paymentId, amount }: BackAsked): Promise<AskedBack> {
  // Nothing is written of an account that is being erased, and whoever asks for the same payment at the same time waits.
  const active = await tx.query(sql`select from account where id = ${accountId}::uuid and status = 'active' for share`)
  if (active.length === 0) fail('account_unknown')
  const known = await findReturnable(tx, paymentId)
  if (known?.accountId !== accountId) return fail('payment_unknown')
  await tx.query(sql`select from payment where id = ${known.id}::uuid for update`)
  const payment = (await findReturnable(tx, paymentId)) ?? fail('payment_unknown')
  requireReturnable(parts, payment)
  const wanted = amount ?? mostOf(payment)
  if (wanted > payment.left) fail('refund_exceeds_payment')
  if (wanted > payment.available) fail('balance_insufficient', { available: formatUsd(payment.available) })
  if (!isWhole(payment.rail, wanted)) fail('amount_invalid', { field: 'amount' })
  const refund = await askAtOnce(parts, tx, { payment, amount: wanted })
  if (refund !== undefined) return { kind: 'refund', id: refund.id, amount: refund.amount, askedAt: refund.askedAt }
  const wish = { id: parts.ids.uuid(), accountId, paymentId: payment.id, amount: wanted, askedAt: new Date(parts.clock.now()) }
  await insertWish(tx, wish)
  return { kind: 'wish', id: wish.id, amount: wanted, askedAt: wish.askedAt }
}

type Wanted = { readonly payment: ReturnablePayment; readonly amount: NanoUsd }

/** Undefined where a person has to look first: the rules leave it to one, the account is frozen, or its rail cannot do it as it is set up now. */
async function askAtOnce(parts: WishParts, tx: Database, { payment, amount }: Wanted): ReturnType<typeof refundNow> {
  if (parts.policy.kind !== 'days' || (await parts.ledger.standingOf(payment.accountId)).frozen !== undefined) return undefined
  return await refundNow(parts, tx, { payment, amount })
}

async function refundNow({ askOf }: WishParts, tx: Database, { payment, amount }: Wanted) {
  try {
    return await askOf(payment.rail)?.(tx, { paymentId: payment.id, amount, by: 'customer' })
  } catch (thrown) {
    if (thrown instanceof FailureError && thrown.failure.code === 'refund_not_offered') return undefined
    throw thrown
  }
}
