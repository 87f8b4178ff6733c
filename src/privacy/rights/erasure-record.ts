import { type Database, sql } from '../../db/index.ts'
import type { LegalHold } from './erasure-plan.ts'

/** How far an erasure is: asked for; nobody can call or sign in; no personal value is readable; no row of a call is left. */
export const ERASURE_STATES = ['requested', 'locked', 'shredded', 'done'] as const
export type ErasureState = (typeof ERASURE_STATES)[number]

/** Who or what asked for an erasure; `restored`: a backup brought an erased account back. */
export const ERASURE_CAUSES = ['customer', 'operator', 'inactive', 'restored'] as const
export type ErasureCause = (typeof ERASURE_CAUSES)[number]

/** An erasure; `goneBy` is when it is promised to be done. */
export type Erasure = {
  readonly accountId: string
  readonly state: ErasureState
  readonly cause: ErasureCause
  readonly requestedAt: Date
  readonly lockedAt: Date | undefined
  readonly shreddedAt: Date | undefined
  readonly doneAt: Date | undefined
  readonly goneBy: Date
}

type Row = {
  readonly account_id: string
  readonly state: ErasureState
  readonly cause: ErasureCause
  readonly requested_at: Date
  readonly locked_at: Date | null
  readonly shredded_at: Date | null
  readonly done_at: Date | null
  readonly gone_by: Date
}

/** The erasure of an account; undefined when none was asked for. */
export async function findErasure(database: Database, accountId: string): Promise<Erasure | undefined> {
  const [row] = await database.query<Row>(sql`select * from account_erasure where account_id = ${accountId}::uuid`)
  return row === undefined ? undefined : erasureOf(row)
}

/** The same, kept from others until the transaction ends; undefined also while another node works on it. */
export async function takeErasure(tx: Database, accountId: string): Promise<Erasure | undefined> {
  const [row] = await tx.query<Row>(sql`select * from account_erasure where account_id = ${accountId}::uuid for update skip locked`)
  return row === undefined ? undefined : erasureOf(row)
}

const PAGE = 100
const FIRST_UUID = '00000000-0000-0000-0000-000000000000'

/** Every account whose erasure is not over, in pages; all of them, as those that wait or fail must not stand before others. */
export async function* openErasures(database: Database): AsyncGenerator<string> {
  for (let after = FIRST_UUID; ; ) {
    const rows = await database.query<{ account_id: string }>(sql`
      select account_id from account_erasure where state <> 'done' and account_id > ${after}::uuid order by account_id limit ${PAGE}`)
    for (const { account_id: id } of rows) yield id
    const last = rows.at(-1)
    if (rows.length < PAGE || last === undefined) return
    after = last.account_id
  }
}

/** Erasures that are not over, the oldest first, then those that are, the newest first; at most so many of each. */
export async function listErasures(
  database: Database,
  limit: number,
): Promise<{ readonly open: readonly Erasure[]; readonly done: readonly Erasure[] }> {
  const open = await database.query<Row>(
    sql`select * from account_erasure where state <> 'done' order by requested_at, account_id limit ${limit}`,
  )
  const done = await database.query<Row>(
    sql`select * from account_erasure where state = 'done' order by done_at desc, account_id limit ${limit}`,
  )
  return { open: open.map(erasureOf), done: done.map(erasureOf) }
}

/** What is kept by law of an erased account. */
export const findHolds = (database: Database, accountId: string): Promise<readonly LegalHold[]> =>
  database.query<LegalHold>(sql`
    select category, basis, until::text as until from legal_hold where account_id = ${accountId}::uuid order by category`)

/** How many erasures are not over, and how many of them should be. */
export async function countErasures(database: Database, now: number): Promise<{ readonly open: number; readonly late: number }> {
  const [row] = await database.query<{ open: bigint; late: bigint }>(sql`
    select count(*) as open, count(*) filter (where gone_by < ${new Date(now)}) as late from account_erasure where state <> 'done'`)
  return { open: Number(row?.open ?? 0n), late: Number(row?.late ?? 0n) }
}

const erasureOf = (row: Row): Erasure => ({
  accountId: row.account_id,
  state: row.state,
  cause: row.cause,
  requestedAt: row.requested_at,
  lockedAt: row.locked_at ?? undefined,
  shreddedAt: row.shredded_at ?? undefined,
  doneAt: row.done_at ?? undefined,
  goneBy: row.gone_by,
})
