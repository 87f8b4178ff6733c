// Guarantee: a page of an app runs the scripts that carry the word of this one answer, and nothing else; no answer's word is another's, and no file beside
// those that were built is served.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Hono } from 'hono'
import { siteDefaultsOf } from '../catalog/index.ts'
import { destinationOf } from '../gateway/paths.ts'
import type { ApiEnv } from './dependencies.ts'
import { webApp } from './web-app.ts'

const dist = mkdtempSync(join(tmpdir(), 'farebox-web-app-'))
after(() => rmSync(dist, { recursive: true }))

mkdirSync(join(dist, 'console', 'assets'), { recursive: true })
writeFileSync(join(dist, 'secret.txt'), 'secret')
writeFileSync(
  join(dist, 'console', 'index.html'),
  '<script nonce="__NONCE__" src="/console/assets/a.js"></script><script nonce="__NONCE__"></script>',
)
writeFileSync(join(dist, 'console', 'assets', 'a.js'), 'run()')
const app = new Hono<ApiEnv>()
webApp(app, { app: 'console', base: '/console/', pages: ['/console', '/console/*'], dist })

async function pageOf(): Promise<{ readonly nonce: string; readonly directives: ReadonlyMap<string, string>; readonly text: string }> {
  const answer = await app.request('/console')
  const policy = answer.headers.get('content-security-policy') ?? ''
  const directives = new Map(policy.split('; ').map((one) => [one.split(' ', 1)[0] ?? '', one.slice(one.indexOf(' ') + 1)]))
  const nonce = /'nonce-([A-Za-z0-9+/]{22}==)'/.exec(directives.get('script-src') ?? '')?.[1] ?? assert.fail(policy)
  return { nonce, directives, text: await answer.text() }
}

test('scripts run by the word of their answer alone, which is new each time and stands on each script', async () => {
  const pages = await Promise.all(Array.from({ length: 50 }, pageOf))
  assert.equal(new Set(pages.map(({ nonce }) => nonce)).size, 50)
  for (const { nonce, directives, text } of pages) {
    assert.equal(directives.get('script-src'), `'nonce-${nonce}' 'strict-dynamic'`)
    assert.equal(text.split(`nonce="${nonce}"`).length, 3)
    assert.ok(!text.includes('__NONCE__'))
  }
})

test('nothing is loaded, framed, sent or made of text that the policy does not name', async () => {
  const { directives } = await pageOf()
  for (const name of ['default-src', 'media-src', 'base-uri', 'form-action', 'frame-ancestors', 'trusted-types'])
    assert.equal(directives.get(name), "'none'", name)
  for (const name of ['style-src', 'connect-src']) assert.equal(directives.get(name), "'self'", name)
  assert.equal(directives.get('require-trusted-types-for'), "'script'")
  for (const value of directives.values()) assert.doesNotMatch(value, /unsafe|\*|https?:/)
})

test('a file that was not built is not served, however its path is spelled', async () => {
  assert.equal(await (await app.request('/console/assets/a.js')).text(), 'run()')
  for (const path of [
    '/console/assets/../../secret.txt',
    '/console/assets/..%2f..%2fsecret.txt',
    '/console/assets/%2e%2e/%2e%2e/secret.txt',
  ])
    assert.doesNotMatch(await (await app.request(path)).text(), /secret/)
})

test('the sheet of a house is served where its page links to it, under the same policy, and with no other house', async () => {
  mkdirSync(join(dist, 'dashboard', 'assets'), { recursive: true })
  const head = '<html lang="en"><head><title>Farebox</title><link rel="icon" href="data:,"><script nonce="__NONCE__"></script></head>'
  writeFileSync(join(dist, 'dashboard', 'index.html'), head)
  const appOf = (accent: string) => {
    const own = new Hono<ApiEnv>()
    const house = { ...siteDefaultsOf('x'), isOwn: true, name: '<script>__NONCE__</script>', accent }
    webApp(own, { app: 'dashboard', base: '/app/', pages: ['/sign-in'], house, dist })
    return own
  }
  const [one, other] = [appOf('#b45309'), appOf('#0f766e')]
  const answer = await one.request('/sign-in')
  const [page, policy] = [await answer.text(), answer.headers.get('content-security-policy') ?? '']
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? assert.fail(policy)
  assert.equal(page.split(nonce).length, 2, page)
  assert.equal(page.split('<script').length, 2, page)
  const path = /<link rel="stylesheet" href="(\/app\/assets\/house-\w+\.css)">/.exec(page)?.[1] ?? assert.fail(page)
  const sheet = await one.request(path)
  assert.deepEqual([sheet.status, sheet.headers.get('content-type')], [200, 'text/css; charset=utf-8'])
  assert.match(await sheet.text(), /--signal:#b45309/)
  assert.equal((await other.request(path)).status, 404)
  assert.match(policy, /style-src 'self'/)
  assert.deepEqual(destinationOf(path), { kind: 'control', takesBody: false })
})
