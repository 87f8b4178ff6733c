import { type Database, type Sql, sql } from '../db/index.ts'
import type { StoredPassword } from '../identity/index.ts'
import { type Operator, operatorOf } from './operator.ts'
import type { OperatorRole } from './role.ts'

/** An operator with what they sign in with as a person. */
export type OperatorPerson = {
  /** A person always has an id. */
  readonly operator: Operator & { readonly id: string }
  readonly password: StoredPassword | undefined
  readonly totp: { readonly sealed: Buffer; readonly isConfirmed: boolean; readonly lastStep: number } | undefined
}

/** The operator of an id, undefined for one who ended. */
export const getOperatorPerson = (database: Database, id: string): Promise<OperatorPerson | undefined> =>
  findPerson(database, sql`id = ${id}::uuid`)

/** The operator of a name, undefined for nobody's and for one who ended. */
export const findOperatorPerson = (database: Database, name: string): Promise<OperatorPerson | undefined> =>
  findPerson(database, sql`name = ${name}`)

async function findPerson(database: Database, which: Sql): Promise<OperatorPerson | undefined> {
  const [row] = await database.query<Row>(sql`
    select id, name, role, password_hash, password_scheme, totp_sealed, totp_confirmed_at, totp_step from operator
    where ended_at is null and ${which}`)
  if (row === undefined) return undefined
  const { password_hash: hash, password_scheme: scheme, totp_sealed: sealed } = row
  return {
    operator: { ...operatorOf(row), id: row.id },
    password: hash === null || scheme === null ? undefined : { hash, scheme },
    totp: sealed === null ? undefined : { sealed, isConfirmed: row.totp_confirmed_at !== null, lastStep: Number(row.totp_step) },
  }
}

type Row = {
  readonly id: string
  readonly name: string
  readonly role: OperatorRole
  readonly password_hash: string | null
  readonly password_scheme: StoredPassword['scheme'] | null
  readonly totp_sealed: Buffer | null
  readonly totp_confirmed_at: Date | null
  readonly totp_step: bigint
}
