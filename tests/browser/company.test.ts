// Guarantee: in a real browser a team claims its mail domain and sets its issuer, somebody comes in by their work e-mail and acts for the team at once, the pages
// let each role do what it may and nothing else, what is that person's own stays closed, and where the company's sign-in is asked for, the team is acted for by nothing else.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { until } from '../../checks/parallel.ts'
import { type SimIssuer, startSimIssuer } from '../../sim/index.ts'
import { sql } from '../../src/db/index.ts'
import { type CompanyWorld, startCompanyWorld } from './company-world.ts'
import { type Browsing, openBrowser, skipWithoutBrowser } from './index.ts'

const ISSUER = 'https://id.acme-corp.net'
let sim: SimIssuer
let world: CompanyWorld
let browsing: Browsing
before(async () => {
  if (skipWithoutBrowser !== false) return
  sim = await startSimIssuer({ publicUrl: ISSUER })
  world = await startCompanyWorld(sim)
  browsing = await openBrowser()
  await browsing.context.route(`${ISSUER}/**`, async (route) => {
    await route.fulfill({ status: 302, headers: { location: (await sim.visit(route.request().url())).href } })
  })
})
after(async () => {
  await browsing?.close()
  await world?.stop()
  await sim?.stop()
})

test('an owner claims a domain, which is theirs once its record is there, and sets the issuer', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await page.goto(`${world.base}/sign-up`)
  const opened = await page.request.post(`${world.base}/api/auth/sign-up/number`, { data: {}, headers: { origin: world.base } })
  assert.equal(opened.status(), 201, await opened.text())
  await page.goto(`${world.base}/dashboard/team`)
  await page.getByText('Claim the domain of your company’s mail first').waitFor()
  await page.getByRole('button', { name: 'Claim a domain' }).click()
  await page.getByLabel('Domain', { exact: true }).fill('not a domain')
  await page.getByRole('button', { name: 'Claim it' }).click()
  await page.getByText('a mail domain such as example.com').waitFor()
  await page.getByLabel('Domain', { exact: true }).fill('ACME-corp.net')
  await page.getByRole('button', { name: 'Claim it' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('_farebox-challenge.acme-corp.net').waitFor()
  const text = await dialog.getByText(/^farebox-domain=/).textContent()
  await show('company-record')
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: 'Look now' }).click()
  await page.getByText('The record is not there yet').waitFor()
  world.zone.set('_farebox-challenge.acme-corp.net', [text ?? ''])
  await page.getByRole('button', { name: 'Look now' }).click()
  await page.getByText('yours', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Set the issuer' }).click()
  await page.getByLabel('Issuer', { exact: true }).fill('https://10.0.0.1')
  await page.getByLabel('Client id').fill(sim.clientId)
  await page.getByLabel('Client secret').fill(sim.clientSecret)
  await show('company-issuer-form')
  await page.getByLabel('Issuer', { exact: true }).fill(ISSUER)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText(`${world.base}/sign-in/with/team-`).waitFor()
  await show('team-company')
})

test('somebody comes in by their work e-mail, and acts for the team at once; another domain has no company here', {
  skip: skipWithoutBrowser,
}, async () => {
  const { page, show } = browsing
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByRole('button', { name: 'Continue with your company' }).click()
  await page.getByLabel('Work e-mail').fill('eve@elsewhere.org')
  await page.getByRole('button', { name: 'Continue with your company' }).click()
  await page.getByText('Nobody has a company sign-in here under this domain').waitFor()
  await page.getByLabel('Work e-mail').fill('ada@acme-corp.net')
  await show('sign-in-company')
  sim.user = { sub: 'ada', email: 'ada@acme-corp.net' }
  const asked = page.waitForRequest('**/api/auth/company/begin')
  await page.getByRole('button', { name: 'Continue with your company' }).click()
  assert.deepEqual((await asked).postDataJSON(), { domain: 'acme-corp.net' })
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  const acting = page.getByLabel('Acting for')
  assert.match((await acting.locator('option:checked').textContent()) ?? '', /\(developer\)$/)
  await page.getByText('so you see the team of').waitFor()
  await page.getByRole('button', { name: 'Prove it is you' }).click()
  await page.getByText('You have no password and no passkey here yet').waitFor()
  await show('company-alone')
  await page.getByRole('button', { name: 'Cancel' }).click()
  for (const [path, title] of [
    ['/dashboard/security', 'Security'],
    ['/dashboard/privacy', 'Privacy'],
  ] as const) {
    await page.goto(`${world.base}${path}`)
    await page.getByRole('heading', { name: title, exact: true, level: 1 }).waitFor()
    assert.equal(await page.getByRole('button', { name: 'Prove it is you' }).count(), 2, path)
  }
  await show('security-confined')
})

/** How long a page may take on a busy machine. */
const WAIT_MS_MAX = 20_000

/** What each page offers to press beside what anybody may, by the rights that it asks for. */
const OFFERED = [
  ['/dashboard', 'Overview', { pay: ['Top up'] }],
  ['/dashboard/keys', 'Keys', { keys: ['New key'] }],
  ['/dashboard/top-up', 'Top up', { pay: ['Redeem'] }],
  ['/dashboard/playground', 'Playground', { keys: ['Send'] }],
  ['/dashboard/webhooks', 'Webhooks', { run: ['New webhook'] }],
  ['/dashboard/notifications', 'Notifications', { run: ['Save amounts'] }],
  ['/dashboard/team', 'Team', { run: ['Invite somebody', 'Claim a domain', 'Look now', 'Give up', 'Change', 'Take away'] }],
] as const
/** What can be pressed on a page, in words. */
const OPEN = `[...document.querySelectorAll('main button:not(:disabled), main a.button')]
  .filter((one) => !one.matches('fieldset:disabled *')).map((one) => one.innerText.trim())`
/** An admin may press what an owner may on these pages. */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  viewer: [],
  billing: ['pay'],
  developer: ['keys'],
  owner: ['keys', 'pay', 'run'],
}

test('each role is offered on each page what it may do, and reads who may do the rest', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  for (const [role, rights] of Object.entries(RIGHTS)) {
    await world.kit.ownerDatabase.query(sql`update account_member set role = ${role} where role <> 'owner' or person_id in (
      select person_id from outside_identity) and account_id in (select account_id from team_issuer)`)
    for (const [path, title, offered] of OFFERED) {
      await page.goto(`${world.base}${path}`)
      await page.getByRole('heading', { name: title, exact: true, level: 1 }).waitFor()
      await page.waitForLoadState('networkidle')
      const rightsSeen = (open: readonly string[]): readonly string[] =>
        Object.entries<readonly string[]>(offered).flatMap(([right, names]) => (names.some((name) => open.includes(name)) ? [right] : []))
      const wanted = Object.keys(offered).filter((right) => rights.includes(right))
      const open = await until(
        () => page.evaluate<string[]>(OPEN),
        (now) => wanted.every((right) => rightsSeen(now).includes(right)),
        WAIT_MS_MAX,
      )
      assert.deepEqual(rightsSeen(open), wanted, `${role} on ${path}: open are ${open.join(', ')}`)
    }
    if (role === 'viewer') {
      await page.goto(`${world.base}/dashboard/top-up`)
      await page.getByText('Owners, admins and billing pay for it').waitFor()
      await show('top-up-viewer')
    }
  }
})

test('where the company’s sign-in is asked for, an older session acts for the person alone, and comes back by it', {
  skip: skipWithoutBrowser,
}, async () => {
  const { page, show } = browsing
  await world.kit.ownerDatabase.query(sql`
    update account_member set role = 'viewer' where person_id in (select person_id from outside_identity) and account_id in (select account_id from team_issuer)`)
  await world.kit.ownerDatabase.query(sql`update team_issuer set is_required = true`)
  await world.kit.ownerDatabase.query(sql`update sign_in_session set vouched_at = vouched_at - interval '25 hours', confined_to = null`)
  await page.goto(`${world.base}/dashboard`)
  await page.getByText('asks its members to come by their company’s sign-in').waitFor()
  await show('company-asked')
  await page.evaluate('localStorage.setItem("farebox.language", "zh")')
  await page.goto(`${world.base}/dashboard`)
  await page.getByRole('button', { name: '使用公司登录' }).waitFor()
  await show('company-asked-zh')
  await page.getByRole('button', { name: '使用公司登录' }).click()
  await page.locator('option:checked', { hasText: '只读' }).waitFor({ state: 'attached' })
  await page.goto(`${world.base}/dashboard/team`)
  await page.getByText('公司登录').first().waitFor()
  await show('team-company-zh')
  assert.deepEqual(browsing.errors, [])
})
