import { z } from 'zod'
import { formatUsd, type NanoUsd, parseUsd } from '../../../lib/index.ts'
import { askJson, RailServerError } from '../../ask-json.ts'
import type { BtcpaySettings } from './settings.ts'

/** How an invoice is, and what else there is to say of that. Source: docs.btcpayserver.org/API/Greenfield/v1 (2026-11-26). */
export type Invoice = {
  readonly id: string
  readonly storeId: string
  /** The payment of ours that it was made for; undefined for an invoice of somebody else. */
  readonly orderId: string | undefined
  /** Nano-USD; undefined where the invoice is not in USD. */
  readonly amount: NanoUsd | undefined
  /** What was paid in its currency, where the server says so. */
  readonly paid: NanoUsd | undefined
  readonly status: 'New' | 'Processing' | 'Expired' | 'Invalid' | 'Settled'
  readonly additional: string
  readonly checkoutLink: string
  /** Seconds since 1970. */
  readonly createdAt: number
  readonly expiresAt: number
}

/** What an invoice is made of; `orderId` is our payment, `amount` nano-USD. */
export type NewInvoice = { readonly orderId: string; readonly amount: NanoUsd; readonly minutes: number; readonly returnTo: string }

const decimal = z.union([z.string().max(40), z.null()]).optional()
const invoiceShape = z.object({
  id: z.string().regex(/^[A-Za-z0-9]{8,64}$/),
  storeId: z.string().max(64),
  metadata: z
    .object({ orderId: z.string().max(200).nullish().catch(undefined) })
    .nullish()
    .catch(undefined),
  amount: z.string().max(40),
  currency: z.string().max(10),
  paidAmount: decimal,
  status: z.enum(['New', 'Processing', 'Expired', 'Invalid', 'Settled']),
  additionalStatus: z.string().max(40),
  checkoutLink: z.string().max(500),
  createdTime: z.int().min(0),
  expirationTime: z.int().min(0),
})

/** The calls of a BTCPay Server that are needed; each throws RailServerError. */
export type BtcpayClient = {
  readonly create: (invoice: NewInvoice) => Promise<Invoice>
  readonly read: (id: string) => Promise<Invoice>
  /** Invoices that were made between two times, in seconds since 1970. */
  readonly listSettled: (range: { readonly from: number; readonly to: number }) => Promise<readonly Invoice[]>
}

const PAGE = 100
const PAGES_MAX = 200

/** A client of one store. */
export function btcpayClient({ url, storeId, apiKey }: BtcpaySettings): BtcpayClient {
  const headers = { authorization: `token ${apiKey}` }
  const invoices = `${url}/api/v1/stores/${storeId}/invoices`
  return {
    create: async ({ orderId, amount, minutes, returnTo }) => {
      const checkout = { expirationMinutes: minutes, redirectURL: returnTo, redirectAutomatically: false }
      const body = { amount: formatUsd(amount), currency: 'USD', metadata: { orderId }, checkout }
      return invoiceOf(await askJson({ method: 'POST', url: invoices, headers, body }))
    },
    read: async (id) => invoiceOf(await askJson({ method: 'GET', url: `${invoices}/${id}`, headers })),
    listSettled: async ({ from, to }) => {
      const found: Invoice[] = []
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const query = `status=Settled&startDate=${from}&endDate=${to}&skip=${page * PAGE}&take=${PAGE}`
        const list = await askJson({ method: 'GET', url: `${invoices}?${query}`, headers })
        if (!Array.isArray(list)) throw new RailServerError('NOT_A_LIST')
        found.push(...list.map(invoiceOf))
        if (list.length < PAGE) return found
      }
      throw new RailServerError('TOO_LARGE')
    },
  }
}

function invoiceOf(value: unknown): Invoice {
  const read = invoiceShape.safeParse(value)
  if (!read.success) throw new RailServerError('NOT_AN_INVOICE')
  const { id, storeId, amount, currency, paidAmount, status, additionalStatus, checkoutLink, createdTime, expirationTime } = read.data
  const orderId = read.data.metadata?.orderId ?? undefined
  const isUsd = currency === 'USD'
  return {
    ...{ id, storeId, orderId, status, checkoutLink, additional: additionalStatus, createdAt: createdTime, expiresAt: expirationTime },
    amount: isUsd ? usdOf(amount) : undefined,
    paid: isUsd ? usdOf(paidAmount ?? '') : undefined,
  }
}

/** Servers write as many zeros as they like behind the point. */
const usdOf = (text: string): NanoUsd | undefined => parseUsd(text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, ''))
