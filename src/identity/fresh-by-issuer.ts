import { sql } from '../db/index.ts'
import type { Vouched } from '../issuers/index.ts'
import type { IdentityParts } from './parts.ts'
import type { Person } from './person.ts'
import { FRESH_MS } from './sessions.ts'

/** Whether an issuer says that somebody signed in to it, and not only that they are, within the time that a proof is good for; `now` in milliseconds. */
export const isJustSignedIn = ({ signedInAt }: Pick<Vouched, 'signedInAt'>, now: number): boolean =>
  signedInAt !== undefined && signedInAt > now - FRESH_MS

/**
 * Whether a sign-in by an issuer shows anew who it is. An issuer lets in whoever sits at a browser where it knows somebody, so its word counts only where
 * it says that they signed in just now; or where nothing else could ever show it: no way of the house's own, and no issuer that says when.
 */
export async function isFreshByIssuer(parts: IdentityParts, person: Person, vouched: Pick<Vouched, 'signedInAt'>): Promise<boolean> {
  return isJustSignedIn(vouched, parts.clock.now()) || !(await canProve(parts, person))
}

async function canProve({ database, issuers, teamIssuers }: IdentityParts, person: Person): Promise<boolean> {
  if (hasOwnWay(person)) return true
  const linked = await database.query<{ readonly issuer: string }>(sql`
    select issuer from outside_identity where person_id = ${person.id}::uuid and left_at is null`)
  const proofs = new Set((issuers?.list('customers') ?? []).flatMap(({ id, isProof }) => (isProof ? [id] : [])))
  return linked.some(({ issuer }) => proofs.has(issuer) || teamIssuers?.isTeams(issuer) === true)
}

/** Whether a person shows who they are by something that the house itself checks. */
export const hasOwnWay = ({ password, hasNumber, passkeys, totp }: Person): boolean =>
  password !== undefined || hasNumber || passkeys > 0 || totp?.isConfirmed === true
