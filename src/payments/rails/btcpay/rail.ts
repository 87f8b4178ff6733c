import type { Database } from '../../../db/index.ts'
import { fail } from '../../../failures.ts'
import { errorCode, type Log, type NanoUsd } from '../../../lib/index.ts'
import type { PaymentDesk } from '../../desk.ts'
import type { Payment, PaymentPurpose } from '../../payment.ts'
import type { Webhook } from '../../rail.ts'
import { findByRef, listOpen } from '../../store.ts'
import { type BtcpayClient, btcpayClient, type Invoice } from './client.ts'
import type { BtcpaySettings } from './settings.ts'
import { isSigned, readEvent } from './webhook.ts'

/** What the rail works with; `publicUrl` is where people come back to. */
export type BtcpayParts = {
  readonly settings: BtcpaySettings
  readonly desk: PaymentDesk
  readonly database: Database
  readonly publicUrl: string
  readonly clock: { readonly now: () => number }
  readonly log: Log
  /** The server itself when left out. */
  readonly client?: BtcpayClient
}

/** Somebody who wants to pay with coins; `amount` in nano-USD, `paymentId` where whoever asks has an id for it already. */
export type BtcpayAsked = {
  readonly accountId: string
  readonly purpose: PaymentPurpose
  readonly amount: NanoUsd
  readonly paymentId?: string
}

/** Coins by a BTCPay Server: an invoice for each payment, credited when the server says that it is settled. */
export type BtcpayRail = {
  /** Makes an invoice and says where it is paid. Fails with rail_unavailable. */
  readonly checkout: (asked: BtcpayAsked) => Promise<{ readonly payment: Payment; readonly url: string }>
  readonly webhook: Webhook
  /** Looks at invoices that are open, in case a delivery was lost. */
  readonly refresh: () => Promise<void>
  readonly client: BtcpayClient
}

const MINUTES = 60
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
        const payment = event.invoiceId === undefined ? undefined : await findByRef(database, 'btcpay', event.invoiceId)
        // An invoice that we did not make is the operator's own business.
        if (payment !== undefined) await look(opened, payment)
        return 200
      } catch (thrown) {
        log({ event: 'payment-unread', source: 'btcpay', code: errorCode(thrown) })
        return 503
      }
    },
    refresh: async () => {
      for (const payment of await listOpen(database, 'btcpay', REFRESHED_MAX)) {
        await look(opened, payment).catch((thrown: unknown) =>
          log({ event: 'payment-unread', payment: payment.id, source: 'btcpay', code: errorCode(thrown) }),
        )
      }
    },
  }

  async function checkout(
    { desk: paying, publicUrl, clock, client: server }: Opened,
    { accountId, purpose, amount, paymentId }: BtcpayAsked,
  ): Promise<{ readonly payment: Payment; readonly url: string }> {
    const expiresAt = new Date(clock.now() + MINUTES * 60_000)
    const payment = await desk.open({
      ...{ accountId, rail: 'btcpay', purpose, amount, expiresAt },
      ...(paymentId === undefined ? {} : { id: paymentId }),
    })
    try {
      const invoice = await server.create({ orderId: payment.id, amount, minutes: MINUTES, returnTo: publicUrl })
      await paying.noteRef(payment.id, invoice.id)
      return { payment: { ...payment, railRef: invoice.id }, url: invoice.checkoutLink }
    } catch (thrown) {
      log({ event: 'payment-unopened', payment: payment.id, source: 'btcpay', code: errorCode(thrown) })
      await paying.fail(payment.id, 'failed', 'rail_unavailable')
      return fail('rail_unavailable')
    }
  }
}

type Opened = BtcpayParts & { readonly client: BtcpayClient }

/** Reads an invoice from the server and does what follows from it; a delivery is only a reason to look. */
async function look(parts: Opened, payment: Payment): Promise<void> {
  const { desk, settings } = parts
  const invoice = await parts.client.read(payment.railRef ?? '')
  const trouble = (code: string, amount?: NanoUsd) =>
    desk.problem({ rail: 'btcpay', code, ref: invoice.id, accountId: payment.accountId, amount })
  // What we asked for is what has to have been paid; anything else is for the operator to look at.
  if (invoice.storeId !== settings.storeId || invoice.amount === undefined) return void (await trouble('wrong_currency'))
  if (payment.transferId === undefined && invoice.amount !== payment.amount) return void (await trouble('wrong_amount', invoice.amount))
  await STEPS[invoice.status]({ parts, payment, invoice, amount: invoice.amount, trouble })
}

type Looked = {
  readonly parts: Opened
  readonly payment: Payment
  readonly invoice: Invoice
  readonly amount: NanoUsd
  readonly trouble: (code: string, amount?: NanoUsd) => Promise<boolean>
}

const STEPS: Readonly<Record<Invoice['status'], (looked: Looked) => Promise<void>>> = {
  New: async () => undefined,
  Processing: ({ parts, payment }) => parts.desk.pending(payment.id),
  Settled: async ({ parts, payment, invoice, amount, trouble }) => {
    const { accountId, id: paymentId } = payment
    await parts.desk.settle({ rail: 'btcpay', externalId: invoice.id, accountId, amount, paymentId })
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
