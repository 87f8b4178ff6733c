import { isDatabaseError, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import type { IdentityParts } from './parts.ts'
import type { NewPasskeyAnswer } from './passkey-answer.ts'
import { passkeyToMake, readMadePasskey } from './passkey-ceremony.ts'
import { credentialsOf, passkeyPurpose } from './passkeys.ts'
import type { Person } from './person.ts'
import { beginStep, endStep } from './steps.ts'

const PASSKEYS_MAX = 20
const TAKEN = '23505'

/** Whether a passkey is all that the house itself could know a person by; then it has to ask its owner, or it would let nobody in. */
const isAlone = ({ password, hasNumber }: Person): boolean => password === undefined && !hasNumber

/** What a browser is asked with to make a passkey; the challenge can be answered once, for five minutes. Fails with passkeys_full. */
export async function offerPasskey(parts: IdentityParts, person: Person, name: string): Promise<object> {
  if (person.passkeys >= PASSKEYS_MAX) fail('passkeys_full', { limit: PASSKEYS_MAX })
  const owner = {
    id: person.id,
    name,
    service: parts.service,
    known: await credentialsOf(parts.database, person.id),
    isAlone: isAlone(person),
  }
  const options = await passkeyToMake(parts, owner, parts.random(32))
  await beginStep(parts.database, parts, { kind: 'passkey-register', token: options.challenge, personId: person.id })
  return options
}

/** Keeps a passkey that a browser made for this person, by its public key. Resolves with its id. Fails with passkey_refused. */
export async function addPasskey(
  parts: IdentityParts,
  person: Person,
  made: { readonly name: string; readonly answer: NewPasskeyAnswer },
): Promise<string> {
  const passkey = await readMadePasskey(parts, made.answer, {
    endChallenge: (token) => endStep(parts.database, parts, { kind: 'passkey-register', token, personId: person.id }),
    isVerified: isAlone(person),
  })
  const id = parts.ids.uuid()
  const sealed = await parts.subjects.seal(person.accountId, Buffer.from(made.name), passkeyPurpose(id))
  try {
    await parts.database.query(sql`
      insert into passkey (id, person_id, credential_id, public_key, counter, transports, name_sealed, created_at)
      values (${id}::uuid, ${person.id}::uuid, ${passkey.credentialId}, ${passkey.publicKey}, ${passkey.counter}::bigint,
        ${passkey.transports}::text[], ${sealed}, ${new Date(parts.clock.now())})`)
  } catch (thrown) {
    if (isDatabaseError(thrown, TAKEN)) fail('passkey_refused')
    throw thrown
  }
  return id
}
