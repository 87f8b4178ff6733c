import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { countAddressGuess, type NewPasskeyAnswer, requireGoodPassword, type Visitor } from '../identity/index.ts'
import { peekInvitation, takeInvitation } from './invite.ts'
import { noteAtDoor } from './note.ts'
import { keepOperatorPasskey, offerOperatorPasskey, readOperatorPasskey } from './operator-passkeys.ts'
import { renewOperatorCodes } from './operator-recovery.ts'
import { beginOperatorTotp, type OperatorTotp, stepOfCode, useStep } from './operator-totp.ts'
import type { OperatorParts } from './parts.ts'
import type { OperatorPerson } from './person.ts'
import type { OperatorRole } from './role.ts'
import type { SessionWay } from './sessions.ts'
import { admit, type OperatorSignedIn } from './sign-in.ts'

/** What somebody who was invited is told before they join. */
export type ShownInvitation = { readonly name: string; readonly role: OperatorRole; readonly expiresAt: Date }

/** Who joined, signed in at once, with recovery codes that are told this once. */
export type Joined = OperatorSignedIn & { readonly recoveryCodes: readonly string[] }

/** What an invitation is for, without using it up. Fails with sign_in_link_invalid, sign_in_limited. */
export async function showInvitation(parts: OperatorParts, token: string, visitor: Visitor): Promise<ShownInvitation> {
  const { person, expiresAt } = await peekGuessed(parts, token, visitor)
  return { name: person.operator.name, role: person.operator.role, expiresAt }
}

/** What a browser is asked with to make the passkey of somebody who was invited. Fails with sign_in_link_invalid, sign_in_limited. */
export const offerInvitedPasskey = async (parts: OperatorParts, token: string, visitor: Visitor): Promise<object> =>
  await offerOperatorPasskey(parts, (await peekGuessed(parts, token, visitor)).person.operator)

/** What the authenticator app of somebody who was invited is set up with. Fails with sign_in_link_invalid, sign_in_limited. */
export const beginInvitedTotp = async (parts: OperatorParts, token: string, visitor: Visitor): Promise<OperatorTotp> =>
  await beginOperatorTotp(parts, (await peekGuessed(parts, token, visitor)).person)

/** Makes who was invited a person with a passkey. Fails with sign_in_link_invalid, sign_in_limited, passkey_refused. */
export async function joinByPasskey(
  parts: OperatorParts,
  { token, answer }: { readonly token: string; readonly answer: NewPasskeyAnswer },
  visitor: Visitor,
): Promise<Joined> {
  const { person } = await peekGuessed(parts, token, visitor)
  const { id: operatorId } = person.operator
  const made = await readOperatorPasskey(parts, operatorId, answer)
  const join = (tx: Database) => keepOperatorPasskey(tx, parts, { operatorId, made })
  return await joinBy(parts, { token, person, way: 'passkey', join }, visitor)
}

/**
 * Makes who was invited a person with a password and an authenticator app, by its first code. Fails with sign_in_link_invalid, sign_in_limited,
 * invalid_field (password), second_step_failed, unavailable.
 */
export async function joinByPassword(
  parts: OperatorParts,
  { token, password, code }: { readonly token: string; readonly password: string; readonly code: string },
  visitor: Visitor,
): Promise<Joined> {
  const { person } = await peekGuessed(parts, token, visitor)
  const { id, name } = person.operator
  requireGoodPassword(password, name)
  const step = (await stepOfCode(parts, person, code)) ?? fail('second_step_failed')
  const { hash, scheme } = await parts.hashes.hash(password)
  const join = async (tx: Database): Promise<void> => {
    if (!(await useStep(tx, id, step))) fail('second_step_failed')
    await tx.query(sql`
      update operator set password_hash = ${hash}, password_scheme = ${scheme}, totp_confirmed_at = ${new Date(parts.clock.now())}
      where id = ${id}::uuid returning 1`)
  }
  return await joinBy(parts, { token, person, way: 'password', join }, visitor)
}

type Joining = {
  readonly token: string
  readonly person: OperatorPerson
  readonly way: SessionWay
  readonly join: (tx: Database) => Promise<void>
}

/** Uses an invitation up and lets somebody in by a way that `join` writes down. Fails with sign_in_link_invalid, and as `join` does. */
export async function joinBy(parts: OperatorParts, { token, person, way, join }: Joining, visitor: Visitor): Promise<Joined> {
  const { operator } = person
  const recoveryCodes = await parts.database.transaction(async (tx) => {
    await takeInvitation(tx, parts, token)
    await join(tx)
    return await renewOperatorCodes(tx, operator.id, parts.random)
  })
  await noteAtDoor(parts, { actor: operator.actor, event: 'joined' })
  return { ...(await admit(parts, { operator, way, visitor, guesses: [] })), recoveryCodes }
}

/** A link is guessed at like a password. */
async function peekGuessed(parts: OperatorParts, token: string, { address }: Visitor) {
  const guess = await countAddressGuess(parts, address)
  const found = await peekInvitation(parts, token)
  await guess.forgive()
  return found
}
