import { createHmac, randomBytes } from 'node:crypto'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerRefunds, type SimClaim } from './btcpay-refunds.ts'

/** How an invoice of the server is. Source: docs.btcpayserver.org/API/Greenfield/v1 (2026-11-26). */
export type SimInvoice = {
  readonly id: string
  readonly storeId: string
  readonly amount: string
  readonly currency: string
  readonly metadata: { readonly orderId?: string }
  readonly checkoutLink: string
  readonly createdTime: number
  readonly expirationTime: number
  paidAmount: string
  status: 'New' | 'Processing' | 'Expired' | 'Invalid' | 'Settled'
  additionalStatus: 'None' | 'PaidLate' | 'PaidPartial' | 'PaidOver' | 'Marked' | 'Invalid'
}

/** A message as the server sends it: the bytes, and the header that signs them. */
export type SimDelivery = { readonly body: string; readonly signature: string }

/** A BTCPay Server with one store; `fails` makes it answer 503, `losesAnswers` do what is asked about refunds and then answer 503. */
export type SimBtcpay = {
  readonly url: string
  readonly storeId: string
  readonly apiKey: string
  readonly secret: string
  /** What is taken out it knows no more. */
  readonly invoices: Map<string, SimInvoice>
  /** What was given back, by whom nobody knows until it is claimed. */
  readonly claims: ReadonlyMap<string, SimClaim>
  fails: boolean
  losesAnswers: boolean
  /** What it would send on an invoice now; any number of times, as it sends again what was not taken. */
  readonly delivery: (type: string, invoiceId: string) => SimDelivery
  readonly stop: () => Promise<void>
}

/** Starts a server on this machine; `now` in milliseconds. */
export async function startSimBtcpay(now: () => number = Date.now): Promise<SimBtcpay> {
  const seconds = (): number => Math.floor(now() / 1000)
  const invoices = new Map<string, SimInvoice>()
  const claims = new Map<string, SimClaim>()
  const [storeId, apiKey, secret] = [randomId(), randomBytes(20).toString('hex'), randomBytes(16).toString('hex')]
  const server = http.createServer((request, response) => void answer({ sim, invoices, claims, seconds }, request, response))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const sim: SimBtcpay = {
    ...{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, storeId, apiKey, secret, invoices, claims },
    ...{ fails: false, losesAnswers: false },
    delivery: (type, invoiceId) => {
      const about = { deliveryId: randomId(), webhookId: 'wh', originalDeliveryId: 'wh', isRedelivery: false, timestamp: seconds() }
      const body = JSON.stringify({ ...about, type, storeId, invoiceId })
      return { body, signature: `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` }
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return sim
}

type Shop = {
  readonly sim: SimBtcpay
  readonly invoices: Map<string, SimInvoice>
  readonly claims: Map<string, SimClaim>
  readonly seconds: () => number
}

async function answer({ sim, invoices, claims, seconds }: Shop, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  const say = (status: number, value: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  }
  const url = new URL(request.url ?? '/', sim.url)
  const own = `/api/v1/stores/${sim.storeId}/invoices`
  if (sim.fails) return say(503, { code: 'unavailable', message: 'try later' })
  if (request.headers.authorization !== `token ${sim.apiKey}`) return say(401, { code: 'unauthenticated', message: 'no key' })
  if (request.method === 'POST' && url.pathname === own) {
    const { amount, currency, metadata, checkout } = JSON.parse(Buffer.concat(parts).toString()) as Asked
    const id = randomId()
    // A server rounds to the cent. Source: btcpayserver/btcpayserver, BTCPayServer/Controllers/UIInvoiceController.cs (2026-11-29).
    const rounded = wholeCents(amount)
    const invoice: SimInvoice = {
      ...{ id, storeId: sim.storeId, amount: rounded, currency, metadata, checkoutLink: `${sim.url}/i/${id}`, createdTime: seconds() },
      ...{ expirationTime: seconds() + checkout.expirationMinutes * 60, paidAmount: '0.00', status: 'New', additionalStatus: 'None' },
    }
    invoices.set(id, invoice)
    return say(200, invoice)
  }
  const isRefundable = (id: string) => invoices.get(id)?.status === 'Settled'
  const refunds = answerRefunds(
    { ...sim, isRefundable, claims },
    { method: request.method ?? '', path: url.pathname, body: Buffer.concat(parts).toString() },
  )
  if (refunds !== undefined) return sim.losesAnswers ? say(503, {}) : say(refunds.status, refunds.value)
  if (url.pathname === own) return say(200, listOf([...invoices.values()], url.searchParams))
  const found = invoices.get(url.pathname.slice(own.length + 1))
  return found === undefined ? say(404, { code: 'invoice-not-found', message: 'no such invoice' }) : say(200, found)
}

type Asked = {
  readonly amount: string
  readonly currency: string
  readonly metadata: { readonly orderId?: string }
  readonly checkout: { readonly expirationMinutes: number }
}

function listOf(invoices: readonly SimInvoice[], query: URLSearchParams): readonly SimInvoice[] {
  const [from, to] = [Number(query.get('startDate')), Number(query.get('endDate'))]
  const [skip, take] = [Number(query.get('skip')), Number(query.get('take'))]
  const wanted = invoices.filter(
    ({ createdTime, status }) => createdTime >= from && createdTime <= to && (query.get('status') ?? status) === status,
  )
  return wanted.slice(skip, skip + take)
}
const randomId = (): string => randomBytes(11).toString('hex')

/** A decimal to the cent, half a cent up: "12.345" is "12.35". */
function wholeCents(amount: string): string {
  const [dollars = '0', part = ''] = amount.split('.')
  const mills = BigInt(`${dollars}${part.slice(0, 3).padEnd(3, '0')}`)
  const cents = String((mills + 5n) / 10n).padStart(3, '0')
  return `${cents.slice(0, -2)}.${cents.slice(-2)}`
}
