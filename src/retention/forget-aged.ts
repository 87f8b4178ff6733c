import { type Database, identifier, type Sql, sql } from '../db/index.ts'
import { agreedTime } from './agreed-time.ts'
import type { RetentionJob } from './retention-jobs.ts'

/** The databases of both roles that delete. */
export type Forgetful = { readonly appDatabase: Database; readonly ledgerDatabase: Database }

const DAY_MS = 86_400_000
/** Rows that one statement deletes, so that it ends within its time however many there are. */
export const ROWS_AT_ONCE = 10_000

/**
 * Deletes what is older than its retention in every table that does not go by partition. Old by both clocks: `now`, in milliseconds, and
 * the database's. Returns how many rows went.
 */
export async function forgetAged({ appDatabase, ledgerDatabase }: Forgetful, jobs: readonly RetentionJob[], now: number): Promise<number> {
  const { earlier } = await agreedTime(ledgerDatabase, now)
  let gone = 0
  for (const job of jobs) {
    if (job.by === 'partition') continue
    const database = job.by === 'farebox_app' ? appDatabase : ledgerDatabase
    gone += await forgetRows(database, job.table, job.isOld(earlier - job.days * DAY_MS))
  }
  return gone
}

async function forgetRows(database: Database, table: string, isOld: Sql): Promise<number> {
  const name = identifier(table)
  const some = sql`select ctid from ${name} where ${isOld} limit ${ROWS_AT_ONCE}`
  let gone = 0
  for (let last = ROWS_AT_ONCE; last === ROWS_AT_ONCE; gone += last)
    last = (await database.query(sql`delete from ${name} where ctid = any(array(${some})) and ${isOld} returning 1`)).length
  return gone
}

/**
 * Writes small tables anew that rows are deleted from, as deleted rows lie on in their files; one that is in use is left for the next time.
 * Each in a transaction of its own, which waits for one table alone. The role is farebox_ledger. Returns how many were written.
 */
export async function rewriteDeleted(database: Database): Promise<number> {
  const tables = await database.query<{ name: string }>(sql`select unnest(rewritten_tables()) as name`)
  let written = 0
  for (const { name } of tables) {
    const [row] = await database.query<{ done: boolean }>(sql`select rewrite_deleted(${name}) as done`)
    if (row?.done === true) written += 1
  }
  return written
}
