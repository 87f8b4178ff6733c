import type { Context, Hono } from 'hono'
import { readTransparency } from '../../audit/index.ts'
import { fail } from '../../failures.ts'
import { isoTime } from '../../lib/index.ts'
import { featuresOf, noteSaid, versionsSeenBy } from '../../privacy/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { historyPage, policyPage, proofPage, requestPage, subprocessorsPage, transparencyPage } from '../privacy-pages/index.ts'
import { answerPage, makeSite, type Page, type View, viewOf } from '../site/index.ts'
import { identify, identifyAccount } from './own.ts'

type Dependencies = Pick<ApiDependencies, 'policy' | 'appDatabase' | 'clock' | 'site' | 'publicUrl' | 'manage'>

const MARKDOWN = { 'content-type': 'text/markdown; charset=utf-8' }

/** The privacy policy for anybody, without a key; and by key which versions of it an account has seen. */
export function privacyPageRoutes(app: Hono<ApiEnv>, dependencies: Dependencies): void {
  const { policy } = dependencies
  const site = makeSite(dependencies.site, dependencies.publicUrl)
  const page = (c: Context<ApiEnv>, of: (view: View) => Page): Response | Promise<Response> => {
    const view = viewOf(c, site)
    return answerPage(c, view, of(view))
  }
  app.get('/privacy', async (c) => {
    const shown = await policy.page()
    return page(c, (view) => policyPage(view, shown))
  })
  app.get('/privacy.md', async (c) => c.body(await policy.markdown(), 200, MARKDOWN))
  app.get('/privacy/proof', async (c) => {
    const proof = await policy.proof()
    return page(c, (view) => proofPage(view, proof))
  })
  app.get('/privacy/subprocessors', async (c) => {
    const providers = await policy.subprocessors()
    return page(c, (view) => subprocessorsPage(view, providers))
  })
  app.get('/privacy/transparency', async (c) => {
    const report = await readTransparency(dependencies.appDatabase)
    return page(c, (view) => transparencyPage(view, report))
  })
  app.get('/privacy/request', async (c) => {
    const { facts } = await policy.page()
    return page(c, (view) => requestPage(view, featuresOf(facts.inventory).hasMail))
  })
  app.get('/privacy/history', async (c) => {
    const history = await policy.history()
    return page(c, (view) => historyPage(view, history))
  })
  app.get('/privacy/history/:file{[0-9]+\\.md}', async (c) => {
    const number = Number.parseInt(c.req.param('file'), 10)
    const found = (await policy.history()).find(({ version }) => version.number === number) ?? fail('not_found')
    return c.body(found.version.text, 200, MARKDOWN)
  })
  ownPolicyRoutes(app, dependencies)
}

function ownPolicyRoutes(app: Hono<ApiEnv>, dependencies: Dependencies): void {
  const { appDatabase, policy, clock } = dependencies
  app.get('/v1/privacy', async (c) => {
    const { accountId } = await identify(c, dependencies)
    const [{ version, coming }, seen] = await Promise.all([policy.page(), versionsSeenBy(appDatabase, accountId)])
    return c.json({
      object: 'privacy',
      version: version.number,
      effective_at: isoTime(version.effectiveAt),
      coming: coming === undefined ? null : { version: coming.number, effective_at: isoTime(coming.effectiveAt) },
      seen: seen.map((one) => ({ version: one.version, how: one.how, at: isoTime(one.seenAt) })),
    })
  })
  app.post('/api/privacy/seen/:version{[0-9]{1,9}}', async (c) => {
    const { accountId } = await identifyAccount(c, dependencies)
    const version = Number(c.req.param('version'))
    if (!(await noteSaid(appDatabase, { accountId, version, now: clock.now() }))) fail('not_found')
    return c.json({ object: 'privacy', version, seen: true })
  })
}
