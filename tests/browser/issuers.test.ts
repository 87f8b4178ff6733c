// Guarantee: in a real browser somebody opens an account by an issuer, signs in by it again, links and unlinks it, is never locked out by that; what this tab did
// not ask for is not taken, and neither address nor history keeps what came back.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startWorld, type World } from '../../checks/world.ts'
import { type SimIssuer, startSimIssuer } from '../../sim/index.ts'
import { type Browsing, expectCount, openBrowser, skipWithoutBrowser } from './index.ts'

let sim: SimIssuer
let world: World
let browsing: Browsing
before(async () => {
  if (skipWithoutBrowser !== false) return
  sim = await startSimIssuer()
  sim.user = { sub: 'ada', email: 'ada@example.com', email_verified: true }
  const client = { issuer: sim.url, client_id: sim.clientId, client_secret: sim.clientSecret }
  world = await startWorld({ issuers: [{ id: 'acme', name: 'Acme', trust_email: true, for: ['customers', 'operators'], ...client }] })
  browsing = await openBrowser()
})
after(async () => {
  await browsing?.close()
  await world?.stop()
  await sim?.stop()
})

const base = (): string => `http://localhost:${world.port}`

test('who is not known is told so, opens an account, and comes in by it from then on', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await page.goto(`${base()}/sign-in?next=${encodeURIComponent('https://evil.example/')}`)
  await page.getByRole('button', { name: 'Go on with Acme' }).waitFor()
  await show('sign-in-issuers')
  await page.getByRole('button', { name: 'Go on with Acme' }).click()
  await page.getByText('Nobody signs in here with this account of Acme yet').waitFor()
  assert.equal(new URL(page.url()).search, '')
  await show('issuer-unlinked')
  await page.getByRole('button', { name: 'Open an account with Acme' }).dblclick()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  assert.equal(page.url().replace(/\/$/, ''), `${base()}/dashboard`)
  assert.equal(await page.evaluate('sessionStorage.length'), 0)
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByRole('button', { name: 'Go on with Acme' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
})

test('the only way in stays; with a password the link goes and comes again', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await page.getByRole('link', { name: 'Security' }).click()
  await page.getByRole('cell', { name: 'Acme' }).waitFor()
  await show('security-issuers')
  const unlink = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Unlink' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click()
  }
  // An issuer that did not say when somebody signed in to it has proven nothing that is fresh.
  await unlink()
  const again = page.getByRole('button', { name: 'Sign in again with Acme' })
  await again.waitFor()
  await show('prove-by-issuer')
  await again.click()
  // The page before lies under the dialog until the issuer has sent the browser back.
  await again.waitFor({ state: 'detached' })
  await page.getByRole('cell', { name: 'Acme' }).waitFor()
  await unlink()
  await page.getByText('This is the only way into your account').waitFor()
  await page.getByLabel('New password').fill('a long enough password')
  await page.getByRole('button', { name: 'Set a password' }).click()
  await page.getByText('every other session has ended').waitFor()
  await unlink()
  await page.getByText('None linked').waitFor()
  await page.getByRole('button', { name: 'Link Acme' }).click()
  await page.getByRole('cell', { name: 'Acme' }).waitFor()
  assert.equal(new URL(page.url()).pathname, '/dashboard/security')
})

test('what this tab did not ask for is not taken; an e-mail alone leads into no account', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Go on with Acme' }).waitFor()
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST') asked.push(request.url())
  })
  await page.goto(`${base()}/sign-in/with/acme?code=of-somebody-else&state=theirs`)
  await page.getByText('was not asked for in this tab').waitFor()
  assert.deepEqual([asked, new URL(page.url()).search], [[], ''])
  sim.user = { sub: 'eve', email: 'ada@example.com', email_verified: true }
  await page.evaluate('localStorage.setItem("farebox.language", "zh")')
  await page.goto(`${base()}/sign-up`)
  await page.getByRole('button', { name: '使用 Acme 继续' }).waitFor()
  await show('sign-up-issuers-zh')
  await page.getByRole('button', { name: '使用 Acme 继续' }).click()
  await page.getByText('你的邮箱在这里已有账户').waitFor()
  await show('issuer-known-zh')
})

test('an operator who was not invited is sent away; who was joins by an issuer, and comes in by it', {
  skip: skipWithoutBrowser,
}, async () => {
  const { page, show } = browsing
  const place = `http://localhost:${new URL(world.operatorBase).port}/console`
  sim.user = { sub: 'operator grace' }
  await page.goto(`${place}/sign-in`)
  await page.getByRole('button', { name: 'Go on with Acme' }).waitFor()
  await show('console-sign-in-issuers')
  await page.getByRole('button', { name: 'Go on with Acme' }).click()
  await page.getByText('Only who was invited gets in').waitFor()
  const invited = (await world.operator.ask('POST', '/operators/invitations', { name: 'grace', role: 'support' })) as { link: string }
  const invitation = invited.link.split('#token=')[1] ?? ''
  // What a page does that was opened by the link of an invitation.
  const asked = { issuer: 'acme', invitation }
  const answer = await page.request.post(`${place.replace(/\/console$/, '')}/operator/auth/issuers/begin`, {
    data: asked,
    headers: { origin: new URL(place).origin },
  })
  const { step, url } = (await answer.json()) as { step: string; url: string }
  const kept = JSON.stringify(JSON.stringify({ ...asked, step, next: '/' }))
  await page.evaluate(`sessionStorage.setItem('farebox.errand', ${kept}); location.assign(${JSON.stringify(url)})`)
  await page.getByRole('heading', { name: 'Recovery codes' }).waitFor()
  await show('console-joined-by-issuer')
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByRole('button', { name: 'Go on with Acme' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  await page.goto(`${place}/you`)
  await page.getByRole('button', { name: 'Link Acme' }).click()
  const again = page.getByRole('button', { name: 'Sign in again with Acme' })
  await again.click()
  await again.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Link Acme' }).waitFor()
  sim.user = { sub: 'operator grace at home' }
  await page.getByRole('button', { name: 'Link Acme' }).click()
  await expectCount(page.getByRole('cell', { name: 'Acme' }), 2)
  assert.equal(new URL(page.url()).pathname, '/console/you')
  await show('console-issuers-linked')
  assert.deepEqual(browsing.errors, [])
})
