import { createAccount } from '../accounts/index.ts'
import { type Database, sql } from '../db/index.ts'
import { rememberLanguage } from '../notify/index.ts'
import type { Language } from '../spec/index.ts'
import type { IdentityOptions } from './options.ts'
import type { StoredPassword } from './password-hashes.ts'
import { numberLookupOf } from './person.ts'

/** Who comes: with an e-mail that was shown to be theirs, or with an account number. */
export type NewPerson = {
  readonly email?: string
  readonly number?: string
  readonly password: StoredPassword | undefined
  /** In which language they are written to. */
  readonly language?: Language | undefined
}

type Parts = Pick<IdentityOptions, 'subjects' | 'clock' | 'ids' | 'openLedgerAccount'>

/** Opens an account without credit, in the books too, and its person, who owns it. Resolves with the person's id. Fails with invalid_field (email), account_exists. */
export async function openPerson(tx: Database, parts: Parts, person: NewPerson): Promise<string> {
  const account = await createAccount(tx, parts.subjects, { id: parts.ids.uuid(), email: person.email, now: parts.clock.now() })
  const id = await addPerson(tx, parts, { ...person, accountId: account.id })
  await rememberLanguage(tx, account.id, person.language)
  await parts.openLedgerAccount(account.id)
  return id
}

/** Writes the person of an account that was opened by somebody else for them. */
export async function addPerson(
  tx: Database,
  { subjects, clock, ids }: Pick<Parts, 'subjects' | 'clock' | 'ids'>,
  { accountId, email, number, password }: NewPerson & { readonly accountId: string },
): Promise<string> {
  const [id, at] = [ids.uuid(), new Date(clock.now())]
  await tx.query(sql`
    insert into person (id, account_id, number_lookup, password_hash, password_scheme, email_verified_at, created_at)
    values (${id}::uuid, ${accountId}::uuid, ${number === undefined ? null : numberLookupOf(subjects, number)}, ${password?.hash ?? null},
      ${password?.scheme ?? null}, ${email === undefined ? null : at}::timestamptz, ${at})`)
  await tx.query(
    sql`insert into account_member (account_id, person_id, role, created_at) values (${accountId}::uuid, ${id}::uuid, 'owner', ${at})`,
  )
  return id
}
