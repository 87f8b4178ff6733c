import { createRoute, z } from '@hono/zod-openapi'
import {
  deliveryParameters,
  deliveryShown,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  managed,
  managedError,
  webhookChange,
  webhookInput,
  webhookMade,
  webhookSecretShown,
  webhookShown,
  webhookTested,
} from '../contract/index.ts'

const failures = { default: json(managedError, 'What went wrong') }

/** Lists webhooks. */
export const listWebhooksRoute = createRoute({
  method: 'get',
  path: '/api/webhooks',
  summary: 'List the webhooks of the account, oldest first',
  responses: { 200: json(managed(z.array(webhookShown)), 'The webhooks'), ...failures },
})

/** Makes a webhook. */
export const createWebhookRoute = createRoute({
  method: 'post',
  path: '/api/webhooks',
  summary: 'Have events sent to an https address; the secret that signs them is in this answer and nowhere else',
  request: { headers: idempotencyHeader, body: jsonBody(webhookInput) },
  responses: { 201: json(managed(webhookMade), 'The webhook'), ...failures },
})

/** Changes a webhook. */
export const changeWebhookRoute = createRoute({
  method: 'patch',
  path: '/api/webhooks/{id}',
  summary: 'Change the address or the events of a webhook, or switch it off or on',
  request: { params: idParameter, body: jsonBody(webhookChange) },
  responses: { 200: json(managed(webhookShown), 'The webhook as it is now'), ...failures },
})

/** Deletes a webhook. */
export const deleteWebhookRoute = createRoute({
  method: 'delete',
  path: '/api/webhooks/{id}',
  summary: 'Delete a webhook, with all that waits for it',
  request: { params: idParameter },
  responses: { 200: json(managed(z.object({ id: z.string() })), 'It is gone'), ...failures },
})

/** Replaces a secret. */
export const rotateWebhookRoute = createRoute({
  method: 'post',
  path: '/api/webhooks/{id}/rotate',
  summary: 'Replace the secret of a webhook; for 24 hours the one before signs beside it',
  request: { params: idParameter, headers: idempotencyHeader },
  responses: { 200: json(managed(webhookSecretShown), 'The new secret'), ...failures },
})

/** Tries a webhook. */
export const testWebhookRoute = createRoute({
  method: 'post',
  path: '/api/webhooks/{id}/test',
  summary: 'Send a webhook an event that says nothing',
  request: { params: idParameter, headers: idempotencyHeader },
  responses: { 202: json(managed(webhookTested), 'It is queued'), ...failures },
})

/** Shows how deliveries went. */
export const deliveriesRoute = createRoute({
  method: 'get',
  path: '/api/webhooks/{id}/deliveries',
  summary: 'List the last hundred deliveries of the last seven days: when, and with what status',
  request: { params: idParameter },
  responses: { 200: json(managed(z.array(deliveryShown)), 'The deliveries'), ...failures },
})

/** Sends a delivery once more. */
export const resendDeliveryRoute = createRoute({
  method: 'post',
  path: '/api/webhooks/{id}/deliveries/{delivery}/resend',
  summary: 'Send a delivery once more, under the same id',
  request: { params: deliveryParameters, headers: idempotencyHeader },
  responses: { 202: json(managed(webhookTested), 'It is queued'), ...failures },
})
