import type { Payment } from '../../payment.ts'
import { wasCreditedByHand } from '../../problems.ts'
import { isUndone } from '../../store.ts'
import { endRefund } from './carry-on-refund.ts'
import { CURRENCY, creditOfGross, nanoOfCents } from './cents.ts'
import { RAIL, type StripeParts, timeOf } from './parts.ts'
import { findRefund, insertRefund, type Refund, stepRefund } from './refund-rows.ts'
import { syncIntent } from './settle.ts'
import type { CardRefund } from './stripe-api.ts'
import { grossOf } from './stripe-rows.ts'

/** Brings the refunds of an intent to what Stripe says of them now; those made at Stripe itself are booked as well. */
export async function syncRefunds(parts: StripeParts, intentId: string): Promise<void> {
  const payment = await syncIntent(parts, intentId)
  if (payment?.transferId === undefined && !(await isByHand(parts, intentId))) return
  for (const told of await parts.api.listRefunds(intentId)) await applyOrTell(parts, payment, told)
}

/** Brings a refund of any payment to what Stripe says of it; one that is none of ours, and was not credited by hand, does nothing. */
export async function syncRefund(parts: StripeParts, told: CardRefund): Promise<void> {
  const { intentId } = told
  if (intentId === undefined) return
  const payment = await syncIntent(parts, intentId)
  if (payment?.transferId !== undefined || (await isByHand(parts, intentId))) await applyOrTell(parts, payment, told)
}

/** Whether money that fitted nothing was credited from the queue, where it is listed by its intent, or was by its page. */
async function isByHand({ database, api, desk }: StripeParts, intentId: string): Promise<boolean> {
  const isCredited = (name: string) => wasCreditedByHand(database, { rail: RAIL, externalKey: desk.externalKey(RAIL, name) })
  if (await isCredited(intentId)) return true
  const session = await api.findSessionOf(intentId)
  return session !== undefined && (await isCredited(session.id))
}

/** What was credited by hand is on no payment: how much of it goes is for a person to say, and to take off the balance. */
async function applyOrTell(parts: StripeParts, payment: Payment | undefined, told: CardRefund): Promise<void> {
  if (payment?.transferId !== undefined) return await applyRefund(parts, payment, told)
  if (!isUnderWay(told)) return
  const amount = told.currency === CURRENCY ? nanoOfCents(told.amountCents) : undefined
  await parts.desk.problem({ rail: RAIL, code: 'refund_unknown', ref: told.id, amount })
}

async function applyRefund(parts: StripeParts, payment: Payment, told: CardRefund): Promise<void> {
  if (told.currency !== CURRENCY) {
    await parts.desk.problem({ rail: RAIL, code: 'refund_currency_mismatch', ref: told.id, accountId: payment.accountId })
    return
  }
  const asked = told.refundId === undefined ? undefined : await findRefund(parts.database, told.refundId)
  const isOurs = asked?.origin === 'here' && asked.paymentId === payment.id
  const refund = isOurs ? asked : await bookForeign(parts, payment, told)
  // Ours without a transfer was not taken yet by what reads this; whoever carries it on looks at Stripe itself.
  if (refund?.transferId === undefined) return
  if (isOurs) await stepRefund(parts.database, refund.id, { to: 'sent', at: timeOf(parts) })
  await endRefund(parts, { ...refund, transferId: refund.transferId }, told)
  if (isOurs && refund.state === 'failed') await tellGivenBack(parts, refund, told)
}

/** What is on the balance again and goes to the card all the same is for a person to take off one of them; nothing is booked for it. */
async function tellGivenBack({ api, desk }: StripeParts, { accountId, amount }: Refund, told: CardRefund): Promise<void> {
  if (!isUnderWay(told) || told.intentId === undefined) return
  // What was read before the card sent it back is no news.
  const now = (await api.listRefunds(told.intentId)).find(({ id }) => id === told.id)
  if (now !== undefined && isUnderWay(now)) await desk.problem({ rail: RAIL, code: 'refund_given_back', ref: told.id, accountId, amount })
}

/** Whether the card has a refund, or will. */
const isUnderWay = ({ status }: CardRefund): boolean => status !== 'failed' && status !== 'canceled'

/**
 * Books a refund that was made at Stripe and not here: the card has it whatever the balance says, so what the account has spent is a debt. Its
 * id is made of Stripe's, so that it is booked once.
 */
async function bookForeign(parts: StripeParts, payment: Payment, told: CardRefund): Promise<Refund | undefined> {
  const { database, ledger, desk } = parts
  const key = desk.externalKey(RAIL, told.id)
  const amount = nanoOfCents(creditOfGross(await grossOf(database, payment), told.amountCents))
  if (amount === 0n) return undefined
  const { id: paymentId, accountId, transferId: depositId } = payment
  const known = await findRefund(database, uuidOf(key))
  if (known?.transferId !== undefined) return known
  if (known === undefined && depositId !== undefined && (await isUndone(database, depositId))) {
    // What was taken by hand is not taken a second time; whether the two are the same is for a person to say.
    await desk.problem({ rail: RAIL, code: 'deposit_undone', ref: told.id, accountId, amount })
    return undefined
  }
  const fields = {
    id: uuidOf(key),
    paymentId,
    accountId,
    origin: 'stripe',
    amount,
    grossCents: told.amountCents,
    askedAt: timeOf(parts),
  } as const
  const refund = await insertRefund(database, fields)
  const giving = { accountId, amount: refund.amount, sourceKey: `stripe-refund:${key}`, reason: 'to the card', onLack: 'debt' } as const
  const { transferId } = await ledger.refund(giving)
  await stepRefund(database, refund.id, { to: 'taken', at: timeOf(parts), transferId })
  return { ...refund, transferId }
}

/** An id that is the same for the same key. Source: RFC 9562 section 5.8 (2024-05), version 8. */
const uuidOf = (key: string): string =>
  `${key.slice(0, 8)}-${key.slice(8, 12)}-8${key.slice(13, 16)}-8${key.slice(17, 20)}-${key.slice(20, 32)}`
