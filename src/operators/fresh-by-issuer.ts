import { sql } from '../db/index.ts'
import { isJustSignedIn } from '../identity/index.ts'
import type { Vouched } from '../issuers/index.ts'
import { getOperator } from './named-operators.ts'
import type { OperatorParts } from './parts.ts'
import type { OperatorPerson } from './person.ts'

/**
 * Whether a sign-in by an issuer shows anew who an operator is: where the issuer says that they signed in to it just now, or where nothing else could ever
 * show it, no way of their own and no issuer that says when.
 */
export async function isFreshByOperatorIssuer(parts: OperatorParts, { operator }: OperatorPerson, vouched: Vouched): Promise<boolean> {
  return isJustSignedIn(vouched, parts.clock.now()) || !(await canProve(parts, operator))
}

async function canProve({ database, issuers }: OperatorParts, { id, name }: OperatorPerson['operator']): Promise<boolean> {
  const { ways } = await getOperator(database, name)
  if (ways.some((way) => way !== 'issuer')) return true
  const linked = await database.query<{ readonly issuer: string }>(sql`
    select issuer from operator_identity where operator_id = ${id}::uuid`)
  const proofs = new Set((issuers?.list('operators') ?? []).flatMap((one) => (one.isProof ? [one.id] : [])))
  return linked.some(({ issuer }) => proofs.has(issuer))
}
