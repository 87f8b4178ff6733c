import { fail } from '../failures.ts'
import { parseAccountNumber } from './account-number.ts'
import { countAccountGuess, countAddressGuess } from './guess-limits.ts'
import type { IdentityParts, Visitor } from './parts.ts'
import type { PasskeyAnswer } from './passkey-answer.ts'
import { findPersonByName, type Person } from './person.ts'
import { forgiveAll } from './sign-in.ts'
import { useTotp } from './totp-setup.ts'
import { verifyPasskey } from './use-passkey.ts'

/** What somebody who is signed in shows who they are with: a passkey; or a password, or an account number where there is none, with a code where codes are on. */
export type NewProof =
  | { readonly passkey: PasskeyAnswer }
  | { readonly password?: string | undefined; readonly accountNumber?: string | undefined; readonly code?: string | undefined }

/** Has somebody who is signed in show again who they are. Fails with sign_in_failed, second_step_failed, passkey_refused, sign_in_limited. */
export async function proveAgain(
  parts: IdentityParts,
  person: Person,
  { proof, visitor }: { readonly proof: NewProof; readonly visitor: Visitor },
): Promise<void> {
  if ('passkey' in proof) return void (await verifyPasskey(parts, { kind: 'passkey-fresh', answer: proof.passkey, personId: person.id }))
  const guesses = [await countAddressGuess(parts, visitor.address), await countAccountGuess(parts, `person:${person.id}`)]
  if (!(await isFirstRight(parts, person, proof))) fail('sign_in_failed')
  if (person.totp?.isConfirmed === true && !(await useTotp(parts, person, proof.code ?? ''))) fail('second_step_failed')
  await forgiveAll(guesses)
}

async function isFirstRight(
  parts: IdentityParts,
  person: Person,
  { password, accountNumber }: { readonly password?: string | undefined; readonly accountNumber?: string | undefined },
): Promise<boolean> {
  if (person.password !== undefined) return await parts.hashes.verify(password ?? '', person.password)
  const number = parseAccountNumber(accountNumber ?? '')
  return number !== undefined && (await findPersonByName(parts, { number }))?.id === person.id
}
