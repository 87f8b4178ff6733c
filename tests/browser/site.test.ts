// Guards: the public site in a real browser: readable at 390 and 1440 px, light and dark, without a script, by keyboard; axe finds nothing,
// nothing is loaded from elsewhere, no cookie is set, and no policy is broken.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { stopTestServer } from '../../src/db/testing.ts'
import { expectCount, launchBrowser, SIZES, type SiteWorld, skipWithoutBrowser, startSiteWorld } from './index.ts'

const PATHS = [
  ...['/', '/models', '/models/gpt-5.4', '/models/no-such', '/status', '/docs', '/docs/first-day', '/terms', '/refunds?lang=zh'],
  ...['/privacy', '/privacy/request'],
] as const
/** Made of the same parts as the others; looked at once. */
const ALIKE = [
  '/docs/errors',
  '/docs/api',
  '/docs/search?q=refund',
  '/privacy/proof',
  '/privacy/subprocessors',
  '/privacy/history',
  '/privacy/transparency',
] as const
const VIEWS: readonly BrowserContextOptions[] = [
  { viewport: SIZES.phone, colorScheme: 'dark', locale: 'zh-CN' },
  { viewport: SIZES.desk, colorScheme: 'light', locale: 'en-GB' },
]
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

let browser: Browser
let world: SiteWorld

before(async () => {
  if (skipWithoutBrowser !== false) return
  browser = await launchBrowser()
  world = await startSiteWorld()
})
after(async () => {
  await browser?.close()
  await world?.stop()
  await stopTestServer()
})

type Seen = { readonly page: Page; readonly complaints: string[]; readonly hosts: Set<string>; readonly base: string }

/** Opens a page that notes what it complains of and whom it asks. */
async function open(options: BrowserContextOptions): Promise<Seen> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const [complaints, hosts] = [[] as string[], new Set<string>()]
  page.on('console', (message) => void (['error', 'warning'].includes(message.type()) && complaints.push(message.text())))
  page.on('pageerror', (error) => void complaints.push(error.message))
  page.on('request', (request) => void hosts.add(new URL(request.url()).origin))
  return { page, complaints, hosts, base: world.base }
}

/** Where a picture of a page is kept, beside those of the apps. */
const screenOf = (path: string, view: string): string =>
  join('proof', 'screens', `site${path.replaceAll(/[^a-z0-9]+/gi, '-')}-${view.replaceAll(/\W+/g, '-')}.png`)

/** What axe has to say, by rule and element. In one frame, as there is no other. */
async function violationsOn(page: Page): Promise<readonly string[]> {
  const axe = new AxeBuilder({ page })
    .setLegacyMode(true)
    .withTags(TAGS)
    .options({ resultTypes: ['violations'] })
  const { violations } = await axe.analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`)
}

test('axe finds a fault that is planted', { skip: skipWithoutBrowser }, async () => {
  const seen = await open({})
  await seen.page.goto(`${seen.base}/terms`)
  await seen.page.evaluate("document.querySelector('main').append(document.createElement('img'))")
  assert.match((await violationsOn(seen.page)).join(), /image-alt/)
  await seen.page.context().close()
})

for (const view of VIEWS) {
  const name = `${view.viewport?.width} px, ${view.colorScheme}`
  test(`axe finds nothing on any page, none is wider than the screen, and none asks anybody else: ${name}`, {
    skip: skipWithoutBrowser,
  }, async () => {
    const seen = await open(view)
    const { page, complaints, hosts, base } = seen
    for (const path of view.colorScheme === 'light' ? [...PATHS, ...ALIKE] : PATHS) {
      await page.goto(base + path)
      const shoot = (): Promise<unknown> => page.screenshot({ path: screenOf(path, name), fullPage: true })
      // A browser on a busy machine gives up now and then; what is judged is judged below.
      await shoot().catch(shoot)
      assert.deepEqual(await violationsOn(page), [], path)
      const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
      assert.equal(overflow, 0, `${path} is wider than the screen`)
    }
    assert.deepEqual([...hosts], [base])
    assert.deepEqual(await page.context().cookies(), [])
    assert.deepEqual(
      complaints.filter((text) => !text.includes('404')),
      [],
    )
    await page.context().close()
  })
}

test('without scripts every page says what it says with them, and a search is a plain form', { skip: skipWithoutBrowser }, async () => {
  const seen = await open({ javaScriptEnabled: false, locale: 'en-GB' })
  const { page, base } = seen
  await page.goto(`${base}/models?lang=zh`)
  await page.fill('input[name="q"]', 'claude')
  await page.selectOption('select[name="sort"]', 'input')
  await page.click('form.find button')
  assert.match(page.url(), /lang=zh/)
  assert.deepEqual(await page.locator('.models .name').allTextContents(), ['claude-haiku-4-5', 'claude-sonnet-4-5'])
  assert.equal(await page.locator('html').getAttribute('lang'), 'zh-Hans')
  await page.goto(`${base}/docs#codex-cli`)
  assert.match((await page.locator('#codex-cli code').first().textContent()) ?? '', /base_url = "http:\/\/127.0.0.1:\d+\/v1"/)
  await expectCount(page.locator('.copy'), 0)
  await page.fill('input[name="q"]', 'restore backup')
  await page.click('.seek button')
  assert.match(page.url(), /\/docs\/search\?q=restore\+backup$/)
  await page.click('.hits a[href^="/docs/disaster"]')
  assert.match(await page.locator('h1').innerText(), /Disaster/)
  await page.context().close()
})

test('by keyboard: the first stop skips to the content, and the copy buttons copy', { skip: skipWithoutBrowser }, async () => {
  const seen = await open({ locale: 'en-GB', permissions: ['clipboard-read', 'clipboard-write'] })
  const { page, base, complaints } = seen
  await page.goto(`${base}/docs`)
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate("document.activeElement.getAttribute('href')"), '#main')
  await page.locator('#claude-code .copy').focus()
  await page.keyboard.press('Enter')
  await page.locator('#claude-code .copy', { hasText: 'Copied' }).waitFor()
  assert.match(String(await page.evaluate('navigator.clipboard.readText()')), /^export ANTHROPIC_BASE_URL=/)
  assert.deepEqual(complaints, [])
  await page.context().close()
})
