import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid } from '../lib/index.ts'
import type { AccountStatus } from './account-record.ts'

/** What to change of an account; absent members stay as they are, and a limit or plan of null is taken away. */
export type AccountChange = {
  readonly status?: Exclude<AccountStatus, 'erased'> | undefined
  readonly limits?:
    | {
        readonly requestsPerMinute?: number | null | undefined
        readonly tokensPerMinute?: number | null | undefined
        readonly concurrentCalls?: number | null | undefined
      }
    | undefined
  /** Id of a plan in use. */
  readonly plan?: string | null | undefined
  /** In millionths. */
  readonly priceMultiplier?: number | undefined
  /** Days after which its calls are deleted, 1 to 90; what is gone does not come back. */
  readonly usageRetentionDays?: number | undefined
}

/** Changes an account's status, limits, terms and how long its calls are kept; gateways hear of it at commit. Failures: account_unknown, plan_unknown. */
export async function changeAccount(database: Database, id: string, change: AccountChange): Promise<void> {
  if (!isUuid(id)) fail('account_unknown')
  const { requestsPerMinute, tokensPerMinute, concurrentCalls } = change.limits ?? {}
  await database.transaction(async (tx) => {
    const changed = await tx.query<{ id: string }>(sql`
      update account set
        status = coalesce(${change.status ?? null}, status),
        price_multiplier = coalesce(${change.priceMultiplier ?? null}::integer, price_multiplier),
        usage_retention_days = coalesce(${change.usageRetentionDays ?? null}::smallint, usage_retention_days),
        plan_id = case when ${change.plan !== undefined}::boolean then ${await planOf(tx, change.plan)}::text else plan_id end,
        requests_per_minute =
          case when ${requestsPerMinute !== undefined}::boolean then ${requestsPerMinute ?? null}::integer else requests_per_minute end,
        tokens_per_minute =
          case when ${tokensPerMinute !== undefined}::boolean then ${tokensPerMinute ?? null}::integer else tokens_per_minute end,
        concurrent_calls =
          case when ${concurrentCalls !== undefined}::boolean then ${concurrentCalls ?? null}::integer else concurrent_calls end
      where id = ${id} and status <> 'erased' returning id`)
    if (changed.length === 0) fail('account_unknown')
  })
}

/** The plan to write; kept in use until the transaction ends. */
async function planOf(tx: Database, plan: string | null | undefined): Promise<string | null> {
  if (plan === undefined || plan === null) return null
  const found = await tx.query(sql`select 1 from plan where id = ${plan} and is_active for share`)
  return found.length === 0 ? fail('plan_unknown') : plan
}
