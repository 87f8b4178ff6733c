import { type Database, sql } from '../db/index.ts'
import { type CallLimits, MULTIPLIER_MAX, MULTIPLIER_ONE, type RouteRules, type SpendLimit } from '../spec/index.ts'
import { SPEND_COLUMNS, SPEND_JOINS, type SpendRow, spendingOf } from './key-spending.ts'

/** Who a key belongs to and what binds it. `expiresAt` in milliseconds since 1970, undefined: never; `models` undefined: every model. */
export type FoundKey = {
  readonly keyId: string
  readonly accountId: string
  readonly expiresAt: number | undefined
  readonly models: readonly string[] | undefined
  /** Where its calls may go; undefined: everywhere. */
  readonly routing?: RouteRules | undefined
  readonly limits: { readonly key: CallLimits; readonly account: CallLimits }
  readonly accountStatus: 'active' | 'suspended' | 'erased'
  /** What bounds its spending, and what pays instead of the balance; undefined: nothing but the balance. */
  readonly spending?: readonly SpendLimit[] | undefined
  /** What the account pays of the list price, its plan's multiplier times its own, in millionths. */
  readonly multiplier: number
}

type FoundRow = {
  readonly id: string
  readonly account_id: string
  readonly expires_at: Date | null
  readonly models: readonly string[] | null
  readonly routing: RouteRules | null
  readonly status: 'active' | 'suspended' | 'erased'
  readonly key_requests: number | null
  readonly key_tokens: number | null
  readonly key_calls: number | null
  readonly account_requests: number | null
  readonly account_tokens: number | null
  readonly account_calls: number | null
  readonly account_multiplier: number
  readonly plan_multiplier: number | null
} & SpendRow

/** The key of a hash; undefined when there is none or it is revoked. Whether it has expired is for the caller's clock to say. */
export async function findKeyByHash(database: Database, hash: Buffer): Promise<FoundKey | undefined> {
  const [row] = await database.query<FoundRow>(sql`
    select api_key.id, api_key.account_id, api_key.expires_at, api_key.models, api_key.routing, account.status,
      api_key.requests_per_minute as key_requests, api_key.tokens_per_minute as key_tokens, api_key.concurrent_calls as key_calls,
      account.requests_per_minute as account_requests, account.tokens_per_minute as account_tokens, account.concurrent_calls as account_calls,
      account.price_multiplier as account_multiplier, plan.price_multiplier as plan_multiplier, ${SPEND_COLUMNS}
    from api_key join account on account.id = api_key.account_id left join plan on plan.id = account.plan_id ${SPEND_JOINS}
    where api_key.hash = ${hash} and api_key.revoked_at is null`)
  return row === undefined ? undefined : foundOf(row)
}

const foundOf = (row: FoundRow): FoundKey => ({
  keyId: row.id,
  accountId: row.account_id,
  expiresAt: row.expires_at?.getTime(),
  models: row.models ?? undefined,
  routing: row.routing ?? undefined,
  limits: {
    key: limitsOf(row.key_requests, row.key_tokens, row.key_calls),
    account: limitsOf(row.account_requests, row.account_tokens, row.account_calls),
  },
  accountStatus: row.status,
  multiplier: multiplierOf(row.account_multiplier, row.plan_multiplier ?? MULTIPLIER_ONE),
  spending: spendingOf(row),
})

/** The product of two multipliers, rounded up to a whole millionth. */
const multiplierOf = (own: number, plan: number): number =>
  Math.min(Number((BigInt(own) * BigInt(plan) + 999_999n) / 1_000_000n), MULTIPLIER_MAX)

const limitsOf = (requests: number | null, tokens: number | null, calls: number | null): CallLimits => ({
  requestsPerMinute: requests ?? undefined,
  tokensPerMinute: tokens ?? undefined,
  concurrentCalls: calls ?? undefined,
})

/** Whether a hash is that of a key which was revoked, of an account that is not erased. */
export async function isRevokedKey(database: Database, hash: Buffer): Promise<boolean> {
  const found = await database.query(sql`
    select from api_key join account on account.id = api_key.account_id
    where hash = ${hash} and revoked_at is not null and account.status <> 'erased'`)
  return found.length > 0
}

/** The key of an id; undefined when there is none or it is revoked. */
export async function findKeyById(database: Database, keyId: string): Promise<FoundKey | undefined> {
  const [found] = await database.query<{ hash: Buffer }>(sql`select hash from api_key where id = ${keyId}::uuid and revoked_at is null`)
  return found === undefined ? undefined : await findKeyByHash(database, found.hash)
}
