import type { Database } from '../../db/index.ts'
import type { Ledger } from '../../ledger/index.ts'
import type { Clock, Ids, NanoUsd } from '../../lib/index.ts'
import type { SubjectKeys } from '../../privacy/index.ts'
import type { RailName } from '../payment.ts'
import type { RefundAsker, RefundPolicy } from '../rules/index.ts'

/** Writes down that money of a payment goes back, in a transaction of the caller's; fails as the desk or the rail says that does it. */
export type AskBack = (
  tx: Database,
  request: { readonly paymentId: string; readonly amount: NanoUsd; readonly by: RefundAsker },
) => Promise<{ readonly id: string; readonly amount: NanoUsd; readonly askedAt: Date }>

/** What money that is asked back is judged by and given back with; the role of the databases that come with it is farebox_app. */
export type WishParts = {
  readonly ledger: Pick<Ledger, 'standingOf'>
  readonly sealing: Pick<SubjectKeys, 'seal' | 'unseal'>
  readonly policy: RefundPolicy
  /** How money of a rail goes back; undefined where it does not, or where what does it is not set up. */
  readonly askOf: (rail: RailName) => AskBack | undefined
  readonly clock: Pick<Clock, 'now'>
  readonly ids: Ids
}
