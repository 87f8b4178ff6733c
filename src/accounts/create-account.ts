import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { MULTIPLIER_ONE, USAGE_RETENTION_DAYS_MAX } from '../spec/index.ts'
import { type Account, type EmailSealing, emailPurpose } from './account-record.ts'
import { EMAIL_EXPECTED, isEmail } from './email.ts'
import { emailLookupOf } from './email-lookup.ts'

/** What a new account is made of; without an e-mail it belongs to whoever has its number, without limits it has none. `now` in milliseconds. */
export type NewAccount = {
  readonly id: string
  readonly email: string | undefined
  readonly limits?: Account['limits']
  readonly now: number
}

const NO_LIMITS: Account['limits'] = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrentCalls: undefined }

/** Writes a new account with a key of its own, under which its e-mail is sealed. Fails with invalid_field (email) and account_exists. */
export async function createAccount(database: Database, sealing: EmailSealing, account: NewAccount): Promise<Account> {
  const { email, limits = NO_LIMITS } = account
  if (email !== undefined && !isEmail(email)) fail('invalid_field', { field: 'email', expected: EMAIL_EXPECTED })
  const createdAt = new Date(account.now)
  await sealing.create(account.id)
  const sealed = email === undefined ? null : await sealing.seal(account.id, Buffer.from(email), emailPurpose(account.id))
  const lookup = email === undefined ? null : emailLookupOf(sealing, email)
  const written = await database.query<{ id: string }>(sql`
    insert into account (id, email_sealed, email_lookup, is_keyed, requests_per_minute, tokens_per_minute, concurrent_calls, created_at)
    values (${account.id}, ${sealed}, ${lookup}, true, ${limits.requestsPerMinute ?? null}::integer,
      ${limits.tokensPerMinute ?? null}::integer, ${limits.concurrentCalls ?? null}::integer, ${createdAt})
    on conflict (email_lookup) do nothing returning id`)
  if (written.length === 0) fail('account_exists')
  const terms = { planId: undefined, priceMultiplier: MULTIPLIER_ONE }
  return { id: account.id, email, status: 'active', limits, terms, usageRetentionDays: USAGE_RETENTION_DAYS_MAX, createdAt }
}
