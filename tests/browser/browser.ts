import assert from 'node:assert/strict'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'
import { until } from '../../checks/parallel.ts'

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const PROGRAM = process.env['CHROMIUM'] ?? PROGRAMS.find((path) => existsSync(path))

/** Why a browser test is not run here; false when it is. */
export const skipWithoutBrowser: string | false = PROGRAM === undefined ? 'no Chromium here (CHROMIUM may name one)' : false

/** A phone and a desk, width and height in pixels. */
export const SIZES = { phone: { width: 390, height: 844 }, desk: { width: 1440, height: 900 } } as const

/** A phone that is not so wide, on which no page may be wider than its window either. */
const NARROW = { width: 375, height: 667 } as const

/** A browser of its own, with one page at a time. */
export type Browsing = {
  readonly context: BrowserContext
  readonly page: Page
  /**
   * Pictures of the page as it is now, at each size, light and dark: proof/screens/NAME-SIZE-THEME.png. A phone in the dark and a desk in the
   * light are looked at for what shuts people out, which fails; where CI is set for one of the two alone, by turns, and without pictures. No page
   * is wider than its window.
   */
  readonly show: (name: string) => Promise<void>
  /** Errors that the pages met: in scripts, and what their policy refused. */
  readonly errors: readonly string[]
  readonly close: () => Promise<void>
}

/** How long a page may take on a busy machine. */
const PATIENCE_MS = 20_000
const SCREENS = join('proof', 'screens')
const IS_CI = process.env['CI'] !== undefined

/** Starts Chromium; only where `skipWithoutBrowser` is false. */
export async function launchBrowser(): Promise<Browser> {
  assert.ok(PROGRAM !== undefined)
  assert.ok(existsSync('web/dist/stamp'), 'the pages are not built: npm run web')
  return await chromium.launch({ executablePath: PROGRAM, args: ['--no-sandbox'] })
}

/** Opens a browser that is nobody's yet. */
export async function openBrowser(): Promise<Browsing> {
  const browser = await launchBrowser()
  const context = await browser.newContext({ viewport: SIZES.desk, locale: 'en-US', reducedMotion: 'reduce' })
  context.setDefaultTimeout(PATIENCE_MS)
  const page = await context.newPage()
  PAGES.add(page)
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) errors.push(message.text())
  })
  let turn = 0
  const show = (name: string): Promise<void> => showEverywhere(page, name, turn++)
  return { context, page, errors, show, close: () => browser.close() }
}

/** The pages of this process. */
const PAGES = new Set<Page>()

// What stood on the page is most of why a test waited in vain, and is gone with it.
afterEach(async (t) => {
  const thrown = 'error' in t && t.error instanceof Error ? t.error.cause : undefined
  if (!(thrown instanceof Error)) return
  for (const page of [...PAGES].filter((one) => !one.isClosed())) {
    const shown = await page
      .locator('body')
      .ariaSnapshot({ timeout: 2_000 })
      .catch(() => 'nothing that could be read')
    thrown.stack = `${thrown.stack}\n${page.url()} showed\n${shown}`
  }
})

/** Waits until so many are there, as long as a busy machine may take, and fails when there are more; that there is none is not waited for. */
export async function expectCount(found: Locator, count: number): Promise<void> {
  const seen = await until(
    () => found.count(),
    (now) => now >= count,
    PATIENCE_MS,
  )
  assert.equal(seen, count, String(found))
}

/** How much wider than its window the page is, once what follows the window's size has followed it. */
const WIDE_ONCE_DRAWN = `new Promise((tell) => requestAnimationFrame(() => requestAnimationFrame(() =>
  tell(document.documentElement.scrollWidth - document.documentElement.clientWidth))))`

async function showEverywhere(page: Page, name: string, turn: number): Promise<void> {
  mkdirSync(SCREENS, { recursive: true })
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ['light', 'dark'] as const) {
      const isLookedAt = (size === 'phone') === (colorScheme === 'dark') && (!IS_CI || (turn % 2 === 0) === (size === 'phone'))
      if (IS_CI && !isLookedAt) continue
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      if (!IS_CI) await page.screenshot({ path: join(SCREENS, `${name}-${size}-${colorScheme}.png`), fullPage: true })
      if (isLookedAt) await expectAccessible(page, `${name}, ${size}, ${colorScheme}`)
    }
    await expectFitting(page, name)
  }
  await page.setViewportSize(NARROW)
  await expectFitting(page, name)
  await page.setViewportSize(SIZES.desk)
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
}

async function expectFitting(page: Page, name: string): Promise<void> {
  const wide = await page.evaluate<number>(WIDE_ONCE_DRAWN)
  assert.ok(wide <= 0, `${name} is ${wide} px wider than ${page.viewportSize()?.width} px`)
}

async function expectAccessible(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode(true)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze()
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' · ')}`)
  assert.deepEqual(told, [], where)
}
