import { OpenAPIHono } from '@hono/zod-openapi'
import type { Hono } from 'hono'
import { FailureError } from '../failures.ts'
import { auditsAccess } from './audit-access.ts'
import type { ApiDependencies, ApiEnv } from './dependencies.ts'
import { failureOfIssues } from './failure-of.ts'
import { frameApp } from './frame.ts'
import { keptDocument } from './kept-document.ts'
import { OPERATOR_COOKIE } from './operator-cookie.ts'
import { afterBody, requireJsonBody, requireOperator } from './operator-guard.ts'
import { readsWhatIsSettled } from './reads-settled.ts'
import {
  accountManagementKeyRoutes,
  accountRoutes,
  announcementRoutes,
  auditRoutes,
  billRoutes,
  cardPaymentRoutes,
  creditRoutes,
  disclosureRoutes,
  healthRoutes,
  incidentRoutes,
  keyAlarmRoutes,
  keyRoutes,
  keyStopRoutes,
  leakedKeyRoutes,
  ledgerRoutes,
  letterRoutes,
  modelRoutes,
  operatorAuthRoutes,
  operatorInvitationRoutes,
  operatorJoiningRoutes,
  operatorLinkRoutes,
  operatorOutsideRoutes,
  operatorOwnEmailRoutes,
  operatorOwnWayRoutes,
  operatorStatusRoutes,
  operatorTokenRoutes,
  overviewRoutes,
  ownPolicyRoutes,
  paymentRefundRoutes,
  paymentRoutes,
  pendingCreditRoutes,
  planRoutes,
  policyRoutes,
  poolRoutes,
  priceImportRoutes,
  priceRoutes,
  privacyRoutes,
  type RevokingFactors,
  reconciliationRoutes,
  redeemBatchRoutes,
  refundRoutes,
  refundWishRoutes,
  retentionRoutes,
  secondFactorRevocationRoutes,
  setupRoutes,
  statementRoutes,
  subscriptionRoutes,
  supportRoutes,
  suspensionRoutes,
  transferRoutes,
  upstreamRoutes,
  usageRoutes,
  usdcRoutes,
} from './routes/index.ts'
import { webApp } from './web-app.ts'

/** The operator's interface: everything under /operator/v1 by bearer token or session, signing in, and health and metrics without one. */
export function operatorApp(dependencies: Omit<ApiDependencies, 'identity' | 'publicUrl' | 'site'> & RevokingFactors): Hono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw new FailureError(failureOfIssues(result.error.issues, 'data' in result ? result.data : undefined))
    },
  })
  const { ids, log } = dependencies
  frameApp(app, {
    ids,
    log,
    encodeError: ({ code, message, field }) => ({ error: { code, message, ...(field === undefined ? {} : { field }) } }),
  })
  operatorAuthRoutes(app, dependencies)
  operatorJoiningRoutes(app, dependencies)
  operatorOwnWayRoutes(app, dependencies)
  operatorOwnEmailRoutes(app, dependencies)
  operatorOutsideRoutes(app, dependencies)
  operatorLinkRoutes(app, dependencies)
  const guard = requireOperator(dependencies)
  app.use('/operator/*', guard, requireJsonBody(), afterBody(guard), auditsAccess(dependencies), readsWhatIsSettled(dependencies))
  healthRoutes(app, dependencies)
  app.get('/metrics', async (c) =>
    c.text(await dependencies.metrics(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
  )
  for (const addRoutes of ROUTES) addRoutes(app, dependencies)
  // Letters of invitations lead here; browsers keep what is behind the #.
  app.get('/join', (c) => c.redirect('/console/join'))
  webApp(app, { app: 'console', base: '/console/', pages: ['/', '/console', '/console/*'] })
  const description = keptDocument(() => describe(app))
  app.get('/operator/v1/openapi.json', (c) => description(c))
  return app
}

const ROUTES = [
  accountRoutes,
  suspensionRoutes,
  secondFactorRevocationRoutes,
  accountManagementKeyRoutes,
  creditRoutes,
  pendingCreditRoutes,
  redeemBatchRoutes,
  operatorTokenRoutes,
  operatorInvitationRoutes,
  transferRoutes,
  paymentRoutes,
  cardPaymentRoutes,
  keyRoutes,
  keyAlarmRoutes,
  keyStopRoutes,
  usageRoutes,
  paymentRefundRoutes,
  refundRoutes,
  refundWishRoutes,
  usdcRoutes,
  // Before those of bills, whose /prices/{version} would take their names for numbers.
  priceImportRoutes,
  priceRoutes,
  billRoutes,
  operatorStatusRoutes,
  statementRoutes,
  setupRoutes,
  upstreamRoutes,
  modelRoutes,
  planRoutes,
  subscriptionRoutes,
  poolRoutes,
  ownPolicyRoutes,
  policyRoutes,
  retentionRoutes,
  ledgerRoutes,
  reconciliationRoutes,
  auditRoutes,
  privacyRoutes,
  disclosureRoutes,
  supportRoutes,
  overviewRoutes,
  announcementRoutes,
  letterRoutes,
  incidentRoutes,
  leakedKeyRoutes,
] as const

/** The OpenAPI description of all routes. Source: OpenAPI Specification 3.1.0 (2021-02). */
function describe(app: OpenAPIHono<ApiEnv>): object {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Farebox operator API',
      version: '1',
      description: 'Amounts are decimal strings of USD. Idempotency-Key is honoured on every POST.',
    },
    security: [{ operatorToken: [] }, { operatorSession: [] }],
  })
  const paths = Object.fromEntries(Object.entries(document.paths ?? {}).map(([path, item]) => [path.replace('{id{.+}}', '{id}'), item]))
  const securitySchemes = {
    operatorToken: { type: 'http', scheme: 'bearer' },
    operatorSession: { type: 'apiKey', in: 'cookie', name: OPERATOR_COOKIE },
  }
  const components = { ...document.components, securitySchemes }
  return { ...document, paths, components }
}
