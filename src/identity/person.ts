import { emailLookupOf } from '../accounts/index.ts'
import { type Database, type Sql, sql } from '../db/index.ts'
import type { IdentityOptions } from './options.ts'
import type { PasswordScheme, StoredPassword } from './password-hashes.ts'

/** Somebody who signs in. */
export type Person = {
  readonly id: string
  /** The account this person opened. */
  readonly accountId: string
  readonly password: StoredPassword | undefined
  /** Whether an account number signs this person in. */
  readonly hasNumber: boolean
  readonly totp: { readonly sealed: Buffer; readonly isConfirmed: boolean; readonly lastStep: number } | undefined
  readonly passkeys: number
  readonly emailVerifiedAt: Date | undefined
  readonly createdAt: Date
}

/** What one signs in with first. */
export type SignInName = { readonly email: string } | { readonly number: string }

type Parts = Pick<IdentityOptions, 'database' | 'subjects'>

/** What the look-up value of account numbers is made for. */
const NUMBER_PURPOSE = 'account-number'

/** What a person is found by instead of an account number, 32 bytes. */
export const numberLookupOf = (subjects: Parts['subjects'], number: string): Buffer => subjects.lookup(number, NUMBER_PURPOSE)

/** The person of an e-mail or an account number; one statement, whether there is one or not. */
export async function findPersonByName({ database, subjects }: Parts, name: SignInName): Promise<Person | undefined> {
  const which =
    'email' in name
      ? sql`account.email_lookup = ${emailLookupOf(subjects, name.email)}`
      : sql`person.number_lookup = ${numberLookupOf(subjects, name.number)}`
  return await findPerson(database, which)
}

/** The person of an id; undefined for an unknown one, and when the account was erased. */
export const getPerson = (database: Database, id: string): Promise<Person | undefined> => findPerson(database, sql`person.id = ${id}::uuid`)

/** The person who opened an account, if anybody did. */
export const findPersonOfAccount = (database: Database, accountId: string): Promise<Person | undefined> =>
  findPerson(database, sql`person.account_id = ${accountId}::uuid`)

async function findPerson(database: Database, which: Sql): Promise<Person | undefined> {
  const [row] = await database.query<Row>(sql`
    select person.id, person.account_id, password_hash, password_scheme, number_lookup is not null as has_number, totp_sealed, totp_confirmed_at,
      totp_step, email_verified_at, person.created_at, (select count(*) from passkey where passkey.person_id = person.id) as passkeys
    from person join account on account.id = person.account_id and account.status <> 'erased' where ${which}`)
  return row === undefined ? undefined : personOf(row)
}

type Row = {
  readonly id: string
  readonly account_id: string
  readonly password_hash: string | null
  readonly password_scheme: PasswordScheme | null
  readonly has_number: boolean
  readonly totp_sealed: Buffer | null
  readonly totp_confirmed_at: Date | null
  readonly totp_step: bigint
  readonly email_verified_at: Date | null
  readonly created_at: Date
  readonly passkeys: bigint
}

const personOf = (row: Row): Person => ({
  id: row.id,
  accountId: row.account_id,
  password:
    row.password_hash === null || row.password_scheme === null ? undefined : { scheme: row.password_scheme, hash: row.password_hash },
  hasNumber: row.has_number,
  totp:
    row.totp_sealed === null
      ? undefined
      : { sealed: row.totp_sealed, isConfirmed: row.totp_confirmed_at !== null, lastStep: Number(row.totp_step) },
  passkeys: Number(row.passkeys),
  emailVerifiedAt: row.email_verified_at ?? undefined,
  createdAt: row.created_at,
})

/** Writes what a person's password is from now on, whatever it was. */
export async function writePassword(database: Database, personId: string, password: StoredPassword): Promise<void> {
  await database.query(sql`
    update person set password_hash = ${password.hash}, password_scheme = ${password.scheme} where id = ${personId}::uuid returning 1`)
}

/** The same where the password still is the one that was shown, undefined where there was none; false where it is another by now. */
export async function replacePassword(
  database: Database,
  personId: string,
  { before, password }: { readonly before: StoredPassword | undefined; readonly password: StoredPassword },
): Promise<boolean> {
  const replaced = await database.query(sql`
    update person set password_hash = ${password.hash}, password_scheme = ${password.scheme}
    where id = ${personId}::uuid and ${isPassword(before)} returning 1`)
  return replaced.length > 0
}

const isPassword = (password: StoredPassword | undefined): Sql => sql`password_hash is not distinct from ${password?.hash ?? null}::text`

/**
 * Keeps the ways in of a person as they are until the transaction ends: whoever takes one away waits for it, and then sees whom it has let in. What is asked for
 * after this sees whatever was taken away before. One sign-in of a person at a time, as each may write to the person, and of two that share a lock neither could.
 */
export async function holdWaysIn(tx: Database, personId: string): Promise<void> {
  await tx.query(sql`select from person where id = ${personId}::uuid for no key update`)
}

/** Whether a person's password still is this one, undefined for none. */
export async function stillHasPassword(tx: Database, { id, password }: Pick<Person, 'id' | 'password'>): Promise<boolean> {
  return (await tx.query(sql`select from person where id = ${id}::uuid and ${isPassword(password)}`)).length > 0
}
