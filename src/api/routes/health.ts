import type { Hono } from 'hono'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

/** Health: that the process lives, and that it can serve a paid call. */
export function healthRoutes(app: Hono<ApiEnv>, { isReady }: Pick<ApiDependencies, 'isReady'>): void {
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', async (c) => {
    if (await isReady()) return c.json({ status: 'ready' })
    c.header('retry-after', '1')
    return c.json({ status: 'not ready' }, 503)
  })
}
