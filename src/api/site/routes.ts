import type { OpenAPIHono } from '@hono/zod-openapi'
import { listPriceVersions, type VersionView } from '../../catalog/index.ts'
import { formatUsd, isoDate, utcDayOf } from '../../lib/index.ts'
import type { CustomerEnv } from '../customer-guard.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { houseNameOf } from '../house-name.ts'
import { answer, answerNotFound } from './answer.ts'
import { docsRoutes } from './docs-routes.ts'
import { freshFor } from './fresh.ts'
import { landingPage, promisesOf } from './landing/index.ts'
import { modelPage, modelsPage, type Offer, readOffers, searchOf } from './models/index.ts'
import { makeSite, type Site } from './site.ts'
import { readMeasured, statusPage } from './status/index.ts'
import { refundsPage, termsPage } from './texts/index.ts'
import { wellKnownFiles } from './well-known-files.ts'

type App = OpenAPIHono<CustomerEnv>
type Read = { readonly offers: () => Promise<readonly Offer[]>; readonly measured: ReturnType<typeof measuredFor> }

const OFFERS_MS = 2_000
const MEASURED_MS = 30_000
const VERSIONS_MAX = 100

/** The public site: readable by anybody, without a script, a cookie or a key. Whoever asks for "/" without wanting HTML is a program. */
export function siteRoutes(app: App, dependencies: ApiDependencies): void {
  const site = makeSite(dependencies.site, dependencies.publicUrl)
  const read: Read = {
    offers: freshFor(dependencies.clock, OFFERS_MS, () => readOffers(dependencies)),
    measured: measuredFor(dependencies),
  }
  landingRoute(app, { site, dependencies, read })
  modelRoutes(app, { site, dependencies, read })
  statusRoute(app, { site, dependencies, read })
  textRoutes(app, { site, dependencies, read })
  docsRoutes(app, { site, dependencies, offers: read.offers })
  wellKnownFiles(app, site, async () => (await read.offers()).map(({ id }) => id))
}

type Parts = { readonly site: Site; readonly dependencies: ApiDependencies; readonly read: Read }

const measuredFor = ({ appDatabase, clock }: ApiDependencies) => freshFor(clock, MEASURED_MS, () => readMeasured(appDatabase, clock.now()))

const ABOUT = { health: '/healthz', ready: '/readyz', models: '/v1/models', usage: '/v1/usage', balance: '/v1/balance' }

function landingRoute(app: App, { site, dependencies, read }: Parts): void {
  const { policy, paymentSettings, clock } = dependencies
  app.get('/', async (c) => {
    c.header('vary', 'accept')
    if (!(c.req.header('accept') ?? '').includes('text/html')) return c.json({ name: houseNameOf(site.settings), ...ABOUT })
    const [offers, page, proof] = await Promise.all([read.offers(), policy.page(), policy.proof()])
    const minimumTopup = formatUsd(paymentSettings.rules.minimumTopup)
    return await answer(c, site, (view) =>
      landingPage(view, { offers, promises: promisesOf(page, proof), minimumTopup, day: isoDate(utcDayOf(clock.now())) }),
    )
  })
}

function modelRoutes(app: App, { site, dependencies, read }: Parts): void {
  app.get('/models', async (c) => {
    const offers = await read.offers()
    return await answer(c, site, (view) => modelsPage(view, { offers, search: searchOf((name) => c.req.query(name)) }))
  })
  app.get('/models/:id{.+}', async (c) => {
    const offer = (await read.offers()).find(({ id }) => id === c.req.param('id'))
    if (offer === undefined) return await answerNotFound(c, site)
    const [versions, measured] = await Promise.all([
      listPriceVersions(dependencies.appDatabase, { model: offer.id, limit: VERSIONS_MAX }),
      read.measured(),
    ])
    const coming = versions.filter(({ state }) => state === 'scheduled').toReversed()
    return await answer(c, site, (view) => modelPage(view, { offer, history: versions.filter(hasHeld), coming, measured }))
  })
}

/** Versions of the history: one that is to come is announced apart, and one that was cancelled never held. */
const hasHeld = ({ state }: VersionView): boolean => state === 'holds' || state === 'past'

function statusRoute(app: App, { site, dependencies, read }: Parts): void {
  app.get('/status', async (c) => {
    const [measured, isUp] = await Promise.all([read.measured(), dependencies.isReady()])
    const at = dependencies.clock.now()
    const isWorkedOn = measured.maintenance.some(
      ({ startsAt, endsAt, cancelledAt }) => cancelledAt === undefined && startsAt.getTime() <= at && endsAt.getTime() > at,
    )
    const state = isUp ? 'up' : isWorkedOn ? 'maintenance' : 'down'
    return await answer(c, site, (view) => statusPage(view, { measured, now: { state, at: new Date(at) } }))
  })
}

function textRoutes(app: App, { site, dependencies }: Parts): void {
  const { policy, paymentSettings: settings } = dependencies
  app.get('/terms', async (c) => {
    const { facts } = await policy.page()
    return await answer(c, site, (view) => termsPage(view, { settings, policy: facts.settings }))
  })
  app.get('/refunds', async (c) => {
    const { facts } = await policy.page()
    return await answer(c, site, (view) => refundsPage(view, { rules: settings.rules, policy: facts.settings }))
  })
}
