import { getAccount } from '../accounts/index.ts'
import type { Database } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import { errorCode } from '../lib/index.ts'
import { type OpenStripeOptions, openStripeRail, type PaymentSettings, type StripeRail } from '../payments/index.ts'
import type { SubjectKeys } from '../privacy/index.ts'
import { type RunningJobs, repeat, together } from './repeat.ts'

/** What cards are taken with; `database` has the role farebox_app. */
export type OpenStripeControl = Omit<OpenStripeOptions, 'settings' | 'rules' | 'refunds' | 'emailOf' | 'api'> & {
  readonly settings: PaymentSettings
  readonly subjects: SubjectKeys
}

/** How often balances are compared with their thresholds, and what was left is carried on. */
const TOP_UP_MS = 10_000
const FINISH_MS = 30_000

/** Opens cards with what runs beside them; the rail is undefined where they are not set up. */
export function openStripe(options: OpenStripeControl): { readonly rail: StripeRail | undefined; readonly start: () => RunningJobs } {
  const { settings, subjects, ...given } = options
  const { rules, stripe, isStripeUnusable } = settings
  if (isStripeUnusable) given.log({ event: 'cards-not-set-up', code: 'secret_unusable' })
  const rail = openStripeRail({ ...given, rules, refunds: rules.refunds, settings: stripe, emailOf: emailOf(given.database, subjects) })
  const told = (event: string) => (thrown: unknown) => given.log({ event, code: errorCode(thrown) })
  const start = (): RunningJobs => {
    const jobs =
      rail === undefined
        ? []
        : [
            repeat(rail.topUp, { name: 'cards.top-up', waitMs: TOP_UP_MS, onFailed: told('top-ups-failed') }),
            repeat(rail.finish, { name: 'cards.finish', waitMs: FINISH_MS, onFailed: told('cards-unfinished') }),
          ]
    return together(jobs)
  }
  return { rail, start }
}

const emailOf =
  (database: Database, subjects: SubjectKeys) =>
  async (accountId: string): Promise<string | undefined> => {
    try {
      return (await getAccount(database, subjects, accountId)).email
    } catch (thrown) {
      if (thrown instanceof FailureError && thrown.failure.code === 'account_unknown') return undefined
      throw thrown
    }
  }
