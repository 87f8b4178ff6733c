import type { Database } from '../../db/index.ts'
import type { Clock, Ids, Log } from '../../lib/index.ts'
import type { Mailer } from '../../spec/index.ts'
import type { PersonalDataEntry } from '../inventory.ts'

/** What rights need of the keys that a person's data is sealed under. */
export type ErasableKeys = {
  /** Makes everything that is sealed for this account unreadable for good, in every copy; does nothing the second time. */
  readonly destroy: (accountId: string) => Promise<void>
  /** Destroys again what an old copy of keys or database brought back; resolves with those of `subjects` that have to be erased again. */
  readonly replayErasures: (subjects: () => AsyncIterable<string>) => Promise<readonly string[]>
}

/** A sealed cell of an account's own row, as it is to be read. */
export type SealedCell = { readonly accountId: string; readonly value: Buffer; readonly row: Readonly<Record<string, unknown>> }

/** How sealed columns are read, by "table.column"; null when the key is destroyed. */
export type CellReaders = Readonly<Record<string, (cell: SealedCell) => Promise<string | null>>>

/** What rights need of accounts, which stand above them. */
export type RightsAccounts = {
  /** Whether there is such an account that was not erased to the end; one that was opened by a number has no e-mail. */
  readonly isKnown: (accountId: string) => Promise<boolean>
  /** The e-mail address of an account as its owner wrote it; undefined for an unknown or erased one, and where there is none. */
  readonly emailOf: (accountId: string) => Promise<string | undefined>
  /** The account of an address; undefined when there is none. */
  readonly findByEmail: (email: string) => Promise<string | undefined>
  /** Replaces an account's address, so that the old one cannot be read or found. Fails with invalid_field (email), account_unknown, account_exists. */
  readonly changeEmail: (accountId: string, email: string) => Promise<void>
}

/** What the rights of people are carried out with; `database` has the role farebox_app. */
export type RightsOptions = {
  readonly inventory: readonly PersonalDataEntry[]
  readonly database: Database
  readonly clock: Pick<Clock, 'now'>
  readonly ids: Ids
  readonly random: (size: number) => Buffer
  readonly log: Log
  readonly keys: ErasableKeys
  readonly accounts: RightsAccounts
  readonly readers: CellReaders
  /** Deletes the rows of an account's calls of closed days; resolves with whether none is left. */
  readonly forgetUsage: (accountId: string) => Promise<boolean>
  /** Notes what has to be forgotten elsewhere, such as at a payment processor, in the transaction that erases the account here. */
  readonly beforeErase?: (tx: Database, accountId: string, at: Date) => Promise<void>
  /** Counts a letter to an address that nobody has shown to be theirs. Fails with sign_in_limited where it got some already. */
  readonly countLetter?: (email: string) => Promise<void>
  /** What the numbers in exported columns stand for. */
  readonly codes: () => Promise<object>
  /** Undefined where no mail can be sent: then nothing that needs a mailed link is offered. */
  readonly mailer: Mailer | undefined
  readonly settings: RightsSettings
}

/** Days and times that can be set. */
export type RightsSettings = {
  /** An erasure is over so many days after it was asked for; 1 to 30. */
  readonly eraseWithinDays: number
  /** Accounts unused for so many days are erased after two notices; undefined: never. */
  readonly inactiveAfterDays: number | undefined
  /** How long a locked account waits at least for calls that were let in at the last moment. */
  readonly settleMs: number
}
