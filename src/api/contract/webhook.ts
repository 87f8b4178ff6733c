import { z } from '@hono/zod-openapi'
import { WEBHOOK_EVENTS } from '../../webhooks/index.ts'
import { time } from './fields.ts'

const EVENTS_EXPECTED = `a list of one or more of ${WEBHOOK_EVENTS.join(', ')}`
const events = z
  .array(z.enum(WEBHOOK_EVENTS, EVENTS_EXPECTED), EVENTS_EXPECTED)
  .min(1, EVENTS_EXPECTED)
  .max(WEBHOOK_EVENTS.length, EVENTS_EXPECTED)
const url = z.string().min(1).max(2048)

/** A webhook to be made. */
export const webhookInput = z.strictObject({ url, events }).openapi('NewWebhook')

/** A change of a webhook: absent members stay. */
export const webhookChange = z
  .strictObject({ url: url.optional(), events: events.optional(), active: z.boolean().optional() })
  .openapi('WebhookChange')

/** A webhook as it is remembered for a repeated POST: neither its address nor its secret. */
export const webhookRemembered = z.object({ id: z.string(), events: z.array(z.string()), active: z.boolean(), createdAt: time })

/** A webhook as it is shown. */
export const webhookShown = webhookRemembered
  .extend({ url: z.string().nullable(), failingSince: time.nullable(), switchedOffAt: time.nullable(), oldSecretUntil: time.nullable() })
  .openapi('Webhook')

/** A new webhook, or a new secret: the only answers that ever hold it. */
export const webhookMade = webhookRemembered.extend({ url: z.string(), secret: z.string() }).openapi('MadeWebhook')

/** A secret that was replaced, as it is remembered; the one before signs until then too. */
export const webhookRotated = z.object({ id: z.string(), oldSecretUntil: time })

/** A secret that was replaced, with the new one. */
export const webhookSecretShown = webhookRotated.extend({ secret: z.string() }).openapi('WebhookSecret')

/** A delivery that was queued: a test, or one that is sent once more. */
export const webhookTested = z.object({ delivery: z.string() })

/** What became of a delivery: `status` is null where there was no answer. */
export const deliveryShown = z
  .object({
    ...{ id: z.string(), event: z.string(), state: z.enum(['waiting', 'delivered', 'failed']), tries: z.int() },
    ...{ status: z.int().nullable(), lastTryAt: time.nullable(), createdAt: time },
  })
  .openapi('WebhookDelivery')

/** Which delivery of which webhook. */
export const deliveryParameters = z.object({
  id: z.string().openapi({ param: { name: 'id', in: 'path' } }),
  delivery: z.string().openapi({ param: { name: 'delivery', in: 'path' } }),
})
