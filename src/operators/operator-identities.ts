import { type Database, isDatabaseError, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import type { OperatorOptions } from './options.ts'

type Parts = Pick<OperatorOptions, 'subjects'>

const TAKEN = '23505'

const lookupOf = ({ subjects }: Parts, subject: string): Buffer => subjects.lookup(subject, 'operator-identity')

/** The id of the operator whom somebody at an issuer is here; `subject` is who it is among all issuers. */
export async function findOperatorByIdentity(database: Database, parts: Parts, subject: string): Promise<string | undefined> {
  const [row] = await database.query<{ readonly operator_id: string }>(sql`
    select operator_id from operator_identity where subject_lookup = ${lookupOf(parts, subject)}`)
  return row?.operator_id
}

/** Links an operator with who they are at an issuer. Fails with identity_taken. */
export async function keepOperatorIdentity(
  tx: Database,
  parts: Pick<OperatorOptions, 'subjects' | 'ids' | 'clock'>,
  { operatorId, issuer, subject }: { readonly operatorId: string; readonly issuer: string; readonly subject: string },
): Promise<void> {
  try {
    await tx.query(sql`
      insert into operator_identity (id, operator_id, issuer, subject_lookup, created_at)
      values (${parts.ids.uuid()}::uuid, ${operatorId}::uuid, ${issuer}, ${lookupOf(parts, subject)}, ${new Date(parts.clock.now())}) returning 1`)
  } catch (thrown) {
    if (isDatabaseError(thrown, TAKEN)) fail('identity_taken')
    throw thrown
  }
}
