import { fail } from '../failures.ts'
import { browserOf, type CountedGuess, countAddressGuess, type Visitor } from '../identity/index.ts'
import { NOBODY, noteAtDoor } from './note.ts'
import type { Operator } from './operator.ts'
import { findByToken } from './operator-token.ts'
import type { OperatorOptions } from './options.ts'
import { openOperatorSession, type SessionWay } from './sessions.ts'

/** Who came in, and the token of their session. */
export type OperatorSignedIn = { readonly token: string; readonly operator: Operator }

/** Opens a session by the configured token or an operator's own. Fails with operator_sign_in_failed, sign_in_limited. */
export async function signInByToken(parts: OperatorOptions, token: string, visitor: Visitor): Promise<OperatorSignedIn> {
  const guess = await countAddressGuess(parts, visitor.address)
  const operator = (await findByToken(parts, token)) ?? (await refuse(parts, NOBODY))
  return await admit(parts, { operator, way: 'token', visitor, guesses: [guess] })
}

/** Somebody who has shown who they are, by which way; the guesses that were counted were none. */
export type Shown = {
  readonly operator: Operator
  readonly way: SessionWay
  readonly visitor: Visitor
  readonly guesses: readonly CountedGuess[]
}

/** Lets somebody in: noted first, then the session is opened. */
export async function admit(parts: OperatorOptions, { operator, way, visitor, guesses }: Shown): Promise<OperatorSignedIn> {
  for (const guess of guesses) await guess.forgive()
  await noteAtDoor(parts, { actor: operator.actor, event: 'sign-in' })
  return { operator, token: await openOperatorSession(parts, { operator, way, browser: browserOf(visitor.userAgent) }) }
}

/** Lets nobody in, and notes it: under the name that was tried, if there is such an operator. Fails with operator_sign_in_failed. */
export async function refuse(parts: OperatorOptions, actor: string): Promise<never> {
  await noteAtDoor(parts, { actor, event: 'sign-in-refused' })
  return fail('operator_sign_in_failed')
}
