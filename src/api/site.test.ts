// Guards: the public site is served to anybody, in the language asked for, from what the catalogue and the minutes say; it shows nothing of
// what the house pays, sets no cookie and loads nothing from elsewhere.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { destinationOf } from '../gateway/paths.ts'
import { openPolicyDesk, policySettingsOf } from '../privacy/index.ts'
import { EMPTY_INVENTORY } from '../privacy/testing.ts'
import { noteMinute } from '../status/index.ts'
import { customerApp } from './customer-app.ts'
import type { ApiEnv } from './dependencies.ts'
import { operatorApp } from './operator-app.ts'
import { SITE_WORDS } from './site/index.ts'
import { MANUAL_NAMES, pathOf } from './site/manual/index.ts'
import { send, type TestWorld, testWorld } from './test-world.ts'

const PAGES = [
  '/',
  '/models',
  '/models/maker/m-1',
  '/status',
  '/docs',
  '/docs/errors',
  '/docs/api',
  '/docs/search',
  '/terms',
  '/refunds',
] as const

let kit: TestDatabase
let world: TestWorld
let app: Hono<ApiEnv>

before(async () => {
  kit = await createTestDatabase()
  world = testWorld(kit.appDatabase)
  const operator = operatorApp(world.dependencies)
  const put = async (path: string, body: object) =>
    assert.equal((await send(operator, `PUT /operator/v1/${path}`, { body })).status, 200, path)
  await put('upstreams/north', { kind: 'openai', base_url: 'https://north.test/v1', privacy: { country: 'FR' } })
  const routes = [{ upstream: 'north', model: 'secret-name', cost: { input: '1.2345', output: '6.789' } }]
  await put('models/maker/m-1', { context: 200_000, output_max: 8_000, routes, price: { input: '4.00', output: '16.00' } })
  await put('models/maker/m-1', { context: 200_000, output_max: 8_000, routes, price: { input: '3.00', output: '15.00' } })
  await put('models/unpriced', { context: 1_000, output_max: 1_000, routes })
  app = customerApp({ ...world.dependencies, policy: policyOf() })
})
after(() => kit.drop())

const policyOf = () =>
  openPolicyDesk({
    ...{
      database: kit.appDatabase,
      inventory: EMPTY_INVENTORY,
      gatewayRecycleSeconds: 900,
      isEdgeOnly: false,
      attestationFolder: undefined,
    },
    settings: policySettingsOf(undefined, { isPublic: false, publicUrl: 'https://shop.example' }),
    listInUse: async () => [{ id: 'north', host: 'north.test', placement: 'third_party', privacy: { country: 'FR' } }],
    readProof: () => [],
    clock: world.dependencies.clock,
  })

const read = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  send(app, `GET ${path}`, { headers: { authorization: '', accept: 'text/html', ...headers } })
/** What was read counts no more. */
const later = (): void => {
  world.clock.at += 60_000
}

test('every page is served to anybody by the gateway, without a cookie, under a policy, with nothing from elsewhere', async () => {
  for (const path of PAGES) {
    assert.deepEqual(destinationOf(path), { kind: 'control', takesBody: false }, path)
    const { status, headers, text } = await read(path)
    assert.equal(status, 200, path)
    assert.equal(headers.get('set-cookie'), null)
    assert.match(
      headers.get('content-security-policy') ?? '',
      /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; img-src 'self';.*frame-ancestors 'none'/,
    )
    const loaded = [
      ...text.matchAll(/(?:src|srcset|poster|data)="([^"]*)"|<link rel="(?!canonical|alternate)[^"]*" href="([^"]*)"|url\(([^)]*)\)/g),
    ]
    assert.deepEqual(
      loaded.flatMap(([, ...found]) => found.filter((one) => one !== undefined)),
      ['/favicon.ico'],
      path,
    )
    assert.doesNotMatch(text, /1\.2345|6\.789|secret-name/, `${path} tells what the house pays, or to whom by which name`)
  }
})

test('the table of paths takes no others', () => {
  for (const path of [
    '/models/',
    '/models/../api/x',
    '/models/a//b',
    '/models/.env',
    '/models/a/../../x',
    '/models/a%2fb',
    '/docs/',
    '/docs/X',
    '/docs/a/b',
    '/docs/a.md',
    '/brand/x',
    '/statuses',
  ])
    assert.equal(destinationOf(path), undefined, path)
})

test('the language is that of the address, else of the browser; a chosen one goes on to every link', async () => {
  const chosen = await read('/models?lang=zh', { 'accept-language': 'en' })
  assert.match(chosen.text, /<html lang="zh-Hans"/)
  assert.equal(chosen.headers.get('content-language'), 'zh-Hans')
  const inside = [...chosen.text.matchAll(/ href="(\/[^"]*)"/g)].map(([, href = '']) => href)
  const untold = inside.filter((href) => !href.includes('lang=') && !/^\/(?:favicon|sign-|v1\/)/.test(href))
  assert.deepEqual(untold, [])
  assert.match(chosen.text, /<link rel="alternate" hreflang="zh-Hans" href="https:\/\/shop\.example\/models\?lang=zh">/)
  const read1 = await read('/models', { 'accept-language': 'fr, zh-TW;q=0.8, en;q=0.2' })
  assert.match(read1.text, /<html lang="zh-Hans"/)
  assert.match(read1.headers.get('vary') ?? '', /accept-language/)
  assert.doesNotMatch(read1.text, /href="\/status\?lang/)
  assert.match((await read('/models?lang=xx', { 'accept-language': 'de' })).text, /<html lang="en"/)
  const english = customerApp({ ...world.dependencies, policy: policyOf(), site: { ...world.dependencies.site, languages: ['en'] } })
  const alone = await send(english, 'GET /models?lang=zh', { headers: { 'accept-language': 'zh' } })
  assert.match(alone.text, /<html lang="en"/)
})

test('the manual: every page in both languages, each link with the language that was chosen, and what is not there is not', async () => {
  for (const name of MANUAL_NAMES) {
    assert.deepEqual(destinationOf(pathOf(name)), { kind: 'control', takesBody: false }, name)
    const { status, text, headers } = await read(`${pathOf(name)}?lang=zh`)
    assert.equal(status, 200, name)
    assert.match(headers.get('content-security-policy') ?? '', /form-action 'self'/)
    assert.ok(text.includes(SITE_WORDS.zh.manual.pages[name]), name)
    const inside = [...text.matchAll(/ href="(\/docs[^"]*)"/g)].map(([, href = '']) => href)
    assert.deepEqual(
      inside.filter((href) => !href.includes('lang=')),
      [],
      name,
    )
    assert.doesNotMatch(text, /href="[^"]*\.md[^"]*"/, name)
  }
  const written = await read('/docs/privacy-for-customers?lang=zh')
  assert.match(written.text, /<h1>你的隐私/)
  assert.match((await read('/docs/keys?lang=zh')).text, /<h1 lang="en">.*本页正文暂时只有英文/s)
  assert.doesNotMatch((await read('/docs/keys?lang=en')).text, /is in English/)
  assert.match((await read('/docs/rights')).text, /<a href="\/docs\/[a-z-]+#?[\w-]*">/)
  const none = await read('/docs/nothing')
  assert.equal(none.status, 404)
})

test('a search finds texts, errors, clients and operations, and leaves no trace', async () => {
  const before = world.logged.length
  const hrefsOf = async (query: string): Promise<readonly string[]> =>
    [...(await read(`/docs/search?q=${encodeURIComponent(query)}`)).text.matchAll(/<li><a href="([^"]*)">(?!<\/a>)/g)].map(
      ([, href = '']) => href,
    )
  const foundBy = async (query: string, href: string) => assert.ok((await hrefsOf(query)).includes(href), `${query}: ${href}`)
  await foundBy('account_frozen', '/docs/errors#account_frozen')
  await foundBy('claude code', '/docs#claude-code')
  await foundBy('FAREBOX_BODY_MAX', '/docs/configuration#environment')
  await foundBy('POST /api/redeem', '/docs/api#post-api-billing-redeem')
  await foundBy('erase backup', '/docs/disaster#before')
  const hostile = await read(`/docs/search?q=${encodeURIComponent('"><script>alert(1)</script>')}`)
  assert.doesNotMatch(hostile.text, /<script>alert/)
  assert.match((await read('/docs/search?q=%E9%80%80%E6%AC%BE&lang=zh')).text, /<ol class="hits">/)
  assert.match((await read('/docs/search?q=zzzz')).text, /Nothing has/)
  assert.equal(world.logged.length, before)
})

test('both languages say all there is to say', () => {
  const keysOf = (value: object): readonly string[] =>
    Object.entries(value).flatMap(([key, inner]) => (typeof inner === 'object' ? keysOf(inner).map((one) => `${key}.${one}`) : [key]))
  assert.deepEqual(keysOf(SITE_WORDS.zh), keysOf(SITE_WORDS.en))
  const texts = JSON.stringify(SITE_WORDS.zh)
  assert.ok((texts.match(/\p{Script=Han}/gu) ?? []).length > 1_000)
})

test('models: prices that hold, what they were, labels that nobody showed as unknown', async () => {
  later()
  const list = await read('/models')
  assert.match(list.text, /maker\/m-1.*\$3\.00.*\$15\.00/s)
  assert.match(list.text, /FR<\/span>.*keeps texts: unknown/s)
  assert.match(list.text, /unpriced.*no price yet/s)
  const one = await read('/models/maker/m-1')
  assert.match(one.text, /\$4\.00/)
  assert.match(one.text, /200\u202F000 tokens/)
  assert.match(one.text, /curl https:\/\/shop\.example\/v1\/chat\/completions/)
  const announced = { effective_at: '2031-05-01T00:00:00Z', input: '3.50', output: '17.25' }
  const scheduled = { context: 200_000, output_max: 8_000, price: { input: '3.00', output: '15.00' }, price_changes: [announced] }
  const routes = [{ upstream: 'north', model: 'secret-name', cost: { input: '1.2345', output: '6.789' } }]
  await send(operatorApp(world.dependencies), 'PUT /operator/v1/models/maker/m-1', { body: { ...scheduled, routes } })
  later()
  const coming = (await read('/models/maker/m-1')).text
  for (const told of ['2031-05-01', '$3.50', '$17.25', '$3.00', '$15.00']) assert.ok(coming.includes(told), told)
  const none = await read('/models/none')
  assert.equal(none.status, 404)
  assert.match(none.text, /<meta name="robots" content="noindex">/)
  assert.equal((await read('/models?q=nothing-like-it')).text.match(/class="name"/g), null)
})

test('the official price beside ours is that of what a model runs on now, not of what it once ran on', async () => {
  const operator = operatorApp(world.dependencies)
  const put = (model: string) => {
    const body = { context: 1_000, output_max: 1_000, price: { input: '0.20', output: '0.80' }, routes: [{ upstream: 'north', model }] }
    return send(operator, 'PUT /operator/v1/models/house-small', { body })
  }
  await put('gpt-4.1-mini')
  later()
  assert.match((await read('/models?q=house-small')).text, /official.*below the official price|below the official price.*official/s)
  await put('llama-of-our-own')
  later()
  const { text } = await read('/models?q=house-small')
  assert.match(text, /house-small/)
  assert.doesNotMatch(text, /\bofficial\b/)
})

test('status: minutes that were missed show, per service, model and route', async () => {
  const { database, at } = { database: kit.appDatabase, at: world.clock.at }
  await kit.ownerDatabase.query(sql`update route set watched_from = watched_from - interval '400 days'`)
  const route = { model: 'maker/m-1', upstream: 'north', upstreamModel: 'secret-name' }
  for (let minute = 9; minute >= 0; minute -= 1)
    await noteMinute(database, { at: at - minute * 60_000, isUp: minute !== 5, downModels: [], downRoutes: minute < 2 ? [route] : [] })
  later()
  const { text } = await read('/status')
  assert.match(text, />90\u202F% <span class="faint">since/)
  assert.match(text, /north<\/span><span class="percent">70\u202F%/)
  assert.equal(text.match(/<td class="figure" data-head="Lasted">1 minute<\/td>/g)?.length, 1)
})

test('terms and refunds are made from the rules, or are the words of the operator', async () => {
  assert.match((await read('/refunds')).text, /decided case by case/)
  assert.match((await read('/terms')).text, /has published no terms/)
  const terms = { en: '# Terms\n\n<b>Be kind.</b>\n' }
  const rules = { ...world.dependencies.paymentSettings.rules, refunds: { kind: 'days', days: 9 } } as const
  const own = customerApp({
    ...world.dependencies,
    ...{
      policy: policyOf(),
      site: { ...world.dependencies.site, terms },
      paymentSettings: { ...world.dependencies.paymentSettings, rules },
    },
  })
  const written = await send(own, 'GET /terms?lang=zh')
  assert.match(written.text, /lang="en"><p>&lt;b&gt;Be kind\.&lt;\/b&gt;|&lt;b&gt;Be kind/)
  assert.match(written.text, /只发布了英文/)
  assert.match((await send(own, 'GET /refunds')).text, /for 9 days/)
})

test('what browsers and search engines ask for by name is there', async () => {
  const robots = await read('/robots.txt')
  assert.match(robots.text, /Disallow: \/api\/\n.*Sitemap: https:\/\/shop\.example\/sitemap\.xml/s)
  const sitemap = await read('/sitemap.xml')
  assert.match(sitemap.text, /<loc>https:\/\/shop\.example\/models\/maker\/m-1<\/loc>/)
  assert.match(sitemap.text, /hreflang="zh-Hans" href="https:\/\/shop\.example\/docs\?lang=zh"/)
  for (const path of ['/favicon.ico', '/brand/logo']) {
    const icon = await read(path)
    assert.equal(icon.headers.get('content-type'), 'image/svg+xml')
    assert.match(icon.headers.get('content-security-policy') ?? '', /sandbox/)
  }
  const openapi = (await read('/openapi.json')).json
  assert.ok(Object.keys(openapi.paths).length > 20)
  const reference = await read('/docs/api')
  for (const path of Object.keys(openapi.paths)) assert.ok(reference.text.includes(`<code>${path}</code>`), path)
})
