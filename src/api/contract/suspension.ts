import { z } from '@hono/zod-openapi'
import { SUSPENSION_REASONS } from '../../spec/index.ts'
import { ownWords, time } from './fields.ts'

const REASON_EXPECTED = `one of ${SUSPENSION_REASONS.join(', ')}`
const reason = z.enum(['payment', 'abuse', 'security', 'terms', 'request'], REASON_EXPECTED)

/** Why an account is suspended; its owner reads both. */
export const suspensionInput = z.strictObject({ reason, note: ownWords(500).optional() }).openapi('NewSuspension')

/** A suspension as it is remembered for a repeated POST: without the note. */
export const suspensionRemembered = z.object({ account_id: z.string(), reason, since: time })

/** A suspension as the operator sees it. */
export const suspensionShown = suspensionRemembered.extend({ note: z.string().nullable() }).openapi('Suspension')
