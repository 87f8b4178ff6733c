import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { NotRunError } from '../../harness/index.ts'

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const PATIENCE_MS = 30_000

/** What a page met: how often planted text ran, what its policy refused, where it called besides us; and whether anything planted is in it at all. */
export type Met = {
  readonly ran: number
  readonly refused: readonly string[]
  readonly foreign: readonly string[]
  readonly text: string
  readonly isPlanted: boolean
}

/** A page of a browser that counts what runs. */
export type WatchedPage = {
  readonly page: Page
  /** Opens an address, waits until it is at rest, and tells what was met. */
  readonly open: (url: string) => Promise<Met>
  /** What was met since the page was opened. */
  readonly met: () => Promise<Met>
}

/** Some pages of one browser, which have the same cookies and are looked at side by side. */
export type Watched = {
  readonly context: BrowserContext
  readonly pages: readonly [WatchedPage, ...WatchedPage[]]
  readonly close: () => Promise<void>
}

/** Runs before anything of a page does: what payloads run counts, and what the policy refuses is kept. */
const EYES = `globalThis.farebox_ran = 0; globalThis.farebox_refused = [];
for (const name of ['xss', 'alert', 'confirm', 'prompt'])
  Object.defineProperty(globalThis, name, { value: () => { globalThis.farebox_ran += 1; }, writable: false });
document.addEventListener('securitypolicyviolation', (event) => globalThis.farebox_refused.push(event.effectiveDirective + ' ' + event.blockedURI));`
const SEEN = `({ ran: globalThis.farebox_ran, refused: globalThis.farebox_refused, text: document.documentElement.innerText,
  isPlanted: /xss|alert(\\(|%28)1/.test([document.documentElement.outerHTML, ...[...document.querySelectorAll('input, textarea')].map((one) => one.value)].join(' ')) })`

/** Starts Chromium with so many pages. Throws NotRunError where there is none, or the pages are not built. */
export async function openWatched(hosts: readonly string[], count: number): Promise<Watched> {
  const program = process.env['CHROMIUM'] ?? PROGRAMS.find((path) => existsSync(path))
  if (program === undefined) throw new NotRunError('no Chromium here (CHROMIUM may name one)')
  if (!existsSync('web/dist/stamp')) throw new NotRunError('the pages are not built: npm run web')
  const browser: Browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] })
  const context = await browser.newContext({ locale: 'en-US', reducedMotion: 'reduce' })
  context.setDefaultTimeout(PATIENCE_MS)
  await context.addInitScript(EYES)
  const first = await watchPage(context, hosts)
  const others = await Promise.all(Array.from({ length: count - 1 }, () => watchPage(context, hosts)))
  return { context, pages: [first, ...others], close: () => browser.close() }
}

async function watchPage(context: BrowserContext, hosts: readonly string[]): Promise<WatchedPage> {
  const page = await context.newPage()
  let [foreign, dialogs]: [string[], number] = [[], 0]
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (!['data:', 'blob:', 'about:'].includes(url.protocol) && !hosts.includes(url.host)) foreign.push(url.host)
  })
  page.on('dialog', (dialog) => {
    dialogs += 1
    void dialog.dismiss()
  })
  const met = async (): Promise<Met> => {
    const seen = await page.evaluate<Omit<Met, 'foreign'>>(SEEN)
    return { ...seen, ran: seen.ran + dialogs, foreign }
  }
  const open = async (url: string): Promise<Met> => {
    ;[foreign, dialogs] = [[], 0]
    await page.goto(url, { waitUntil: 'networkidle' })
    return await met()
  }
  return { page, open, met }
}
