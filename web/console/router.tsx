import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router'
import { ConsoleFrame } from './console-frame.tsx'
import { NotFound } from './not-found.tsx'
import { SignInPage } from './pages/sign-in.tsx'
import { SignedInOnly } from './session.tsx'

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: SignInPage,
  validateSearch: (search): { readonly next?: string } => (typeof search.next === 'string' ? { next: search.next } : {}),
})

const join = createRoute({
  getParentRoute: () => root,
  path: '/join',
  component: lazyRouteComponent(() => import('./pages/join.tsx'), 'JoinPage'),
})

const confirmEmail = createRoute({
  getParentRoute: () => root,
  path: '/confirm-email',
  component: lazyRouteComponent(() => import('./pages/confirm-email.tsx'), 'ConfirmEmailPage'),
})

const issuerReturn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/with/$issuer',
  component: lazyRouteComponent(() => import('./pages/issuer-return.tsx'), 'IssuerReturnPage'),
})

const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: () => (
    <SignedInOnly>
      <ConsoleFrame>
        <Outlet />
      </ConsoleFrame>
    </SignedInOnly>
  ),
})

/** A page of the console: a file of its own, fetched when it is gone to. */
const page = <Path extends string>(path: Path, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({
    getParentRoute: () => inside,
    path,
    component: lazyRouteComponent(load as () => Promise<Record<string, () => React.ReactNode>>, name),
  })

const account = () => import('./pages/account.tsx')
const setup = () => import('./pages/setup.tsx')
const pages = [
  page('/', () => import('./pages/overview.tsx'), 'OverviewPage'),
  page('/accounts', () => import('./pages/accounts.tsx'), 'AccountsPage'),
  page('/accounts/$id', account, 'AccountPage'),
  page('/accounts/$id/$part', account, 'AccountPage'),
  page('/support', () => import('./pages/support.tsx'), 'SupportPage'),
  page('/requests', () => import('./pages/requests.tsx'), 'RequestsPage'),
  page('/erasures', () => import('./pages/erasures.tsx'), 'ErasuresPage'),
  page('/waiting', () => import('./pages/waiting.tsx'), 'WaitingPage'),
  page('/refunds', () => import('./pages/refunds.tsx'), 'RefundsPage'),
  page('/refunds/$id', () => import('./pages/refund.tsx'), 'RefundPage'),
  page('/codes', () => import('./pages/codes.tsx'), 'CodesPage'),
  page('/books', () => import('./pages/books.tsx'), 'BooksPage'),
  page('/upstreams', () => import('./pages/upstreams.tsx'), 'UpstreamsPage'),
  page('/models', () => import('./pages/models.tsx'), 'ModelsPage'),
  page('/prices', () => import('./pages/prices.tsx'), 'PricesPage'),
  page('/plans', () => import('./pages/plans.tsx'), 'PlansPage'),
  page('/alarms', () => import('./pages/alarms.tsx'), 'AlarmsPage'),
  page('/incidents', () => import('./pages/incidents.tsx'), 'IncidentsPage'),
  page('/announcements', () => import('./pages/announcements.tsx'), 'AnnouncementsPage'),
  page('/letters', () => import('./pages/letters.tsx'), 'LettersPage'),
  page('/letters/$key', () => import('./pages/letter.tsx'), 'LetterPage'),
  page('/policy', () => import('./pages/policy.tsx'), 'PolicyPage'),
  page('/policy/own', () => import('./pages/policy-own.tsx'), 'PolicyOwnPage'),
  page('/transparency', () => import('./pages/transparency.tsx'), 'TransparencyPage'),
  page('/retention', () => import('./pages/retention.tsx'), 'RetentionPage'),
  page('/audit', () => import('./pages/audit.tsx'), 'AuditPage'),
  page('/you', () => import('./pages/own.tsx'), 'OwnPage'),
  page('/setup', setup, 'SetupPage'),
  page('/setup/$step', setup, 'SetupPage'),
  page('/operators', () => import('./pages/operators.tsx'), 'OperatorsPage'),
]

/** The operators' app, under /console on their listener: one path for each page, each of which can be shared. */
export const router = createRouter({
  routeTree: root.addChildren([signIn, issuerReturn, join, confirmEmail, inside.addChildren(pages)]),
  basepath: '/console',
  defaultPreload: 'intent',
  // A page is asked for by its path alone; what is searched for is read as text.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const written = new URLSearchParams(search as Record<string, string>).toString()
    return written === '' ? '' : `?${written}`
  },
})
