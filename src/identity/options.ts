import type { Database } from '../db/index.ts'
import type { Clock, Ids, Log } from '../lib/index.ts'
import type { IpTags, SubjectKeys } from '../privacy/index.ts'
import type { Mailer } from '../spec/index.ts'
import type { PasswordScheme } from './password-hashes.ts'

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
  /** How new passwords are hashed. */
  readonly scheme: Exclude<PasswordScheme, 'bcrypt'>
}
