import type { Database } from '../../../db/index.ts'
import type { Ledger } from '../../../ledger/index.ts'
import type { Clock, Log, NanoUsd } from '../../../lib/index.ts'
import type { SubjectKeys } from '../../../privacy/index.ts'
import type { PaymentDesk } from '../../desk.ts'
import type { AddressBook } from './address-book.ts'
import type { DepositTags } from './deposit-record.ts'
import type { Endpoints } from './endpoints.ts'
import type { Sanctions } from './sanctions.ts'

/** What the rail does with money: opens orders, credits it once for each external id, and puts before the operator what it cannot credit. */
export type UsdcDesk = Pick<PaymentDesk, 'open' | 'fail' | 'settle' | 'takenBack' | 'problem' | 'externalKey'>

/** What is taken on which terms; amounts in nano-USD, addresses in lower case. */
export type UsdcTerms = {
  readonly minimum: NanoUsd
  readonly maximum: NanoUsd
  /** What becomes of less than the minimum: credited all the same, or put before the operator. */
  readonly dust: 'credit' | 'queue'
  readonly houseAddress: string | undefined
}

/** A chain that is read: its token, and when what it says is believed. */
export type UsdcChain = {
  readonly id: number
  readonly name: string
  readonly token: string
  readonly decimals: number
  /** Blocks with and on top of a deposit's own that make it final, where the chain does not say it itself. */
  readonly confirmations?: number | undefined
  readonly early?: { readonly limit: NanoUsd; readonly confirmations: number } | undefined
  /** Where reading begins the first time; undefined: with what is final then. */
  readonly firstBlock?: number | undefined
  /** Blocks that logs are asked for at once, at most. */
  readonly range: number
}

/** What all chains work with; the role of `database` is farebox_app. */
export type UsdcParts = {
  readonly database: Database
  readonly book: AddressBook
  readonly tags: DepositTags
  readonly desk: UsdcDesk
  readonly ledger: Pick<Ledger, 'chargeBack'>
  readonly sealing: Pick<SubjectKeys, 'seal' | 'unseal'>
  readonly sanctions: Sanctions
  readonly terms: UsdcTerms
  readonly clock: Clock
  readonly log: Log
}

/** A chain with its endpoints. */
export type ChainParts = UsdcParts & { readonly chain: UsdcChain; readonly endpoints: Endpoints }

/** What the rail is called in source keys, tables and reports. */
export const USDC_RAIL = 'usdc' as const
