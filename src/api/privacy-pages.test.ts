// Guards: the privacy pages are served to anybody, load and set nothing, print no promise that is not shown, and show red as red.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { destinationOf } from '../gateway/paths.ts'
import { CLAUSES, checksOf, claimsOf, DATA_FORMATS, openPolicyDesk, type PolicyDesk, policySettingsOf } from '../privacy/index.ts'
import { testFacts } from '../privacy/policy/testing.ts'
import { customerApp } from './customer-app.ts'
import type { ApiEnv } from './dependencies.ts'
import { operatorApp } from './operator-app.ts'
import { send, type TestWorld, testWorld } from './test-world.ts'

const PAGES = ['/privacy', '/privacy/proof', '/privacy/subprocessors', '/privacy/history'] as const

let kit: TestDatabase
let world: TestWorld
let proof = ''
let policy: PolicyDesk
let app: Hono<ApiEnv>
let operator: Hono<ApiEnv>

before(async () => {
  kit = await createTestDatabase()
  world = testWorld(kit.appDatabase)
  const { inventory } = testFacts('strict')
  const contact = [{ kind: 'email', value: 'privacy@example.test' }] as const
  const place = { isPublic: true, publicUrl: 'https://example.test' }
  policy = openPolicyDesk({
    ...{
      database: kit.appDatabase,
      inventory,
      gatewayRecycleSeconds: 900,
      isEdgeOnly: false,
      attestationFolder: undefined,
      clock: world.dependencies.clock,
    },
    settings: policySettingsOf({ operator: '<Example> Ltd', service: 'example.test', contact }, place),
    listInUse: async () => [{ id: 'north', host: 'north.test', placement: 'third_party', privacy: { country: 'US', retention: 'none' } }],
    readProof: () => [proof],
  })
  app = customerApp({ ...world.dependencies, policy })
  operator = operatorApp({ ...world.dependencies, policy })
})
after(() => kit.drop())

/** results.jsonl in which all checks passed but some. */
function proofWith(failed: readonly string[] = []): string {
  const ids = [...new Set(CLAUSES.flatMap((clause) => checksOf(clause, CLAUSES)))]
  const line = { n: 5, seed: 7, measured: {}, tier: 'pr', commit: 'abc1234', at: '2026-11-21T10:00:00.000Z' }
  return ids.map((id) => JSON.stringify({ ...line, id, failures: failed.includes(id) ? 1 : 0 })).join('\n')
}

/** What was read counts no more. */
const later = (): void => {
  world.clock.at += 2_000
}

test('the gateway passes the pages on, and no others', () => {
  for (const path of [...PAGES, '/privacy.md', '/privacy/history/3.md', '/v1/privacy'])
    assert.equal(destinationOf(path)?.kind, 'control', path)
  for (const path of ['/privacy/', '/privacy/x', '/privacy/history/x.md', '/privacy/history/1', '/privacy.html'])
    assert.equal(destinationOf(path), undefined, path)
})

test('each page is one file that sets no cookie and can load nothing', async () => {
  for (const path of PAGES) {
    const { status, headers, text } = await send(app, `GET ${path}`, { headers: { authorization: '' } })
    assert.equal(status, 200, path)
    assert.equal(headers.get('set-cookie'), null)
    assert.match(headers.get('content-security-policy') ?? '', /^default-src 'none'; style-src 'sha256-/)
    assert.doesNotMatch(text, /<script|<img|<iframe|<form|javascript:| on\w+=|<link rel="(?!icon|canonical|alternate)/i, path)
    assert.doesNotMatch(text, /<Example>/, path)
    assert.ok(text.includes(`href="${path}" aria-current="page"`), path)
  }
})

test('with no result no promise is printed on any page; with all of them every one is', async () => {
  const promises = claimsOf((await policy.page()).facts).filter(({ kind }) => kind === 'promise')
  const words = promises.map(({ text }) => text.slice(0, 50))
  const printed = async (path: string): Promise<readonly string[]> => {
    const { text } = await send(app, `GET ${path}`)
    return words.filter((start) => text.includes(start))
  }
  assert.ok(words.length > 30)
  for (const path of [...PAGES, '/privacy.md']) assert.deepEqual(await printed(path), [], path)
  proof = proofWith()
  later()
  assert.deepEqual(await printed('/privacy'), words)
  proof = proofWith(['PRV-22'])
  later()
  const fallen = promises.filter(({ clauses }) =>
    CLAUSES.some((one) => clauses.includes(one.id) && checksOf(one, CLAUSES).includes('PRV-22')),
  )
  assert.equal((await printed('/privacy')).length, words.length - fallen.length)
  const shown = await send(app, 'GET /privacy/proof')
  assert.match(shown.text, /id="S0\.6".*?class="state red"><b>red<\/b>/s)
  assert.match(shown.text, /PRV-22<\/span> <span class="faint"><span class="red">failed 1 times/)
  assert.match((await send(app, 'GET /privacy')).text, /class="state red">red<\/td><td data-head="Why">PRV-22 failed/)
})

test('what was never checked is unknown, whatever was said of it', async () => {
  const { text } = await send(app, 'GET /privacy/subprocessors')
  assert.match(text, /<b>north<\/b>.*?data-head="Keeps texts"><span class="faint">unknown<\/span>/s)
})

test('a version is published once, kept as it was printed, and told by key', async () => {
  proof = proofWith()
  assert.equal((await policy.publish())?.number, 1)
  assert.equal(await policy.publish(), undefined)
  const account = (await send(operator, 'POST /operator/v1/accounts', { body: { email: 'ada@example.com' } })).json
  const key = (await send(operator, `POST /operator/v1/accounts/${account.id}/keys`, { body: { name: 'main' } })).json.secret
  later()
  const first = await send(app, 'GET /privacy/history/1.md')
  assert.match(first.text, /^# Privacy policy of example.test\n\nVersion 1\. Published 2026-11-21/)
  assert.equal((await send(app, 'GET /privacy/history/2.md')).status, 404)
  const bearer = { headers: { authorization: `Bearer ${key}` } }
  const told = await send(app, 'GET /v1/privacy', bearer)
  assert.equal(told.json.version, 1)
  assert.deepEqual(
    told.json.seen.map(({ version, how }: { version: number; how: string }) => [version, how]),
    [[1, 'sign-up']],
  )
  assert.equal((await send(app, 'POST /api/privacy/seen/1', bearer)).status, 200)
  assert.equal((await send(app, 'POST /api/privacy/seen/9', bearer)).status, 404)
  assert.equal((await send(app, 'POST /api/privacy/seen/1', { headers: { authorization: '' } })).status, 401)
  assert.equal((await send(app, 'GET /v1/privacy', { headers: { authorization: '' } })).status, 401)
})

test('the operator has every form, and hears of one that is none', async () => {
  for (const format of ['html', 'md', ...DATA_FORMATS]) {
    const { status, json } = await send(operator, `GET /operator/v1/policy?format=${format}`)
    assert.equal(status, 200, format)
    assert.ok(json.format === format && json.text.length > 50, format)
  }
  assert.equal((await send(operator, 'GET /operator/v1/policy?format=doc')).status, 400)
})

test('each page is Chinese where the site is, keeps the language on its links, and says the promises of the same clauses', async () => {
  proof = proofWith()
  later()
  const promises = claimsOf((await policy.page()).facts).filter(({ kind }) => kind === 'promise')
  for (const path of [...PAGES, '/privacy/transparency', '/privacy/request']) {
    const { status, text } = await send(app, `GET ${path}?lang=zh`, { headers: { authorization: '' } })
    assert.equal(status, 200, path)
    assert.match(text, /<html lang="zh-Hans"/, path)
    assert.match(text, /<h1>[\p{Script=Han}]+<\/h1>/u, path)
    assert.match(text, /href="\/privacy\/history\?lang=zh"/, path)
  }
  const { text } = await send(app, 'GET /privacy?lang=zh')
  for (const { statement, zh = '' } of promises) assert.ok(text.includes(zh.slice(0, 20)), statement)
  assert.doesNotMatch(text, /<span lang="en">/)
  assert.match((await send(app, 'GET /privacy')).text, /<html lang="en"/)
})
