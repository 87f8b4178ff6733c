import { type Database, sql } from '../db/index.ts'
import { isoTime } from '../lib/index.ts'
import { type SigningKey, signClaims, writeJws } from '../receipts/index.ts'

/** Where the chain ended when a UTC day was over: the last serial, the hash there in hexadecimal, and both signed as a compact JWS. */
export type Checkpoint = { readonly day: string; readonly last_serial: string; readonly head: string; readonly jws: string }

/** What a checkpoint says under its signature. */
export const checkpointClaims = (told: Omit<Checkpoint, 'jws'>) => ({
  kind: 'audit',
  day: told.day,
  last_serial: told.last_serial,
  head: told.head,
})

/** What days are signed with; `now` in milliseconds. */
export type CheckpointSigning = { readonly key: SigningKey; readonly now: number }

/** Signs the end of the chain for yesterday, once; it can be run again at any time and on any node. Returns whether it signed. */
export async function signAuditDay(database: Database, { key, now }: CheckpointSigning): Promise<boolean> {
  const day = isoTime(now - 86_400_000).slice(0, 10)
  const [known] = await database.query(sql`select from audit_day where day >= ${day}::date`)
  if (known !== undefined) return false
  return await database.transaction(async (tx) => {
    const [head] = await tx.query<{ serial: bigint; hash: Buffer }>(sql`select serial, hash from audit_head`)
    if (head === undefined) throw new TypeError('the chain of the audit log has no head')
    const signature = signClaims(key, checkpointClaims({ day, last_serial: String(head.serial), head: head.hash.toString('hex') }))
    const written = await tx.query(sql`
      insert into audit_day (day, last_serial, head, kid, signature, created_at)
      values (${day}::date, ${head.serial}, ${head.hash}, ${key.kid}, ${signature}, ${isoTime(now)}::timestamptz)
      on conflict (day) do nothing returning day`)
    return written.length > 0
  })
}

/** Published checkpoints, the newest day first, at most `limit`, before a day. */
export async function listCheckpoints(
  database: Database,
  { before, limit }: { readonly before?: string | undefined; readonly limit: number },
): Promise<readonly Checkpoint[]> {
  const rows = await database.query<{ day: string; last_serial: bigint; head: Buffer; kid: string; signature: Buffer }>(sql`
    select day, last_serial, head, kid, signature from audit_day
    where day < coalesce(${before ?? null}::date, 'infinity') order by day desc limit ${limit}`)
  return rows.map(({ day, last_serial: serial, head, kid, signature }) => {
    const told = { day, last_serial: String(serial), head: head.toString('hex') }
    return { ...told, jws: writeJws(kid, checkpointClaims(told), signature) }
  })
}
