import type { CheckContext, Measured } from '../../harness/index.ts'
import { askAsPage, openByNumber, pairOf } from '../../sign-in.ts'
import { startWorld, type World } from '../../world.ts'
import { payloads } from './corpus.ts'
import { type Cookies, expectNoForgery, expectNoOperatorForgery, expectNoRedirect } from './cross-site.ts'
import { PLACES, type Planter } from './plant.ts'
import { expectPolicy } from './policies.ts'
import { startSaying } from './saying-upstream.ts'
import { type Met, openWatched, type Watched } from './watched-page.ts'

/** So many payloads stand on the pages at once. */
const BATCH = 25
const SITE = [
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
const APPS = ['/sign-in', '/sign-up', '/reset', '/dashboard'] as const

/**
 * SEC-10: with hostile words in all that people, operators and upstreams can leave behind, no page of the site, the dashboard or the console runs any of
 * them, calls elsewhere or has its policy refuse anything; every page shuts itself against frames and other programs; no other site changes
 * anything with the cookies of who is signed in, and no address leads away.
 */
export async function hostilePages(context: CheckContext): Promise<Measured> {
  const saying = { text: '' }
  const upstream = await startSaying(saying)
  const world = await startWorld({
    env: { FAREBOX_WEBHOOKS: 'yes' },
    upstreams: [{ id: 'hostile', kind: 'openai', baseUrl: `http://127.0.0.1:${upstream.port}/v1` }],
    models: [{ id: 'm-hostile', upstream: 'hostile', upstreamModel: 'x' }],
  })
  const hosts = [`localhost:${world.port}`, new URL(world.operatorBase).host.replace('127.0.0.1', 'localhost')]
  const watched = await openWatched(hosts).catch(async (thrown: unknown) => {
    await world.stop()
    throw thrown
  })
  const counted: Record<string, number> = { planted: 0, pages: 0, showing: 0 }
  try {
    const planter = await enter(world)
    const cookies = await signInBrowser(world, watched, planter)
    await expectEyes(context, watched, world)
    for (const path of [...SITE, ...APPS])
      await expectPolicy(
        context,
        world.base + path,
        APPS.some((app) => app === path),
      )
    await expectPolicy(context, `${world.operatorBase}/console`, true)
    const all = payloads(context.n)
    const places = new Set<string>()
    for (let from = 0; from < all.length; from += BATCH) {
      const batch = all.slice(from, from + BATCH)
      for (const name of await plantAll(context, planter, batch)) {
        places.add(name)
        counted['planted'] = (counted['planted'] ?? 0) + 1
      }
      for (const url of urlsOf(world, planter)) look(context, { url, batch, counted, met: await watched.open(url) })
      saying.text = batch[from % batch.length] ?? ''
      look(context, { url: 'the playground', batch, counted, met: await askInPlayground(watched, world) })
      context.progress(`${from + batch.length} payloads on ${counted['pages']} pages`)
    }
    context.expect(places.size >= 9, `blind: only ${[...places].join(', ')} took a payload`)
    context.expect((counted['showing'] ?? 0) > (counted['pages'] ?? 0) / 8, `blind: only ${counted['showing']} pages show a payload`)
    counted['forged'] = (await expectNoForgery(context, world, cookies)) + (await expectNoOperatorForgery(context, world, cookies))
    counted['redirects'] = await expectNoRedirect(context, world, cookies)
    return { n: context.n, measured: { ...counted, places: [...places].join(', ') } }
  } finally {
    await watched.close()
    await world.stop()
    upstream.server.close()
  }
}

/** Puts each text into each place; names the place of each that was taken. */
async function plantAll(context: CheckContext, planter: Planter, texts: readonly string[]): Promise<readonly string[]> {
  const taken: string[] = []
  for (const [index, text] of texts.entries())
    for (const { name, put } of PLACES) {
      const status = await put(planter, text, index)
      if (status < 300) taken.push(name)
      context.expect(status < 500, `${name} is answered ${status} to ${text}`)
    }
  return taken
}

/** Somebody with keys and credit, whose cookie plants what customers can. */
async function enter(world: World): Promise<Planter> {
  const cookie = pairOf(await openByNumber(world.base))
  const { json } = await askAsPage({ base: world.base, line: 'GET /api/account', cookie })
  const { id: accountId } = json['data'] as { id: string }
  await world.operator.ask('POST', `/accounts/${accountId}/credits`, { amount: '5.00', reason: 'pages' })
  const keyIds: string[] = []
  for (let index = 0; index < BATCH; index += 1) {
    const { id } = (await world.operator.ask('POST', `/accounts/${accountId}/keys`, { name: `key ${index}` })) as { id: string }
    keyIds.push(id)
  }
  return { world, cookie, accountId, keyIds, webhookId: await restingWebhook(world, cookie) }
}

/** A webhook that is told nothing. */
async function restingWebhook({ base }: World, cookie: string): Promise<string> {
  const body = { url: 'https://hooks.example.com/', events: ['key.created'] }
  const { json } = await askAsPage({ base, line: 'POST /api/webhooks', body, cookie })
  const { id } = json['data'] as { id: string }
  await askAsPage({ base, line: `PATCH /api/webhooks/${id}`, body: { active: false }, cookie })
  return id
}

/** Gives the browser both cookies, the operator's by the sign-in of the console. */
async function signInBrowser(world: World, { context, page }: Watched, { cookie }: Planter): Promise<Cookies> {
  const [name = '', value = ''] = cookie.split('=')
  await context.addCookies([{ name, value, domain: 'localhost', path: '/', secure: true, httpOnly: true, sameSite: 'Strict' }])
  await page.goto(`${consoleOf(world)}/accounts`)
  await page.getByLabel('Operator token').fill(world.operatorToken)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Accounts' }).waitFor()
  const operator = (await context.cookies()).find((one) => one.name === '__Host-farebox-operator')
  return { person: cookie, operator: `${operator?.name}=${operator?.value}` }
}

/** What runs is counted, and what a policy refuses is seen, or the rest shows nothing. */
async function expectEyes(context: CheckContext, { page, open, met }: Watched, world: World): Promise<void> {
  await page.goto('about:blank')
  await page.setContent('<img src="data:," onerror="xss()">', { waitUntil: 'load' })
  await page.waitForTimeout(200)
  context.expect((await met()).ran > 0, 'blind: what runs is not counted')
  await open(`http://localhost:${world.port}/dashboard`)
  // Trusted Types throw where they refuse.
  await page.evaluate(`try { document.body.setAttribute('onclick', 'xss()'); document.body.click() } catch {}`)
  await page.waitForTimeout(200)
  const { ran, refused } = await met()
  context.expect(ran === 0 && refused.length > 0, `the policy of a page let ${ran} run and refused ${refused.length}`)
}

const consoleOf = (world: World): string => `${world.operatorBase.replace('127.0.0.1', 'localhost')}/console`

const urlsOf = (world: World, { accountId, keyIds, webhookId }: Planter): readonly string[] => [
  ...SITE.map((path) => `http://localhost:${world.port}${path}`),
  ...[...DASHBOARD, `/keys/${keyIds[0]}`, `/webhooks/${webhookId}`].map((path) => `http://localhost:${world.port}/dashboard${path}`),
  ...[...CONSOLE, `/accounts/${accountId}`, `/accounts/${accountId}/keys`].map((path) => consoleOf(world) + path),
]

type Looked = { readonly url: string; readonly batch: readonly string[]; readonly counted: Record<string, number>; readonly met: Met }

function look(context: CheckContext, { url, batch, counted, met }: Looked): void {
  const where = url.replace(/[0-9a-f-]{36}/g, '…')
  context.expect(met.ran === 0, `${where}: ${met.ran} payloads ran`)
  context.expect(met.refused.length === 0, `${where}: its policy refused ${met.refused.slice(0, 3).join(', ')}`)
  context.expect(met.foreign.length === 0, `${where}: it called ${met.foreign.slice(0, 3).join(', ')}`)
  counted['pages'] = (counted['pages'] ?? 0) + 1
  if (batch.some((text) => met.text.includes(text.slice(0, 40)))) counted['showing'] = (counted['showing'] ?? 0) + 1
}

/** What an upstream says, in its answer or its error, is shown to who asked in the tab. */
async function askInPlayground({ page, open, met }: Watched, world: World): Promise<Met> {
  await open(`http://localhost:${world.port}/dashboard/playground?model=m-hostile`)
  await page.getByLabel('Prompt').fill('Say it.')
  for (let turn = 0; turn < 2; turn += 1) {
    await page.getByRole('button', { name: 'Send' }).click()
    await page.waitForLoadState('networkidle')
    await page.waitForTimeout(300)
  }
  return await met()
}
