import type { Database } from '../../../db/index.ts'
import type { Log } from '../../../lib/index.ts'
import type { PaymentDesk } from '../../desk.ts'
import type { BtcpayClient } from './client.ts'
import type { BtcpaySettings } from './settings.ts'

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

/** The same with the server that is asked. */
export type OpenedBtcpay = BtcpayParts & { readonly client: BtcpayClient }
