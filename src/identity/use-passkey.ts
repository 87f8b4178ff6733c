import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isoDate, utcDayOf } from '../lib/index.ts'
import type { IdentityParts } from './parts.ts'
import type { PasskeyAnswer } from './passkey-answer.ts'
import { checkPasskey, passkeyToUse } from './passkey-ceremony.ts'
import { credentialsOf } from './passkeys.ts'
import { beginStep, endStep, type StepKind } from './steps.ts'

type Use = Extract<StepKind, 'passkey-sign-in' | 'passkey-second' | 'passkey-fresh'>

/** What a browser is asked with to use a passkey: any of this person's, or, where it is not known who comes, any of the service. */
export async function askPasskey(
  parts: IdentityParts,
  use: { readonly kind: Use; readonly personId: string | undefined },
): Promise<object> {
  const known = use.personId === undefined ? undefined : await credentialsOf(parts.database, use.personId)
  const options = await passkeyToUse(parts, { isAlone: isAlone(use.kind), known }, parts.random(32))
  await beginStep(parts.database, parts, { ...use, token: options.challenge })
  return options
}

/** Where a passkey is all that is asked for, it has to have asked its owner too: for a finger, a face or a PIN. */
const isAlone = (kind: Use): boolean => kind !== 'passkey-second'

/** What a passkey is used for, by whom; the person is undefined where the passkey says who it is. */
export type PasskeyUse = { readonly kind: Use; readonly answer: PasskeyAnswer; readonly personId: string | undefined }

/**
 * Whose passkey has answered a challenge of ours, each of which is good for one answer. Fails with passkey_refused; also when a passkey counts
 * back, as a copy of it would.
 */
export async function verifyPasskey(parts: IdentityParts, { kind, answer, personId }: PasskeyUse): Promise<string> {
  const { database } = parts
  const [known] = await database.query<CredentialRow>(sql`
    select id, person_id, public_key, counter from passkey where credential_id = ${Buffer.from(answer.id, 'base64url')}`)
  if (known === undefined || (personId !== undefined && known.person_id !== personId)) fail('passkey_refused')
  const counter = await checkPasskey(parts, answer, {
    ...{ ownerId: known.person_id, publicKey: known.public_key, counter: known.counter, isAlone: isAlone(kind) },
    endChallenge: (token) => endStep(database, parts, { kind, token, personId }),
  })
  if (!(await raiseCounter(parts, known, counter))) fail('passkey_refused')
  return known.person_id
}

/** Whether a passkey that has answered is a person's still. */
export async function isPasskeyOf(database: Database, answer: Pick<PasskeyAnswer, 'id'>, personId: string): Promise<boolean> {
  const found = await database.query(sql`
    select from passkey where credential_id = ${Buffer.from(answer.id, 'base64url')} and person_id = ${personId}::uuid`)
  return found.length > 0
}

type CredentialRow = { readonly id: string; readonly person_id: string; readonly public_key: Buffer; readonly counter: bigint }

async function raiseCounter({ database, clock }: IdentityParts, known: CredentialRow, counter: number): Promise<boolean> {
  const raised = await database.query(sql`
    update passkey set counter = ${counter}::bigint, used_on = ${isoDate(utcDayOf(clock.now()))}::date where id = ${known.id}::uuid
      and (counter < ${counter}::bigint or (counter = 0 and ${counter}::bigint = 0)) returning 1`)
  return raised.length > 0
}
