import { z } from '@hono/zod-openapi'
import { SUSPENSION_REASONS } from '../../spec/index.ts'
import { ownWords, time } from './fields.ts'

const REASON_EXPECTED = `one of ${SUSPENSION_REASONS.join(', ')}`
const reason = z.enum(['payment', 'abuse', 'security', 'terms', 'request'], REASON_EXPECTED)

/** Why an account is suspended; its owner reads both. */
export const suspensionInput = z.strictObject({ reason, note: ownWords(500).optional() }).openapi('NewSuspension')

/** Why a key is paused; its owner reads both. */
export const keyStopInput = z.strictObject({ reason, note: ownWords(500).optional() }).openapi('NewKeyPause')

/** Why a key is revoked, where that is said; its owner reads both. */
export const keyEndInput = z.strictObject({ reason: reason.optional(), note: ownWords(500).optional() }).openapi('KeyEnd')

/** A key that an operator paused. */
export const keyPaused = z.object({ id: z.string(), reason, since: time }).openapi('PausedKey')

/** What an operator did to a key, and what they wrote of it to its owner. */
export const keyStopShown = z
  .object({ act: z.enum(['paused', 'revoked']), reason, note: z.string().nullable(), since: time })
  .openapi('KeyStop')

/** A suspension as it is remembered for a repeated POST: without the note. */
export const suspensionRemembered = z.object({ account_id: z.string(), reason, since: time })

/** A suspension as the operator sees it. */
export const suspensionShown = suspensionRemembered.extend({ note: z.string().nullable() }).openapi('Suspension')
