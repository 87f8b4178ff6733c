import { getAccount } from '../accounts/index.ts'
import { type Database, sql } from '../db/index.ts'
import { lockPerson, requireWayIn } from './outside-identities.ts'
import type { IdentityParts } from './parts.ts'
import { findPersonOfAccount } from './person.ts'
import { endSessions } from './sessions.ts'
import { noteSignInChange } from './sign-in-changes.ts'
import { dropSteps } from './steps.ts'
import { countWaysIn } from './ways-in.ts'

/** What was taken away of whoever opened an account, how many of their sessions ended, and how many services stay linked. */
export type RevokedFactors = {
  readonly passkeys: number
  readonly apps: number
  readonly recoveryCodes: number
  readonly sessions: number
  readonly links: number
}

/**
 * Takes away all that a second step of the person of an account is taken with, for an operator who knows that they ask for it, and ends their sessions:
 * whoever is signed in now may be the one who set it up. Nothing where nobody has opened the account. Fails with account_unknown, and with last_way_in where
 * nothing would be left, nor a letter that sets a password.
 */
export async function revokeSecondFactors(tx: Database, parts: IdentityParts, accountId: string): Promise<RevokedFactors> {
  const { email } = await getAccount(tx, parts.subjects, accountId)
  const person = await findPersonOfAccount(tx, accountId)
  if (person === undefined) return { passkeys: 0, apps: 0, recoveryCodes: 0, sessions: 0, links: 0 }
  await lockPerson(tx, person.id)
  const { passkeys, apps, links } = await countWaysIn(tx, accountId)
  await tx.query(sql`delete from passkey where person_id = ${person.id}::uuid returning 1`)
  const codes = await tx.query(sql`delete from recovery_code where person_id = ${person.id}::uuid returning 1`)
  await tx.query(sql`
    update person set totp_sealed = null, totp_confirmed_at = null, totp_step = 0 where id = ${person.id}::uuid returning 1`)
  if (email === undefined || parts.mailer === undefined) await requireWayIn(tx, parts, person.id)
  await dropSteps(tx, person.id)
  const sessions = await endSessions({ database: tx, clock: parts.clock }, { personId: person.id })
  if (passkeys + apps + codes.length > 0) await noteSignInChange({ ...parts, database: tx }, accountId, 'second-factors-revoked')
  return { passkeys, apps, recoveryCodes: codes.length, sessions, links }
}
