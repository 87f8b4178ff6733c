import type { CheckContext, Measured } from '../../harness/index.ts'
import { inParallel } from '../../parallel.ts'
import { startWorld, type World } from '../../world.ts'
import { APPS, SITE, urlsOf } from './addresses.ts'
import { payloads } from './corpus.ts'
import { expectNoForgery, expectNoOperatorForgery, expectNoRedirect } from './cross-site.ts'
import { enter, signInBrowser } from './enter.ts'
import { PLACES, type Planter } from './plant.ts'
import { expectPolicy } from './policies.ts'
import { startSaying } from './saying-upstream.ts'
import { type Met, openWatched, type Watched, type WatchedPage } from './watched-page.ts'

/** So many payloads stand on the pages at once, as many as each list shows. */
const BATCH = 50
/** So many pages are looked at side by side, and so many places planted: what takes time is to see that a page is at rest. */
const AT_ONCE = 6
/** A page that held nothing of what was planted, in text or in markup, is looked at again after so many batches and at the end. */
const EVERY = 8
/** So many of those payloads an upstream says, in an answer and in an error each. */
const SAID = 3
/** Of all payloads so many have to be read on some page. */
const SEEN_SHARE = 0.8

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
  const watched = await openWatched(hosts, AT_ONCE).catch(async (thrown: unknown) => {
    await world.stop()
    upstream.server.close()
    throw thrown
  })
  const counted: Record<string, number> = { planted: 0, pages: 0, showing: 0, seen: 0 }
  try {
    const planter = await enter(world, BATCH)
    const cookies = await signInBrowser(world, watched, planter)
    for (const page of watched.pages) await expectEyes(context, page, world)
    for (const path of [...SITE, ...APPS])
      await expectPolicy(
        context,
        world.base + path,
        APPS.some((app) => app === path),
      )
    await expectPolicy(context, `${world.operatorBase}/console`, true)
    const all = payloads(context.n)
    const places = new Set<string>()
    const holding = new Set<string>()
    for (let from = 0; from < all.length; from += BATCH) {
      const batch = all.slice(from, from + BATCH)
      for (const name of await plantAll(context, planter, batch)) {
        places.add(name)
        counted['planted'] = (counted['planted'] ?? 0) + 1
      }
      const seen = new Set<string>()
      const isAll = from % (EVERY * BATCH) === 0 || from + BATCH >= all.length
      const urls = urlsOf(world, planter).filter((url) => isAll || holding.has(url))
      await onPages(watched, urls, async ({ open }, url) => {
        const met = await open(url)
        if (met.isPlanted) holding.add(url)
        look(context, { url, batch, counted, seen, met })
      })
      for (const text of batch.slice(0, SAID)) {
        saying.text = text
        look(context, { url: 'the playground', batch, counted, seen, met: await askInPlayground(watched.pages[0], world) })
      }
      counted['seen'] = (counted['seen'] ?? 0) + seen.size
      context.progress(`${from + batch.length} payloads on ${counted['pages']} pages`)
    }
    context.expect(places.size >= 9, `blind: only ${[...places].join(', ')} took a payload`)
    context.expect((counted['showing'] ?? 0) > (counted['pages'] ?? 0) / 8, `blind: only ${counted['showing']} pages show a payload`)
    context.expect((counted['seen'] ?? 0) >= all.length * SEEN_SHARE, `blind: only ${counted['seen']} payloads are shown anywhere`)
    counted['forged'] = (await expectNoForgery(context, world, cookies)) + (await expectNoOperatorForgery(context, world, cookies))
    counted['redirects'] = await expectNoRedirect(context, world, cookies)
    return { n: context.n, measured: { ...counted, holding: holding.size, places: places.size } }
  } finally {
    await watched.close()
    await world.stop()
    upstream.server.close()
  }
}

/** Does a work for each item on one of the pages, each as soon as one is free. */
async function onPages<Item>(
  { pages }: Watched,
  items: readonly Item[],
  work: (page: WatchedPage, item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values()
  await Promise.all(
    pages.map(async (page) => {
      for (const item of left) await work(page, item)
    }),
  )
}

/** Puts each text into each place, some places side by side; names the place of each that was taken. */
async function plantAll(context: CheckContext, planter: Planter, texts: readonly string[]): Promise<readonly string[]> {
  const taken: string[] = []
  await inParallel(PLACES, AT_ONCE, async ({ name, put }) => {
    for (const [index, text] of texts.entries()) {
      const status = await put(planter, text, index)
      if (status < 300) taken.push(name)
      context.expect(status < 500, `${name} is answered ${status} to ${text}`)
    }
  })
  return taken
}

/** What runs is counted, and what a policy refuses is seen, or the rest shows nothing. */
async function expectEyes(context: CheckContext, { page, open, met }: WatchedPage, world: World): Promise<void> {
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

type Looked = {
  readonly url: string
  readonly batch: readonly string[]
  readonly counted: Record<string, number>
  readonly seen: Set<string>
  readonly met: Met
}

function look(context: CheckContext, { url, batch, counted, seen, met }: Looked): void {
  const where = url.replace(/[0-9a-f-]{36}/g, '…')
  context.expect(met.ran === 0, `${where}: ${met.ran} payloads ran`)
  context.expect(met.refused.length === 0, `${where}: its policy refused ${met.refused.slice(0, 3).join(', ')}`)
  context.expect(met.foreign.length === 0, `${where}: it called ${met.foreign.slice(0, 3).join(', ')}`)
  counted['pages'] = (counted['pages'] ?? 0) + 1
  const shown = batch.filter((text) => met.text.includes(text.trim().slice(0, 40)))
  for (const text of shown) seen.add(text)
  if (shown.length > 0) counted['showing'] = (counted['showing'] ?? 0) + 1
}

/** What an upstream says, in its answer or its error, is shown to who asked in the tab. */
async function askInPlayground({ page, open, met }: WatchedPage, world: World): Promise<Met> {
  await open(`http://localhost:${world.port}/dashboard/playground?model=m-hostile`)
  await page.getByLabel('Prompt').fill('Say it.')
  for (let turn = 0; turn < 2; turn += 1) {
    await page.getByRole('button', { name: 'Send' }).click()
    await page.waitForLoadState('networkidle')
    await page.waitForTimeout(300)
  }
  return await met()
}
