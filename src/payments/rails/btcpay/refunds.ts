import { z } from 'zod'
import { formatUsd, type NanoUsd, parseUrl, parseUsd } from '../../../lib/index.ts'
import { askJson, RailServerError } from '../../ask-json.ts'
import type { BtcpaySettings } from './settings.ts'

/** Where somebody claims a refund: what the server calls it (a pull payment), and its page. */
export type BtcpayClaim = { readonly id: string; readonly link: string }

/** A part of a claim that somebody asked for an address: how far it is, and how much in nano-USD. */
export type BtcpayPayout = {
  readonly state: 'AwaitingApproval' | 'AwaitingPayment' | 'InProgress' | 'Completed' | 'Cancelled'
  /** Undefined where it is not in USD. */
  readonly amount: NanoUsd | undefined
}

/**
 * Refunds of a BTCPay Server; each call throws RailServerError. Source: github.com/btcpayserver/btcpayserver,
 * BTCPayServer/wwwroot/swagger/v1/swagger.template.invoices.json and swagger.template.pull-payments.json (2026-11-27).
 */
export type BtcpayRefunds = {
  /** Makes a claim of so many dollars for an invoice; `name` is what it is found by. */
  readonly open: (refund: { readonly invoiceId: string; readonly name: string; readonly amount: NanoUsd }) => Promise<BtcpayClaim>
  readonly find: (name: string) => Promise<BtcpayClaim | undefined>
  readonly payouts: (claimId: string) => Promise<readonly BtcpayPayout[]>
  /** Lets nobody claim any more, and cancels what is not on its way yet. */
  readonly archive: (claimId: string) => Promise<void>
}

const claim = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
  name: z.string().max(200).nullish(),
  viewLink: z
    .string()
    .max(700)
    .refine((text) => parseUrl(text, ['https:', 'http:']) !== undefined),
})
const payout = z.object({
  state: z.enum(['AwaitingApproval', 'AwaitingPayment', 'InProgress', 'Completed', 'Cancelled']),
  originalCurrency: z.string().max(10),
  originalAmount: z.string().max(40),
})

/** The refunds of one store. */
export function btcpayRefunds({ url, storeId, apiKey }: BtcpaySettings): BtcpayRefunds {
  const headers = { authorization: `token ${apiKey}` }
  const store = `${url}/api/v1/stores/${storeId}`
  return {
    open: async ({ invoiceId, name, amount }) => {
      const body = { name, refundVariant: 'Custom', customAmount: formatUsd(amount), customCurrency: 'USD' }
      return claimOf(read(claim, await askJson({ method: 'POST', url: `${store}/invoices/${invoiceId}/refund`, headers, body })))
    },
    find: async (name) => {
      const all = read(z.array(z.unknown()), await askJson({ method: 'GET', url: `${store}/pull-payments?includeArchived=true`, headers }))
      const found = all.flatMap((one) => claim.safeParse(one).data ?? []).find((one) => one.name === name)
      return found && claimOf(found)
    },
    payouts: async (claimId) => {
      const asked = { method: 'GET', url: `${url}/api/v1/pull-payments/${claimId}/payouts?includeCancelled=true`, headers } as const
      return read(z.array(payout), await askJson(asked)).map(({ state, originalCurrency, originalAmount }) => ({
        state,
        amount: originalCurrency === 'USD' ? parseUsd(originalAmount.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')) : undefined,
      }))
    },
    archive: async (claimId) => void (await askJson({ method: 'DELETE', url: `${store}/pull-payments/${claimId}`, headers })),
  }
}

const claimOf = ({ id, viewLink }: z.output<typeof claim>): BtcpayClaim => ({ id, link: viewLink })

function read<T>(shape: z.ZodType<T>, value: unknown): T {
  const told = shape.safeParse(value)
  if (!told.success) throw new RailServerError('NOT_A_REFUND')
  return told.data
}
