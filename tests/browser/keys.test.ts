// Guarantee: in a real browser somebody makes a key with limits and addresses, which the gateway holds it to; changes, rotates, pauses, resumes and revokes it;
// sees what it spent and why it rests; and finds calls by key, model and day. Charts follow the theme. No script error, no refusal of the page's own policy,
// no barrier that axe knows.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startWorld, type World } from '../../checks/world.ts'
import { connect, sql } from '../../src/db/index.ts'
import { type Browsing, expectCount, openBrowser, skipWithoutBrowser } from './index.ts'

const NAME = 'Nightly batch of the translation team, second attempt'
let world: World
let browsing: Browsing
let base: string
before(async () => {
  if (skipWithoutBrowser !== false) return
  world = await startWorld()
  base = `http://localhost:${world.port}`
  browsing = await openBrowser()
  const { page } = browsing
  await page.goto(`${base}/sign-up`)
  await page.getByRole('button', { name: 'Open one without an e-mail' }).click()
  await page.locator('.secret code').waitFor()
  const { data } = (await (await page.request.get(`${base}/api/account`)).json()) as { data: { id: string } }
  await world.operator.ask('POST', `/accounts/${data.id}/credits`, { amount: '25.00', reason: 'test' })
})
after(async () => {
  await browsing?.close()
  await world?.stop()
})

async function answerTo(key: string, path: string, body?: object): Promise<{ readonly status: number; readonly text: string }> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const answer = await fetch(
    `${world.base}${path}`,
    body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) },
  )
  return { status: answer.status, text: await answer.text() }
}
const say = (key: string, model: string) =>
  answerTo(key, '/v1/chat/completions', { model, messages: [{ role: 'user', content: 'A prompt that nobody keeps.' }], max_tokens: 64 })
const statusOf = async (key: string): Promise<number> => (await answerTo(key, '/v1/models')).status
/** A change is heard of within a second; here it may take longer. */
async function untilStatus(key: string, status: number): Promise<void> {
  for (const end = Date.now() + 10_000; (await statusOf(key)) !== status; ) assert.ok(Date.now() < end, `${status} was awaited`)
}
const secretShown = async (): Promise<string> => (await browsing.page.locator('.secret code').textContent()) ?? ''

async function makeKey(): Promise<string> {
  const { page, show } = browsing
  await page.goto(`${base}/dashboard/keys`)
  await page.getByRole('button', { name: 'New key' }).first().click()
  await page.getByLabel('Name').fill(NAME)
  await page.getByLabel('May spend at most').fill('5.00')
  await page.getByText('More limits and rules').click()
  await page.getByLabel('Requests a minute').fill('120')
  await page.getByLabel('May be used from').fill('198.51.100.0/24\nhome')
  await page.getByRole('button', { name: 'Make key' }).click()
  await page.getByText('Entry 2 is neither an address nor a range.').waitFor()
  assert.equal(await page.getByLabel('Name').inputValue(), NAME, 'what was typed stays')
  await show('key-form')
  await page.getByLabel('May be used from').fill('198.51.100.0/24\n2001:db8::/32')
  await page.getByRole('button', { name: 'Make key' }).click()
  const key = await secretShown()
  await page.keyboard.press('Escape')
  await page.mouse.click(5, 5)
  assert.equal(await secretShown(), key, 'what nobody can bring back stays until its button is pressed')
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await page.getByRole('link', { name: NAME }).waitFor()
  return key
}

test('a key is held to its addresses, and changed, rotated, paused and revoked on its page', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  const first = await makeKey()
  for (const path of ['/v1/models', '/v1/usage']) {
    const refused = await answerTo(first, path)
    assert.equal(refused.status, 403, path)
    assert.match(refused.text, /"key_address_refused"/)
    assert.match(refused.text, /may not be used from 127\.0\.0\.1\./)
    assert.ok(!refused.text.includes('198.51.100'))
  }
  await page.getByRole('link', { name: NAME }).click()
  await page.getByText('No call with this key in the last 30 days.').waitFor()
  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByLabel('May be used from').fill('127.0.0.0/8 ::1')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await page.getByText('127.0.0.0/8').waitFor()
  await untilStatus(first, 200)
  for (const model of ['m-openai', 'm-anthropic', 'm-openai']) assert.equal((await say(first, model)).status, 200)
  await page.reload()
  await page.getByRole('heading', { name: 'Recent calls' }).waitFor()
  await page.locator('canvas').first().waitFor()
  await themeIsFollowed()
  await show('key')
  await page.getByRole('button', { name: 'Rotate' }).click()
  await page.getByRole('button', { name: 'Make the new secret' }).dblclick()
  const second = await secretShown()
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await untilStatus(second, 200)
  assert.equal(await statusOf(first), 200)
  await page.getByText('Two secrets work now').waitFor()
  await page.getByRole('button', { name: 'End it now' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'End it now' }).click()
  await page.getByText('Two secrets work now').waitFor({ state: 'detached' })
  await untilStatus(first, 401)
  assert.match((await answerTo(first, '/v1/models')).text, /key_replaced/)
  assert.equal(await statusOf(second), 200)
  await restAndResume(second)
})

/** A chart has other pixels in another theme, without being asked for anew. */
async function themeIsFollowed(): Promise<void> {
  const { page } = browsing
  const pixels = () =>
    page
      .locator('canvas')
      .first()
      .evaluate((canvas) => (canvas as unknown as { toDataURL: () => string }).toDataURL())
  const light = await pixels()
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  for (const end = Date.now() + 5_000; (await pixels()) === light; ) assert.ok(Date.now() < end, 'the chart is that of the other theme')
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  for (const end = Date.now() + 5_000; (await pixels()) !== light; ) assert.ok(Date.now() < end, 'the chart is that of the other theme')
}

async function restAndResume(key: string): Promise<void> {
  const { page, show } = browsing
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('This key rests.').waitFor()
  await untilStatus(key, 403)
  await resume(key)
  const database = connect({ connection: world.connection(), role: undefined, poolMax: 1, connectTimeoutMs: 30_000 })
  await database.query(sql`update api_key set paused_at = now(), paused_for = 'spike' where id = ${page.url().split('/').at(-1)}::uuid`)
  await database.end()
  await page.reload()
  await page.getByText('it spent far more than usual within five minutes').waitFor()
  await show('key-paused')
  await page.getByRole('button', { name: '中文' }).click()
  await page.getByText('远超平常').waitFor()
  await page.getByRole('button', { name: 'English' }).click()
  await resume(key)
}

/** Until the page shows it too: what stands below moves up then, away from who is about to press it. */
async function resume(key: string): Promise<void> {
  const { page } = browsing
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByRole('button', { name: 'Pause' }).waitFor()
  await untilStatus(key, 200)
}

test('calls are found by key and day, and a bill opens from the key', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await page.getByRole('link', { name: 'All calls of this key' }).click()
  await page.waitForURL('**/dashboard/requests?keyId=*')
  await page.getByRole('cell', { name: 'm-openai' }).first().waitFor()
  await expectCount(page.getByRole('button', { name: 'Bill' }), 3)
  await page.getByLabel('Day').fill('2020-01-31')
  await page.getByText('No call of the last 90 days is like that.').waitFor()
  await page.getByLabel('Day').fill(new Date().toISOString().slice(0, 10))
  await page.getByLabel('Model').selectOption('m-anthropic')
  await page.getByRole('cell', { name: 'm-openai' }).first().waitFor({ state: 'detached' })
  await show('requests-filtered')
  await page.getByRole('button', { name: 'Bill' }).click()
  await page.getByText('Everything that can be checked today holds.').waitFor()
  await page.goBack()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
})

test('a revoked key is shown as such, and calls no more', { skip: skipWithoutBrowser }, async () => {
  const { page } = browsing
  await page.goto(`${base}/dashboard/keys`)
  await page.getByRole('link', { name: NAME }).click()
  await page.getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('button', { name: `Revoke “${NAME}”` }).click()
  await page.getByText('This key was revoked.').waitFor()
  await expectCount(page.getByRole('button', { name: 'Rotate' }), 0)
  assert.deepEqual(browsing.errors, [])
})
