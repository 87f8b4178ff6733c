// Guarantee: in a real browser a customer meets the house under its own name, logo, icon and colours from the way in to every page behind it, in the theme that was
// chosen; the policy of the pages lets all of it be loaded, and the operators' console goes on under the name of the program.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startWorld, type World } from '../../checks/world.ts'
import { accentOf } from '../../src/api/site/index.ts'
import { type Browsing, consoleOf, openBrowser, openByNumber, SIZES, skipWithoutBrowser } from './index.ts'

const NAME = 'Kassandra & Söhne <Modelle>'
const ACCENT = '#0f766e'
/** A colour as a browser tells it. */
const rgbOf = (colour: string): string => `rgb(${[1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)).join(', ')})`
const { onLight, onDark } = accentOf(ACCENT)
const [LIGHT, DARK] = [rgbOf(onLight), rgbOf(onDark)]
const LOGO =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 32"><rect width="48" height="32" rx="6" fill="#0f766e"/><circle cx="24" cy="16" r="8" fill="#fff"/></svg>'

let world: World
let browsing: Browsing
before(async () => {
  if (skipWithoutBrowser !== false) return
  world = await startWorld({ site: { name: NAME, accent: ACCENT, logo: 'logo.svg' }, files: { 'logo.svg': LOGO } })
  browsing = await openBrowser()
})
after(async () => {
  await browsing?.close()
  await world?.stop()
})

const base = (): string => `http://localhost:${world.port}`
const wordsOf = (): Promise<string> => browsing.page.evaluate<string>('document.title + "\\n" + document.body.innerText')
const colourOf = (selector: string, property: string): Promise<string> =>
  browsing.page.evaluate<string>(`getComputedStyle(document.querySelector(${JSON.stringify(selector)}))[${JSON.stringify(property)}]`)
/** In pixels, once the picture has come: it is asked for only when the page's script has drawn the heading. @throws what the browser says of a picture it cannot load. */
const logoWidth = (): Promise<number> =>
  browsing.page.evaluate<number>(
    "(async () => { const logo = document.querySelector('.brand img'); await logo.decode(); return logo.naturalWidth })()",
  )

test('the way in is the house’s, and every page behind it', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await page.goto(`${base()}/sign-in`)
  await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor()
  assert.match(await wordsOf(), new RegExp(`^Sign in · ${NAME}\n`))
  assert.ok((await logoWidth()) > 0, 'the logo was not loaded')
  assert.equal(await colourOf('button.main', 'backgroundColor'), rgbOf(ACCENT))
  assert.equal(await page.getAttribute('link[rel=icon]', 'href'), '/favicon.ico')
  await show('brand-sign-in')
  await openByNumber(page, world)
  for (const [path, title] of [
    ['', 'Overview'],
    ['/keys', 'Keys'],
    ['/usage', 'Usage'],
    ['/top-up', 'Top up'],
    ['/security', 'Security'],
  ] as const) {
    await page.goto(`${base()}/dashboard${path}`)
    await page.getByRole('heading', { name: title, level: 1 }).waitFor()
    await page.waitForLoadState('networkidle')
    const words = await wordsOf()
    assert.ok(words.startsWith(`${title} · ${NAME}\n`), words.slice(0, 80))
    assert.ok(words.slice(words.indexOf('\n')).includes(NAME), path)
    assert.doesNotMatch(words, /Farebox/, path)
    await show(`brand-${title.toLowerCase().replace(' ', '-')}`)
  }
  assert.deepEqual(browsing.errors, [])
})

test('in Chinese it is the house’s too', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await page.evaluate("localStorage.setItem('farebox.language', 'zh')")
  try {
    await page.goto(`${base()}/dashboard`)
    await page.getByText(`在 ${NAME} 的任何地方`).waitFor()
    const words = await wordsOf()
    assert.ok(words.startsWith(`概览 · ${NAME}\n`), words.slice(0, 80))
    assert.doesNotMatch(words, /Farebox/)
    await show('brand-overview-zh')
  } finally {
    await page.evaluate("localStorage.setItem('farebox.language', 'en')")
  }
})

test('a name of sixty letters makes no page wider than a phone', { skip: skipWithoutBrowser }, async () => {
  const { page } = browsing
  await page.setViewportSize(SIZES.phone)
  for (const path of ['/sign-in', '/dashboard']) {
    await page.goto(base() + path)
    await page.locator('.brand > span:last-child').waitFor()
    await page.evaluate("document.querySelector('.brand > span:last-child').textContent = 'W'.repeat(60)")
    const wider = await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    assert.ok(wider <= 0, `${path} is ${wider} px wider`)
  }
  await page.setViewportSize(SIZES.desk)
})

test('its colour is that of the theme that was chosen, whatever the system has', { skip: skipWithoutBrowser }, async () => {
  const { page } = browsing
  await page.goto(`${base()}/sign-in`)
  for (const [scheme, theme, colour] of [
    ['light', '', LIGHT],
    ['dark', '', DARK],
    ['light', 'dark', DARK],
    ['dark', 'light', LIGHT],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    await page.evaluate(`localStorage.setItem('farebox.theme', ${JSON.stringify(theme)})`)
    await page.reload()
    await page.getByRole('button', { name: 'Sign in' }).first().waitFor()
    assert.equal(await colourOf('button.plain', 'color'), colour, `${scheme}, ${theme}`)
  }
})

test('the console is the program’s', { skip: skipWithoutBrowser }, async () => {
  const { page } = browsing
  await page.goto(`${consoleOf(world)}/`)
  await page.getByText('Farebox').first().waitFor()
  assert.ok(!(await wordsOf()).includes(NAME))
  assert.equal(await page.locator('.brand img').count(), 0)
})
