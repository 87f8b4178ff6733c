import type { Database } from '../../db/index.ts'
import type { Ledger } from '../../ledger/index.ts'
import type { Clock, Ids, Log } from '../../lib/index.ts'
import type { Keyring, SubjectKeys } from '../../privacy/index.ts'
import type { PaymentDesk } from '../desk.ts'
import type { BtcpayRefunds } from '../rails/btcpay/index.ts'
import type { Endpoints, Sanctions, UsdcChain } from '../rails/usdc/index.ts'
import type { RefundPolicy } from '../rules/index.ts'

/** A chain that money goes back on, with its token and its endpoints. */
export type RefundChain = { readonly chain: UsdcChain; readonly endpoints: Endpoints }

/** What refunds in coins are made with; the role of `database` is farebox_app, `service` is what customers call the house. */
export type RefundParts = {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'refund' | 'reverse'>
  readonly desk: Pick<PaymentDesk, 'externalKey' | 'problem'>
  readonly keyring: Pick<Keyring, 'lookup'>
  readonly sealing: Pick<SubjectKeys, 'seal' | 'unseal'>
  readonly policy: RefundPolicy
  /** By their numbers: those of deposits in USDC. */
  readonly chains: ReadonlyMap<number, RefundChain>
  /** Where calls without a key are paid; undefined where none are sold, or no endpoint shows that chain. */
  readonly callChain: RefundChain | undefined
  /** Undefined where there is no BTCPay Server. */
  readonly btcpay: BtcpayRefunds | undefined
  readonly sanctions: Sanctions
  readonly service: string
  readonly clock: Pick<Clock, 'now'>
  readonly ids: Ids
  readonly log: Log
}

/** Now, as the database takes it. */
export const timeOf = ({ clock }: Pick<RefundParts, 'clock'>): Date => new Date(clock.now())
