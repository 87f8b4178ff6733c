import { createHash } from 'node:crypto'
import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'

/** An operator with a token of their own; the token itself is nowhere. */
export type NamedOperator = { readonly name: string; readonly createdAt: Date; readonly revokedAt: Date | undefined }

/** What names of operators look like. */
export const OPERATOR_NAME = /^[a-z][a-z0-9._-]{0,39}$/

/** The text of an operator's token: a prefix and 32 random bytes. */
export const operatorTokenOf = (random: Buffer): string => `fbo_${random.toString('hex')}`

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Gives a name a token, once for good: a name that was revoked is not given again. Fails with operator_exists. */
export async function createOperator(
  tx: Database,
  { name, token, now }: { readonly name: string; readonly token: string; readonly now: number },
): Promise<NamedOperator> {
  const [row] = await tx.query<OperatorRow>(sql`
    insert into operator_token (name, hash, created_at) values (${name}, ${hashOf(token)}, ${new Date(now)})
    on conflict do nothing returning name, created_at, revoked_at`)
  return row === undefined ? fail('operator_exists') : operatorOf(row)
}

/** Who has a token; undefined for a token that nobody has, or has no more. */
export async function findOperator(database: Database, token: string): Promise<string | undefined> {
  const [row] = await database.query<{ name: string }>(sql`
    select name from operator_token where hash = ${hashOf(token)} and revoked_at is null`)
  return row?.name
}

/** All operators by name, those whose token was revoked too. */
export async function listOperators(database: Database): Promise<readonly NamedOperator[]> {
  const rows = await database.query<OperatorRow>(sql`select name, created_at, revoked_at from operator_token order by name`)
  return rows.map(operatorOf)
}

/** Revokes an operator's token at `now` (milliseconds), for good. Fails with operator_unknown. */
export async function revokeOperator(tx: Database, name: string, now: number): Promise<NamedOperator> {
  const [row] = await tx.query<OperatorRow>(sql`
    update operator_token set revoked_at = coalesce(revoked_at, ${new Date(now)}) where name = ${name} returning name, created_at, revoked_at`)
  return row === undefined ? fail('operator_unknown') : operatorOf(row)
}

type OperatorRow = { readonly name: string; readonly created_at: Date; readonly revoked_at: Date | null }

const operatorOf = (row: OperatorRow): NamedOperator => ({
  name: row.name,
  createdAt: row.created_at,
  revokedAt: row.revoked_at ?? undefined,
})
