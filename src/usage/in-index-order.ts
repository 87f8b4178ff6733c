import { type Database, sql } from '../db/index.ts'

/**
 * Has `work` read a few rows of many in the order of an index, however many there are. The server gathers no statistics of whose calls are whose, so it takes
 * each account for a small one and would sort all calls of a large one for each page.
 * Source: https://www.postgresql.org/docs/18/runtime-config-query.html (2026-11-27).
 */
export const inIndexOrder = <Result>(database: Database, work: (tx: Database) => Promise<Result>): Promise<Result> =>
  database.transaction(async (tx) => {
    await tx.query(sql`select set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true)`)
    return await work(tx)
  })
