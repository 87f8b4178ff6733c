import { type Database, sql } from '../db/index.ts'
import type { AuditEntry } from './entry.ts'

/** What to note; `now` in milliseconds. */
export type Access = Omit<AuditEntry, 'serial' | 'at'> & { readonly now: number }

/** Appends an access to the chain; it is kept when the promise resolves, so look only after that. One at a time over all nodes. */
export async function recordAccess(database: Database, { now, actor, action, accountId }: Access): Promise<void> {
  await database.query(sql.named('append_audit')`
    select append_audit(${new Date(now)}::timestamptz, ${actor}::text, ${action}::text, ${accountId ?? null}::uuid)`)
}
