import { type Database, sql } from '../db/index.ts'
import { newRecoveryCodes, recoveryHashOf } from '../identity/index.ts'

/** Replaces an operator's recovery codes; the only time they are told. */
export async function renewOperatorCodes(tx: Database, operatorId: string, random: (size: number) => Buffer): Promise<readonly string[]> {
  const { codes, hashes } = newRecoveryCodes(operatorId, random)
  await tx.query(sql`delete from operator_recovery_code where operator_id = ${operatorId}::uuid returning 1`)
  await tx.query(sql`
    insert into operator_recovery_code (code_hash, operator_id)
    select decode(hash, 'hex'), ${operatorId}::uuid from unnest(${hashes.map((hash) => hash.toString('hex'))}::text[]) as given (hash) returning 1`)
  return codes
}

/** How many recovery codes an operator has left. */
export async function countOperatorCodes(database: Database, operatorId: string): Promise<number> {
  const [row] = await database.query<{ readonly left: bigint }>(sql`
    select count(*) as left from operator_recovery_code where operator_id = ${operatorId}::uuid`)
  return Number(row?.left ?? 0n)
}

/** Uses a recovery code up; false when it is none of this operator's, or was used. */
export async function useOperatorCode(database: Database, operatorId: string, typed: string): Promise<boolean> {
  const hash = recoveryHashOf(operatorId, typed)
  if (hash === undefined) return false
  const used = await database.query(sql`
    delete from operator_recovery_code where code_hash = ${hash} and operator_id = ${operatorId}::uuid returning 1`)
  return used.length > 0
}
