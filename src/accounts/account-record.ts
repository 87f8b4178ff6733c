import { sql } from '../db/index.ts'
import type { SubjectKeys } from '../privacy/index.ts'
import type { CallLimits } from '../spec/index.ts'

/** Whether an account may call; one that is erased never does again. */
export const ACCOUNT_STATUSES = ['active', 'suspended', 'erased'] as const
export type AccountStatus = (typeof ACCOUNT_STATUSES)[number]

/** A customer. `email` is readable here and sealed wherever it lies; undefined after erasure. */
export type Account = {
  readonly id: string
  readonly email: string | undefined
  readonly status: AccountStatus
  readonly limits: CallLimits
  readonly terms: AccountTerms
  /** Days after which its calls are deleted, 1 to 90. */
  readonly usageRetentionDays: number
  readonly createdAt: Date
}

/** What an account pays of the list price: its plan's multiplier, if it has one, times its own, in millionths. */
export type AccountTerms = { readonly planId: string | undefined; readonly priceMultiplier: number }

/** Makes an e-mail unreadable in the database, readable again as long as its account was not erased, and findable. */
export type EmailSealing = Pick<SubjectKeys, 'create' | 'seal' | 'unseal' | 'lookup'>

/** What the e-mail of an account is sealed for, so that it opens in its own row only. */
export const emailPurpose = (accountId: string): string => `account-email:${accountId}`

/** What the look-up value of e-mails is made for; the same for all, as it has to find them. */
export const EMAIL_LOOKUP_PURPOSE = 'account-email-lookup'

/** The columns an account is made of, as the database gives them. */
export type AccountRow = {
  readonly id: string
  readonly email_sealed: Buffer | null
  readonly status: AccountStatus
  readonly requests_per_minute: number | null
  readonly tokens_per_minute: number | null
  readonly concurrent_calls: number | null
  readonly plan_id: string | null
  readonly price_multiplier: number
  readonly usage_retention_days: number
  readonly created_at: Date
}

/** The columns of AccountRow. */
export const ACCOUNT_COLUMNS = sql`
  id, email_sealed, status, requests_per_minute, tokens_per_minute, concurrent_calls, plan_id, price_multiplier, usage_retention_days,
  created_at`

/** The account of a row. */
export const accountOf = async (row: AccountRow, sealing: EmailSealing): Promise<Account> => ({
  id: row.id,
  email: row.email_sealed === null ? undefined : (await sealing.unseal(row.id, row.email_sealed, emailPurpose(row.id)))?.toString(),
  status: row.status,
  limits: limitsOf(row),
  terms: { planId: row.plan_id ?? undefined, priceMultiplier: row.price_multiplier },
  usageRetentionDays: row.usage_retention_days,
  createdAt: row.created_at,
})

const limitsOf = (row: AccountRow): CallLimits => ({
  requestsPerMinute: row.requests_per_minute ?? undefined,
  tokensPerMinute: row.tokens_per_minute ?? undefined,
  concurrentCalls: row.concurrent_calls ?? undefined,
})
