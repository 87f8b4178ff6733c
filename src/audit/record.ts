import { type Database, sql } from '../db/index.ts'
import { type AuditEntry, hashEntry } from './entry.ts'

/** What to note; `now` in milliseconds. */
export type Access = Omit<AuditEntry, 'serial' | 'at'> & { readonly now: number }

/** Appends an access to the chain; it is kept when the promise resolves, so look only after that. One at a time over all nodes. */
export async function recordAccess(database: Database, { now, ...access }: Access): Promise<void> {
  await database.transaction(async (tx) => {
    const [head] = await tx.query<{ serial: bigint; hash: Buffer }>(sql`select serial, hash from audit_head for update`)
    if (head === undefined) throw new TypeError('the chain of the audit log has no head')
    const entry = { ...access, serial: head.serial + 1n, at: now }
    const hash = hashEntry(head.hash, entry)
    await tx.query(sql`
      insert into audit_entry (serial, at, actor, action, account_id, hash)
      values (${entry.serial}, ${new Date(now)}, ${entry.actor}, ${entry.action}, ${entry.accountId ?? null}::uuid, ${hash})`)
    await tx.query(sql`update audit_head set serial = ${entry.serial}, hash = ${hash}`)
  })
}
