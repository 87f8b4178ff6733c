// Guarantee: in a real browser an operator sees how the policy stands, whom it holds until when, what is deleted when, which erasures wait, and what
// the transparency report says; customers read the policy in both languages; without a script error or a barrier that axe knows.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { until } from '../../checks/parallel.ts'
import { startWorld, type World } from '../../checks/world.ts'
import { type Browsing, expectCount, openBrowser, skipWithoutBrowser } from './index.ts'

const PATIENCE_MS = 10_000
let world: World
let browsing: Browsing
let base: string
before(async () => {
  if (skipWithoutBrowser !== false) return
  world = await startWorld()
  await world.operator.customer('5.00')
  const price = { input: '1.00', output: '2.00' }
  await world.operator.ask('PUT', '/upstreams/newcomer', {
    kind: 'openai-compatible',
    base_url: 'https://api.newcomer.test/v1',
    privacy: { country: 'SG' },
  })
  await world.operator.ask('PUT', '/models/m-new', {
    context: 1000,
    output_max: 100,
    price,
    routes: [{ upstream: 'newcomer', model: 'x' }],
  })
  base = `${world.operatorBase.replace('127.0.0.1', 'localhost')}/console`
  browsing = await openBrowser()
  browsing.page.setDefaultTimeout(PATIENCE_MS)
})
after(async () => {
  await browsing?.close()
  await world?.stop()
})

const open = async (path: string, heading: string): Promise<void> => {
  await browsing.page.goto(`${base}${path}`)
  await browsing.page.getByRole('heading', { level: 1, name: heading }).waitFor()
  await browsing.page.waitForLoadState('networkidle')
}

test('the policy, its versions and who is held until when', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await until(
    async () => (await world.operator.ask('GET', '/policy/state')) as { held: readonly { until: string | null }[] },
    ({ held }) => held[0]?.until !== null && held[0] !== undefined,
    5_000,
  )
  await page.goto(`${base}/policy`)
  await page.getByLabel('Operator token').fill(world.operatorToken)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Held providers' }).waitFor()
  await page.getByText('newcomer').first().waitFor()
  await page.getByText('Version 2 is announced.').waitFor()
  await show('console-policy')
  await page.getByRole('button', { name: 'Version 1' }).click()
  await page.getByRole('dialog').getByText('# Privacy policy of').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'S0.1', exact: true }).click()
  await page.getByRole('dialog').getByText('PRV-24').waitFor()
  await page.getByRole('button', { name: 'Close' }).click()
  await page.getByText('Read the sentences').click()
  const sentences = page.locator('.policy-text')
  assert.equal(await sentences.getAttribute('lang'), 'en')
  await page.getByRole('radio', { name: '中文' }).check({ force: true })
  assert.equal(await sentences.getAttribute('lang'), 'zh-Hans')
  assert.match((await sentences.textContent()) ?? '', /\p{Script=Han}{8,}/u)
  await show('console-policy-chinese')
  await open('/upstreams', 'Upstreams')
  await page.getByText('no call goes to it until').waitFor()
})

test('an operator writes what is theirs, sees what it changes, is stopped at words that claim too much, and publishes it', {
  skip: skipWithoutBrowser,
}, async () => {
  const { page, show } = browsing
  await open('/policy', 'Policy')
  await page.getByRole('link', { name: 'Write your words' }).click()
  await page.getByLabel('Operator', { exact: true }).fill('Kassandra GmbH, Lange Straße 1, Ulm')
  await page.getByLabel('Country').fill('de')
  await page.getByLabel('Law that applies', { exact: true }).fill('that of Germany')
  await page.getByLabel('Law that applies, in Chinese').fill('德国法律')
  await page.getByRole('button', { name: 'Add a contact' }).click()
  await page.getByLabel('Address').fill('privacy@example.com')
  await page.getByRole('button', { name: 'Add a paragraph' }).click()
  await page.getByLabel('English').fill('We guarantee an answer on working days.')
  await page.getByLabel('Simplified Chinese').fill('我们在工作日答复。')
  await page.getByRole('button', { name: 'See what changes' }).click()
  await page.getByText('without: guarantee').waitFor()
  await page.getByLabel('English').fill('We answer letters on working days.')
  await show('console-policy-own')
  await page.getByRole('button', { name: 'See what changes' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('It becomes version 3').waitFor()
  await dialog.getByText('The operator is in: Germany.').waitFor()
  await show('console-policy-own-preview')
  await dialog.getByRole('button', { name: 'Publish version 3' }).dblclick()
  await page.getByText('Version 3 is published.').waitFor()
  await page.getByRole('row').nth(1).waitFor()
  await expectCount(page.getByRole('row'), 2)
  await open('/policy', 'Policy')
  await page.getByText('Version 3 is announced.').waitFor()
})

test('the clock of retention', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await open('/retention', 'Retention')
  await page.getByText('Nothing is overdue').waitFor()
  await page.getByText('retention.purge').waitFor()
  await page.getByText('in 90 days').first().waitFor()
  await show('console-retention')
})

test('an erasure waits in the queue, and is tried again', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await open('/erasures', 'Erasures')
  await page.getByText('No erasure is under way').waitFor()
  const { id } = (await world.operator.ask('POST', '/accounts', { email: 'leaving@example.com' })) as { id: string }
  await world.operator.ask('POST', `/accounts/${id}/erasure`, { email: 'leaving@example.com' })
  await open('/erasures', 'Erasures')
  await page.getByText(id.slice(0, 8)).first().waitFor()
  await show('console-erasures')
  await page.getByRole('button', { name: 'Try again now' }).click()
  await page.waitForLoadState('networkidle')
  await expectCount(page.getByRole('alert'), 0)
})

test('a demand is noted once and is public at once', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await open('/transparency', 'Transparency report')
  await page.getByRole('button', { name: 'Note a demand' }).click()
  await page.getByLabel('Received on').fill('2026-11-20')
  await page.getByLabel('Country').fill('DE')
  await page.getByLabel('Accounts concerned').fill('0')
  await page.getByRole('button', { name: 'Publish it for good' }).click()
  await page.getByText('2026-11-20').waitFor()
  await show('console-transparency')
  assert.match(await (await fetch(`${world.base}/privacy/transparency`)).text(), /2026-11-20/)
})

test('customers read who is to come, and the policy in Chinese', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await page.goto(`${world.base}/privacy/subprocessors`)
  await page.getByRole('heading', { name: 'Not called yet' }).waitFor()
  await page.goto(`${world.base}/privacy/subprocessors?lang=zh`)
  await page.getByRole('heading', { name: '尚未启用' }).waitFor()
  await show('site-providers-zh')
  await page.getByRole('link', { name: '政策', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: '隐私政策' }).waitFor()
  await page.screenshot({ path: 'proof/screens/site-privacy-zh-desk-light.png' })
  await page.getByRole('link', { name: '你的数据' }).click()
  await page.getByLabel('账户的电子邮件地址').fill('nobody@example.com')
  await page.getByRole('button', { name: '把链接寄给我' }).click()
  await page.getByRole('status').waitFor()
  assert.match((await page.getByRole('status').textContent()) ?? '', /\p{Script=Han}/u)
})

test('nothing went wrong in a script', { skip: skipWithoutBrowser }, () => {
  assert.deepEqual(browsing.errors, [])
})
