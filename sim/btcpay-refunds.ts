import { randomBytes } from 'node:crypto'

/** A part of a claim that somebody asked for. */
export type SimPayout = {
  readonly id: string
  readonly originalCurrency: string
  readonly originalAmount: string
  state: 'AwaitingApproval' | 'AwaitingPayment' | 'InProgress' | 'Completed' | 'Cancelled'
}

/** A pull payment: what somebody may claim. Source: swagger.template.pull-payments.json of btcpayserver/btcpayserver (2026-11-27). */
export type SimClaim = {
  readonly id: string
  readonly name: string
  readonly currency: string
  readonly amount: string
  readonly viewLink: string
  readonly payouts: SimPayout[]
  archived: boolean
}

/** What was asked, and how it is answered; undefined for what has nothing to do with refunds. */
export type SimRefundAnswer = { readonly status: number; readonly value: unknown } | undefined

/** A request that may be about refunds; `body` as it came. */
export type SimRefundRequest = { readonly method: string; readonly path: string; readonly body: string }

/** Where the server is, its store, the invoices it has that can be refunded, and its claims. */
export type SimRefundShop = {
  readonly url: string
  readonly storeId: string
  readonly isRefundable: (invoiceId: string) => boolean
  readonly claims: Map<string, SimClaim>
}

/** Answers what is asked about refunds as the server does. */
export function answerRefunds(shop: SimRefundShop, { method, path, body }: SimRefundRequest): SimRefundAnswer {
  const store = `/api/v1/stores/${shop.storeId}`
  const invoiceId = new RegExp(`^${store}/invoices/([^/]+)/refund$`).exec(path)?.[1]
  if (method === 'POST' && invoiceId !== undefined) return openClaim(shop, invoiceId, JSON.parse(body) as Asked)
  if (method === 'GET' && path === `${store}/pull-payments`) return { status: 200, value: [...shop.claims.values()].map(shown) }
  const claimed = /^\/api\/v1\/pull-payments\/([^/]+)\/payouts$/.exec(path)?.[1]
  const deleted = new RegExp(`^${store}/pull-payments/([^/]+)$`).exec(path)?.[1]
  const claim = shop.claims.get(claimed ?? deleted ?? '')
  if (claim === undefined) return undefined
  if (method === 'GET' && claimed !== undefined) return { status: 200, value: claim.payouts }
  if (method !== 'DELETE') return undefined
  claim.archived = true
  // What awaits its payment is cancelled; what is on its way is not.
  for (const payout of claim.payouts) if (payout.state.startsWith('Awaiting')) payout.state = 'Cancelled'
  return { status: 200, value: '' }
}

type Asked = { readonly name?: string; readonly refundVariant: string; readonly customAmount: string; readonly customCurrency: string }

function openClaim(shop: SimRefundShop, invoiceId: string, asked: Asked): SimRefundAnswer {
  if (asked.refundVariant !== 'Custom' || !shop.isRefundable(invoiceId))
    return { status: 400, value: [{ path: 'refundVariant', message: 'no' }] }
  const id = randomBytes(14).toString('hex')
  const claim: SimClaim = {
    ...{ id, name: asked.name ?? `Refund ${invoiceId}`, currency: asked.customCurrency, amount: asked.customAmount },
    ...{ viewLink: `${shop.url}/pull-payments/${id}`, payouts: [], archived: false },
  }
  shop.claims.set(id, claim)
  return { status: 200, value: shown(claim) }
}

const shown = ({ payouts: _payouts, ...claim }: SimClaim) => claim

/** Somebody claims a part of what they may, as long as it is open; resolves with it, undefined where the server says no. */
export function claimPart(claim: SimClaim, amount: string): SimPayout | undefined {
  if (claim.archived) return undefined
  const payout: SimPayout = {
    ...{ id: randomBytes(8).toString('hex'), originalCurrency: claim.currency, originalAmount: amount, state: 'AwaitingApproval' },
  }
  claim.payouts.push(payout)
  return payout
}
