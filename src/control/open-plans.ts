import { beginPlanChanges, readSubscriptionSettings } from '../catalog/index.ts'
import { type Config, processEnvironment } from '../config.ts'
import type { Database } from '../db/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { type Clock, errorCode, type Ids, type Log } from '../lib/index.ts'
import type { PersonalMailer } from '../notify/index.ts'
import {
  offerAllSeats,
  type PlanFulfillers,
  type PlanParts,
  planFulfillers,
  renewDue,
  type SendLetter,
  sendLetters,
  tellPrices,
  warnUncovered,
} from '../plans/index.ts'
import type { SubjectKeys } from '../privacy/index.ts'
import { type RunningJobs, repeat, together } from './repeat.ts'

/** What plans are opened with; `appDatabase` has the role farebox_app, `clock` is the database's. */
export type OpenPlansOptions = {
  readonly config: Config
  readonly appDatabase: Database
  readonly ledger: Ledger
  readonly subjects: SubjectKeys
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** Undefined until letters can be sent. */
  readonly letters: Pick<PersonalMailer, 'tell'> | undefined
}

/** Plans: what sells them, what begins them when they were paid for, and what carries them on beside the calls. */
export type OpenedPlans = {
  readonly parts: PlanParts
  readonly fulfillers: PlanFulfillers
  readonly start: () => RunningJobs
}

const CHANGES_MS = 1_000
const RENEW_MS = 15_000
const LETTERS_MS = 15_000
const WARN_MS = 60_000

/** Opens plans, subscriptions and pools. Throws ConfigRefusedError. */
export function openPlans({ config, appDatabase: database, ledger, subjects, clock, ids, log, letters }: OpenPlansOptions): OpenedPlans {
  const settings = readSubscriptionSettings(config, processEnvironment())
  const parts: PlanParts = { database, books: ledger, clock, ids, settings, subjects }
  const send: SendLetter | undefined = letters?.tell
  const renew = async (): Promise<void> => {
    await renewDue(parts, log)
    await offerAllSeats(parts)
    await tellPrices(parts)
  }
  const told = (event: string) => (thrown: unknown) => log({ event, code: errorCode(thrown) })
  return {
    parts,
    fulfillers: planFulfillers(parts),
    start: () => {
      const jobs = [
        repeat(async () => void (await beginPlanChanges(database)), {
          name: 'plans.begin-changes',
          waitMs: CHANGES_MS,
          onFailed: told('plan-changes-not-begun'),
        }),
        repeat(renew, { name: 'plans.renew', waitMs: RENEW_MS, onFailed: told('subscriptions-not-renewed') }),
        repeat(async () => void (await warnUncovered(parts)), { name: 'plans.warn', waitMs: WARN_MS, onFailed: told('renewals-unwarned') }),
        repeat(() => sendLetters(parts, send, log), {
          name: 'plans.write-letters',
          waitMs: LETTERS_MS,
          onFailed: told('plan-letters-unsent'),
        }),
      ]
      return together(jobs)
    },
  }
}
