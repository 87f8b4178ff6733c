import { sql } from '../db/index.ts'
import type { Network } from '../lib/index.ts'
import type { SubjectKeys } from '../privacy/index.ts'
import { type CallLimits, KEY_PREFIX, type Pause, type RouteRules } from '../spec/index.ts'
import { openIpRanges } from './ip-ranges.ts'
import { type CapColumns, capOf, type SpendCap } from './spend-cap.ts'

/** A key as people see it; the key itself is nowhere, and `hint` is its first and last characters. `models` undefined: every model, `name` undefined: its account was erased. */
export type ApiKey = {
  readonly id: string
  readonly accountId: string
  readonly name: string | undefined
  readonly hint: string
  readonly limits: CallLimits
  readonly models: readonly string[] | undefined
  /** Where its calls may go; undefined: everywhere. */
  readonly routing: RouteRules | undefined
  /** The subscription it is attached to; undefined: it spends the balance. */
  readonly subscriptionId: string | undefined
  /** What it may spend in each window; undefined: what the house sets for every key, if anything. */
  readonly spendCap: SpendCap | undefined
  /** The group whose cap its calls count against too. */
  readonly groupId: string | undefined
  /** The person who made it; undefined: a management key or the operator did, or they are gone. */
  readonly madeBy: string | undefined
  /** Whether it was made for some minutes, to try something out. */
  readonly isTemporary: boolean
  /** Where its calls may come from; undefined: everywhere, or its account was erased. */
  readonly ipRanges: readonly Network[] | undefined
  readonly expiresAt: Date | undefined
  /** Until when the secret works that it had before the one that it has; undefined: it never had another. */
  readonly oldSecretUntil: Date | undefined
  /** Since when it is refused until its account makes it active again. */
  readonly pausedAt: Date | undefined
  /** Why it rests. */
  readonly pausedFor: Pause | undefined
  readonly revokedAt: Date | undefined
  readonly createdAt: Date
}

/** The columns a key is made of, as the database gives them. */
export type KeyRow = CapColumns & {
  readonly id: string
  readonly account_id: string
  readonly name_sealed: Buffer | null
  readonly hint: string
  readonly requests_per_minute: number | null
  readonly tokens_per_minute: number | null
  readonly concurrent_calls: number | null
  readonly models: readonly string[] | null
  readonly routing: RouteRules | null
  readonly subscription_id: string | null
  readonly group_id: string | null
  readonly made_by: string | null
  readonly is_temporary: boolean
  readonly ip_ranges_sealed: Buffer | null
  readonly expires_at: Date | null
  readonly old_until: Date | null
  readonly paused_at: Date | null
  readonly paused_for: Pause | null
  readonly revoked_at: Date | null
  readonly created_at: Date
}

/** The columns of KeyRow. */
export const KEY_COLUMNS = sql`
  id, account_id, name_sealed, hint, requests_per_minute, tokens_per_minute, concurrent_calls, models, routing, subscription_id,
  spend_cap, spend_window, group_id, made_by, is_temporary, ip_ranges_sealed, expires_at, old_until, paused_at, paused_for, revoked_at, created_at`

/** Makes the name of a key unreadable in the database, and readable again as long as its account was not erased. */
export type NameSealing = Pick<SubjectKeys, 'seal' | 'unseal'>

/** What the name of a key is sealed for, so that it opens in its own row only. */
export const namePurpose = (keyId: string): string => `api-key-name:${keyId}`

/** The key of a row. */
export const keyOf = async (row: KeyRow, sealing: NameSealing): Promise<ApiKey> => ({
  id: row.id,
  accountId: row.account_id,
  name: await openName(row, sealing),
  hint: row.hint,
  limits: {
    requestsPerMinute: row.requests_per_minute ?? undefined,
    tokensPerMinute: row.tokens_per_minute ?? undefined,
    concurrentCalls: row.concurrent_calls ?? undefined,
  },
  models: row.models ?? undefined,
  routing: row.routing ?? undefined,
  subscriptionId: row.subscription_id ?? undefined,
  spendCap: capOf(row),
  groupId: row.group_id ?? undefined,
  madeBy: row.made_by ?? undefined,
  isTemporary: row.is_temporary,
  ipRanges: row.ip_ranges_sealed === null ? undefined : await openIpRanges(row, sealing),
  expiresAt: row.expires_at ?? undefined,
  oldSecretUntil: row.old_until ?? undefined,
  pausedAt: row.paused_at ?? undefined,
  pausedFor: row.paused_at === null ? undefined : (row.paused_for ?? 'owner'),
  revokedAt: row.revoked_at ?? undefined,
  createdAt: row.created_at,
})

/** The name of a key, readable; undefined when its account was erased. */
export async function openName(row: Pick<KeyRow, 'id' | 'account_id' | 'name_sealed'>, sealing: NameSealing): Promise<string | undefined> {
  if (row.name_sealed === null) return undefined
  return (await sealing.unseal(row.account_id, row.name_sealed, namePurpose(row.id)))?.toString()
}

/** What is shown of a key: its first and last characters. */
export const hintOf = (secret: string): string => `${secret.slice(0, KEY_PREFIX.length + 4)}…${secret.slice(-4)}`
