import { getAccount } from '../accounts/index.ts'
import { sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import type { IdentityParts } from './parts.ts'
import { getPerson } from './person.ts'
import { countRecoveryCodes } from './recovery-codes.ts'
import type { Role } from './roles.ts'
import { missingVouching, type Session } from './sessions.ts'
import { readTeamName } from './team-name.ts'

/** An account that a person can act for; its name is the e-mail of who opened it, where there is one. */
export type OwnAccount = {
  readonly accountId: string
  readonly role: Role
  readonly name: string | undefined
  /** What its team is called, where anybody named it. */
  readonly team: string | undefined
  /** The issuer that has to vouch for this session before it acts for the account. */
  readonly signOn: string | undefined
}

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
  readonly accounts: readonly OwnAccount[]
  /** The team that the session is confined to, by its account and its issuer where it still has one; the only one of the accounts then. */
  readonly confinedTo: { readonly accountId: string; readonly issuer: string | undefined } | undefined
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
    ...{ accountId: session.accountId, role: session.role, accounts: await accountsOf(parts, session) },
    confinedTo: await confinedTo(parts, session),
    freshUntil: new Date(session.freshUntil),
  }
}

async function confinedTo({ database }: IdentityParts, { confinedTo: accountId }: Session): Promise<Profile['confinedTo']> {
  if (accountId === undefined) return undefined
  const [team] = await database.query<{ readonly id: string }>(sql`select id from team_issuer where account_id = ${accountId}::uuid`)
  return { accountId, issuer: team?.id }
}

async function accountsOf(parts: IdentityParts, { personId, id: sessionId, confinedTo }: Session): Promise<readonly OwnAccount[]> {
  const { database, subjects } = parts
  const missing = await missingVouching(parts, { personId, sessionId })
  const rows = await database.query<{ readonly account_id: string; readonly role: Role }>(sql`
    select account_member.account_id, role from account_member
      join account on account.id = account_member.account_id and account.status <> 'erased'
      join person on person.id = account_member.person_id
    where person_id = ${personId}::uuid and account.id = coalesce(${confinedTo ?? null}::uuid, account.id)
    order by person.account_id <> account.id, account_member.created_at, account.id limit 200`)
  return await Promise.all(
    rows.map(async ({ account_id: accountId, role }) => ({
      ...{ accountId, role },
      name: (await getAccount(database, subjects, accountId)).email,
      team: await readTeamName(parts, accountId),
      signOn: missing.get(accountId),
    })),
  )
}
