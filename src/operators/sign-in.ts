import { FailureError, fail } from '../failures.ts'
import { browserOf, type CountedGuess, countAccountGuess, countAddressGuess, type PasskeyAnswer, type Visitor } from '../identity/index.ts'
import { NOBODY, noteAtDoor } from './note.ts'
import type { Operator } from './operator.ts'
import { verifyOperatorPasskey } from './operator-passkeys.ts'
import { useOperatorCode } from './operator-recovery.ts'
import { findByToken } from './operator-token.ts'
import { stepOfCode, useStep } from './operator-totp.ts'
import type { OperatorParts } from './parts.ts'
import { findOperatorPerson, getOperatorPerson, type OperatorPerson } from './person.ts'
import { openOperatorSession, type SessionWay } from './sessions.ts'

/** Who came in, and the token of their session. */
export type OperatorSignedIn = { readonly token: string; readonly operator: Operator }

/** Opens a session by the configured token or an operator's own. Fails with operator_sign_in_failed, sign_in_limited. */
export async function signInByToken(parts: OperatorParts, token: string, visitor: Visitor): Promise<OperatorSignedIn> {
  const guess = await countAddressGuess(parts, visitor.address)
  const operator = (await findByToken(parts, token)) ?? (await refuse(parts, NOBODY))
  return await admit(parts, { operator, way: 'token', visitor, guesses: [guess] })
}

/** Opens a session by a passkey, which says whose it is. Fails with passkey_refused, sign_in_limited. */
export async function signInByOperatorPasskey(parts: OperatorParts, answer: PasskeyAnswer, visitor: Visitor): Promise<OperatorSignedIn> {
  const guess = await countAddressGuess(parts, visitor.address)
  const id = await noting(parts, () => verifyOperatorPasskey(parts, { kind: 'passkey-sign-in', answer, operatorId: undefined }))
  const person = (await getOperatorPerson(parts.database, id)) ?? fail('passkey_refused')
  return await admit(parts, { operator: person.operator, way: 'passkey', visitor, guesses: [guess] })
}

async function noting<T>(parts: OperatorParts, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (thrown instanceof FailureError) await noteAtDoor(parts, { actor: NOBODY, event: 'sign-in-refused' })
    throw thrown
  }
}

/** What a person types: a password and a code of their app, or a recovery code, with the password where there is one. */
export type TypedCredentials = {
  readonly name: string
  readonly password: string | undefined
  readonly second: { readonly code: string } | { readonly recoveryCode: string }
}

/**
 * Opens a session by what a person types. Whether there is such an operator is not told, nor which of it was wrong. Fails with
 * operator_sign_in_failed, sign_in_limited, unavailable.
 */
export async function signInByTyping(parts: OperatorParts, typed: TypedCredentials, visitor: Visitor): Promise<OperatorSignedIn> {
  const guesses = [await countAddressGuess(parts, visitor.address), await countAccountGuess(parts, `operator:${typed.name}`)]
  const person = await findOperatorPerson(parts.database, typed.name)
  if (!(await isRightlyTyped(parts, person, typed)) || person === undefined) return await refuse(parts, person?.operator.actor ?? NOBODY)
  return await admit(parts, { operator: person.operator, way: 'code' in typed.second ? 'password' : 'recovery-code', visitor, guesses })
}

/** Whether a password and what comes second are this person's; the second is used up only where the first was right. */
export async function isRightlyTyped(
  parts: OperatorParts,
  person: OperatorPerson | undefined,
  { password, second }: Omit<TypedCredentials, 'name'>,
): Promise<boolean> {
  const isMatching = await parts.hashes.verify(password ?? '', person?.password)
  if (person === undefined || (person.password !== undefined && !isMatching)) return false
  const { id } = person.operator
  if ('recoveryCode' in second) return await useOperatorCode(parts.database, id, second.recoveryCode)
  if (person.password === undefined || person.totp?.isConfirmed !== true) return false
  const step = await stepOfCode(parts, person, second.code)
  return step !== undefined && (await useStep(parts.database, id, step))
}

/** Somebody who has shown who they are, by which way; the guesses that were counted were none. */
export type Shown = {
  readonly operator: Operator
  readonly way: SessionWay
  readonly visitor: Visitor
  readonly guesses: readonly CountedGuess[]
  /** False where dangerous acts need a proof all the same. */
  readonly isFresh?: boolean
}

/** Lets somebody in: noted first, then the session is opened. */
export async function admit(parts: OperatorParts, { operator, way, visitor, guesses, isFresh = true }: Shown): Promise<OperatorSignedIn> {
  for (const guess of guesses) await guess.forgive()
  await noteAtDoor(parts, { actor: operator.actor, event: 'sign-in' })
  return { operator, token: await openOperatorSession(parts, { operator, way, browser: browserOf(visitor.userAgent), isFresh }) }
}

/** Lets nobody in, and notes it: under the name that was tried, if there is such an operator. Fails with operator_sign_in_failed. */
export async function refuse(parts: OperatorParts, actor: string): Promise<never> {
  await noteAtDoor(parts, { actor, event: 'sign-in-refused' })
  return fail('operator_sign_in_failed')
}
