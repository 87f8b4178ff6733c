import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { getOperator, type NamedOperator } from './named-operators.ts'
import type { OperatorRole } from './role.ts'

/** Gives an operator another role, which holds from the next request on. Fails with operator_unknown, also for one who ended. */
export async function changeOperatorRole(
  tx: Database,
  { name, role }: { readonly name: string; readonly role: OperatorRole },
): Promise<NamedOperator> {
  const changed = await tx.query(sql`update operator set role = ${role} where name = ${name} and ended_at is null returning 1`)
  return changed.length === 0 ? fail('operator_unknown') : await getOperator(tx, name)
}
