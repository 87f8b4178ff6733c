import type { Database } from '../../../db/index.ts'
import type { Ledger } from '../../../ledger/index.ts'
import type { Ids, Log } from '../../../lib/index.ts'
import type { Mailer } from '../../../spec/index.ts'
import type { PaymentDesk } from '../../desk.ts'
import type { RefundPolicy } from '../../rules/index.ts'
import type { TopupRules } from '../../settings.ts'
import type { StripeSettings } from './settings.ts'
import type { StripeApi } from './stripe-api.ts'

/** What the rail works with; `database` has the role farebox_app. */
export type StripeParts = {
  readonly api: StripeApi
  readonly settings: Pick<StripeSettings, 'isTaxed' | 'isRedacting'>
  readonly rules: TopupRules
  readonly refunds: RefundPolicy
  readonly database: Database
  readonly ledger: Pick<Ledger, 'refund' | 'chargeBack' | 'reverse' | 'balanceOf' | 'standingOf'>
  readonly desk: PaymentDesk
  readonly ids: Ids
  readonly clock: { readonly now: () => number }
  readonly log: Log
  /** Undefined where no mail can be sent. */
  readonly mailer: Mailer | undefined
  /** The address of an account; undefined for one that is erased. */
  readonly emailOf: (accountId: string) => Promise<string | undefined>
  /** Where people come back to. */
  readonly publicUrl: string
  /** What the shop is called at Stripe's page. */
  readonly service: string
}

/** What this rail's money begins with in source keys, and its name. */
export const RAIL = 'stripe'

/** The time as the database is told it. */
export const timeOf = ({ clock }: Pick<StripeParts, 'clock'>): Date => new Date(clock.now())

/** Where people who are signed in look at their cards. */
export const cardsPageOf = ({ publicUrl }: Pick<StripeParts, 'publicUrl'>): string => `${publicUrl}/dashboard/top-up`
