import { z } from '@hono/zod-openapi'
import { limitsChange, limitsInput, limitsShown, ownWords, time } from './fields.ts'
import { pauseShown, spendCapInput, spendCapShown } from './key.ts'

const MODELS_EXPECTED = 'a list of 1 to 1000 model ids'
const models = z
  .array(z.string(MODELS_EXPECTED).min(1, MODELS_EXPECTED).max(200, MODELS_EXPECTED), MODELS_EXPECTED)
  .min(1, MODELS_EXPECTED)
  .max(1000, MODELS_EXPECTED)
const expires = z.iso.datetime({ offset: true, error: 'a time such as 2027-01-31T00:00:00Z' })

/** A new key that spends the balance. */
export const creditKeyInput = z
  .strictObject({
    name: ownWords(64),
    limits: limitsInput.optional(),
    models: models.optional(),
    spendCap: spendCapInput.optional(),
    expiresAt: expires.optional(),
  })
  .openapi('NewCreditKey')

/** A new key that spends a subscription. */
export const subscriptionKeyInput = creditKeyInput.extend({ subscriptionId: z.string().min(1).max(64) }).openapi('NewSubscriptionKey')

/** What to change of a key: a limit of null is taken away, and a key that is not active is refused until it is again. */
export const ownKeyChange = z
  .strictObject({
    name: ownWords(64).optional(),
    isActive: z.boolean('true or false').optional(),
    limits: limitsChange.optional(),
    spendCap: spendCapInput.nullable().optional(),
  })
  .openapi('KeyChange')

/** A key as its account sees it, without the key. */
export const ownKeyShown = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    hint: z.string(),
    keyType: z.enum(['credit', 'subscription']),
    keyPlan: z.string().nullable(),
    isActive: z.boolean(),
    pausedFor: pauseShown.nullable(),
    subscriptionId: z.string().nullable(),
    subscriptionStatus: z.string().nullable(),
    subscriptionExpiresAt: time.nullable(),
    limits: limitsShown,
    spendCap: spendCapShown.nullable(),
    models: z.array(z.string()).nullable(),
    expiresAt: time.nullable(),
    createdAt: time,
    lastUsedAt: time.nullable(),
  })
  .openapi('OwnKey')

/** A new key, as it is remembered for a repeated POST. */
export const ownKeyRemembered = z.object({ id: z.string(), createdAt: time })

/** A new key: the only answer that ever holds it. */
export const ownKeyMinted = ownKeyRemembered.extend({ name: z.string(), apiKey: z.string() }).openapi('MintedOwnKey')

/** A key that calls again. */
export const ownKeyResumed = z.object({ id: z.string(), isActive: z.literal(true), resumedAt: time.nullable() }).openapi('ResumedOwnKey')

/** A key that was ended. */
export const ownKeyEnded = z.object({ id: z.string(), revokedAt: time }).openapi('EndedKey')

/** A new management key. */
export const managementKeyInput = z.strictObject({ name: ownWords(64) }).openapi('NewManagementKey')

/** A management key as its account sees it. */
export const managementKeyShown = z
  .object({ id: z.string(), name: z.string().nullable(), hint: z.string(), createdAt: time, revokedAt: time.nullable() })
  .openapi('ManagementKey')

/** A management key as it is remembered for a repeated POST. */
export const managementKeyRemembered = z.object({ id: z.string(), hint: z.string(), createdAt: time })

/** A new management key: the only answer that ever holds it. */
export const managementKeyMinted = managementKeyRemembered.extend({ name: z.string(), apiKey: z.string() }).openapi('MintedManagementKey')
