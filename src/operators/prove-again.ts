import { FailureError, fail } from '../failures.ts'
import { countAccountGuess, countAddressGuess, type PasskeyAnswer, type Visitor } from '../identity/index.ts'
import { noteAtDoor } from './note.ts'
import { verifyOperatorPasskey } from './operator-passkeys.ts'
import { findByToken } from './operator-token.ts'
import type { OperatorParts } from './parts.ts'
import { getOperatorPerson } from './person.ts'
import { freshenSession, type OperatorSession } from './sessions.ts'
import { isRightlyTyped } from './sign-in.ts'

/** What somebody who is signed in shows who they are with. */
export type OperatorProof =
  | { readonly token: string }
  | { readonly passkey: PasskeyAnswer }
  | { readonly password: string; readonly code: string }

/**
 * Has somebody who is signed in show again who they are; resolves with another token of their session, which dangerous acts are done with for ten
 * minutes. Fails with operator_sign_in_failed, passkey_refused, sign_in_limited, signed_out, unavailable.
 */
export async function proveOperator(
  parts: OperatorParts,
  session: OperatorSession,
  { proof, visitor }: { readonly proof: OperatorProof; readonly visitor: Visitor },
): Promise<string> {
  const { actor } = session.operator
  const guesses = [await countAddressGuess(parts, visitor.address), await countAccountGuess(parts, `operator-proof:${actor}`)]
  if (!(await isProven(parts, session, proof))) {
    await noteAtDoor(parts, { actor, event: 'proof-refused' })
    return fail('passkey' in proof ? 'passkey_refused' : 'operator_sign_in_failed')
  }
  for (const guess of guesses) await guess.forgive()
  await noteAtDoor(parts, { actor, event: 'proof' })
  return (await freshenSession(parts, session)) ?? fail('signed_out')
}

async function isProven(parts: OperatorParts, { operator: { id } }: OperatorSession, proof: OperatorProof): Promise<boolean> {
  if ('token' in proof) {
    const shown = await findByToken(parts, proof.token)
    return shown !== undefined && shown.id === id
  }
  // The token of the configuration is nobody who has anything else.
  if (id === undefined) return false
  if ('passkey' in proof) return await isAnswered(parts, id, proof.passkey)
  const { password, code } = proof
  return await isRightlyTyped(parts, await getOperatorPerson(parts.database, id), { password, second: { code } })
}

async function isAnswered(parts: OperatorParts, operatorId: string, answer: PasskeyAnswer): Promise<boolean> {
  try {
    return (await verifyOperatorPasskey(parts, { kind: 'passkey-fresh', answer, operatorId })) === operatorId
  } catch (thrown) {
    if (thrown instanceof FailureError && thrown.failure.code === 'passkey_refused') return false
    throw thrown
  }
}
