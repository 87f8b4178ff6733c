import { fail } from '../failures.ts'
import { countAddressGuess, type Visitor } from '../identity/index.ts'
import { noteAtDoor } from './note.ts'
import { findByToken } from './operator-token.ts'
import type { OperatorOptions } from './options.ts'
import { freshenSession, type OperatorSession } from './sessions.ts'

/** What somebody who is signed in shows who they are with. */
export type OperatorProof = { readonly token: string }

/**
 * Has somebody who is signed in show again who they are; resolves with another token of their session, which dangerous acts are done with for ten
 * minutes. Fails with operator_sign_in_failed, sign_in_limited, signed_out.
 */
export async function proveOperator(
  parts: OperatorOptions,
  session: OperatorSession,
  { proof, visitor }: { readonly proof: OperatorProof; readonly visitor: Visitor },
): Promise<string> {
  const { actor, id } = session.operator
  const guess = await countAddressGuess(parts, visitor.address)
  const shown = await findByToken(parts, proof.token)
  if (shown === undefined || shown.id !== id) {
    await noteAtDoor(parts, { actor, event: 'proof-refused' })
    return fail('operator_sign_in_failed')
  }
  await guess.forgive()
  await noteAtDoor(parts, { actor, event: 'proof' })
  return (await freshenSession(parts, session)) ?? fail('signed_out')
}
