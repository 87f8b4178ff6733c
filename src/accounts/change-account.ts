import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid } from '../lib/index.ts'
import type { AccountStatus } from './account-record.ts'

/** What to change of an account; absent members stay as they are, and a limit of null is taken away. */
export type AccountChange = {
  readonly status?: AccountStatus | undefined
  readonly limits?:
    | {
        readonly requestsPerMinute?: number | null | undefined
        readonly tokensPerMinute?: number | null | undefined
        readonly concurrentCalls?: number | null | undefined
      }
    | undefined
}

/** Changes an account's status and limits; gateways hear of it at commit. Fails with account_unknown. */
export async function changeAccount(database: Database, id: string, change: AccountChange): Promise<void> {
  if (!isUuid(id)) fail('account_unknown')
  const { requestsPerMinute, tokensPerMinute, concurrentCalls } = change.limits ?? {}
  const changed = await database.query<{ id: string }>(sql`
    update account set
      status = coalesce(${change.status ?? null}, status),
      requests_per_minute =
        case when ${requestsPerMinute !== undefined}::boolean then ${requestsPerMinute ?? null}::integer else requests_per_minute end,
      tokens_per_minute =
        case when ${tokensPerMinute !== undefined}::boolean then ${tokensPerMinute ?? null}::integer else tokens_per_minute end,
      concurrent_calls =
        case when ${concurrentCalls !== undefined}::boolean then ${concurrentCalls ?? null}::integer else concurrent_calls end
    where id = ${id} returning id`)
  if (changed.length === 0) fail('account_unknown')
}
