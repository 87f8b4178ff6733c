import { connect, sql } from '../db/index.ts'
import type { PersonalDataEntry } from '../privacy/index.ts'
import { RETENTION_RULES } from './retention-jobs.ts'

const TELLING: readonly PersonalDataEntry['category'][] = ['contact', 'credential', 'identifier', 'free-text', 'secret']

/** Whether a column tells of somebody and goes one day, by age or by erasure. */
export const isForgettable = ({ category, subject, erase, retention }: PersonalDataEntry): boolean =>
  subject !== 'nobody' && TELLING.includes(category) && (erase !== 'keep' || 'days' in RETENTION_RULES[retention])

/**
 * Has the database gather no statistics of columns that tell of somebody and go one day: it copies values of a column into its catalogue to
 * plan by, where no deletion of a row finds them. `connection` is the owner's. Returns how many columns were changed.
 * Source: https://www.postgresql.org/docs/18/catalog-pg-statistic.html (2026-11-26).
 */
export async function keepNoStatistics(connection: string, entries: readonly PersonalDataEntry[]): Promise<number> {
  const columns = entries.filter(isForgettable)
  const database = connect({ connection, role: undefined, poolMax: 1 })
  try {
    const [row] = await database.query<{ done: number }>(sql`
      select keep_no_statistics(${columns.map(({ table }) => table)}::text[], ${columns.map(({ column }) => column)}::text[]) as done`)
    return row?.done ?? 0
  } finally {
    await database.end()
  }
}
