import { type Database, sql } from '../db/index.ts'
import type { NanoUsd } from '../lib/index.ts'
import { SPEND_WINDOWS, type SpendLimit, spendSpanOf } from '../spec/index.ts'

/** A limit with what is spent of it in the window that holds, and the window's end in milliseconds since 1970; undefined: it never ends. */
export type SpentLimit = { readonly limit: SpendLimit; readonly spent: NanoUsd; readonly endsAt: number | undefined }

/** What is spent of limits in the windows that hold at `at`, in milliseconds since 1970; of one without a bound nothing is counted. */
export async function readSpending(database: Database, limits: readonly SpendLimit[], at: number): Promise<readonly SpentLimit[]> {
  return await Promise.all(
    limits.map(async (limit) => {
      const { startsAt, endsAt } = spendSpanOf(limit.window, at)
      const [row] = await database.query<{ spent: NanoUsd }>(sql`
        select spent from spend_window where subject_id = ${limit.subjectId}::uuid
          and kind = ${SPEND_WINDOWS.indexOf(limit.window)} and starts_at = ${new Date(startsAt)}`)
      return { limit, spent: row?.spent ?? 0n, endsAt }
    }),
  )
}
