import { setTimeout as delay } from 'node:timers/promises'
import { type Database, sql } from '../../db/index.ts'

/** Often enough to be out of the way before a purge gives up waiting, which it does after 700 ms. */
const LOOK_MS = 200

/** A transaction that reads for long: its backend's process id, until `signal` says that it is over. */
export type LongReader = { readonly database: Database; readonly backend: number; readonly signal: AbortSignal }

/** The process id of the backend that a transaction runs in. */
export async function backendOf(tx: Database): Promise<number> {
  const [row] = await tx.query<{ pid: number }>(sql`select pg_backend_pid() as pid`)
  return row?.pid ?? 0
}

/**
 * Calls `end` once somebody waits for a table that is being read, as a purge or an upgrade does, and everybody's calls behind them. A look
 * that fails is made again: who reads notices by themselves that the database is gone. Source: www.postgresql.org/docs/current/view-pg-locks.html (2026-11-30).
 */
export async function onceWaitedFor({ database, backend, signal }: LongReader, end: () => void): Promise<void> {
  for (let isWaitedFor = false; !signal.aborted; ) {
    if (isWaitedFor) return end()
    await delay(LOOK_MS, undefined, { signal, ref: false }).catch(() => undefined)
    isWaitedFor = await isHindrance(database, backend).catch(() => false)
  }
}

const isHindrance = async (database: Database, backend: number): Promise<boolean> =>
  (
    await database.query(sql`
      select from pg_locks as waiting join pg_locks as held using (locktype, database, relation)
      where locktype = 'relation' and waiting.mode = 'AccessExclusiveLock' and not waiting.granted and held.granted and held.pid = ${backend}
      limit 1`)
  ).length > 0
