import { fail } from '../../failures.ts'
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  listDeliveries,
  listEndpoints,
  OLD_SECRET_HOURS,
  queueTest,
  resendDelivery,
  rotateSecret,
  secretText,
} from '../../webhooks/index.ts'
import { answerOnce } from '../answer-once.ts'
import { tell, webhookRemembered, webhookRotated, webhookTested } from '../contract/index.ts'
import { mintingOf } from '../minting.ts'
import { rememberWebhook, showDelivery, showWebhook } from '../show-webhook.ts'
import { accountOf, type ManageApp, type ManageDependencies, repeatOf } from './manage-env.ts'
import {
  changeWebhookRoute,
  createWebhookRoute,
  deleteWebhookRoute,
  deliveriesRoute,
  listWebhooksRoute,
  resendDeliveryRoute,
  rotateWebhookRoute,
  testWebhookRoute,
} from './webhook-doors.ts'

const HOUR_MS = 3_600_000

/** Webhooks of the caller's account: list, make, change, delete, replace the secret, try, and see how deliveries went. */
export function ownWebhookRoutes(app: ManageApp, dependencies: ManageDependencies): void {
  const { appDatabase, subjects, ids, clock } = dependencies
  app.openapi(listWebhooksRoute, async (c) =>
    c.json(tell((await listEndpoints(appDatabase, subjects, accountOf(c))).map(showWebhook)), 200),
  )
  const requireOffered = (): void => {
    if (!dependencies.messages.hasWebhooks) fail('not_offered', { what: 'Webhooks' })
  }
  app.openapi(createWebhookRoute, async (c) => {
    requireOffered()
    const { url, events } = c.req.valid('json')
    const request = await repeatOf(c)
    const secret = mintingOf(request, dependencies, 'webhook-secret')
    const made = await answerOnce(appDatabase, request, {
      status: 201,
      schema: webhookRemembered,
      work: async (tx) => {
        const input = { id: ids.uuid(), accountId: accountOf(c), url, events, secret, now: clock.now() }
        return rememberWebhook(await createEndpoint(tx, subjects, input))
      },
    })
    return c.json(tell({ ...made, url, secret: secretText(secret) }), 201)
  })
  app.openapi(changeWebhookRoute, async (c) => {
    const { url, events, active } = c.req.valid('json')
    const change = { accountId: accountOf(c), id: c.req.valid('param').id, url, events, isActive: active }
    return c.json(tell(showWebhook(await changeEndpoint(appDatabase, subjects, change))), 200)
  })
  app.openapi(deleteWebhookRoute, async (c) => {
    const { id } = c.req.valid('param')
    await deleteEndpoint(appDatabase, { accountId: accountOf(c), id })
    return c.json(tell({ id }), 200)
  })
  secretRoutes(app, dependencies)
  sendRoutes(app, dependencies)
  app.openapi(deliveriesRoute, async (c) => {
    const which = { accountId: accountOf(c), id: c.req.valid('param').id }
    return c.json(tell((await listDeliveries(appDatabase, which)).map(showDelivery)), 200)
  })
}

function secretRoutes(app: ManageApp, dependencies: ManageDependencies): void {
  const { appDatabase, subjects, clock } = dependencies
  app.openapi(rotateWebhookRoute, async (c) => {
    const { id } = c.req.valid('param')
    const request = await repeatOf(c)
    const [secret, now] = [mintingOf(request, dependencies, 'webhook-secret'), clock.now()]
    const rotated = await answerOnce(appDatabase, request, {
      status: 200,
      schema: webhookRotated,
      work: async (tx) => {
        const { oldSecretUntil } = await rotateSecret(tx, subjects, { accountId: accountOf(c), id, secret, now })
        return { id, oldSecretUntil: (oldSecretUntil ?? new Date(now + OLD_SECRET_HOURS * HOUR_MS)).toISOString() }
      },
    })
    return c.json(tell({ ...rotated, secret: secretText(secret) }), 200)
  })
}

/** Events that are sent by hand are counted once for each Idempotency-Key, and with what is done, so that what is refused is not counted. */
function sendRoutes(app: ManageApp, { appDatabase, ids, clock, abuse }: ManageDependencies): void {
  app.openapi(testWebhookRoute, async (c) => {
    const { id } = c.req.valid('param')
    const queued = await answerOnce(appDatabase, await repeatOf(c), {
      status: 202,
      schema: webhookTested,
      work: async (tx) => {
        const deliveryId = ids.uuid()
        await queueTest(tx, { accountId: accountOf(c), id, deliveryId, now: clock.now() })
        await abuse.velocity.countWebhookSend(tx, accountOf(c), 'test')
        return { delivery: deliveryId }
      },
    })
    return c.json(tell(queued), 202)
  })
  app.openapi(resendDeliveryRoute, async (c) => {
    const { id, delivery } = c.req.valid('param')
    const queued = await answerOnce(appDatabase, await repeatOf(c), {
      status: 202,
      schema: webhookTested,
      work: async (tx) => {
        await resendDelivery(tx, { accountId: accountOf(c), id, deliveryId: delivery, now: clock.now() })
        await abuse.velocity.countWebhookSend(tx, accountOf(c), 'resend')
        return { delivery }
      },
    })
    return c.json(tell(queued), 202)
  })
}
