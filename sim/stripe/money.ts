import { raise } from './events.ts'
import {
  type BalanceTransaction,
  type CardBehaviour,
  type Cents,
  found,
  refusal,
  type SavedCard,
  type StripeAccount,
  type StripeCharge,
  type StripeDispute,
  type StripeIntent,
  type StripeRefund,
  secondsOf,
} from './objects.ts'

/** What an intent is made of; cents. */
export type NewIntent = Pick<StripeIntent, 'amount' | 'currency' | 'customer' | 'metadata'>

/** Writes an intent that has no charge yet. */
export function newIntent(account: StripeAccount, made: NewIntent): StripeIntent {
  const intent: StripeIntent = {
    ...{ id: account.newId('pi'), object: 'payment_intent', created: secondsOf(account), ...made, amount_received: 0 },
    ...{ status: 'requires_payment_method', latest_charge: null, last_payment_error: null },
  }
  account.intents.set(intent.id, intent)
  raise(account, 'payment_intent.created', intent)
  return intent
}

/** Asks a card for an intent's amount, with the events that this leaves. */
export function chargeIntent(account: StripeAccount, intent: StripeIntent, card: SavedCard): CardBehaviour {
  if (card.behaviour === 'ok') settleIntent(account, intent, card)
  else if (card.behaviour === 'delayed') {
    beginDelayed(account, intent, card)
  } else if (card.behaviour === 'by-transfer') {
    intent.status = 'requires_action'
    raise(account, 'payment_intent.requires_action', intent)
  } else failIntent(account, intent, card.behaviour === 'declined' ? 'card_declined' : 'authentication_required')
  return card.behaviour
}

/** What takes its time is in the balance at once, as a movement of its own kind. Source: docs.stripe.com/reports/balance-transaction-types (2026-11-30). */
function beginDelayed(account: StripeAccount, intent: StripeIntent, card: SavedCard): void {
  const charge = newCharge(account, intent, card)
  intent.status = 'processing'
  move(account, { type: 'payment', amount: charge.amount, fee: feeOf(charge.amount), source: charge.id, currency: charge.currency })
  raise(account, 'charge.pending', charge)
  raise(account, 'payment_intent.processing', intent)
}

/** An intent was not paid. */
export function failIntent(account: StripeAccount, intent: StripeIntent, code: string): void {
  const charge = pendingCharge(account, intent)
  if (charge !== undefined) {
    const { id: source, amount, currency } = charge
    charge.status = 'failed'
    move(account, { type: 'payment_failure_refund', amount: -amount, fee: 0, source, currency })
    raise(account, 'charge.failed', charge)
  }
  intent.status = 'requires_payment_method'
  intent.last_payment_error = { type: 'card_error', code }
  raise(account, 'payment_intent.payment_failed', intent)
}

/** An intent was paid: its charge, the movement of the balance where there is none yet, and the events. */
export function settleIntent(account: StripeAccount, intent: StripeIntent, card: SavedCard): void {
  const known = pendingCharge(account, intent)
  const charge = known ?? newCharge(account, intent, card)
  const { id: source, amount, currency } = charge
  charge.status = 'succeeded'
  Object.assign(intent, { status: 'succeeded', amount_received: amount, last_payment_error: null })
  if (known === undefined)
    move(account, { type: card.behaviour === 'ok' ? 'charge' : 'payment', amount, fee: feeOf(amount), source, currency })
  raise(account, 'charge.succeeded', charge)
  raise(account, 'payment_intent.succeeded', intent)
}

/** Writes a charge whose end is not known yet, as the last one of its intent. */
function newCharge(account: StripeAccount, intent: StripeIntent, card: SavedCard): StripeCharge {
  const id = account.newId('ch')
  const { amount, currency, customer, metadata } = intent
  const charge: StripeCharge = {
    ...{ id, object: 'charge', created: secondsOf(account), amount, currency, customer, payment_intent: intent.id, metadata },
    receipt_url: `https://pay.stripe.com/receipts/${id}`,
    payment_method_details: { type: 'card', card: { brand: card.brand, last4: card.last4 } },
    ...{ status: 'pending', amount_refunded: 0, refunded: false, disputed: false },
  }
  account.charges.set(id, charge)
  intent.latest_charge = id
  return charge
}

/** The charge of an intent that takes its time. */
function pendingCharge(account: StripeAccount, intent: StripeIntent): StripeCharge | undefined {
  const charge = account.charges.get(intent.latest_charge ?? '')
  return charge?.status === 'pending' ? charge : undefined
}

/** Gives part of a charge back; cents. */
export function refundIntent(
  account: StripeAccount,
  intent: StripeIntent,
  { amount, metadata }: { readonly amount: Cents; readonly metadata: Readonly<Record<string, string>> },
): StripeRefund {
  const charge = found(account.charges, intent.latest_charge)
  if (charge.disputed) throw refusal('charge_disputed')
  if (charge.amount_refunded >= charge.amount) throw refusal('charge_already_refunded')
  if (amount <= 0 || charge.amount_refunded + amount > charge.amount) throw refusal('parameter_invalid_integer', 'amount')
  const refund: StripeRefund = {
    ...{ id: account.newId('re'), object: 'refund', created: secondsOf(account), amount, currency: charge.currency },
    ...{ charge: charge.id, payment_intent: intent.id, metadata },
    ...{ status: account.refundsPend ? 'pending' : 'succeeded', failure_reason: null },
  }
  account.refunds.set(refund.id, refund)
  charge.amount_refunded += amount
  charge.refunded = charge.amount_refunded === charge.amount
  move(account, { type: 'refund', amount: -amount, fee: 0, source: refund.id, currency: charge.currency })
  raise(account, 'refund.created', refund)
  raise(account, 'charge.refunded', charge)
  return refund
}

/** Ends a refund that is pending, or one that a bank sends back. */
export function endRefund(account: StripeAccount, refund: StripeRefund, status: 'succeeded' | 'failed'): void {
  if (refund.status === 'failed' || refund.status === status) return
  refund.status = status
  if (status === 'failed') {
    refund.failure_reason = 'expired_or_canceled_card'
    const charge = found(account.charges, refund.charge)
    charge.amount_refunded -= refund.amount
    charge.refunded = false
    move(account, { type: 'refund_failure', amount: refund.amount, fee: 0, source: refund.id, currency: refund.currency })
    raise(account, 'refund.failed', refund)
  }
  raise(account, 'refund.updated', refund)
}

/** A bank takes a charge, or part of it, back; an inquiry takes nothing. */
export function openDispute(
  account: StripeAccount,
  intent: StripeIntent,
  { amount, isInquiry }: { readonly amount: Cents; readonly isInquiry: boolean },
): StripeDispute {
  const charge = found(account.charges, intent.latest_charge)
  const dispute: StripeDispute = {
    ...{ id: account.newId('du'), object: 'dispute', created: secondsOf(account), amount, currency: charge.currency },
    ...{ charge: charge.id, payment_intent: intent.id, reason: 'fraudulent', balance_transactions: [] },
    status: isInquiry ? 'warning_needs_response' : 'needs_response',
  }
  account.disputes.set(dispute.id, dispute)
  charge.disputed = true
  if (!isInquiry) withdraw(account, dispute)
  raise(account, 'charge.dispute.created', dispute)
  if (!isInquiry) raise(account, 'charge.dispute.funds_withdrawn', dispute)
  return dispute
}

/** An inquiry becomes a dispute, with the money taken. */
export function escalate(account: StripeAccount, dispute: StripeDispute): void {
  if (dispute.status !== 'warning_needs_response') return
  dispute.status = 'needs_response'
  withdraw(account, dispute)
  raise(account, 'charge.dispute.funds_withdrawn', dispute)
  raise(account, 'charge.dispute.updated', dispute)
}

/** The bank decides; an inquiry is closed whoever wins. */
export function closeDispute(account: StripeAccount, dispute: StripeDispute, outcome: 'won' | 'lost'): void {
  if (dispute.status === 'warning_needs_response') dispute.status = 'warning_closed'
  else {
    dispute.status = outcome
    if (outcome === 'won') {
      const { amount, currency } = dispute
      dispute.balance_transactions.push(move(account, { type: 'adjustment', amount, fee: 0, source: dispute.id, currency }))
      raise(account, 'charge.dispute.funds_reinstated', dispute)
    }
  }
  raise(account, 'charge.dispute.closed', dispute)
}

const DISPUTE_FEE = 1500

function withdraw(account: StripeAccount, dispute: StripeDispute): void {
  const { amount, currency } = dispute
  dispute.balance_transactions.push(move(account, { type: 'adjustment', amount: -amount, fee: DISPUTE_FEE, source: dispute.id, currency }))
}

/** 2.9 % and 30 cents, rounded half up. */
const feeOf = (amount: Cents): number => Math.round((amount * 29) / 1000) + 30

type Movement = Pick<BalanceTransaction, 'type' | 'amount' | 'fee' | 'source' | 'currency'>

function move(account: StripeAccount, movement: Movement): BalanceTransaction {
  const made: BalanceTransaction = {
    ...{ id: account.newId('txn'), object: 'balance_transaction', created: secondsOf(account), ...movement },
    net: movement.amount - movement.fee,
  }
  account.movements.push(made)
  return made
}
