import { type Database, sql } from '../db/index.ts'

/** What can be said of what the database's log still holds of deleted rows: `turned` by us after each purge, or `server`, when it sees fit. */
export type WalTurnover = {
  readonly by: 'turned' | 'server'
  /** Rights that the user of the connection lacks. */
  readonly lacks: readonly ('pg_checkpoint' | 'execute on pg_switch_wal()')[]
  /** Whether the server writes new files over the names of old ones without clearing them (wal_recycle). */
  readonly isRecycling: boolean
  /** Whether it keeps the log elsewhere as well: archives and standbys are beyond us. */
  readonly isCopied: boolean
}

type Row = {
  readonly can_checkpoint: boolean
  readonly can_switch: boolean
  readonly is_recycling: boolean
  readonly is_copied: boolean
}

/** Tells what holds on this server, for the policy to say no more than that; changes nothing. */
export async function readWalTurnover(database: Database): Promise<WalTurnover> {
  const [row] = await database.query<Row>(sql`select * from wal_turnover()`)
  const { can_checkpoint = false, can_switch = false, is_recycling: isRecycling = true, is_copied: isCopied = true } = row ?? {}
  const lacks = [...(can_checkpoint ? [] : (['pg_checkpoint'] as const)), ...(can_switch ? [] : (['execute on pg_switch_wal()'] as const))]
  return { by: lacks.length === 0 && !isRecycling && !isCopied ? 'turned' : 'server', lacks, isRecycling, isCopied }
}

/**
 * Has the server begin new files of its log and let go of those before, as deleted rows stand in them; the role is farebox_ledger, and a
 * checkpoint takes its time. Returns false when the user of the connection lacks the right.
 */
export async function turnWal(database: Database): Promise<boolean> {
  if ((await readWalTurnover(database)).lacks.length > 0) return false
  await database.query(sql`select turn_wal()`)
  return true
}
