import { type Database, sql } from '../db/index.ts'
import { laterNow } from './moment.ts'
import type { IdentityOptions } from './options.ts'
import { hashToken } from './secret-token.ts'

/** What is begun and ended within minutes: a sign-in that lacks its second step, challenges of passkeys by what they are for, and errands to issuers. */
export const STEP_MINUTES = {
  'second-step': 10,
  'passkey-register': 5,
  'passkey-sign-in': 5,
  'passkey-second': 5,
  'passkey-fresh': 5,
  'issuer-sign-in': 10,
  'issuer-sign-up': 10,
  'issuer-link': 10,
  'issuer-proof': 10,
} as const
export type StepKind = keyof typeof STEP_MINUTES

/** A step that was begun; the person is undefined where it is not known yet who it is. */
export type BegunStep = {
  readonly kind: StepKind
  readonly token: string
  readonly personId: string | undefined
  /** The account of the team whose issuer took the first step. */
  readonly vouchedBy?: string | undefined
}

const MINUTE_MS = 60_000

type Parts = Pick<IdentityOptions, 'clock'>

/** Remembers that a step was begun, by the hash of its token. */
export async function beginStep(database: Database, { clock }: Parts, { kind, token, personId, vouchedBy }: BegunStep): Promise<void> {
  await database.query(sql`
    insert into sign_in_step (token_hash, kind, person_id, expires_at, vouched_by)
    values (${hashToken(kind, token)}, ${kind}, ${personId ?? null}::uuid, ${new Date(clock.now() + STEP_MINUTES[kind] * MINUTE_MS)},
      ${vouchedBy ?? null}::uuid)`)
}

/** Who began a step, without ending it; undefined for one that nobody did, was ended, or is too old. */
export async function peekStep(
  database: Database,
  { clock }: Parts,
  step: Pick<BegunStep, 'kind' | 'token'>,
): Promise<{ readonly personId: string; readonly vouchedBy: string | undefined } | undefined> {
  const [row] = await database.query<{ readonly person_id: string | null; readonly vouched_by: string | null }>(sql`
    select person_id, vouched_by from sign_in_step where token_hash = ${hashToken(step.kind, step.token)} and kind = ${step.kind} and expires_at > ${laterNow(clock)}`)
  const personId = row?.person_id
  return typeof personId === 'string' ? { personId, vouchedBy: row?.vouched_by ?? undefined } : undefined
}

/** Ends a step; false for one that is not this person's, was ended, or is too old. Of many who try at once one does. */
export async function endStep(database: Database, { clock }: Parts, { kind, token, personId }: BegunStep): Promise<boolean> {
  const ended = await database.query(sql`
    delete from sign_in_step where token_hash = ${hashToken(kind, token)} and kind = ${kind} and person_id is not distinct from ${personId ?? null}::uuid
      and expires_at > ${laterNow(clock)} returning 1`)
  return ended.length > 0
}

/** Forgets what a person has begun, as what they began it with is worth nothing any more. */
export async function dropSteps(database: Database, personId: string): Promise<void> {
  await database.query(sql`delete from sign_in_step where person_id = ${personId}::uuid returning 1`)
}
