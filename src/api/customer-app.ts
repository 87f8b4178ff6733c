import { Hono } from 'hono'
import type { Failure } from '../failures.ts'
import type { ApiDependencies, ApiEnv } from './dependencies.ts'
import { frameApp } from './frame.ts'
import { landingPage } from './landing-page.ts'
import { readsWhatIsSettled } from './reads-settled.ts'
import {
  authRoutes,
  authSessionRoutes,
  healthRoutes,
  ownAuditRoutes,
  ownPrivacyRoutes,
  ownRoutes,
  ownStatementRoutes,
  ownSupportRoutes,
  privacyPageRoutes,
  publicPriceRoutes,
  receiptRoutes,
  secondFactorRoutes,
  statusRoutes,
  webhookRoutes,
  x402Routes,
} from './routes/index.ts'

/** What customers reach of control, forwarded by the gateways: their own usage, balance and receipts, what these are checked with, the price list, the privacy policy, and the first page. */
export function customerApp(dependencies: ApiDependencies): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  frameApp(app, { ids: dependencies.ids, log: dependencies.log, encodeError: encodeCustomerError })
  healthRoutes(app, dependencies)
  app.use('/v1/*', readsWhatIsSettled(dependencies))
  ownRoutes(app, dependencies)
  ownStatementRoutes(app, dependencies)
  ownAuditRoutes(app, dependencies)
  receiptRoutes(app, dependencies)
  publicPriceRoutes(app, dependencies)
  privacyPageRoutes(app, dependencies)
  ownPrivacyRoutes(app, dependencies)
  statusRoutes(app, dependencies)
  webhookRoutes(app, dependencies)
  x402Routes(app, dependencies)
  ownSupportRoutes(app, dependencies)
  authRoutes(app, dependencies)
  authSessionRoutes(app, dependencies)
  secondFactorRoutes(app, dependencies)
  landingPage(app)
  return app
}

/** A failure as clients of OpenAI's API read it. Source: platform.openai.com/docs/guides/error-codes (2026-11-21). */
const encodeCustomerError = ({ code, message, status, field }: Failure) => ({
  error: { message, type: TYPES[status] ?? (status >= 500 ? 'server_error' : 'invalid_request_error'), code, param: field ?? null },
})

const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'insufficient_quota',
  403: 'permission_error',
  429: 'rate_limit_error',
}
