/** Webhooks of customers: where an account has events sent to, and sending them signed until they are taken. Never sends content, and calls public https hosts alone. */
export { webhookReaders } from './cell-readers.ts'
export { type DeliveryParts, deliverDue } from './deliver.ts'
export { type Delivery, listDeliveries, queueTest, resendDelivery } from './delivery-log.ts'
export type { WebhookEndpoint, WebhookSealing } from './endpoint.ts'
export { shownData, TEST_EVENT, WEBHOOK_EVENTS, type WebhookEvent } from './event-kinds.ts'
export {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  ENDPOINTS_MAX,
  type EndpointChange,
  listEndpoints,
  type NewEndpoint,
  OLD_SECRET_HOURS,
  rotateSecret,
  type WhichEndpoint,
} from './manage-endpoints.ts'
export { WEBHOOK_DATA } from './personal-data.ts'
export { SECRET_PREFIX, type SignedMessage, secretText, signedHeaders } from './sign.ts'
