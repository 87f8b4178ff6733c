import { randomBytes } from 'node:crypto'
import { type Account, accountReaders, changeEmail, findAccountByEmail, getAccount } from '../accounts/index.ts'
import type { Config } from '../config.ts'
import type { Database } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import { countLetter, identityReaders } from '../identity/index.ts'
import { PERSONAL_DATA } from '../inventory.ts'
import { keyReaders } from '../keys/index.ts'
import { ledgerReaders } from '../ledger/index.ts'
import { type Clock, errorCode, type Ids, type Log } from '../lib/index.ts'
import { pendingReaders, queueErasure, refundReaders, usdcReaders, wishReaders, x402Readers } from '../payments/index.ts'
import { planReaders } from '../plans/index.ts'
import {
  makeOwnRights,
  makeRights,
  type OwnRights,
  type Rights,
  type RightsAccounts,
  type RightsCounts,
  type RightsOptions,
  type SubjectKeys,
} from '../privacy/index.ts'
import { forgetUsage } from '../retention/index.ts'
import { signOnReaders } from '../sign-on/index.ts'
import type { Mailer } from '../spec/index.ts'
import { supportReaders } from '../support/index.ts'
import { telegramReaders } from '../telegram/index.ts'
import { readExportCodes } from '../usage/index.ts'
import { webhookReaders } from '../webhooks/index.ts'
import { type RunningJobs, repeat, together } from './repeat.ts'

/** What the rights of people are opened with; `appDatabase` has the role farebox_app. */
export type OpenRightsOptions = {
  readonly appDatabase: Database
  /** The same with the role farebox_ledger, and time for statements that take long. */
  readonly booksDatabase: Database
  readonly subjects: SubjectKeys
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly config: Pick<Config, 'publicUrl' | 'rights'>
  /** Undefined until mail can be sent. */
  readonly mailer: Mailer | undefined
}

/** The rights, for both interfaces, and what carries them on beside the calls. */
export type OpenedRights = {
  readonly rights: Rights
  readonly ownRights: OwnRights
  readonly keep: (onCounted: (counts: { readonly requests: RightsCounts; readonly erasures: RightsCounts }) => void) => RunningJobs
}

/** How often open erasures are looked after; and how often what is over is forgotten. */
const RESUME_MS = 5_000
const SWEEP_MS = 600_000
/** A node hears of a lock within seconds, also when its connection for that was just lost. */
const SETTLE_MS = 10_000

/** Opens the rights, and erases again whom a backup brought back; nothing may be served before it resolves. */
export async function openRights(options: OpenRightsOptions): Promise<OpenedRights> {
  const { appDatabase, subjects, clock, ids, log, config } = options
  const made = {
    ...{ inventory: PERSONAL_DATA, database: appDatabase, clock, ids, random: randomBytes, log },
    keys: subjects,
    accounts: accountsOf(appDatabase, subjects),
    readers: readersOf(subjects),
    forgetUsage: async (accountId: string) => (await forgetUsage(options.booksDatabase, accountId, clock.now())) === 0,
    codes: () => readExportCodes(appDatabase),
    beforeErase: queueErasure,
    countLetter: (email: string) => countLetter({ database: appDatabase, subjects, clock }, email),
    mailer: options.mailer,
    settings: { ...config.rights, settleMs: SETTLE_MS },
  }
  const rights = makeRights(made)
  await rights.replay()
  return {
    rights,
    ownRights: makeOwnRights(made, rights, config.publicUrl),
    keep: (onCounted) => {
      const resume = async (): Promise<void> => {
        await rights.resume()
        onCounted(await rights.counts())
      }
      const told = (event: string) => (thrown: unknown) => log({ event, code: errorCode(thrown) })
      const jobs = [
        repeat(resume, { name: 'erasures.resume', waitMs: RESUME_MS, onFailed: told('erasures-unresumed') }),
        repeat(() => rights.sweep(), { name: 'rights.sweep', waitMs: SWEEP_MS, onFailed: told('rights-unswept') }),
      ]
      return together(jobs)
    },
  }
}

/** How sealed columns are read, wherever people are shown what is held of them. */
export const readersOf = (subjects: SubjectKeys): RightsOptions['readers'] => ({
  ...accountReaders(subjects),
  ...keyReaders(subjects),
  ...ledgerReaders(subjects),
  ...planReaders(subjects),
  ...supportReaders(subjects),
  ...identityReaders(subjects),
  ...usdcReaders(subjects),
  ...x402Readers(subjects),
  ...refundReaders(subjects),
  ...wishReaders(subjects),
  ...pendingReaders(subjects),
  ...telegramReaders(subjects),
  ...signOnReaders(subjects),
  ...webhookReaders(subjects),
})

/** Accounts as rights and support ask for them. */
export const accountsOf = (database: Database, subjects: SubjectKeys): RightsAccounts => ({
  isKnown: async (accountId) => {
    const account = await findAccount(database, subjects, accountId)
    return account !== undefined && (account.status !== 'erased' || account.email !== undefined)
  },
  emailOf: async (accountId) => (await findAccount(database, subjects, accountId))?.email,
  findByEmail: async (email) => (await findAccountByEmail(database, subjects, email))?.id,
  changeEmail: (id, email) => changeEmail(database, subjects, { id, email }),
})

async function findAccount(database: Database, subjects: SubjectKeys, id: string): Promise<Account | undefined> {
  try {
    return await getAccount(database, subjects, id)
  } catch (thrown) {
    if (thrown instanceof FailureError && thrown.failure.code === 'account_unknown') return undefined
    throw thrown
  }
}
