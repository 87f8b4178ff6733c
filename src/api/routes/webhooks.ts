import type { Hono } from 'hono'
import { fail } from '../../failures.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { collectBody } from '../operator-guard.ts'

/** What payment rails tell us: each takes the very bytes that were signed. A rail that is not configured is not there. */
export function webhookRoutes(app: Hono<ApiEnv>, { webhooks }: Pick<ApiDependencies, 'webhooks'>): void {
  app.post('/webhooks/:rail', async (c) => {
    const webhook = webhooks.get(c.req.param('rail')) ?? fail('not_found')
    const status = await webhook({ body: await collectBody(c), header: (name) => c.req.header(name) })
    return c.json({ received: status === 200 }, status)
  })
}
