import { isUuid, type NanoUsd } from '../../../lib/index.ts'
import { RailServerError } from '../../ask-json.ts'
import { findByExternalKey, findPayment } from '../../store.ts'
import type { Invoice } from './client.ts'
import type { OpenedBtcpay } from './parts.ts'

const INVOICE = /^[A-Za-z0-9]{8,64}$/

/**
 * Looks at an invoice that no payment names: one that we did not make is the operator's own business. Where it was made for a payment of ours that
 * names it no more, as its account was erased, money that came for it waits for the operator.
 */
export async function lookAtUnknown({ client, database, desk }: OpenedBtcpay, invoiceId: string): Promise<void> {
  if (!INVOICE.test(invoiceId)) return
  const invoice = await client.read(invoiceId).catch(unlessMissing)
  const payment = invoice?.orderId !== undefined && isUuid(invoice.orderId) ? await findPayment(database, invoice.orderId) : undefined
  if (invoice === undefined || payment?.rail !== 'btcpay') return
  const isCredited = (await findByExternalKey(database, 'btcpay', desk.externalKey('btcpay', invoice.id))) !== undefined
  const amount = isCredited ? undefined : cameFor(invoice)
  if (amount === undefined) return
  await desk.problem({ rail: 'btcpay', code: 'payment_unknown', ref: invoice.id, accountId: payment.accountId, amount })
}

/** What came for an invoice, in nano-USD; undefined where nothing did, or it is not known yet. */
function cameFor({ status, additional, amount, paid }: Invoice): NanoUsd | undefined {
  if (status === 'Settled') return paid !== undefined && paid > 0n ? paid : amount
  return status === 'Expired' && additional !== 'None' ? paid : undefined
}

function unlessMissing(thrown: unknown): undefined {
  if (!(thrown instanceof RailServerError) || thrown.code !== 'HTTP_404') throw thrown
}
