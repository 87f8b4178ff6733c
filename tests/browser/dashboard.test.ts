// Guarantee: in a real browser somebody opens an account, makes a key that calls, sees what it used and ends it, and is told why it is suspended, at phone and desk width in both themes,
// without a script error, a refusal of the page's own policy, or a barrier that axe knows.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startWorld, type World } from '../../checks/world.ts'
import { type Browsing, expectCount, openBrowser, openByNumber, skipWithoutBrowser } from './index.ts'

let world: World
let browsing: Browsing
before(async () => {
  if (skipWithoutBrowser !== false) return
  world = await startWorld()
  browsing = await openBrowser()
})
after(async () => {
  await browsing?.close()
  await world?.stop()
})

test('a suspended account is told why, in the language of the page, what was written to it, and where to object', {
  skip: skipWithoutBrowser,
}, async () => {
  const { page, show } = browsing
  await openByNumber(page, world)
  const { data } = (await (await page.request.get(`http://localhost:${world.port}/api/account`)).json()) as { data: { id: string } }
  const note = 'Invoice 4711 was charged back.'
  await world.operator.ask('POST', `/accounts/${data.id}/suspension`, { reason: 'payment', note })
  await page.goto(`http://localhost:${world.port}/dashboard`)
  const told = page.getByRole('alert').filter({ hasText: note })
  await told.getByText('This account is suspended: a payment was taken back or disputed.').waitFor()
  await show('overview-suspended')
  await page.getByRole('button', { name: '中文' }).click()
  await told.getByText('此账户已停用：有款项被撤回或存在争议。').waitFor()
  await show('overview-suspended-zh')
  await page.getByRole('button', { name: 'English' }).click()
  await told.getByRole('link').click()
  await page.getByRole('button', { name: 'Ask support' }).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL('**/sign-in')
})

test('a key that manages the account is seen and ended under “Keys”', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await openByNumber(page, world)
  const base = `http://localhost:${world.port}`
  const made = await page.request.post(`${base}/api/keys/management`, { data: { name: 'left behind' }, headers: { origin: base } })
  assert.equal(made.status(), 201)
  await page.goto(`${base}/dashboard/keys`)
  await page.getByRole('heading', { name: 'Keys that manage the account' }).waitFor()
  await show('keys-managing')
  await page.getByRole('button', { name: 'Revoke', exact: true }).click()
  await page.getByRole('button', { name: 'Revoke “left behind”' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByText('left behind').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL('**/sign-in')
})

test('a session that ends while something is written: the page says so and keeps it, and nothing is done twice', {
  skip: skipWithoutBrowser,
}, async () => {
  const { page, context, show } = browsing
  await openByNumber(page, world)
  await page.goto(`http://localhost:${world.port}/dashboard/support`)
  await page.getByLabel('What is it about?').fill('A call was billed twice.')
  const session = await context.cookies()
  await context.clearCookies()
  await page.getByRole('button', { name: 'Ask support' }).click()
  await page.getByRole('heading', { name: 'Your session has ended' }).waitFor()
  await show('session-ended')
  await page.getByRole('button', { name: 'Go on here' }).click()
  await page.getByRole('heading', { name: 'Your session has ended' }).waitFor()
  await context.addCookies(session)
  await page.getByRole('button', { name: 'Go on here' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Ask support' }).click()
  await page.getByText('waits for an answer').waitFor()
  await expectCount(page.getByText('waits for an answer'), 1)
  await context.clearCookies()
  await page.reload()
  await page.waitForURL('**/sign-in?**')
})

test('from no account to a key, and out again', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  const base = `http://localhost:${world.port}`
  await page.goto(`${base}/dashboard`)
  await page.waitForURL('**/sign-in?**')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await show('sign-in')
  await page.getByRole('link', { name: 'Open one' }).click()
  await page.getByRole('button', { name: 'Open one without an e-mail' }).waitFor()
  await show('sign-up')
  await page.getByRole('button', { name: 'Open one without an e-mail' }).click()
  const number = (await page.locator('.secret code').textContent()) ?? ''
  assert.match(number.replaceAll(' ', ''), /^\d{16}$/)
  await show('sign-up-number')
  await page.getByRole('link', { name: 'I have kept it' }).click()
  await page.getByText('No key yet').waitFor()
  await show('overview-empty')
  await page.getByRole('link', { name: 'Keys', exact: true }).click()
  const opener = page.getByRole('button', { name: 'New key' }).first()
  await opener.press('Enter')
  await page.getByLabel('Name').press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.locator('button:focus', { hasText: 'New key' }).waitFor()
  await opener.press('Enter')
  await page.getByLabel('Name').fill('My program')
  await show('key-making')
  const held = Promise.withResolvers<void>()
  await page.route('**/api/keys/credit', async (route) => {
    await held.promise
    await route.continue()
  })
  await page.getByRole('button', { name: 'Make key' }).click()
  await page.locator('.acting').waitFor({ state: 'visible' })
  await show('key-being-made')
  held.resolve()
  await page.locator('.secret code').waitFor()
  await page.locator('.acting').waitFor({ state: 'hidden' })
  const key = (await page.locator('.secret code').textContent()) ?? ''
  assert.equal((await fetch(`${base}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status, 200)
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await page.getByRole('cell', { name: 'My program' }).waitFor()
  await show('keys')
  await page.getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('button', { name: 'Revoke “My program”' }).click()
  await page.getByText('No key yet').waitFor()
  assert.equal((await fetch(`${base}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status, 401)
  await page.getByRole('button', { name: '中文' }).click()
  await page.getByRole('heading', { name: '密钥' }).waitFor()
  await page.route('**/api/auth/sign-out', (route) => route.abort())
  await page.getByRole('button', { name: '退出登录' }).click()
  await page.getByText('服务器没有响应').waitFor()
  await page.unroute('**/api/auth/sign-out')
  await page.getByRole('button', { name: '退出登录' }).click()
  await page.waitForURL('**/sign-in')
  assert.deepEqual(browsing.errors, [])
})

test('a link that is pasted into a tab where its page is open already is followed', { skip: skipWithoutBrowser }, async () => {
  const { page } = browsing
  const base = `http://localhost:${world.port}`
  const paste = (path: string) => page.evaluate(`location.assign(${JSON.stringify(path)})`)
  await page.goto(`${base}/sign-up`)
  await page.getByRole('heading', { name: '注册账户' }).waitFor()
  await paste('/sign-up#token=fbi_x&email=ada%40example.com')
  await page.getByRole('heading', { name: '设置密码' }).waitFor()
  assert.equal(await page.getByLabel('邮箱').inputValue(), 'ada@example.com')
  assert.equal(page.url(), `${base}/sign-up`, 'neither token nor address stays in the address')
  await page.goto(`${base}/reset`)
  await page.getByLabel('邮箱').waitFor()
  await paste('/reset#token=fbr_x')
  await page.getByLabel('新密码').waitFor()
  await page.goto(`${base}/dashboard/join`)
  await page.getByRole('heading', { name: '加入团队' }).waitFor()
  await paste(`/dashboard/join#invitation=fbt_${'x'.repeat(43)}`)
  await page.getByRole('heading', { name: '你被邀请加入团队' }).waitFor()
})

test('after a reset the page says which other ways in are left, in the language of the page', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  const reset = async (ways: object, name: string) => {
    await page.route('**/api/auth/reset/confirm', (route) => route.fulfill({ json: { changed: true, ways, keys, members_joined: 2 } }), {
      times: 1,
    })
    await page.goto(`http://localhost:${world.port}/sign-in`)
    await page.goto(`http://localhost:${world.port}/reset#token=fbr_x`)
    await page.locator('input[type=password]').fill('a long enough password')
    await page.getByRole('combobox').selectOption('week')
    await show(`reset-keys-${name === '设置密码' ? 'zh' : 'en'}`)
    const asked = page.waitForRequest('**/api/auth/reset/confirm')
    await page.getByRole('button', { name }).click()
    const { end_keys_since: since } = (await asked).postDataJSON() as { readonly end_keys_since: string }
    assert.ok(Math.abs(Date.now() - Date.parse(since) - 7 * 86_400_000) < 600_000, since)
  }
  const managing = { count: 1, newest: [{ hint: 'mk_1abc…wxyz', created_at: '2026-11-20T10:00:00.000Z' }] }
  const keys = { ended: 3, managing, calling: { count: 0, newest: [] } }
  const left = { passkeys: 2, authenticator_apps: 1, linked_services: 0 }
  await reset(left, '设置密码')
  await page.getByText('通行密钥 2 个，身份验证器应用 1 个，关联的登录服务 0 个').waitFor()
  await show('reset-done-zh')
  await page.getByRole('button', { name: 'English' }).click()
  await reset(left, 'Set the password')
  await page.getByText('passkeys 2, authenticator apps 1, linked services 0').waitFor()
  await page.getByText('Members who joined an account that you run since then: 2.').waitFor()
  await page.getByText('Keys that ended: 3. Left: 1 that manage an account (mk_1abc…wxyz 2026-11-20), 0 that call models.').waitFor()
  await show('reset-done')
  await reset({ passkeys: 0, authenticator_apps: 0, linked_services: 0 }, 'Set the password')
  await page.getByText('No passkey, authenticator app or linked service is left beside the password.').waitFor()
})
