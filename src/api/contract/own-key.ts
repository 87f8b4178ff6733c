import { z } from '@hono/zod-openapi'
import { OVERLAP_HOURS_MAX } from '../../keys/index.ts'
import { parseUsd } from '../../lib/index.ts'
import { amountInput } from './credit.ts'
import { limitsChange, limitsInput, limitsShown, ownWords, time, usd } from './fields.ts'
import { ipRangesInput, ipRangesShown } from './ip-ranges.ts'
import { pauseShown, routingInput, routingShown, spendCapInput, spendCapShown } from './key.ts'
import { keyStopShown } from './suspension.ts'
import { spendingShown } from './usage.ts'

const TEMPORARY_CAP_MAX = 10_000_000_000n

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
    routing: routingInput.optional(),
    ipRanges: ipRangesInput.optional(),
    expiresAt: expires.optional(),
  })
  .openapi('NewCreditKey')

/** A new key that spends a subscription. */
export const subscriptionKeyInput = creditKeyInput.extend({ subscriptionId: z.string().min(1).max(64) }).openapi('NewSubscriptionKey')

/** What to change of a key: what is null is taken away, and a key that is not active is refused until it is again. */
export const ownKeyChange = z
  .strictObject({
    name: ownWords(64).optional(),
    isActive: z.boolean('true or false').optional(),
    limits: limitsChange.optional(),
    spendCap: spendCapInput.nullable().optional(),
    models: models.nullable().optional(),
    routing: routingInput.nullable().optional(),
    ipRanges: ipRangesInput.nullable().optional(),
    expiresAt: expires.nullable().optional(),
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
    /** Where its calls may go; null: everywhere. */
    routing: routingShown.nullable(),
    /** The ranges of addresses that its calls may come from; null: everywhere. */
    ipRanges: ipRangesShown,
    /** The person who made it; null where a program or the house did. */
    madeBy: z.string().nullable(),
    expiresAt: time.nullable(),
    /** Until when the secret before the last rotation works; null where there was none. */
    oldSecretUntil: time.nullable(),
    createdAt: time,
    lastUsedAt: time.nullable(),
  })
  .openapi('OwnKey')

/** All that there is to say of one key; `spending` has every limit that its calls count against, as `/v1/usage` does. */
export const ownKeyDetails = ownKeyShown
  .extend({
    revokedAt: time.nullable(),
    /** What the operator of the service did to it, why, and what they wrote; null: nothing. */
    stop: keyStopShown.nullable(),
    spending: z.array(spendingShown),
    /** Whether the one who asks may give it another secret: who made it, admins and owners. */
    canRotate: z.boolean(),
  })
  .openapi('OwnKeyDetails')

const HOURS_EXPECTED = `a whole number of hours from 0 to ${OVERLAP_HOURS_MAX}`

/** A rotation: for how many hours the secret before works beside the new one; 0 ends it at once. */
export const rotationInput = z
  .strictObject({
    overlapHours: z.int(HOURS_EXPECTED).min(0, HOURS_EXPECTED).max(OVERLAP_HOURS_MAX, HOURS_EXPECTED).default(24),
  })
  .openapi('NewRotation')

/** A rotation, as it is remembered for a repeated POST. */
export const rotationRemembered = z.object({ id: z.string(), hint: z.string(), oldSecretUntil: time.nullable() })

/** A key with another secret: the only answer that ever holds it. */
export const rotationMade = rotationRemembered.extend({ apiKey: z.string() }).openapi('RotatedKey')

/** A new key, as it is remembered for a repeated POST. */
export const ownKeyRemembered = z.object({ id: z.string(), createdAt: time })

/** A new key: the only answer that ever holds it. */
export const ownKeyMinted = ownKeyRemembered.extend({ name: z.string(), apiKey: z.string() }).openapi('MintedOwnKey')

const CAP_EXPECTED = 'an amount such as 0.50, at most 10.00'

/** A key for ten minutes; `cap` is what it may spend in all. */
export const temporaryKeyInput = z
  .strictObject({ cap: amountInput.refine((text) => (parseUsd(text) ?? 0n) <= TEMPORARY_CAP_MAX, { error: CAP_EXPECTED }).optional() })
  .openapi('NewTemporaryKey')

/** A key for ten minutes, as it is remembered for a repeated POST. */
export const temporaryKeyRemembered = z.object({ id: z.string(), cap: usd, expiresAt: time })

/** A key for ten minutes: the only answer that ever holds it. */
export const temporaryKeyMinted = temporaryKeyRemembered.extend({ apiKey: z.string() }).openapi('MintedTemporaryKey')

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
