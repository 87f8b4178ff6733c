import { isUuid } from '../../../lib/index.ts'
import type { RailReport } from '../../../spec/index.ts'
import { RailServerError } from '../../ask-json.ts'
import type { PaymentDesk } from '../../desk.ts'
import type { BtcpayClient } from './client.ts'

const DAY_SECONDS = 86_400

/** What BTCPay Server says came in: invoices of ours of a day that are settled by now, as each of them names its payment; undefined while it cannot be asked. */
export const btcpayReport = (client: BtcpayClient, desk: Pick<PaymentDesk, 'externalKey'>): RailReport => ({
  ...{ rail: 'btcpay', sourcePrefix: 'btcpay:', externalIdIs: 'rest-of-source-key', isExpected: true },
  read: async (day) => {
    const from = Date.parse(`${day}T00:00:00Z`) / 1000
    const invoices = await client.listSettled({ from, to: from + DAY_SECONDS - 1 }).catch(unread)
    return invoices?.flatMap(({ id, amount, orderId = '' }) =>
      amount === undefined || !isUuid(orderId) ? [] : [{ externalId: desk.externalKey('btcpay', id), amount, currency: 'USD' }],
    )
  },
})

/** A day that cannot be read is told as missing, and keeps no other part of the comparison from being made. */
function unread(thrown: unknown): undefined {
  if (!(thrown instanceof RailServerError)) throw thrown
}
