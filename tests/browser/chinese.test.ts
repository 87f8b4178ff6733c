// Guarantee: every page of the site, the dashboard and the console speaks Chinese to whoever reads Chinese, with rows in its lists: no title, sentence, label
// or hint in it has three English words in a row, but for names.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import type { BrowserContext } from 'playwright-core'
import { englishIn, textsOf } from './english-in.ts'
import { type FilledAccount, type FullWorld, startFullWorld } from './full-world.ts'
import { type Browsing, consoleOf, openBrowser, signInByToken, skipWithoutBrowser } from './index.ts'

let full: FullWorld
let account: FilledAccount
let house: Browsing
let owner: Browsing
before(async () => {
  if (skipWithoutBrowser !== false) return
  full = await startFullWorld()
  ;[house, owner] = await Promise.all([openBrowser(), openBrowser()])
  ;[account] = await Promise.all([full.fillAccount(owner.page), signInByToken(house.page, full.world)])
  for (const { context } of [house, owner]) await context.addInitScript("localStorage.setItem('farebox.language', 'zh')")
})
after(async () => {
  await Promise.all([house?.close(), owner?.close()])
  await full?.stop()
})

test('three words in a row are found, over links too; names, codes, models and addresses are none', () => {
  assert.deepEqual(englishIn(['余额 Your balance is low.', 'Saved. Try again']), ['Your balance is low.', 'Saved. Try again'])
  assert.deepEqual(
    englishIn(['使用 Claude Code 调用', 'GET /v1/models of USD', 'gpt-5.4 m-openai chat/completions https://a.example/of/the x']),
    [],
  )
})

const PARTS = ['calls', 'keys', 'terms', 'looks']
const STEPS = ['name', 'upstreams', 'prices', 'payments', 'policy']
const OF_PARAMETERS: Readonly<Record<string, () => readonly string[]>> = {
  '/accounts/$id': () => [`/accounts/${account.accountId}`, '/accounts/nothing'],
  '/accounts/$id/$part': () => PARTS.map((part) => `/accounts/${account.accountId}/${part}`),
  '/setup/$step': () => STEPS.map((step) => `/setup/${step}`),
  '/letters/$key': () => ['/letters/key-leaked'],
  '/refunds/$id': () => ['/refunds/01900000-0000-7000-8000-000000000000'],
  '/keys/$id': () => [`/keys/${account.keyId}`, '/keys/nothing'],
  '/webhooks/$id': () => [`/webhooks/${account.webhookId}`],
  '/sign-in/with/$issuer': () => ['/sign-in/with/nobody'],
}

/** Every path of an app, as its router declares them, with what addresses name filled in. */
function pathsOf(app: 'dashboard' | 'console'): readonly string[] {
  const router = readFileSync(`web/${app}/router.tsx`, 'utf8')
  const paths = [...router.matchAll(/(?:page\(|path: )'(\/[^']*)'/g)].map(([, path]) => path ?? '')
  assert.ok(paths.length > 15, `the router of ${app} is read`)
  return paths.flatMap((path) => {
    assert.ok(!path.includes('$') || path in OF_PARAMETERS, `${path} has a parameter that this test has no value for`)
    return OF_PARAMETERS[path]?.() ?? [path]
  })
}

type Walk = { readonly context: BrowserContext; readonly places: readonly string[]; readonly isDrawnByScript: boolean }

/** Two pages share the walk, as each of them mostly waits. */
async function expectChinese({ context, places, isDrawnByScript }: Walk): Promise<void> {
  const told: string[] = []
  const left = [...places]
  const walk = async (): Promise<void> => {
    const page = await context.newPage()
    for (let place = left.shift(); place !== undefined; place = left.shift()) {
      await page.goto(place, { waitUntil: isDrawnByScript ? 'networkidle' : 'domcontentloaded' })
      await page.locator('main').waitFor()
      told.push(...englishIn(await textsOf(page)).map((text) => `${place}: ${text}`))
    }
    await page.close()
  }
  await Promise.all([walk(), walk()])
  assert.deepEqual(told, [])
}

test('the console', { skip: skipWithoutBrowser }, async () => {
  const places = pathsOf('console').map((path) => `${consoleOf(full.world)}${path}`)
  await expectChinese({ context: house.context, places, isDrawnByScript: true })
})

test('codes of an account stand in the console as words', { skip: skipWithoutBrowser }, async () => {
  const page = await house.context.newPage()
  const open = (part: string) => page.goto(`${consoleOf(full.world)}/accounts/${account.accountId}${part}`)
  await open('/calls')
  await page.getByRole('cell', { name: '完成', exact: true }).first().waitFor()
  await open('/terms')
  await page.getByRole('cell', { name: '有效', exact: true }).first().waitFor()
  await open('')
  await page.getByRole('button', { name: '删除', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog
    .getByText(/^法律要求, \d{4}年/)
    .first()
    .waitFor()
  assert.deepEqual(englishIn([await dialog.locator('dl').innerText()]), [])
  await page.close()
})

const OUTSIDE = ['/sign-in', '/sign-in/with/nobody', '/sign-up', '/reset', '/dashboard', '/dashboard/join']

test('the dashboard', { skip: skipWithoutBrowser }, async () => {
  const base = `http://localhost:${full.world.port}`
  const places = pathsOf('dashboard').map((path) => `${base}${OUTSIDE.includes(path) ? path : `/dashboard${path}`}`)
  await expectChinese({ context: owner.context, places, isDrawnByScript: true })
})

test('the site', { skip: skipWithoutBrowser }, async () => {
  const base = `http://localhost:${full.world.port}`
  const map = await (await fetch(`${full.world.base}/sitemap.xml`)).text()
  const paths = [...map.matchAll(/<loc>([^<]*)<\/loc>/g)].map(([, at]) => new URL(at ?? '').pathname)
  assert.ok(paths.includes('/models') && paths.includes('/docs/clients'), 'the map is read')
  const places = [...new Set([...paths, '/models/nothing', '/docs/search'])].map((path) => `${base}${path}?lang=zh`)
  await expectChinese({ context: owner.context, places, isDrawnByScript: false })
})
