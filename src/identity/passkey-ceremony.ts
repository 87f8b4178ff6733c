import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { fail } from '../failures.ts'
import { bytesToUuid, uuidToBytes } from '../lib/index.ts'
import type { IdentityOptions } from './options.ts'
import type { NewPasskeyAnswer, PasskeyAnswer, PasskeyTransport } from './passkey-answer.ts'
import { bytesOf, hostOf, isTransport, originOf, PASSKEY_ALGORITHMS, PASSKEY_TIMEOUT_MS, refusing } from './passkey-library.ts'

/** Where passkeys are made and used: `publicUrl` is the address of the pages, whose host they are bound to. */
export type PasskeyPlace = Pick<IdentityOptions, 'publicUrl'>

/** What browsers know a passkey by. */
export type KnownPasskey = { readonly id: string; readonly transports: PasskeyTransport[] }

/** Whether a challenge was ours, is not answered yet and not too old; it is no more from then on. */
export type EndChallenge = (challenge: string) => Promise<boolean>

/** Whose passkey is to be made: what they are called, the passkeys they have, and whether one has to let them in by itself. */
export type NewPasskeyOwner = {
  readonly id: string
  readonly name: string
  readonly service: string
  readonly known: readonly KnownPasskey[]
  readonly isAlone: boolean
}

/** What a browser is asked with to make a passkey; `challenge` has 32 random bytes. */
export function passkeyToMake(place: PasskeyPlace, owner: NewPasskeyOwner, challenge: Buffer) {
  const wish = owner.isAlone ? 'required' : 'preferred'
  return generateRegistrationOptions({
    ...{ rpName: owner.service, rpID: hostOf(place), userName: owner.name, userID: bytesOf(uuidToBytes(owner.id)) },
    ...{ timeout: PASSKEY_TIMEOUT_MS, challenge: bytesOf(challenge), attestationType: 'none', supportedAlgorithmIDs: PASSKEY_ALGORITHMS },
    excludeCredentials: [...owner.known],
    authenticatorSelection: { residentKey: wish, userVerification: wish },
  })
}

/** What is kept of a passkey that was made. */
export type MadePasskey = {
  readonly credentialId: Buffer
  readonly publicKey: Buffer
  readonly counter: number
  readonly transports: readonly PasskeyTransport[]
}

/** Reads what a browser made; `isVerified` asks that it has asked its owner, for a finger, a face or a PIN. Fails with passkey_refused. */
export async function readMadePasskey(
  place: PasskeyPlace,
  answer: NewPasskeyAnswer,
  { endChallenge, isVerified }: { readonly endChallenge: EndChallenge; readonly isVerified: boolean },
): Promise<MadePasskey> {
  const transports = (answer.response.transports ?? []).filter(isTransport)
  const verified = await refusing(() =>
    verifyRegistrationResponse({
      response: { ...answer, response: { ...answer.response, transports } },
      expectedChallenge: endChallenge,
      ...{ expectedOrigin: originOf(place), expectedRPID: hostOf(place) },
      ...{ requireUserVerification: isVerified, supportedAlgorithmIDs: PASSKEY_ALGORITHMS },
    }),
  )
  if (!verified.verified) return fail('passkey_refused')
  const { id, publicKey, counter } = verified.registrationInfo.credential
  return { credentialId: Buffer.from(id, 'base64url'), publicKey: Buffer.from(publicKey), counter, transports }
}

/** What a browser is asked with to use a passkey, any or one of `known`; one that `isAlone` as a proof has to ask its owner too. */
export const passkeyToUse = (
  place: PasskeyPlace,
  { isAlone, known }: { readonly isAlone: boolean; readonly known: readonly KnownPasskey[] | undefined },
  challenge: Buffer,
) =>
  generateAuthenticationOptions({
    ...{ rpID: hostOf(place), challenge: bytesOf(challenge), timeout: PASSKEY_TIMEOUT_MS },
    userVerification: isAlone ? 'required' : 'preferred',
    ...(known === undefined ? {} : { allowCredentials: [...known] }),
  })

/** A passkey that is known, and how its answer is checked. */
export type PasskeyCheck = {
  readonly ownerId: string
  readonly publicKey: Buffer
  readonly counter: bigint
  readonly isAlone: boolean
  readonly endChallenge: EndChallenge
}

/** Checks an answer of a passkey; resolves with its new counter, which has to be above the old one or both 0. Fails with passkey_refused. */
export async function checkPasskey(place: PasskeyPlace, answer: PasskeyAnswer, check: PasskeyCheck): Promise<number> {
  if (!isOwnHandle(answer, check.ownerId)) fail('passkey_refused')
  const { userHandle: _, ...signed } = answer.response
  const { verified, authenticationInfo } = await refusing(() =>
    verifyAuthenticationResponse({
      response: { ...answer, response: signed },
      expectedChallenge: check.endChallenge,
      ...{ expectedOrigin: originOf(place), expectedRPID: hostOf(place), requireUserVerification: check.isAlone },
      credential: { id: answer.id, publicKey: bytesOf(check.publicKey), counter: Number(check.counter) },
    }),
  )
  return verified ? authenticationInfo.newCounter : fail('passkey_refused')
}

/** A passkey that tells whose it is has to tell the same as we know. */
function isOwnHandle({ response: { userHandle } }: PasskeyAnswer, ownerId: string): boolean {
  if (userHandle === null || userHandle === undefined) return true
  const bytes = Buffer.from(userHandle, 'base64url')
  return bytes.length === 16 && bytesToUuid(bytes) === ownerId
}
