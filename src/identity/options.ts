import type { Database } from '../db/index.ts'
import type { Issuers } from '../issuers/index.ts'
import type { Clock, Ids, Log } from '../lib/index.ts'
import type { IpTags, SubjectKeys } from '../privacy/index.ts'
import type { TeamIssuers } from '../sign-on/index.ts'
import type { Mailer } from '../spec/index.ts'
import type { OneAccountRule } from './one-account-rule.ts'
import type { PasswordScheme } from './password-hashes.ts'

/** A step for a new account whose e-mail is confirmed. */
export type ConfirmedStep = {
  /** Writes down what the account gets, or nothing of it if the transaction fails. */
  readonly promise: (tx: Database, accountId: string) => Promise<void>
  /** Does what was written down; what fails is carried on later. */
  readonly keep: () => Promise<void>
}

/** What acts for somebody besides their sessions; `createdAt` of a few of the newest. */
export type KeysLeft = Readonly<Record<'managing' | 'calling', LeftKeys>>
type LeftKeys = { readonly count: number; readonly newest: readonly { readonly hint: string; readonly createdAt: Date }[] }

/** Whose keys: of the account that a person opened, and what the person made; undefined where nobody opened it. */
export type KeysOf = { readonly accountId: string; readonly personId: string | undefined }

/** The keys of people, which outlast a password. */
export type PersonKeys = {
  readonly left: (database: Database, of: KeysOf, now: number) => Promise<KeysLeft>
  /** Ends those made since a moment; resolves with how many. */
  readonly endSince: (tx: Database, of: KeysOf & { readonly since: number; readonly now: number }) => Promise<number>
}

/** What people are told apart with; `database` has the role farebox_app. */
export type IdentityOptions = {
  readonly database: Database
  readonly subjects: Pick<SubjectKeys, 'create' | 'seal' | 'unseal' | 'lookup'>
  readonly ipTags: Pick<IpTags, 'ipTag'>
  readonly clock: Pick<Clock, 'now'>
  readonly ids: Ids
  readonly log: Log
  readonly random: (size: number) => Buffer
  /** Opens the account in the books, without any credit. */
  readonly openLedgerAccount: (accountId: string) => Promise<void>
  /** Undefined where no mail can be sent: then an account is opened by its number alone, and a password cannot be reset. */
  readonly mailer: Mailer | undefined
  /** Where links lead and what passkeys are bound to, such as https://shop.example. */
  readonly publicUrl: string
  /** What the service is called. */
  readonly service: string
  /** How many accounts may be opened from one address in an hour; 20 where it is left out. */
  readonly signUpsPerAddress?: number | undefined
  /** Where each person may have one account; undefined: any number. */
  readonly oneAccount?: OneAccountRule | undefined
  /** What is done with a new account whose e-mail is confirmed: in the transaction that opens it, and after that. */
  readonly onConfirmed?: ConfirmedStep | undefined
  /** What acts for people besides their sessions; undefined where nothing does. */
  readonly keys?: PersonKeys | undefined
  /** Who else vouches for people; undefined where nobody does. */
  readonly issuers?: Issuers | undefined
  /** The issuers that teams have of their own; undefined where they may have none. */
  readonly teamIssuers?: TeamIssuers | undefined
  /** How new passwords are hashed. */
  readonly scheme: Exclude<PasswordScheme, 'bcrypt'>
}
