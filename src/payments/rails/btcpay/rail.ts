import { fail } from '../../../failures.ts'
import { errorCode, type NanoUsd } from '../../../lib/index.ts'
import { RailServerError } from '../../ask-json.ts'
import type { Payment, PaymentPurpose } from '../../payment.ts'
import { endProblems, wasCreditedByHand } from '../../problems.ts'
import type { Webhook } from '../../rail.ts'
import { returnPageOf } from '../../return-page.ts'
import { findByRef, findPayment, listOpen, listUnopened } from '../../store.ts'
import { type BtcpayClient, btcpayClient, type Invoice } from './client.ts'
import type { BtcpayParts, OpenedBtcpay } from './parts.ts'
import { lookAtUnknown } from './unknown-invoice.ts'
import { isSigned, readEvent } from './webhook.ts'

/** Somebody who wants to pay with coins; `amount` in nano-USD, `paymentId` where whoever asks has an id for it already. */
export type BtcpayAsked = {
  readonly accountId: string
  readonly purpose: PaymentPurpose
  readonly amount: NanoUsd
  readonly paymentId?: string
}

/** Coins by a BTCPay Server: an invoice for each payment, credited when the server says that it is settled. */
export type BtcpayRail = {
  /** Makes an invoice and says where it is paid. Fails with amount_invalid, rail_unavailable. */
  readonly checkout: (asked: BtcpayAsked) => Promise<{ readonly payment: Payment; readonly url: string }>
  readonly webhook: Webhook
  /** Looks at invoices that are open, in case a delivery was lost. */
  readonly refresh: () => Promise<void>
  readonly client: BtcpayClient
}

const MINUTES = 60
/** In nano-USD. */
const CENT = 10_000_000n
const REFRESHED_MAX = 200

/** Opens the rail. */
export function openBtcpayRail(parts: BtcpayParts): BtcpayRail {
  const { settings, desk, database, log } = parts
  const client = parts.client ?? btcpayClient(settings)
  const opened = { ...parts, client }
  return {
    client,
    checkout: (asked) => checkout(opened, asked),
    webhook: async ({ body, header }) => {
      if (!isSigned(body, header('btcpay-sig'), settings.webhookSecret)) return 400
      const event = readEvent(body)
      if (event === undefined) return 400
      try {
        if (event.invoiceId === undefined) return 200
        const payment = await findByRef(database, 'btcpay', event.invoiceId)
        await (payment === undefined ? lookAtUnknown(opened, event.invoiceId) : look(opened, payment))
        return 200
      } catch (thrown) {
        log({ event: 'payment-unread', source: 'btcpay', code: errorCode(thrown) })
        return 503
      }
    },
    refresh: async () => {
      // Of an invoice that has no name here nobody was ever told.
      for (const { id } of await listUnopened(database, 'btcpay', { before: new Date(parts.clock.now()), limit: REFRESHED_MAX }))
        await desk.fail(id, 'failed', 'rail_unavailable')
      for (const payment of await listOpen(database, 'btcpay', REFRESHED_MAX)) {
        await look(opened, payment).catch((thrown: unknown) =>
          log({ event: 'payment-unread', payment: payment.id, source: 'btcpay', code: errorCode(thrown) }),
        )
      }
    },
  }
}

/** Makes an invoice for a payment, or finds the one it has: whoever asks again under the same id, also after an outage, is sent to the same page. */
async function checkout(
  opened: OpenedBtcpay,
  { accountId, purpose, amount, paymentId }: BtcpayAsked,
): Promise<{ readonly payment: Payment; readonly url: string }> {
  const { desk, clock, log } = opened
  // The server rounds to the cent, and what it then asks for would not be what we asked for.
  if (amount % CENT !== 0n) fail('amount_invalid', { field: 'amount' })
  const payment = await desk.open({
    ...{ accountId, rail: 'btcpay', purpose, amount, expiresAt: new Date(clock.now() + MINUTES * 60_000) },
    ...(paymentId === undefined ? {} : { id: paymentId }),
  })
  try {
    const invoice = await invoiceOf(opened, payment)
    return { payment: { ...payment, railRef: invoice.id }, url: invoice.checkoutLink }
  } catch (thrown) {
    log({ event: 'payment-unopened', payment: payment.id, source: 'btcpay', code: errorCode(thrown) })
    return fail('rail_unavailable')
  }
}

/** The one invoice of a payment. What is paid at another would be nobody's, so no page is told before its invoice is noted. */
async function invoiceOf({ desk, database, client, publicUrl }: OpenedBtcpay, payment: Payment): Promise<Invoice> {
  if (payment.railRef !== undefined) return await client.read(payment.railRef)
  const made = await client.create({
    orderId: payment.id,
    amount: payment.amount,
    minutes: MINUTES,
    returnTo: returnPageOf(publicUrl, payment.purpose),
  })
  if (await desk.noteRef(payment.id, made.id)) return made
  const railRef = (await findPayment(database, payment.id))?.railRef
  return railRef === undefined ? fail('rail_unavailable') : await client.read(railRef)
}

/** Reads an invoice from the server and does what follows from it; a delivery is only a reason to look. */
async function look(parts: OpenedBtcpay, payment: Payment): Promise<void> {
  const { desk, settings } = parts
  const invoice = await readUnlessGone(parts, payment)
  if (invoice === undefined) return
  const trouble = (code: string, amount?: NanoUsd) =>
    desk.problem({ rail: 'btcpay', code, ref: invoice.id, accountId: payment.accountId, amount })
  // What we asked for is what has to have been paid; anything else is for the operator to look at.
  if (invoice.storeId !== settings.storeId || invoice.amount === undefined) return void (await trouble('wrong_currency'))
  if (payment.transferId === undefined && invoice.amount !== payment.amount) return void (await trouble('wrong_amount', invoice.amount))
  await STEPS[invoice.status]({ parts, payment, invoice, amount: invoice.amount, trouble })
}

/** Undefined where the server has no such invoice any more and its time is over: then nobody pays it, and its payment ends. */
async function readUnlessGone({ client, desk, clock }: OpenedBtcpay, payment: Payment): Promise<Invoice | undefined> {
  const ref = payment.railRef ?? ''
  try {
    return await client.read(ref)
  } catch (thrown) {
    const isOver = payment.expiresAt !== undefined && payment.expiresAt.getTime() < clock.now()
    if (!(thrown instanceof RailServerError && thrown.code === 'HTTP_404' && isOver)) throw thrown
    const { accountId, amount } = payment
    // Coins were seen for it, and where they went the server does not say any more.
    if (payment.state === 'pending') await desk.problem({ rail: 'btcpay', code: 'invoice_gone', ref, accountId, amount })
    await desk.fail(payment.id, 'expired', 'not_paid')
    return undefined
  }
}

type Looked = {
  readonly parts: OpenedBtcpay
  readonly payment: Payment
  readonly invoice: Invoice
  readonly amount: NanoUsd
  readonly trouble: (code: string, amount?: NanoUsd) => Promise<boolean>
}

/** Why an invoice was not credited when its time was over. */
const SHORT = ['paid_late', 'paid_partial'] as const

const STEPS: Readonly<Record<Invoice['status'], (looked: Looked) => Promise<void>>> = {
  New: async () => undefined,
  Processing: ({ parts, payment }) => parts.desk.pending(payment.id),
  Settled: async ({ parts, payment, invoice, amount, trouble }) => {
    const { accountId, id: paymentId } = payment
    const money = { rail: 'btcpay', externalKey: parts.desk.externalKey('btcpay', invoice.id) } as const
    // What came late and was credited from the queue, and is settled at the server by hand as well, is credited once.
    if (payment.transferId === undefined && (await wasCreditedByHand(parts.database, money))) {
      await trouble('settled_after_credit', amount)
      return
    }
    await parts.desk.settle({ rail: 'btcpay', externalId: invoice.id, accountId, amount, paymentId })
    await endProblems(parts.database, { ...money, codes: SHORT, at: new Date(parts.clock.now()) })
    if (invoice.additional === 'PaidOver') await trouble('paid_over', overOf(invoice, amount))
  },
  Expired: async ({ parts, payment, invoice, trouble }) => {
    if (invoice.additional === 'PaidPartial' || invoice.additional === 'PaidLate') await trouble(snake(invoice.additional), invoice.paid)
    await parts.desk.fail(payment.id, 'expired', invoice.additional === 'None' ? 'not_paid' : snake(invoice.additional))
  },
  Invalid: async ({ parts, payment, trouble }) => {
    // Money that was credited and is taken back by nobody's protocol: a person has to decide.
    if (payment.transferId !== undefined) await trouble('settled_then_invalid', payment.amount)
    await parts.desk.fail(payment.id, 'failed', 'not_confirmed')
  },
}

const overOf = ({ paid }: Invoice, amount: NanoUsd): NanoUsd | undefined =>
  paid !== undefined && paid > amount ? paid - amount : undefined

const snake = (name: string): string => name.replace(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase()
