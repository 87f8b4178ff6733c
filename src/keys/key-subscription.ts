import { sql } from '../db/index.ts'
import type { CallLimits, TimeBlock, TimeBlockName } from '../spec/index.ts'

/** The subscription that a key is attached to, as far as its calls depend on it. */
export type KeySubscription = {
  readonly id: string
  /** Milliseconds since 1970 from which its keys work no more, whatever any job does; undefined: never. 0 when it has ended. */
  readonly endsAt: number | undefined
  /** Limits that all its keys share: those of its plan; one call at a time for a seat. */
  readonly limits: CallLimits
  /** When in the day a seat serves; undefined for a plan. */
  readonly block: TimeBlock | undefined
  /** What pays its calls instead of the balance: `limit` in nano-USD for each window, undefined without bound. Undefined: the balance pays. */
  readonly budget: { readonly limit: bigint | undefined; readonly window: string | undefined } | undefined
}

/** The columns that it is made of. */
export type SubscriptionPart = {
  readonly subscription_id: string | null
  readonly subscription_state: string | null
  readonly live_until: Date | null
  readonly budget_amount: bigint | null
  readonly budget_window: string | null
  readonly shared_requests: number | null
  readonly shared_tokens: number | null
  readonly shared_calls: number | null
  readonly block: TimeBlockName | null
  readonly from_minute: number | null
  readonly to_minute: number | null
}

/** The columns of SubscriptionPart, selected. */
export const SUBSCRIPTION_PART = sql`
  s.id as subscription_id, s.state as subscription_state, s.live_until, s.budget_amount, s.budget_window,
  plan.requests_per_minute as shared_requests, plan.tokens_per_minute as shared_tokens, plan.concurrent_calls as shared_calls,
  b.block, b.from_minute, b.to_minute`

/** What they are selected from; `plan` is the subscription's for a key that is attached to one, else the account's. */
export const SUBSCRIPTION_JOINS = sql`
  left join subscription s on s.id = api_key.subscription_id
  left join plan on plan.id = case when api_key.subscription_id is null then account.plan_id else s.plan_id end
  left join pool on pool.id = s.pool_id
  left join pool_block b on b.pool_id = s.pool_id and b.block = s.block`

/** What a row says of the subscription; undefined when the key has none. */
export function subscriptionOf(row: SubscriptionPart): KeySubscription | undefined {
  if (row.subscription_id === null) return undefined
  const isLive = row.subscription_state === 'active' || row.subscription_state === 'past_due'
  return {
    id: row.subscription_id,
    endsAt: isLive ? row.live_until?.getTime() : 0,
    limits: {
      requestsPerMinute: row.shared_requests ?? undefined,
      tokensPerMinute: row.shared_tokens ?? undefined,
      concurrentCalls: row.block === null ? (row.shared_calls ?? undefined) : 1,
    },
    block: blockOf(row),
    budget: budgetOf(row),
  }
}

function blockOf({ block, from_minute: fromMinute, to_minute: toMinute }: SubscriptionPart): TimeBlock | undefined {
  return block === null || fromMinute === null || toMinute === null ? undefined : { name: block, fromMinute, toMinute }
}

function budgetOf(row: SubscriptionPart): KeySubscription['budget'] {
  if (row.block !== null) return { limit: undefined, window: undefined }
  return row.budget_amount === null ? undefined : { limit: row.budget_amount, window: row.budget_window ?? undefined }
}
