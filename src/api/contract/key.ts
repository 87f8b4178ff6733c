import { z } from '@hono/zod-openapi'
import { limitsInput, limitsShown, pageOf, plainText, time } from './fields.ts'

const MODELS_EXPECTED = 'a list of 1 to 1000 model ids'

/** What a new key is made of; without `models` it may call every one. */
export const keyInput = z
  .strictObject({
    name: plainText(100),
    limits: limitsInput.optional(),
    models: z
      .array(z.string(MODELS_EXPECTED).min(1, MODELS_EXPECTED).max(200, MODELS_EXPECTED), MODELS_EXPECTED)
      .min(1, MODELS_EXPECTED)
      .max(1000, MODELS_EXPECTED)
      .optional(),
    expires_at: z.iso.datetime({ offset: true, error: 'a time such as 2027-01-31T00:00:00Z' }).optional(),
  })
  .openapi('NewKey')

/** A key as it is remembered for a repeated POST: without its name and its secret. */
export const keyRemembered = z.object({
  id: z.string(),
  account_id: z.string(),
  hint: z.string(),
  limits: limitsShown,
  models: z.array(z.string()).nullable(),
  expires_at: time.nullable(),
  revoked_at: time.nullable(),
  created_at: time,
})

/** A key as the operator sees it. */
export const keyShown = keyRemembered.extend({ name: z.string() }).openapi('Key')

/** A new key: the only answer that ever holds its secret. */
export const keyMinted = keyShown.extend({ secret: z.string() }).openapi('MintedKey')

/** A key that was revoked. */
export const keyRevoked = z.object({ id: z.string(), revoked_at: time }).openapi('RevokedKey')

/** A page of keys. */
export const keyPage = pageOf(keyShown)

export type ShownKey = z.output<typeof keyShown>
export type MintedKey = z.output<typeof keyMinted>
export type KeyPage = z.output<typeof keyPage>
