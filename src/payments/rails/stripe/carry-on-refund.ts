import { FailureError } from '../../../failures.ts'
import { errorCode } from '../../../lib/index.ts'
import { undo } from '../../undo.ts'
import { markPayment } from './mark-payment.ts'
import { type StripeParts, timeOf } from './parts.ts'
import { findRefund, listStuckRefunds, type Refund, stepRefund } from './refund-rows.ts'
import type { CardRefund, NewRefund } from './stripe-api.ts'
import { isStripeError } from './stripe-error.ts'
import { findStripePayment } from './stripe-rows.ts'

/**
 * Takes a refund as far as it goes: money off the balance, then Stripe, then how it ended there. Every step can be done again, so a crash
 * anywhere loses nothing and pays nothing twice. Rejects when Stripe or the database cannot be reached; then it is carried on later.
 */
export async function carryOnRefund(parts: StripeParts, id: string): Promise<Refund | undefined> {
  const refund = await findRefund(parts.database, id)
  if (refund?.origin !== 'here' || (refund.state !== 'asked' && refund.state !== 'taken')) return refund
  // What was taken once is not asked for again: of an account that was erased meanwhile the books would not know it.
  const taken = refund.transferId ?? (await take(parts, refund))
  if (taken !== undefined) await send(parts, { ...refund, transferId: taken })
  return await findRefund(parts.database, id)
}

const STUCK_MS = 60_000

/** Carries on every refund that a crash or an outage left, so that none that stays stuck stands before others. Returns how many there were. */
export async function carryOnRefunds(parts: StripeParts): Promise<number> {
  const stuck = await listStuckRefunds(parts.database, new Date(parts.clock.now() - STUCK_MS))
  for (const { id, paymentId } of stuck) {
    await carryOnRefund(parts, id).catch((thrown: unknown) => {
      parts.log({ event: 'refund-stuck', payment: paymentId, code: errorCode(thrown) })
    })
  }
  return stuck.length
}

/** What the books say of a refund: `stripe-refund:` and our own id, so that it leaves the balance once. */
const sourceKeyOf = ({ id }: Refund): string => `stripe-refund:${id}`

/** Takes the money off the balance; undefined when the balance does not have it. */
async function take(parts: StripeParts, refund: Refund): Promise<string | undefined> {
  const { accountId, amount, id } = refund
  try {
    const { transferId } = await parts.ledger.refund({ accountId, amount, sourceKey: sourceKeyOf(refund), reason: 'to the card' })
    await stepRefund(parts.database, id, { to: 'taken', at: timeOf(parts), transferId })
    return transferId
  } catch (thrown) {
    if (!(thrown instanceof FailureError) || !FINAL.includes(thrown.failure.code)) throw thrown
    await stepRefund(parts.database, id, { to: 'refused', at: timeOf(parts), outcome: thrown.failure.code })
    return undefined
  }
}

const FINAL: readonly string[] = ['balance_insufficient', 'account_frozen', 'account_unknown']

/** Has Stripe send it, which knows it by our id: what was sent before a crash is found again, however long ago. */
async function send(parts: StripeParts, refund: Refund & { readonly transferId: string }): Promise<void> {
  const kept = await findStripePayment(parts.database, refund.paymentId)
  if (kept?.intentId === undefined) return await giveBack(parts, refund, 'payment_unknown')
  const { intentId } = kept
  const sent = (await parts.api.listRefunds(intentId)).find(({ refundId }) => refundId === refund.id)
  const told = sent ?? (await parts.api.createRefund(asked(refund, intentId), `refund:${refund.id}`).catch(noOf))
  if (typeof told === 'string') return await giveBack(parts, refund, told)
  await stepRefund(parts.database, refund.id, { to: 'sent', at: timeOf(parts) })
  await endRefund(parts, refund, told)
}

const asked = ({ id: refundId, grossCents: cents }: Refund, intentId: string): NewRefund => ({ intentId, cents, refundId })

/** The code of Stripe's no to the refund itself, after which nothing is sent: a no to any other question says nothing of what was sent before. */
function noOf(thrown: unknown): string {
  if (!isStripeError(thrown, 'refused', 'missing', 'declined')) throw thrown
  return thrown.code
}

/** Brings a refund to what Stripe says of it. */
export async function endRefund(
  parts: StripeParts,
  refund: Refund & { readonly transferId: string },
  { status }: Pick<CardRefund, 'status'>,
): Promise<void> {
  if (status === 'failed' || status === 'canceled') await giveBack(parts, refund, `refund_${status}`)
  else if (status === 'succeeded') await stepRefund(parts.database, refund.id, { to: 'done', at: timeOf(parts) })
  await markPayment(parts, refund.paymentId)
}

/** The card did not take it: it is on the balance again, once. */
async function giveBack(parts: StripeParts, refund: Refund & { readonly transferId: string }, outcome: string): Promise<void> {
  const { transferId } = refund
  await undo(parts, { transferId, sourceKey: `${sourceKeyOf(refund)}:back`, reason: 'the card did not take it' })
  await stepRefund(parts.database, refund.id, { to: 'failed', at: timeOf(parts), outcome })
  await markPayment(parts, refund.paymentId)
}
