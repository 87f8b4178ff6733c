import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router'
import { TEXT_SEARCH } from '../lib/text-search.ts'
import { ActingAccount, BackToOwn, useActing } from './acting.tsx'
import { DashboardFrame } from './dashboard-frame.tsx'
import { NotFound } from './not-found.tsx'
import { SignInPage } from './pages/sign-in.tsx'
import { SignUpPage } from './pages/sign-up.tsx'
import { SignedInOnly } from './session.tsx'

const root = createRootRoute({
  component: () => (
    <ActingAccount>
      <Outlet />
    </ActingAccount>
  ),
  notFoundComponent: NotFound,
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: SignInPage,
  validateSearch: (search): { readonly next?: string } => (typeof search.next === 'string' ? { next: search.next } : {}),
})
const issuerReturn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/with/$issuer',
  component: lazyRouteComponent(() => import('./pages/issuer-return.tsx'), 'IssuerReturnPage'),
})
const signUp = createRoute({ getParentRoute: () => root, path: '/sign-up', component: SignUpPage })
const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  component: lazyRouteComponent(() => import('./pages/reset.tsx'), 'ResetPage'),
})

const join = createRoute({
  getParentRoute: () => root,
  path: '/dashboard/join',
  component: lazyRouteComponent(() => import('./pages/join.tsx'), 'JoinPage'),
})

/** Everything is asked for anew when another account is chosen. */
function Dashboard() {
  const { accountId } = useActing()
  return (
    <BackToOwn key={accountId ?? ''}>
      <SignedInOnly>
        <DashboardFrame>
          <Outlet />
        </DashboardFrame>
      </SignedInOnly>
    </BackToOwn>
  )
}

const dashboard = createRoute({
  getParentRoute: () => root,
  path: '/dashboard',
  component: Dashboard,
  notFoundComponent: NotFound,
})

/** A page of the dashboard: a file of its own, fetched when it is gone to. */
const page = <Path extends string>(path: Path, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({
    getParentRoute: () => dashboard,
    path,
    component: lazyRouteComponent(load as () => Promise<Record<string, () => React.ReactNode>>, name),
  })

const pages = [
  page('/', () => import('./pages/overview.tsx'), 'OverviewPage'),
  page('/keys', () => import('./pages/keys.tsx'), 'KeysPage'),
  page('/keys/$id', () => import('./pages/key.tsx'), 'KeyPage'),
  page('/usage', () => import('./pages/usage.tsx'), 'UsagePage'),
  page('/playground', () => import('./pages/playground.tsx'), 'PlaygroundPage'),
  page('/statements', () => import('./pages/statements.tsx'), 'StatementsPage'),
  page('/setup', () => import('./pages/setup.tsx'), 'SetupPage'),
  page('/requests', () => import('./pages/requests.tsx'), 'RequestsPage'),
  page('/top-up', () => import('./pages/top-up.tsx'), 'TopUpPage'),
  page('/plans', () => import('./pages/plans.tsx'), 'PlansPage'),
  page('/team', () => import('./pages/team.tsx'), 'TeamPage'),
  page('/notifications', () => import('./pages/notifications.tsx'), 'NotificationsPage'),
  page('/announcements', () => import('./pages/announcements.tsx'), 'AnnouncementsPage'),
  page('/webhooks', () => import('./pages/webhooks.tsx'), 'WebhooksPage'),
  page('/webhooks/$id', () => import('./pages/webhook.tsx'), 'WebhookPage'),
  page('/privacy', () => import('./pages/privacy.tsx'), 'PrivacyPage'),
  page('/security', () => import('./pages/security.tsx'), 'SecurityPage'),
  page('/support', () => import('./pages/support.tsx'), 'SupportPage'),
]

/** The customers' app: one path for each page, each of which can be shared. */
export const router = createRouter({
  routeTree: root.addChildren([signIn, issuerReturn, signUp, reset, join, dashboard.addChildren(pages)]),
  defaultPreload: 'intent',
  ...TEXT_SEARCH,
})
