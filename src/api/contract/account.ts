import { z } from '@hono/zod-openapi'
import { balanceShown, limitsChange, limitsShown, pageOf, time, usd } from './fields.ts'
import { freezeShown } from './ledger.ts'

const status = z.enum(['active', 'suspended'], '"active" or "suspended"')

/** What a new account is made of. */
export const accountInput = z.strictObject({ email: z.string('one e-mail address such as name@example.com') }).openapi('NewAccount')

/** What may be changed of an account. */
export const accountChange = z
  .strictObject({ status: status.optional(), limits: limitsChange.optional() })
  .refine((change) => Object.keys(change).length > 0, { error: 'at least one of status and limits', path: ['status'] })
  .openapi('AccountChange')

/** An account as it is remembered for a repeated POST: without its e-mail. */
export const accountRemembered = z.object({ id: z.string(), status, limits: limitsShown, created_at: time })

/** An account as the operator sees it: with what it has, what it owes, and whether it is frozen. */
export const accountShown = accountRemembered
  .extend({ email: z.string().nullable(), balance: balanceShown, debt: usd, frozen: freezeShown.nullable() })
  .openapi('Account')

/** A page of accounts. */
export const accountPage = pageOf(accountShown)

export type ShownAccount = z.output<typeof accountShown>
export type AccountPage = z.output<typeof accountPage>
