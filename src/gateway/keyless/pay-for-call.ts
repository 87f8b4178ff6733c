import type { ControlMessage } from '../../channel/index.ts'
import { type FailureCode, FailureError, failure } from '../../failures.ts'
import { formatUsd, type NanoUsd } from '../../lib/index.ts'
import { MULTIPLIER_ONE, PAY_STATUSES, type PayStatus } from '../../spec/index.ts'
import type { CallRequest } from '../call-request.ts'
import type { Caller } from '../callers.ts'
import { ClientGone } from '../client-gone.ts'
import type { Gateway } from '../gateway.ts'
import { readKey } from '../identify.ts'
import type { Exchange } from '../open-call.ts'
import { inHeader, paymentRequired, unitsOf, worthOf } from './ask-payment.ts'
import { type Payment, readPayment } from './read-payment.ts'
import type { KeylessTerms } from './terms.ts'

/** A call without a key where such are sold: the terms, and the payment that came with it, if one did. */
export type KeylessCall = { readonly terms: KeylessTerms; readonly payment: Payment | undefined }

const NO_ID = '00000000-0000-0000-0000-000000000000'

/** Who calls without a key, before it is known who pays: every model, at the list price. */
export const NOBODY: Caller = {
  keyId: NO_ID,
  accountId: NO_ID,
  expiresAt: Number.POSITIVE_INFINITY,
  models: undefined,
  multiplier: MULTIPLIER_ONE,
}

/** What a request without a key is; undefined for one with a key, and where no calls are sold without. Fails with payment_malformed. */
export function openKeyless({ keyless: terms }: Pick<Gateway, 'keyless'>, request: CallRequest): KeylessCall | undefined {
  if (terms === undefined || readKey(request) !== undefined) return undefined
  const header = request.headers['payment-signature']
  return { terms, payment: typeof header === 'string' ? readPayment(header) : undefined }
}

/** A call without a key and the most that it can cost, in nano-USD. */
export type Purchase = KeylessCall & { readonly worst: NanoUsd }

/**
 * Has the payment of a call settled, before anything is done for it; resolves with who paid. Whatever is answered then says how it went. Fails with
 * payment_required, payment_wrong_network, payment_wrong_asset, payment_wrong_recipient, payment_short, payment_early, payment_expired,
 * payment_signature_invalid, payment_replayed, payment_unfunded, facilitator_refused, payment_pending, payment_unsettled, payment_in_review, payment_sanctioned, facilitator_unavailable,
 * account_suspended, unavailable.
 */
export async function payForCall(gateway: Gateway, exchange: Exchange, { terms, payment, worst }: Purchase): Promise<Caller> {
  const units = unitsOf(worst, terms)
  const asked = { terms, units, exchange }
  if (payment === undefined) return refuse(asked, 'payment_required')
  if (exchange.response.destroyed) throw new ClientGone()
  const answer = await gateway.control.pay({ ...payment, needed: worthOf(units) })
  const status = answer === undefined ? 'unsettled' : (PAY_STATUSES[answer.status] ?? 'busy')
  if (answer === undefined || status !== 'ok') return refuse({ ...asked, payment }, CODES[status === 'ok' ? 'unsettled' : status], status)
  exchange.payment = { headers: ['payment-response', inHeader(settlementOf(terms, payment, answer))] }
  const { keyId, accountId, multiplier } = answer
  return { ...NOBODY, keyId, accountId, multiplier }
}

const CODES: Readonly<Record<Exclude<PayStatus, 'ok'>, FailureCode>> = {
  network: 'payment_wrong_network',
  asset: 'payment_wrong_asset',
  recipient: 'payment_wrong_recipient',
  short: 'payment_short',
  early: 'payment_early',
  expired: 'payment_expired',
  signature: 'payment_signature_invalid',
  replayed: 'payment_replayed',
  funds: 'payment_unfunded',
  refused: 'facilitator_refused',
  pending: 'payment_pending',
  unsettled: 'payment_unsettled',
  review: 'payment_in_review',
  unavailable: 'facilitator_unavailable',
  suspended: 'account_suspended',
  busy: 'unavailable',
  sanctioned: 'payment_sanctioned',
}

/** Words of the standard for why a payment was not taken. Source: github.com/coinbase/x402 specs/x402-specification-v2.md section 9, as of 2026-11-26. */
const REASONS: Readonly<Partial<Record<PayStatus, string>>> = {
  network: 'invalid_network',
  asset: 'invalid_payload',
  recipient: 'invalid_exact_evm_payload_recipient_mismatch',
  short: 'invalid_exact_evm_payload_authorization_value',
  early: 'invalid_exact_evm_payload_authorization_valid_after',
  expired: 'invalid_exact_evm_payload_authorization_valid_before',
  signature: 'invalid_exact_evm_payload_signature',
  replayed: 'invalid_transaction_state',
  funds: 'insufficient_funds',
}

type Refused = { readonly terms: KeylessTerms; readonly units: bigint; readonly exchange: Exchange; readonly payment?: Payment }

/** Says what is asked; with a payment that was not taken, also why. */
function refuse({ terms, units, exchange, payment }: Refused, code: FailureCode, status?: PayStatus): never {
  const told = failure(code, { amount: formatUsd(worthOf(units)), network: terms.network, seconds: 5 })
  const url = resourceOf(exchange.request)
  const required = paymentRequired({ terms, units, url, error: told.message })
  const { error: _, ...fields } = required
  const failed = { success: false, errorReason: (status && REASONS[status]) ?? 'unexpected_settle_error', transaction: '' }
  exchange.payment = {
    headers: [
      ...(told.status === 402 ? ['payment-required', inHeader(required)] : []),
      ...(payment === undefined ? [] : ['payment-response', inHeader({ ...failed, network: terms.network, payer: payerOf(payment) })]),
    ],
    ...(told.status === 402 && { body: fields }),
  }
  throw new FailureError(told)
}

const settlementOf = ({ network }: KeylessTerms, payment: Payment, { transaction }: ControlMessage<'paid'>) => ({
  ...{ success: true, transaction: `0x${transaction.toString('hex')}`, network, payer: payerOf(payment) },
})

const payerOf = ({ from }: Payment): string => `0x${from.toString('hex', 12)}`

/** The address that was called, without what follows a question mark. */
const resourceOf = ({ url, headers }: CallRequest): string => {
  const host = /^[\w.:[\]-]{1,255}$/.exec(headers.host ?? '')?.[0] ?? 'localhost'
  return `https://${host}${(url ?? '/').split('?', 1)[0]}`
}
