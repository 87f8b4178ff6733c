import type { Database } from '../../../db/index.ts'
import { isUuid } from '../../../lib/index.ts'
import type { RailEntry, RailReport } from '../../../spec/index.ts'
import { RailServerError } from '../../ask-json.ts'
import type { PaymentDesk } from '../../desk.ts'
import { listByExternalKeys } from '../../store.ts'
import type { BtcpayClient } from './client.ts'

const DAY_SECONDS = 86_400

/** What days are read with; `database` has the role farebox_app. */
export type ReportParts = { readonly client: BtcpayClient; readonly desk: Pick<PaymentDesk, 'externalKey'>; readonly database: Database }

/** What BTCPay Server says came in: invoices of ours of a day that are settled by now, as each of them names its payment; undefined while it cannot be asked. */
export const btcpayReport = ({ client, desk, database }: ReportParts): RailReport => ({
  ...{ rail: 'btcpay', sourcePrefix: 'btcpay:', externalIdIs: 'rest-of-source-key', isExpected: true },
  read: async (day) => {
    const from = Date.parse(`${day}T00:00:00Z`) / 1000
    const invoices = await client.listSettled({ from, to: from + DAY_SECONDS - 1 }).catch(unread)
    return invoices?.flatMap(({ id, amount, orderId = '' }) =>
      amount === undefined || !isUuid(orderId) ? [] : [{ externalId: desk.externalKey('btcpay', id), amount, currency: 'USD' }],
    )
  },
  // An invoice is listed for the day that it was made on, and can be settled days later.
  find: async (externalIds) => {
    const entries: RailEntry[] = []
    for (const { externalKey, railRef } of await listByExternalKeys(database, 'btcpay', externalIds)) {
      const invoice = railRef === undefined ? undefined : await client.read(railRef).catch(unread)
      if (invoice?.status === 'Settled' && invoice.amount !== undefined)
        entries.push({ externalId: externalKey, amount: invoice.amount, currency: 'USD' })
    }
    return entries
  },
})

/** A day that cannot be read is told as missing, and keeps no other part of the comparison from being made. */
function unread(thrown: unknown): undefined {
  if (!(thrown instanceof RailServerError)) throw thrown
}
