import { type Database, sql } from '../db/index.ts'

/** Notes that whoever owns an account had notes of its calls kept for fewer days, in a transaction of the caller's. */
export async function noteShorterRetention(tx: Database, accountId: string, days: number): Promise<void> {
  await tx.query(
    sql`select note_event(${accountId}::uuid, 'retention.shortened', jsonb_build_object('days', ${days}::integer, 'by', 'customer'))`,
  )
}
