import { type Database, sql } from '../db/index.ts'
import { hashToken, laterNow } from '../identity/index.ts'
import type { OperatorOptions } from './options.ts'

/** What a challenge of a passkey is asked for, that an authenticator app is set up, an errand to an issuer, or a link to another e-mail. */
export type OperatorStepKind =
  | 'passkey-register'
  | 'passkey-sign-in'
  | 'passkey-fresh'
  | 'totp-setup'
  | 'issuer-sign-in'
  | 'issuer-join'
  | 'issuer-link'
  | 'issuer-proof'
  | 'email-change'

/** A challenge that was asked; the operator is undefined where it is not known yet who it is. */
export type OperatorStep = { readonly kind: OperatorStepKind; readonly token: string; readonly operatorId: string | undefined }

const STEP_MS = 300_000

type Parts = Pick<OperatorOptions, 'clock'>

/** Remembers a challenge by its hash, for five minutes where nothing else is said. */
export async function beginOperatorStep(
  database: Database,
  { clock }: Parts,
  { kind, token, operatorId, forMs = STEP_MS }: OperatorStep & { readonly forMs?: number },
): Promise<void> {
  await database.query(sql`
    insert into operator_step (token_hash, kind, operator_id, expires_at)
    values (${hashOf(kind, token)}, ${kind}, ${operatorId ?? null}::uuid, ${new Date(clock.now() + forMs)}) returning 1`)
}

/** Whether a challenge waits for its answer. */
export async function hasOperatorStep(database: Database, { clock }: Parts, { kind, token, operatorId }: OperatorStep): Promise<boolean> {
  const found = await database.query(sql`
    select from operator_step where token_hash = ${hashOf(kind, token)} and kind = ${kind}
      and operator_id is not distinct from ${operatorId ?? null}::uuid and expires_at > ${laterNow(clock)}`)
  return found.length > 0
}

/** Ends a challenge; false for one that is not this operator's, was answered, or is too old. Of many who try at once one does. */
export async function endOperatorStep(database: Database, { clock }: Parts, { kind, token, operatorId }: OperatorStep): Promise<boolean> {
  const ended = await database.query(sql`
    delete from operator_step where token_hash = ${hashOf(kind, token)} and kind = ${kind}
      and operator_id is not distinct from ${operatorId ?? null}::uuid and expires_at > ${laterNow(clock)} returning 1`)
  return ended.length > 0
}

const hashOf = (kind: OperatorStepKind, token: string): Buffer => hashToken(`operator-${kind}`, token)
