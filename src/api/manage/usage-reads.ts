import { type Database, sql } from '../../db/index.ts'
import { fail } from '../../failures.ts'
import { columnsOf, type PersonalDataEntry } from '../../privacy/index.ts'

const WINDOW_MS = 12 * 3_600_000

/** Counts an asking for usage; the sums are over many rows, so an account may not ask all the time. Fails with usage_limited. */
export async function countRead(
  database: Database,
  accountId: string,
  { now, limit }: { readonly now: number; readonly limit: number },
): Promise<void> {
  const [at, before] = [new Date(now), new Date(now - WINDOW_MS)]
  const counted = await database.query(sql`
    insert into usage_read as known (account_id, since, reads) values (${accountId}, ${at}, 1)
    on conflict (account_id) do update set
      since = case when known.since <= ${before} then ${at} else known.since end,
      reads = case when known.since <= ${before} then 1 else known.reads + 1 end
    where known.since <= ${before} or known.reads < ${limit} returning 1`)
  if (counted.length > 0) return
  const [row] = await database.query<{ since: Date }>(sql`select since from usage_read where account_id = ${accountId}`)
  fail('usage_limited', { limit, seconds: Math.max(1, Math.ceil(((row?.since.getTime() ?? now) + WINDOW_MS - now) / 1000)) })
}

/** What is kept of how often an account asks for its usage. */
export const USAGE_READ_DATA: readonly PersonalDataEntry[] = columnsOf(
  {
    table: 'usage_read',
    category: 'usage',
    subject: 'customer',
    purpose: 'to bound how often usage is summed up',
    basis: 'legitimate-interest',
    retention: 'account',
    erase: 'delete',
    export: true,
    clauses: ['S0.12'],
    owner: [{ column: 'account_id' }],
  },
  ['account_id', 'since', 'reads'],
)
