import type { MiddlewareHandler } from 'hono'
import type { ApiDependencies, ApiEnv } from './dependencies.ts'

/** Settlements are gathered before they are written; whoever reads after a call has ended sees it all the same. */
export const readsWhatIsSettled =
  ({ whenWritten }: Pick<ApiDependencies, 'whenWritten'>): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    if (c.req.method === 'GET') await whenWritten()
    await next()
  }
