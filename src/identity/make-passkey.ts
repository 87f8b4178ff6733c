import { generateRegistrationOptions, verifyRegistrationResponse } from '@simplewebauthn/server'
import { isDatabaseError, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { uuidToBytes } from '../lib/index.ts'
import type { IdentityParts } from './parts.ts'
import type { NewPasskeyAnswer } from './passkey-answer.ts'
import { bytesOf, hostOf, isTransport, originOf, PASSKEY_ALGORITHMS, PASSKEY_TIMEOUT_MS, refusing } from './passkey-library.ts'
import { credentialsOf, passkeyPurpose } from './passkeys.ts'
import type { Person } from './person.ts'
import { beginStep, endStep } from './steps.ts'

const PASSKEYS_MAX = 20
const TAKEN = '23505'

/** What a browser is asked with to make a passkey; the challenge can be answered once, for five minutes. Fails with passkeys_full. */
export async function offerPasskey(parts: IdentityParts, person: Person, name: string): Promise<object> {
  if (person.passkeys >= PASSKEYS_MAX) fail('passkeys_full', { limit: PASSKEYS_MAX })
  const options = await generateRegistrationOptions({
    ...{ rpName: parts.service, rpID: hostOf(parts), userName: name, userID: bytesOf(uuidToBytes(person.id)), timeout: PASSKEY_TIMEOUT_MS },
    ...{ challenge: bytesOf(parts.random(32)), attestationType: 'none', supportedAlgorithmIDs: PASSKEY_ALGORITHMS },
    excludeCredentials: await credentialsOf(parts.database, person.id),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  })
  await beginStep(parts.database, parts, { kind: 'passkey-register', token: options.challenge, personId: person.id })
  return options
}

/** Keeps a passkey that a browser made for this person, by its public key. Resolves with its id. Fails with passkey_refused. */
export async function addPasskey(
  parts: IdentityParts,
  person: Person,
  made: { readonly name: string; readonly answer: NewPasskeyAnswer },
): Promise<string> {
  const { credential } = await verifyNew(parts, person, made.answer)
  const id = parts.ids.uuid()
  const sealed = await parts.subjects.seal(person.accountId, Buffer.from(made.name), passkeyPurpose(id))
  const transports = (made.answer.response.transports ?? []).filter(isTransport)
  try {
    await parts.database.query(sql`
      insert into passkey (id, person_id, credential_id, public_key, counter, transports, name_sealed, created_at)
      values (${id}::uuid, ${person.id}::uuid, ${Buffer.from(credential.id, 'base64url')}, ${Buffer.from(credential.publicKey)},
        ${credential.counter}::bigint, ${transports}::text[], ${sealed}, ${new Date(parts.clock.now())})`)
  } catch (thrown) {
    if (isDatabaseError(thrown, TAKEN)) fail('passkey_refused')
    throw thrown
  }
  return id
}

async function verifyNew(parts: IdentityParts, person: Person, answer: NewPasskeyAnswer) {
  const response = { ...answer, response: { ...answer.response, transports: (answer.response.transports ?? []).filter(isTransport) } }
  const verified = await refusing(() =>
    verifyRegistrationResponse({
      response,
      expectedChallenge: (token) => endStep(parts.database, parts, { kind: 'passkey-register', token, personId: person.id }),
      ...{
        expectedOrigin: originOf(parts),
        expectedRPID: hostOf(parts),
        requireUserVerification: false,
        supportedAlgorithmIDs: PASSKEY_ALGORITHMS,
      },
    }),
  )
  return verified.verified ? verified.registrationInfo : fail('passkey_refused')
}
