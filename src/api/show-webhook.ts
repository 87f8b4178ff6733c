import type { Delivery, WebhookEndpoint } from '../webhooks/index.ts'

/** A webhook as it may be stored with the answer to a POST. */
export const rememberWebhook = ({ id, events, isActive, createdAt }: WebhookEndpoint) => ({
  ...{ id, events: [...events], active: isActive, createdAt: createdAt.toISOString() },
})

/** A webhook as its owner sees it. */
export const showWebhook = (endpoint: WebhookEndpoint) => ({
  ...rememberWebhook(endpoint),
  url: endpoint.url ?? null,
  failingSince: endpoint.failingSince?.toISOString() ?? null,
  switchedOffAt: endpoint.switchedOffAt?.toISOString() ?? null,
  oldSecretUntil: endpoint.oldSecretUntil?.toISOString() ?? null,
})

/** A delivery as its owner sees it. */
export const showDelivery = ({ id, kind, state, tries, status, lastTryAt, createdAt }: Delivery) => ({
  ...{ id, event: kind, state, tries, status: status ?? null },
  ...{ lastTryAt: lastTryAt?.toISOString() ?? null, createdAt: createdAt.toISOString() },
})
