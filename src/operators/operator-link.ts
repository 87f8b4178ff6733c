import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { countAddressGuess, type Visitor } from '../identity/index.ts'
import { isUuid } from '../lib/index.ts'
import { noteAtDoor } from './note.ts'
import { beginErrandAt, endErrandAt, type OperatorReturn } from './operator-errand.ts'
import { findOperatorByIdentity, keepOperatorIdentity } from './operator-identities.ts'
import type { OperatorParts } from './parts.ts'
import { freshenSession, type OperatorSession } from './sessions.ts'

/** Who an operator is at an issuer, as they see it; the name is undefined for one that signs operators in no more. */
export type OwnIdentity = { readonly id: string; readonly issuer: string; readonly name: string | undefined; readonly createdAt: Date }

/** What an operator who is signed in comes back from an issuer with. */
export type LinkReturn = Pick<OperatorReturn, 'issuer' | 'step' | 'returned'>

/** An errand of somebody who is signed in. */
export type OwnErrand = { readonly kind: 'issuer-link' | 'issuer-proof'; readonly issuer: string; readonly operatorId: string }

const IDENTITIES_MAX = 10

/** Sends an operator who is signed in to an issuer, to be linked or to show anew who they are. Fails with issuer_unknown, issuer_unreachable, proof_by_own_way. */
export async function beginOwnErrand(parts: OperatorParts, errand: OwnErrand): Promise<{ readonly step: string; readonly url: string }> {
  if (errand.kind === 'issuer-proof') await requireNoOtherWay(parts.database, errand.operatorId)
  return await beginErrandAt(parts, errand)
}

/** Whom an issuer vouches for to who went there to be linked. Fails with issuer_unknown, issuer_refused, issuer_unreachable. */
export const subjectOf = async (parts: OperatorParts, { operatorId, came }: Linking): Promise<string> =>
  (await endErrandAt(parts, { ...came, kind: 'issuer-link', operatorId })).subject

/** Whom an issuer vouches for is this operator too from now on. Fails with identity_taken, identities_full. */
export async function linkOperator(tx: Database, parts: OperatorParts, { operatorId, issuer, subject }: NewLink): Promise<void> {
  if ((await listOwnIdentities(tx, parts, operatorId)).length >= IDENTITIES_MAX) fail('identities_full', { limit: IDENTITIES_MAX })
  await keepOperatorIdentity(tx, parts, { operatorId, issuer, subject })
}

type NewLink = { readonly operatorId: string; readonly issuer: string; readonly subject: string }

/** Which operator came back with what. */
export type Linking = { readonly operatorId: string; readonly came: LinkReturn }

/**
 * Takes the word of an issuer that an operator who has no other way in has signed in to it within ten minutes; resolves with another token of their session.
 * Fails with proof_by_own_way, issuer_unknown, issuer_refused, issuer_unreachable, sign_in_limited, signed_out.
 */
export async function proveByOperatorIssuer(parts: OperatorParts, session: OperatorSession, proof: Proof): Promise<string> {
  const { id: operatorId = fail('operator_nameless'), actor } = session.operator
  const guess = await countAddressGuess(parts, proof.visitor.address)
  await requireNoOtherWay(parts.database, operatorId)
  const { subject } = await endErrandAt(parts, { ...proof.came, kind: 'issuer-proof', operatorId })
  if ((await findOperatorByIdentity(parts.database, parts, subject)) !== operatorId) {
    await noteAtDoor(parts, { actor, event: 'proof-refused' })
    return fail('issuer_refused')
  }
  await guess.forgive()
  await noteAtDoor(parts, { actor, event: 'proof' })
  return (await freshenSession(parts, session)) ?? fail('signed_out')
}

/** What an operator came back with to show who they are, and from where. */
export type Proof = { readonly came: LinkReturn; readonly visitor: Visitor }

/** Who an operator is at issuers, the newest first. */
export async function listOwnIdentities(
  database: Database,
  { issuers }: Pick<OperatorParts, 'issuers'>,
  operatorId: string,
): Promise<readonly OwnIdentity[]> {
  const names = new Map((issuers?.list('operators') ?? []).map(({ id, name }) => [id, name]))
  const rows = await database.query<{ readonly id: string; readonly issuer: string; readonly created_at: Date }>(sql`
    select id, issuer, created_at from operator_identity where operator_id = ${operatorId}::uuid order by created_at desc, id desc`)
  return rows.map(({ id, issuer, created_at: createdAt }) => ({ id, issuer, name: names.get(issuer), createdAt }))
}

/** Takes a link away. Fails with identity_unknown. */
export async function unlinkOperator(
  tx: Database,
  { operatorId, id }: { readonly operatorId: string; readonly id: string },
): Promise<void> {
  if (!isUuid(id)) fail('identity_unknown')
  const gone = await tx.query(sql`
    delete from operator_identity where id = ${id}::uuid and operator_id = ${operatorId}::uuid returning 1`)
  if (gone.length === 0) fail('identity_unknown')
}

/** An issuer counts as a proof where it is all there is, as what the house checks itself says more. */
async function requireNoOtherWay(database: Database, operatorId: string): Promise<void> {
  const others = await database.query(sql`
    select from operator where id = ${operatorId}::uuid and ((password_hash is not null and totp_confirmed_at is not null)
      or exists (select from operator_passkey where operator_passkey.operator_id = operator.id))`)
  if (others.length > 0) fail('proof_by_own_way')
}
