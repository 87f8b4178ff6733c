import { z } from '@hono/zod-openapi'
import { ownWords, time } from './fields.ts'

/** A management key that the operator makes for an account. */
export const accountManagementKeyInput = z.strictObject({ name: ownWords(64) }).openapi('NewAccountManagementKey')

/** A management key as it is remembered for a repeated POST. */
export const accountManagementKeyRemembered = z.object({ id: z.string(), account_id: z.string(), hint: z.string(), created_at: time })

/** A management key as the operator sees it. */
export const accountManagementKeyShown = accountManagementKeyRemembered
  .extend({ name: z.string().nullable(), revoked_at: time.nullable() })
  .openapi('AccountManagementKey')

/** A new management key: the only answer that ever holds its secret. */
export const accountManagementKeyMinted = accountManagementKeyRemembered
  .extend({ name: z.string(), secret: z.string() })
  .openapi('MintedAccountManagementKey')

/** The management keys of an account. */
export const accountManagementKeyList = z.object({ data: z.array(accountManagementKeyShown) })
