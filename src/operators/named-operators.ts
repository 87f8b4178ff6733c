import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { hashOperatorToken } from './operator-token.ts'
import type { OperatorRole } from './role.ts'

/** Ways by which an operator can sign in. */
export const OPERATOR_WAYS = ['token', 'passkey', 'password', 'issuer'] as const
export type OperatorWay = (typeof OPERATOR_WAYS)[number]

/** An operator as others see them; tokens, passwords and passkeys themselves are nowhere. */
export type NamedOperator = {
  readonly name: string
  readonly role: OperatorRole
  readonly ways: readonly OperatorWay[]
  /** Until when an invitation can be used; undefined where none is open. */
  readonly invitedUntil: Date | undefined
  readonly recoveryCodesLeft: number
  readonly createdAt: Date
  readonly endedAt: Date | undefined
}

/** A name that is given, once for good. */
export type NewOperator = { readonly id: string; readonly name: string; readonly role: OperatorRole; readonly now: number }

/** Gives a name a token. Fails with operator_exists. */
export async function createOperator(tx: Database, operator: NewOperator & { readonly token: string }): Promise<NamedOperator> {
  const { name, token, now } = operator
  await addOperator(tx, operator)
  await tx.query(
    sql`insert into operator_token (name, hash, created_at) values (${name}, ${hashOperatorToken(token)}, ${new Date(now)}) returning 1`,
  )
  return await getOperator(tx, name)
}

/** Gives a name, once for good: one whose operator ended is not given again. Fails with operator_exists. */
export async function addOperator(tx: Database, { id, name, role, now }: NewOperator): Promise<void> {
  const made = await tx.query(sql`
    insert into operator (id, name, role, created_at) values (${id}::uuid, ${name}, ${role}, ${new Date(now)}) on conflict do nothing returning 1`)
  if (made.length === 0) fail('operator_exists')
}

/** All operators by name, those who ended too. */
export async function listOperators(database: Database): Promise<readonly NamedOperator[]> {
  return (await database.query<OperatorRow>(sql`${SHOWN} order by operator.name`)).map(shownOf)
}

/** One operator. Fails with operator_unknown. */
export async function getOperator(database: Database, name: string): Promise<NamedOperator> {
  const [row] = await database.query<OperatorRow>(sql`${SHOWN} where operator.name = ${name}`)
  return row === undefined ? fail('operator_unknown') : shownOf(row)
}

const SHOWN = sql`
  select operator.name, role, operator.created_at, ended_at, invited.expires_at as invited_until,
    exists (select from operator_token where operator_token.name = operator.name and revoked_at is null) as has_token,
    exists (select from operator_passkey where operator_passkey.operator_id = operator.id) as has_passkey,
    password_hash is not null and totp_confirmed_at is not null as has_password,
    (select count(*) from operator_recovery_code as code where code.operator_id = operator.id) as codes_left,
    exists (select from operator_identity where operator_identity.operator_id = operator.id) as has_issuer
  from operator left join operator_invitation as invited on invited.operator_id = operator.id and invited.expires_at > clock_timestamp()`

type OperatorRow = {
  readonly name: string
  readonly role: OperatorRole
  readonly created_at: Date
  readonly ended_at: Date | null
  readonly invited_until: Date | null
  readonly has_token: boolean
  readonly has_passkey: boolean
  readonly has_password: boolean
  readonly codes_left: bigint
  readonly has_issuer: boolean
}

const shownOf = (row: OperatorRow): NamedOperator => ({
  name: row.name,
  role: row.role,
  ways: OPERATOR_WAYS.filter((way) => row.ended_at === null && row[`has_${way}`]),
  invitedUntil: row.ended_at === null ? (row.invited_until ?? undefined) : undefined,
  recoveryCodesLeft: Number(row.codes_left),
  createdAt: row.created_at,
  endedAt: row.ended_at ?? undefined,
})
