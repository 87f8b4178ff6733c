import { type Database, sql } from '../db/index.ts'
import type { Network } from '../lib/index.ts'
import {
  type CallLimits,
  MULTIPLIER_MAX,
  MULTIPLIER_ONE,
  type Pause,
  type RouteRules,
  type SpendLimit,
  type Suspension,
} from '../spec/index.ts'
import { SPEND_COLUMNS, SPEND_JOINS, type SpendRow, spendingOf } from './key-spending.ts'
import { type KeySubscription, SUBSCRIPTION_JOINS, SUBSCRIPTION_PART, type SubscriptionPart, subscriptionOf } from './key-subscription.ts'

/** Who a key belongs to and what binds it. `expiresAt` in milliseconds since 1970, undefined: never; `models` undefined: every model. */
export type FoundKey = {
  readonly keyId: string
  readonly accountId: string
  readonly expiresAt: number | undefined
  /** Until when the secret works that it was found by, in milliseconds; undefined: as long as the key. */
  readonly secretUntil?: number | undefined
  /** The ranges of addresses that its calls may come from, sealed; undefined: everywhere. */
  readonly ipRangesSealed?: Buffer | undefined
  /** The same, readable, where somebody opened them. */
  readonly ipRanges?: readonly Network[] | undefined
  readonly models: readonly string[] | undefined
  /** Where its calls may go; undefined: everywhere. */
  readonly routing?: RouteRules | undefined
  readonly limits: { readonly key: CallLimits; readonly account: CallLimits }
  readonly accountStatus: 'active' | 'suspended' | 'erased'
  /** Why the account is suspended, where that was noted. */
  readonly suspension?: Suspension | undefined
  /** Why it rests; undefined: it does not. */
  readonly pausedFor?: Pause | undefined
  /** What bounds its spending, and what pays instead of the balance; undefined: nothing but the balance. */
  readonly spending?: readonly SpendLimit[] | undefined
  /** What the account pays of the list price, its plan's multiplier times its own, in millionths. */
  readonly multiplier: number
  /** What the key is attached to; undefined: it spends the balance, on the terms of the account's plan. */
  readonly subscription?: KeySubscription | undefined
}

type FoundRow = SubscriptionPart & {
  readonly id: string
  readonly account_id: string
  readonly expires_at: Date | null
  readonly secret_until: Date | null
  readonly ip_ranges_sealed: Buffer | null
  readonly models: readonly string[] | null
  readonly routing: RouteRules | null
  readonly status: 'active' | 'suspended' | 'erased'
  readonly suspension: Suspension | null
  readonly paused_at: Date | null
  readonly paused_for: Pause | null
  readonly key_requests: number | null
  readonly key_tokens: number | null
  readonly key_calls: number | null
  readonly account_requests: number | null
  readonly account_tokens: number | null
  readonly account_calls: number | null
  readonly account_multiplier: number
  readonly plan_models: readonly string[] | null
  readonly plan_multiplier: number | null
} & SpendRow

/** The key of a hash; undefined when there is none or it is revoked. Whether it has expired is for the caller's clock to say. */
export async function findKeyByHash(database: Database, hash: Buffer): Promise<FoundKey | undefined> {
  const [row] = await database.query<FoundRow>(sql`
    select api_key.id, api_key.account_id, api_key.expires_at, api_key.ip_ranges_sealed,
      case when api_key.hash <> ${hash} then api_key.old_until end as secret_until, api_key.models, api_key.routing, account.status,
      account_suspension.reason as suspension, api_key.paused_at, api_key.paused_for,
      api_key.requests_per_minute as key_requests, api_key.tokens_per_minute as key_tokens, api_key.concurrent_calls as key_calls,
      account.requests_per_minute as account_requests, account.tokens_per_minute as account_tokens, account.concurrent_calls as account_calls,
      account.price_multiplier as account_multiplier, plan.price_multiplier as plan_multiplier, coalesce(plan.models, pool.models) as plan_models,
      ${SUBSCRIPTION_PART}, ${SPEND_COLUMNS}
    from api_key join account on account.id = api_key.account_id
      left join account_suspension on account_suspension.account_id = account.id
      ${SUBSCRIPTION_JOINS} ${SPEND_JOINS}
    where (api_key.hash = ${hash} or api_key.old_hash = ${hash}) and api_key.revoked_at is null`)
  return row === undefined ? undefined : foundOf(row)
}

const foundOf = (row: FoundRow): FoundKey => ({
  keyId: row.id,
  accountId: row.account_id,
  expiresAt: row.expires_at?.getTime(),
  ...(row.secret_until === null ? {} : { secretUntil: row.secret_until.getTime() }),
  ...(row.ip_ranges_sealed === null ? {} : { ipRangesSealed: row.ip_ranges_sealed }),
  models: bothOf(row.models, row.plan_models),
  routing: row.routing ?? undefined,
  limits: {
    key: limitsOf(row.key_requests, row.key_tokens, row.key_calls),
    account: accountLimitsOf(row),
  },
  accountStatus: row.status,
  ...(row.suspension === null ? {} : { suspension: row.suspension }),
  ...(row.paused_at === null ? {} : { pausedFor: row.paused_for ?? 'owner' }),
  multiplier: multiplierOf(row.account_multiplier, row.plan_multiplier ?? MULTIPLIER_ONE),
  subscription: subscriptionOf(row),
  spending: spendingOf(row, subscriptionOf(row)),
})

/** The models that both a key and its plan allow; undefined: every model. */
function bothOf(own: readonly string[] | null, plan: readonly string[] | null): readonly string[] | undefined {
  if (own === null || plan === null) return own ?? plan ?? undefined
  const allowed = new Set(plan)
  return own.filter((model) => allowed.has(model))
}

/** The product of two multipliers, rounded up to a whole millionth. */
const multiplierOf = (own: number, plan: number): number =>
  Math.min(Number((BigInt(own) * BigInt(plan) + 999_999n) / 1_000_000n), MULTIPLIER_MAX)

/** An account that sets no limit of its own has that of its plan; limits of a subscription's plan are the subscription's. */
function accountLimitsOf(row: FoundRow): CallLimits {
  const plan = row.subscription_id === null ? row : { shared_requests: null, shared_tokens: null, shared_calls: null }
  return limitsOf(
    row.account_requests ?? plan.shared_requests,
    row.account_tokens ?? plan.shared_tokens,
    row.account_calls ?? plan.shared_calls,
  )
}

const limitsOf = (requests: number | null, tokens: number | null, calls: number | null): CallLimits => ({
  requestsPerMinute: requests ?? undefined,
  tokensPerMinute: tokens ?? undefined,
  concurrentCalls: calls ?? undefined,
})

/** Whether a hash is that of a key which was revoked, of an account that is not erased. */
export async function isRevokedKey(database: Database, hash: Buffer): Promise<boolean> {
  const found = await database.query(sql`
    select from api_key join account on account.id = api_key.account_id
    where (hash = ${hash} or old_hash = ${hash}) and revoked_at is not null and account.status <> 'erased'`)
  return found.length > 0
}

/** The key of an id; undefined when there is none or it is revoked. */
export async function findKeyById(database: Database, keyId: string): Promise<FoundKey | undefined> {
  const [found] = await database.query<{ hash: Buffer }>(sql`select hash from api_key where id = ${keyId}::uuid and revoked_at is null`)
  return found === undefined ? undefined : await findKeyByHash(database, found.hash)
}
