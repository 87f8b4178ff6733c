import { getAccount } from '../accounts/index.ts'
import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import type { IdentityParts } from './parts.ts'
import { getPerson } from './person.ts'
import { countRecoveryCodes } from './recovery-codes.ts'
import type { Role } from './roles.ts'
import type { Session } from './sessions.ts'

/** Who is signed in, as they see it. */
export type Profile = {
  readonly personId: string
  readonly email: string | undefined
  readonly hasPassword: boolean
  readonly hasNumber: boolean
  readonly hasTotp: boolean
  readonly passkeys: number
  readonly recoveryCodesLeft: number
  /** The account that is acted for, and all that could be, their own first. */
  readonly accountId: string
  readonly role: Role
  readonly accounts: readonly { readonly accountId: string; readonly role: Role }[]
  readonly freshUntil: Date
}

/** What a person sees of themselves. Fails with signed_out when the account is just gone. */
export async function readProfile(parts: IdentityParts, session: Session): Promise<Profile> {
  const { database, subjects } = parts
  const person = (await getPerson(database, session.personId)) ?? fail('signed_out')
  return {
    personId: person.id,
    email: (await getAccount(database, subjects, person.accountId)).email,
    hasPassword: person.password !== undefined,
    hasNumber: person.hasNumber,
    hasTotp: person.totp?.isConfirmed === true,
    passkeys: person.passkeys,
    recoveryCodesLeft: await countRecoveryCodes(database, person.id),
    ...{ accountId: session.accountId, role: session.role, accounts: await accountsOf(database, person.id) },
    freshUntil: new Date(session.freshUntil),
  }
}

async function accountsOf(database: Database, personId: string): Promise<Profile['accounts']> {
  const rows = await database.query<{ readonly account_id: string; readonly role: Role }>(sql`
    select account_member.account_id, role from account_member
      join account on account.id = account_member.account_id and account.status <> 'erased'
      join person on person.id = account_member.person_id
    where person_id = ${personId}::uuid order by person.account_id <> account.id, account_member.created_at, account.id limit 200`)
  return rows.map(({ account_id: accountId, role }) => ({ accountId, role }))
}
