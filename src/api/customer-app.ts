import { OpenAPIHono } from '@hono/zod-openapi'
import { type Failure, FailureError } from '../failures.ts'
import type { CustomerEnv } from './customer-guard.ts'
import type { ApiDependencies } from './dependencies.ts'
import { failureOfIssues } from './failure-of.ts'
import { frameApp } from './frame.ts'
import { isManaged, manageRoutes } from './manage/index.ts'
import { readsWhatIsSettled } from './reads-settled.ts'
import {
  authRoutes,
  authSessionRoutes,
  healthRoutes,
  outsideRoutes,
  ownAuditRoutes,
  ownPrivacyRoutes,
  ownRoutes,
  ownStatementRoutes,
  ownSupportRoutes,
  privacyPageRoutes,
  publicPriceRoutes,
  receiptRoutes,
  secondFactorRoutes,
  sessionPrivacyRoutes,
  statusRoutes,
  unsubscribeRoutes,
  webhookRoutes,
  x402Routes,
} from './routes/index.ts'
import { siteRoutes } from './site/index.ts'
import { webApp } from './web-app.ts'

/** What customers reach of control, forwarded by the gateways: their own usage, balance and receipts, what these are checked with, the price list, the privacy policy, the management of their accounts, and the first page. */
export function customerApp(dependencies: ApiDependencies): OpenAPIHono<CustomerEnv> {
  const app = new OpenAPIHono<CustomerEnv>({
    defaultHook: (result) => {
      if (!result.success) throw new FailureError(failureOfIssues(result.error.issues, 'data' in result ? result.data : undefined))
    },
  })
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
  manageRoutes(app, dependencies)
  statusRoutes(app, dependencies)
  webhookRoutes(app, dependencies)
  unsubscribeRoutes(app, dependencies)
  x402Routes(app, dependencies)
  ownSupportRoutes(app, dependencies)
  authRoutes(app, dependencies)
  authSessionRoutes(app, dependencies)
  secondFactorRoutes(app, dependencies)
  outsideRoutes(app, dependencies)
  sessionPrivacyRoutes(app, dependencies)
  siteRoutes(app, dependencies)
  webApp(app, {
    app: 'dashboard',
    base: '/app/',
    pages: ['/sign-in', '/sign-in/with/:issuer', '/sign-up', '/reset', '/dashboard', '/dashboard/*'],
    house: dependencies.site,
  })
  return app
}

/** A failure in the shape of what was asked for: the management interface has its own. */
const encodeCustomerError = (failure: Failure, path: string): object =>
  isManaged(path) ? encodeManagedError(failure) : encodeOpenAiError(failure)

const encodeManagedError = ({ code, message, field }: Failure) => ({
  success: false,
  error: { code, message, ...(field === undefined ? {} : { field }) },
})

/** A failure as clients of OpenAI's API read it. Source: platform.openai.com/docs/guides/error-codes (2026-11-21). */
const encodeOpenAiError = ({ code, message, status, field }: Failure) => ({
  error: { message, type: TYPES[status] ?? (status >= 500 ? 'server_error' : 'invalid_request_error'), code, param: field ?? null },
})

const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'insufficient_quota',
  403: 'permission_error',
  429: 'rate_limit_error',
}
