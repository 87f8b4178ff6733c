import { fail } from '../failures.ts'
import { hasOwnWay } from './fresh-by-issuer.ts'
import { countAddressGuess } from './guess-limits.ts'
import { type BegunErrand, beginErrand, endErrand, type ReturnedErrand } from './outside-attempt.ts'
import { findByIdentity } from './outside-identities.ts'
import type { IdentityParts, Visitor } from './parts.ts'
import { getPerson } from './person.ts'

/** What somebody who is signed in comes back from an issuer with. */
export type ProofReturn = Pick<ReturnedErrand, 'issuer' | 'step' | 'returned'>

/**
 * Sends somebody who has no other way in to an issuer that says when they signed in to it, to do so anew. Fails with proof_by_own_way, issuer_unknown,
 * issuer_unreachable.
 */
export async function beginProof(parts: IdentityParts, personId: string, issuer: string): Promise<BegunErrand> {
  await requireNoOtherWay(parts, personId)
  return await beginErrand(parts, { issuer, aim: 'proof', personId })
}

/**
 * Takes the word of an issuer that who is signed in has signed in to it within ten minutes, as the one they are linked with. Fails with proof_by_own_way,
 * issuer_unknown, issuer_refused, issuer_unreachable, sign_in_limited. Resolves with whether it is a proof of the person's own: whoever runs a team
 * can have its issuer say what they like.
 */
export async function endProof(
  parts: IdentityParts,
  personId: string,
  { came, visitor }: { readonly came: ProofReturn; readonly visitor: Visitor },
): Promise<boolean> {
  const guess = await countAddressGuess(parts, visitor.address)
  await requireNoOtherWay(parts, personId)
  const { subject } = await endErrand(parts, { ...came, aim: 'proof', personId })
  const known = await findByIdentity(parts, subject)
  if (known?.personId !== personId || known.hasLeft) fail('issuer_refused')
  await guess.forgive()
  return parts.teamIssuers?.isTeams(came.issuer) !== true
}

async function requireNoOtherWay({ database }: IdentityParts, personId: string): Promise<void> {
  const person = (await getPerson(database, personId)) ?? fail('signed_out')
  if (hasOwnWay(person)) fail('proof_by_own_way')
}
