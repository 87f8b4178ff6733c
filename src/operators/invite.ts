import { EMAIL_EXPECTED, isEmail } from '../accounts/index.ts'
import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { hashToken, laterNow } from '../identity/index.ts'
import { dropWays } from './end-operator.ts'
import { addOperator, getOperator, type NamedOperator } from './named-operators.ts'
import { keepOperatorEmail } from './operator-email.ts'
import type { OperatorOptions } from './options.ts'
import { findOperatorPerson, getOperatorPerson, type OperatorPerson } from './person.ts'
import type { OperatorRole } from './role.ts'

/** How many hours an invitation can be used. */
export const INVITATION_HOURS = 72
const PREFIX = 'fbj_'
const HOUR_MS = 3_600_000

/** The token of an invitation of 32 random bytes; it begins so that it is taken for nothing else. */
export const invitationTokenOf = (random: Buffer): string => PREFIX + random.toString('base64url')

/** Who is invited, by a name that nobody had; the e-mail is for this mail and those after it. */
export type Invited = {
  readonly id: string
  readonly name: string
  readonly role: OperatorRole
  readonly email: string | undefined
  readonly token: string
}

type Parts = Pick<OperatorOptions, 'subjects' | 'clock'>

/** Gives a name to somebody who has to use an invitation first. Fails with invalid_field (email), operator_exists. */
export async function inviteOperator(tx: Database, parts: Parts, invited: Invited): Promise<NamedOperator> {
  const { id, name, email } = invited
  if (email !== undefined && !isEmail(email)) fail('invalid_field', { field: 'email', expected: EMAIL_EXPECTED })
  await addOperator(tx, { ...invited, now: parts.clock.now() })
  if (email !== undefined) await keepOperatorEmail(tx, parts, { id, email })
  await writeInvitation(tx, parts, invited)
  return await getOperator(tx, name)
}

/**
 * Invites an operator anew: what they signed in with as a person is worth nothing from now on, and every session ends; a token stays. Fails with
 * operator_unknown.
 */
export async function inviteAgain(
  tx: Database,
  parts: Parts,
  { name, token }: { readonly name: string; readonly token: string },
): Promise<NamedOperator> {
  const { operator } = (await findOperatorPerson(tx, name)) ?? fail('operator_unknown')
  await dropWays(tx, operator.id, parts.clock.now())
  await writeInvitation(tx, parts, { id: operator.id, token })
  return await getOperator(tx, name)
}

/** Takes an invitation back that nobody used; the name stays given, and can be invited again. Fails with operator_unknown. */
export async function withdrawOperatorInvitation(tx: Database, name: string): Promise<NamedOperator> {
  await tx.query(sql`
    delete from operator_invitation using operator where operator.id = operator_id and operator.name = ${name} returning 1`)
  return await getOperator(tx, name)
}

async function writeInvitation(tx: Database, { clock }: Parts, { id, token }: Pick<Invited, 'id' | 'token'>): Promise<void> {
  await tx.query(sql`
    insert into operator_invitation (token_hash, operator_id, expires_at)
    values (${hashOf(token)}, ${id}::uuid, ${new Date(clock.now() + INVITATION_HOURS * HOUR_MS)}) returning 1`)
}

/** Who is invited by a token, and until when, without using it up. Fails with sign_in_link_invalid. */
export async function peekInvitation(
  { database, clock }: Pick<OperatorOptions, 'database' | 'clock'>,
  token: string,
): Promise<{ readonly person: OperatorPerson; readonly expiresAt: Date }> {
  const [row] = await database.query<{ readonly operator_id: string; readonly expires_at: Date }>(sql`
    select operator_id, expires_at from operator_invitation where token_hash = ${hashOf(token)} and expires_at > ${laterNow(clock)}`)
  const person = row === undefined ? undefined : await getOperatorPerson(database, row.operator_id)
  return row === undefined || person === undefined ? fail('sign_in_link_invalid') : { person, expiresAt: row.expires_at }
}

/** Uses an invitation up; of many who try at once one does. Fails with sign_in_link_invalid. */
export async function takeInvitation(tx: Database, { clock }: Pick<OperatorOptions, 'clock'>, token: string): Promise<void> {
  const taken = await tx.query(sql`
    delete from operator_invitation where token_hash = ${hashOf(token)} and expires_at > ${laterNow(clock)} returning 1`)
  if (taken.length === 0) fail('sign_in_link_invalid')
}

const hashOf = (token: string): Buffer => hashToken('operator-invitation', token)
