import { type Database, sql } from '../db/index.ts'

/** Milliseconds since 1970 by two clocks; `later` is only ever used to say that something is late. */
export type AgreedTime = { readonly earlier: number; readonly later: number }

/** Our time and the database's: nothing is deleted before both say that it is due. */
export async function agreedTime(database: Database, now: number): Promise<AgreedTime> {
  const [row] = await database.query<{ now: Date }>(sql`select clock_timestamp() as now`)
  const told = row?.now.getTime() ?? now
  return { earlier: Math.min(now, told), later: Math.max(now, told) }
}
