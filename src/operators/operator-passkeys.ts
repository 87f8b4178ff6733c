import { type Database, isDatabaseError, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import {
  checkPasskey,
  type KnownPasskey,
  type NewPasskeyAnswer,
  type PasskeyAnswer,
  passkeyToMake,
  passkeyToUse,
  readMadePasskey,
} from '../identity/index.ts'
import { isoDate, utcDayOf } from '../lib/index.ts'
import type { Operator } from './operator.ts'
import type { OperatorOptions } from './options.ts'
import { beginOperatorStep, endOperatorStep, type OperatorStepKind } from './steps.ts'

const TAKEN = '23505'

/** What a browser is asked with to make a passkey for an operator; the challenge can be answered once, for five minutes. */
export async function offerOperatorPasskey(parts: OperatorOptions, { id, name }: Operator & { readonly id: string }): Promise<object> {
  const owner = { id, name, service: parts.service, known: await knownOf(parts.database, id), isAlone: true }
  const options = await passkeyToMake(placeOf(parts), owner, parts.random(32))
  await beginOperatorStep(parts.database, parts, { kind: 'passkey-register', token: options.challenge, operatorId: id })
  return options
}

/** Reads a passkey that a browser made for an operator; as it will be all that is asked for, it has to have asked its owner. Fails with passkey_refused. */
export const readOperatorPasskey = (parts: OperatorOptions, operatorId: string, answer: NewPasskeyAnswer) =>
  readMadePasskey(placeOf(parts), answer, {
    endChallenge: (token) => endOperatorStep(parts.database, parts, { kind: 'passkey-register', token, operatorId }),
    isVerified: true,
  })

/** Keeps a passkey of an operator, by its public key. Fails with passkey_refused for one that is kept already. */
export async function keepOperatorPasskey(
  tx: Database,
  { ids, clock }: Pick<OperatorOptions, 'ids' | 'clock'>,
  { operatorId, made }: { readonly operatorId: string; readonly made: Awaited<ReturnType<typeof readOperatorPasskey>> },
): Promise<void> {
  try {
    await tx.query(sql`
      insert into operator_passkey (id, operator_id, credential_id, public_key, counter, transports, created_at)
      values (${ids.uuid()}::uuid, ${operatorId}::uuid, ${made.credentialId}, ${made.publicKey}, ${made.counter}::bigint,
        ${made.transports}::text[], ${new Date(clock.now())}) returning 1`)
  } catch (thrown) {
    if (isDatabaseError(thrown, TAKEN)) fail('passkey_refused')
    throw thrown
  }
}

type Use = Extract<OperatorStepKind, 'passkey-sign-in' | 'passkey-fresh'>

/** What a browser is asked with to use a passkey: this operator's, or, where it is not known who comes, any. */
export async function askOperatorPasskey(
  parts: OperatorOptions,
  { kind, operatorId }: { readonly kind: Use; readonly operatorId: string | undefined },
): Promise<object> {
  const known = operatorId === undefined ? undefined : await knownOf(parts.database, operatorId)
  const options = await passkeyToUse(placeOf(parts), { isAlone: true, known }, parts.random(32))
  await beginOperatorStep(parts.database, parts, { kind, token: options.challenge, operatorId })
  return options
}

/** What a passkey is used for; the operator is undefined where the passkey says who it is. */
export type OperatorPasskeyUse = { readonly kind: Use; readonly answer: PasskeyAnswer; readonly operatorId: string | undefined }

/** Which operator's passkey has answered a challenge of ours, each of which is good for one answer. Fails with passkey_refused. */
export async function verifyOperatorPasskey(parts: OperatorOptions, { kind, answer, operatorId }: OperatorPasskeyUse): Promise<string> {
  const { database } = parts
  const [known] = await database.query<Row>(sql`
    select id, operator_id, public_key, counter from operator_passkey where credential_id = ${Buffer.from(answer.id, 'base64url')}`)
  if (known === undefined || (operatorId !== undefined && known.operator_id !== operatorId)) return fail('passkey_refused')
  const counter = await checkPasskey(placeOf(parts), answer, {
    ...{ ownerId: known.operator_id, publicKey: known.public_key, counter: known.counter, isAlone: true },
    endChallenge: (token) => endOperatorStep(database, parts, { kind, token, operatorId }),
  })
  const raised = await database.query(sql`
    update operator_passkey set counter = ${counter}::bigint, used_on = ${isoDate(utcDayOf(parts.clock.now()))}::date where id = ${known.id}::uuid
      and (counter < ${counter}::bigint or (counter = 0 and ${counter}::bigint = 0)) returning 1`)
  return raised.length > 0 ? known.operator_id : fail('passkey_refused')
}

type Row = { readonly id: string; readonly operator_id: string; readonly public_key: Buffer; readonly counter: bigint }

const placeOf = ({ url }: Pick<OperatorOptions, 'url'>) => ({ publicUrl: url })

async function knownOf(database: Database, operatorId: string): Promise<readonly KnownPasskey[]> {
  const rows = await database.query<{ readonly credential_id: Buffer; readonly transports: KnownPasskey['transports'] }>(sql`
    select credential_id, transports from operator_passkey where operator_id = ${operatorId}::uuid order by created_at`)
  return rows.map(({ credential_id, transports }) => ({ id: credential_id.toString('base64url'), transports: [...transports] }))
}
