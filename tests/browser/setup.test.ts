// Guarantee: in a real browser an operator is led through the set-up, tries a key by a real call, sees what a margin comes to, writes prices that rise
// only after their notice and withdraws them; makes a plan, schedules what it asks, makes a pool; without a script error or a barrier that axe knows.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startWorld, type World } from '../../checks/world.ts'
import { type Browsing, openBrowser, skipWithoutBrowser } from './index.ts'

const PATIENCE_MS = 10_000
const DAY_MS = 86_400_000
let world: World
let browsing: Browsing
let base: string
before(async () => {
  if (skipWithoutBrowser !== false) return
  world = await startWorld()
  const routes = [{ upstream: 'oai', model: 'sim-model', cost: { input: '3.00', output: '15.00' } }]
  const price = { input: '3.00', output: '15.00' }
  await world.operator.ask('PUT', '/models/m-sold', { context: 100_000, output_max: 1000, price, routes })
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

test('the set-up: lines to copy, a key tried once, a step left for later', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await page.goto(`${base}/setup`)
  await page.getByLabel('Operator token').fill(world.operatorToken)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 2, name: 'Name and look' }).waitFor()
  await page.getByLabel('Name at the head of every page').fill('Ada’s “calls”: cheap')
  await page.getByText('name: "Ada’s “calls”: cheap"').waitFor()
  await show('console-setup-name')
  await page.getByRole('button', { name: 'Done, go on' }).click()
  await page.getByRole('heading', { level: 2, name: 'Upstream keys' }).waitFor()
  const before = world.sim.calls.length
  await page.getByRole('button', { name: 'Try the key' }).first().dblclick()
  await page.getByText(/answered in/).waitFor()
  assert.equal(world.sim.calls.length, before + 1)
  await show('console-setup-upstreams')
  await page.getByRole('button', { name: 'Skip for now' }).click()
  await page.getByRole('heading', { level: 2, name: 'Prices' }).waitFor()
  await page.getByLabel('Margin').fill('25')
  await page.getByRole('cell', { name: '$0.016875' }).waitFor()
  await page.getByRole('button', { name: 'Show the effect on each price' }).click()
  await page.getByRole('cell', { name: '$3.00 → $3.75' }).waitFor()
  await show('console-setup-prices')
  await open('/setup/policy', 'Set-up')
  await show('console-setup-policy')
  await open('/setup/payments', 'Set-up')
  for (const rail of ['USDC', 'Cards, by Stripe']) await page.getByLabel(`Show the lines for “${rail}”`).check()
  const lines = await page.locator('pre').innerText()
  for (const line of ['payments:', '  stripe:', '  usdc:'])
    assert.equal(lines.split(`${line}\n`).length, 2, `${line} is there once in ${lines}`)
  await show('console-setup-payments')
  await open('/', 'Overview')
  await page.getByText('1 of 5 steps are done').waitFor()
})

test('another key of an upstream changes nothing else of it, and one that is refused stays in its field', {
  skip: skipWithoutBrowser,
}, async () => {
  const { page } = browsing
  const privacy = { retention: '30 days', training: 'no', country: 'US', evidence: 'https://provider.example/terms', checked: '2026-11-01' }
  const terms = { kind: 'openai', base_url: 'https://eu.provider.example/v1', privacy, protocols: ['openai-chat'], max_concurrency: 5 }
  await world.operator.ask('PUT', '/upstreams/openai', { ...terms, api_key: 'sk-the-first-key' })
  const before = await world.operator.ask('GET', '/upstreams/openai')
  await open('/setup/upstreams', 'Set-up')
  await page.getByLabel('Provider').selectOption('openai')
  await page.getByLabel('API key').fill('sk-with-é-in-it')
  await page.getByRole('button', { name: 'Save the key of OpenAI' }).click()
  await page.getByText('The field "api_key" is not valid').waitFor()
  assert.equal(await page.getByLabel('API key').inputValue(), 'sk-with-é-in-it')
  await page.getByLabel('API key').fill('sk-the-second-key')
  await page.getByRole('button', { name: 'Save the key of OpenAI' }).click()
  await page.getByText('The key is saved.').waitFor()
  assert.equal(await page.getByLabel('API key').inputValue(), '')
  assert.deepEqual(await world.operator.ask('GET', '/upstreams/openai'), before)
  await world.operator.ask('DELETE', '/upstreams/openai')
})

test('a list is compared and written; its rise waits, and is withdrawn', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await open('/prices', 'Prices: import and schedule')
  await page.getByLabel('Or its text').fill('models:\n  - { id: m-sold, price: { input: "4", output: "15" } }')
  await page.getByRole('button', { name: 'Compare' }).click()
  await page.getByRole('cell', { name: '$3.00 → $4.00' }).waitFor()
  await show('console-prices-diff')
  await page.getByRole('button', { name: 'Write these prices' }).click()
  await show('console-prices-write')
  await page.getByRole('button', { name: 'Write 1 price' }).dblclick()
  await page.getByText('The prices are written.').waitFor()
  const scheduled = async () => ((await world.operator.ask('GET', '/prices/scheduled')) as { data: readonly object[] }).data.length
  assert.equal(await scheduled(), 1)
  await page.getByRole('button', { name: 'Withdraw' }).click()
  await page.getByRole('button', { name: 'Withdraw the change' }).click()
  await page.getByText('Nothing is scheduled.').waitFor()
  assert.equal(await scheduled(), 0)
})

test('what goes on after a sign-in is what was asked before it', { skip: skipWithoutBrowser }, async () => {
  const { page } = browsing
  const goOn = async () => {
    await page.getByLabel('Operator token').fill(world.operatorToken)
    await page.getByRole('button', { name: 'Sign in and go on' }).click()
  }
  await open('/prices', 'Prices: import and schedule')
  await page.getByLabel('Or its text').fill('models: []')
  await page.getByLabel('Times').fill('1.25')
  await page.getByLabel('Only models').fill('m-*')
  const compared = await refusedOnce('**/operator/v1/prices/import')
  await page.getByRole('button', { name: 'Compare' }).click()
  await goOn()
  await page.getByText('Nothing in it differs').waitFor()
  assert.deepEqual(compared(), Array(2).fill({ text: 'models: []', multiplier: '1.25', only: 'm-*' }))
  await open('/setup/policy', 'Set-up')
  const noted = await refusedOnce('**/operator/v1/setup/policy')
  await page.getByRole('button', { name: 'Skip for now' }).click()
  await goOn()
  await page.waitForURL((url) => !url.pathname.endsWith('/policy'))
  assert.deepEqual(noted(), Array(2).fill({ state: 'skipped' }))
  await world.operator.ask('PUT', '/setup/policy', { state: 'open' })
})

/** Has the server say once that nobody is signed in; tells what was sent. */
async function refusedOnce(address: string): Promise<() => readonly unknown[]> {
  const sent: unknown[] = []
  await browsing.page.route(address, async (route) => {
    if (sent.push(route.request().postDataJSON()) > 1) return await route.continue()
    await route.fulfill({ status: 401, json: { error: { code: 'signed_out', message: 'Nobody is signed in here.' } } })
  })
  return () => sent
}

test('a plan is made, changed and scheduled; a pool is made and retired', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await open('/plans', 'Plans and pools')
  await page.getByRole('button', { name: 'New plan' }).click()
  await page.getByLabel('Id', { exact: true }).fill('pro')
  await page.getByLabel('Name', { exact: true }).fill('Pro')
  await page.getByLabel('Price', { exact: true }).fill('0')
  await page.getByRole('dialog').getByRole('button', { name: 'New plan' }).click()
  await page.getByRole('alert').waitFor()
  await show('console-plan-new')
  await page.getByLabel('Price', { exact: true }).fill('20.00')
  await page.getByRole('dialog').getByRole('button', { name: 'New plan' }).click()
  await page.getByRole('cell', { name: 'Pro', exact: true }).waitFor()
  await page.getByRole('button', { name: 'Schedule' }).click()
  await page.getByLabel('Part of the list price').fill('1.1')
  await page.getByLabel('Holds from').fill(new Date(Date.now() + 40 * DAY_MS).toISOString().slice(0, 10))
  await page.getByRole('button', { name: 'Schedule the change' }).click()
  await page.getByRole('cell', { name: '1 → 1.1' }).waitFor()
  await page.getByRole('button', { name: 'New pool' }).click()
  await page.getByLabel('Id', { exact: true }).fill('open')
  await page.getByLabel('What it serves').fill('open models')
  await page.getByLabel('Models').fill('m-sold')
  await page.getByLabel('Seats').nth(1).fill('40')
  await page.getByLabel('A month, USD').nth(1).fill('49.00')
  await show('console-pool-new')
  await page.getByRole('dialog').getByRole('button', { name: 'New pool' }).click()
  await page.getByRole('cell', { name: '08:00-16:00' }).waitFor()
  await show('console-plans-made')
  await page.getByRole('button', { name: 'Put out of use' }).last().click()
  await page.getByRole('button', { name: 'Put open out of use' }).click()
  await page.getByText('No pool.').waitFor()
})

test('in Chinese, and without an error in the pages', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await page.evaluate("localStorage.setItem('farebox.language', 'zh')")
  await open('/setup/prices', '初始设置')
  await show('console-setup-zh')
  assert.deepEqual(browsing.errors, [])
})
