import type { CallLimits, RouteRules } from '../spec/index.ts'

/** A key as people see it; the key itself is nowhere, and `hint` is its first and last characters. `models` undefined: every model. */
export type ApiKey = {
  readonly id: string
  readonly accountId: string
  readonly name: string
  readonly hint: string
  readonly limits: CallLimits
  readonly models: readonly string[] | undefined
  /** Where its calls may go; undefined: everywhere. */
  readonly routing: RouteRules | undefined
  readonly expiresAt: Date | undefined
  readonly revokedAt: Date | undefined
  readonly createdAt: Date
}

/** The columns a key is made of, as the database gives them. */
export type KeyRow = {
  readonly id: string
  readonly account_id: string
  readonly name: string
  readonly hint: string
  readonly requests_per_minute: number | null
  readonly tokens_per_minute: number | null
  readonly concurrent_calls: number | null
  readonly models: readonly string[] | null
  readonly routing: RouteRules | null
  readonly expires_at: Date | null
  readonly revoked_at: Date | null
  readonly created_at: Date
}

/** The key of a row. */
export const keyOf = (row: KeyRow): ApiKey => ({
  id: row.id,
  accountId: row.account_id,
  name: row.name,
  hint: row.hint,
  limits: {
    requestsPerMinute: row.requests_per_minute ?? undefined,
    tokensPerMinute: row.tokens_per_minute ?? undefined,
    concurrentCalls: row.concurrent_calls ?? undefined,
  },
  models: row.models ?? undefined,
  routing: row.routing ?? undefined,
  expiresAt: row.expires_at ?? undefined,
  revokedAt: row.revoked_at ?? undefined,
  createdAt: row.created_at,
})
