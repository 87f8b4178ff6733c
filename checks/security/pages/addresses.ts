import type { World } from '../../world.ts'
import type { Planter } from './plant.ts'

/** Pages of the site, which have no program. */
export const SITE = [
  '/',
  '/models',
  '/status',
  '/docs',
  '/docs/api',
  '/docs/errors',
  '/docs/search?q=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E',
  '/privacy',
  '/privacy/proof',
  '/privacy/subprocessors',
  '/terms',
  '/refunds',
]
const DASHBOARD = [
  '',
  '/keys',
  '/usage',
  '/statements',
  '/setup',
  '/requests',
  '/top-up',
  '/plans',
  '/team',
  '/notifications',
  '/announcements',
  '/webhooks',
  '/privacy',
  '/security',
  '/support',
]
const CONSOLE = [
  '',
  '/accounts',
  '/support',
  '/requests',
  '/waiting',
  '/codes',
  '/books',
  '/upstreams',
  '/models',
  '/prices',
  '/plans',
  '/alarms',
  '/incidents',
  '/announcements',
  '/policy',
  '/audit',
  '/setup',
  '/operators',
]

/** Pages that begin a program. */
export const APPS = ['/sign-in', '/sign-up', '/reset', '/dashboard'] as const

/** Where the console begins, by a name that cookies of it are for. */
export const consoleOf = (world: World): string => `${world.operatorBase.replace('127.0.0.1', 'localhost')}/console`

/** Every page that shows what was planted. */
export const urlsOf = (world: World, { accountId, keyIds, webhookIds }: Planter): readonly string[] => [
  ...SITE.map((path) => `http://localhost:${world.port}${path}`),
  ...[...DASHBOARD, `/keys/${keyIds[0]}`, ...webhookIds.map((id) => `/webhooks/${id}`)].map(
    (path) => `http://localhost:${world.port}/dashboard${path}`,
  ),
  ...[...CONSOLE, `/accounts/${accountId}`, `/accounts/${accountId}/keys`].map((path) => consoleOf(world) + path),
]
