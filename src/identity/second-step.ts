import { fail } from '../failures.ts'
import { countAccountGuess, countAddressGuess } from './guess-limits.ts'
import type { IdentityParts, ShownWay, Visitor } from './parts.ts'
import type { PasskeyAnswer } from './passkey-answer.ts'
import { getPerson, type Person } from './person.ts'
import { useRecoveryCode } from './recovery-codes.ts'
import { forgiveAll, openFor } from './sign-in.ts'
import { endStep, peekStep } from './steps.ts'
import { useTotp } from './totp-setup.ts'
import { verifyPasskey } from './use-passkey.ts'

/** A first step that was taken, and what the second is taken with. */
export type TakenStep = { readonly step: string; readonly proof: SecondProof }

/** What a second step is taken with. */
export type SecondProof = { readonly code: string } | { readonly recoveryCode: string } | { readonly passkey: PasskeyAnswer }

/**
 * Ends a sign-in with its second step; resolves with the token of its session. A code, a recovery code and an answer of a passkey work once. Fails
 * with second_step_failed, also when the first step is too old, and sign_in_limited.
 */
export async function takeSecondStep(parts: IdentityParts, { step, proof }: TakenStep, visitor: Visitor): Promise<string> {
  const { person, vouchedBy } = await peekTaken(parts, step)
  const guesses = [await countAddressGuess(parts, visitor.address), await countAccountGuess(parts, `person:${person.id}`)]
  if (!(await isProven(parts, person, proof))) fail('second_step_failed')
  const shown: ShownWay = {
    isStill: (tx) => endStep(tx, parts, { kind: 'second-step', token: step, personId: person.id }),
    code: 'second_step_failed',
  }
  // An issuer's word and six digits are too little to act for more than its team: whoever runs it takes the first step as often as they like.
  const token = await openFor(parts, person, { ...visitor, vouchedBy, isProven: 'passkey' in proof, shown })
  await forgiveAll(guesses)
  return token
}

/** Who has taken a first step. Fails with second_step_failed when nobody has, or too long ago. */
export const personOfStep = async (parts: IdentityParts, step: string): Promise<Person> => (await peekTaken(parts, step)).person

async function peekTaken(parts: IdentityParts, step: string): Promise<{ readonly person: Person; readonly vouchedBy: string | undefined }> {
  const begun = (await peekStep(parts.database, parts, { kind: 'second-step', token: step })) ?? fail('second_step_failed')
  return { person: (await getPerson(parts.database, begun.personId)) ?? fail('second_step_failed'), vouchedBy: begun.vouchedBy }
}

async function isProven(parts: IdentityParts, person: Person, proof: SecondProof): Promise<boolean> {
  if ('code' in proof) return person.totp?.isConfirmed === true && (await useTotp(parts, person, proof.code))
  if ('recoveryCode' in proof) return await useRecoveryCode(parts.database, person.id, proof.recoveryCode)
  return (await verifyPasskey(parts, { kind: 'passkey-second', answer: proof.passkey, personId: person.id })) === person.id
}
