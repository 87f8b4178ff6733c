/** The management interface under /api: what a customer does with an account by program. Never calls a model, and never shows content. */
import type { MiddlewareHandler } from 'hono'
import { requireCustomer } from '../customer-guard.ts'
import { afterBody, requireJsonBody } from '../operator-guard.ts'
import { accountRoutes } from './account.ts'
import { agentRoutes } from './agent.ts'
import { announcementsShownRoute } from './announcements.ts'
import { billingRoutes } from './billing.ts'
import { cancelRoutes } from './cancel.ts'
import { cardRoutes } from './cards.ts'
import { changePlanRoutes } from './change-plan.ts'
import { checkoutRoutes } from './checkout.ts'
import { discoveryRoutes } from './discovery.ts'
import { endUserRoutes } from './end-users.ts'
import { exactAmounts } from './exact-amounts.ts'
import type { ManageApp, ManageDependencies } from './manage-env.ts'
import { managementKeyRoutes } from './management-keys.ts'
import { notificationRoutes } from './notifications.ts'
import { isManaged, isOpen } from './open-paths.ts'
import { ownKeyDoors } from './own-key.ts'
import { ownKeyRoutes } from './own-keys.ts'
import { ownNewsRoutes } from './own-news.ts'
import { ownPaperRoutes } from './own-papers.ts'
import { ownPaymentRoutes } from './own-payments.ts'
import { ownRefundRoutes } from './own-refunds.ts'
import { ownRetentionRoutes } from './own-retention.ts'
import { ownUsageRoutes } from './own-usage.ts'
import { planShopRoutes } from './plans.ts'
import { poolRoutes } from './pools.ts'
import { redeemRoute } from './redeem.ts'
import { referralRoutes } from './referral.ts'
import { refuseSuspended } from './refuse-suspended.ts'
import { signOnRoutes } from './sign-on.ts'
import { teamRoutes } from './team.ts'
import { teamNameRoutes } from './team-name.ts'
import { temporaryKeyRoute } from './temporary-keys.ts'
import { tillRoutes } from './till.ts'
import { ownWebhookRoutes } from './webhooks.ts'

export { describeManagement } from './discovery.ts'
export { isManaged } from './open-paths.ts'
export { USAGE_READ_DATA } from './usage-reads.ts'

/** Adds the management interface: who calls is known before anything else, but where anybody may ask. */
export function manageRoutes(app: ManageApp, dependencies: ManageDependencies): void {
  const guard = onlyManaged(requireCustomer(dependencies))
  app.use('/api/*', guard)
  app.use('/api/*', onManaged(refuseSuspended(dependencies)))
  app.use('/api/*', onManaged(requireJsonBody()))
  app.use('/api/*', afterBody(guard))
  app.use('/api/*', onManaged(exactAmounts()))
  app.use(
    '/api/*',
    onManaged(async (c, next) => {
      if (c.req.method === 'GET') await dependencies.whenWritten()
      await next()
    }),
  )
  for (const addRoutes of ROUTES) addRoutes(app, dependencies)
}

/** In the order in which paths are matched: those with names before those with an id. */
const ROUTES = [
  discoveryRoutes,
  planShopRoutes,
  poolRoutes,
  managementKeyRoutes,
  temporaryKeyRoute,
  ownKeyRoutes,
  ownKeyDoors,
  billingRoutes,
  cancelRoutes,
  changePlanRoutes,
  checkoutRoutes,
  tillRoutes,
  ownPaymentRoutes,
  cardRoutes,
  redeemRoute,
  ownRefundRoutes,
  ownRetentionRoutes,
  referralRoutes,
  ownUsageRoutes,
  ownPaperRoutes,
  endUserRoutes,
  teamRoutes,
  teamNameRoutes,
  signOnRoutes,
  notificationRoutes,
  ownNewsRoutes,
  ownWebhookRoutes,
  announcementsShownRoute,
  accountRoutes,
  agentRoutes,
] as const

const onManaged =
  <Env extends object>(handler: MiddlewareHandler<Env>): MiddlewareHandler<Env> =>
  async (c, next) =>
    isManaged(c.req.path) ? handler(c, next) : next()

const onlyManaged =
  <Env extends object>(handler: MiddlewareHandler<Env>): MiddlewareHandler<Env> =>
  async (c, next) =>
    isManaged(c.req.path) && !(isOpen(c.req.path) && isAsking(c.req.method, c.req.path)) ? handler(c, next) : next()

/** What is open is open for asking; buying without an account is a POST all the same. */
const isAsking = (method: string, path: string): boolean => method === 'GET' || method === 'HEAD' || path.startsWith('/api/agent/')
