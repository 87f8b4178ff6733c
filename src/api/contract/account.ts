import { z } from '@hono/zod-openapi'
import { USAGE_RETENTION_DAYS_MAX } from '../../spec/index.ts'
import { balanceShown, limitsChange, limitsShown, multiplier, nameText, pageOf, pageQuery, plainText, time, usd } from './fields.ts'
import { freezeShown } from './ledger.ts'

const status = z.enum(['active', 'suspended'], '"active" or "suspended"')
const statusShown = z.enum(['active', 'suspended', 'erased'])

const retentionExpected = `days after which its calls are deleted, 1 to ${USAGE_RETENTION_DAYS_MAX}`
const usageRetentionDays = z.int(retentionExpected).min(1, retentionExpected).max(USAGE_RETENTION_DAYS_MAX, retentionExpected)

/** What a new account is made of. */
export const accountInput = z.strictObject({ email: z.string('one e-mail address such as name@example.com') }).openapi('NewAccount')

/** What may be changed of an account. */
export const accountChange = z
  .strictObject({
    status: status.optional(),
    limits: limitsChange.optional(),
    plan: nameText(64).nullable().optional(),
    price_multiplier: multiplier.optional(),
    usage_retention_days: usageRetentionDays.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, {
    error: 'at least one of status, limits, plan, price_multiplier and usage_retention_days',
    path: ['status'],
  })
  .openapi('AccountChange')

/** An account as it is remembered for a repeated POST: without its e-mail. */
export const accountRemembered = z.object({ id: z.string(), status: statusShown, limits: limitsShown, created_at: time })

/** An account as the operator sees it: with what it pays of the list price, what it has, what it owes, and whether it is frozen. */
export const accountShown = accountRemembered
  .extend({ email: z.string().nullable(), plan: z.string().nullable(), price_multiplier: z.string(), usage_retention_days: z.number() })
  .extend({ balance: balanceShown, debt: usd, frozen: freezeShown.nullable() })
  .openapi('Account')

/** Which accounts: a page of all, or those that a text means: an e-mail, an id or its beginning, the last characters of a key. */
export const accountQuery = pageQuery.extend({ find: plainText(254).optional() })

/** A page of accounts. */
export const accountPage = pageOf(accountShown)

export type ShownAccount = z.output<typeof accountShown>
export type AccountPage = z.output<typeof accountPage>
