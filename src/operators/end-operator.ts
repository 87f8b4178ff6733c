import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'

/**
 * Ends an operator at `now` (milliseconds) for good: the token, every session, passkey, code and invitation; the name stays, as the audit log
 * names it. Resolves with the id, whose key is to be destroyed. Fails with operator_unknown.
 */
export async function endOperator(tx: Database, name: string, now: number): Promise<string> {
  const at = new Date(now)
  const [row] = await tx.query<{ readonly id: string }>(sql`
    update operator set ended_at = coalesce(ended_at, ${at}), email_sealed = null where name = ${name} returning id`)
  if (row === undefined) return fail('operator_unknown')
  await tx.query(sql`update operator_token set revoked_at = coalesce(revoked_at, ${at}) where name = ${name} returning 1`)
  await dropWays(tx, row.id, now)
  return row.id
}

/** Takes away what an operator as a person signs in with, and ends every session; a token stays. */
export async function dropWays(tx: Database, id: string, now: number): Promise<void> {
  await tx.query(sql`
    update operator set password_hash = null, password_scheme = null, totp_sealed = null, totp_confirmed_at = null, totp_step = 0
    where id = ${id}::uuid returning 1`)
  await tx.query(sql`delete from operator_passkey where operator_id = ${id}::uuid returning 1`)
  await tx.query(sql`delete from operator_identity where operator_id = ${id}::uuid returning 1`)
  await tx.query(sql`delete from operator_recovery_code where operator_id = ${id}::uuid returning 1`)
  await tx.query(sql`delete from operator_step where operator_id = ${id}::uuid returning 1`)
  await tx.query(sql`delete from operator_invitation where operator_id = ${id}::uuid returning 1`)
  await endSessionsOf(tx, id, now)
}

/** Ends every session of an operator at `now` (milliseconds). Fails with operator_unknown, also for one who ended. */
export async function endOperatorSessions(tx: Database, name: string, now: number): Promise<number> {
  const [row] = await tx.query<{ readonly id: string }>(sql`select id from operator where name = ${name} and ended_at is null`)
  return row === undefined ? fail('operator_unknown') : await endSessionsOf(tx, row.id, now)
}

async function endSessionsOf(tx: Database, id: string, now: number): Promise<number> {
  const ended = await tx.query(sql`
    update operator_session set token_hash = null, ended_at = ${new Date(now)} where operator_id = ${id}::uuid and ended_at is null returning 1`)
  return ended.length
}
