// Guarantee: in a real browser a customer sees each call as it comes in, opens its bill line by line and has its receipt checked there, red where it was
// altered; without a script error, a refusal of the page's own policy, or a barrier that axe knows, at phone and desk width in both themes.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startWorld, type World } from '../../checks/world.ts'
import { type Browsing, expectCount, openBrowser, skipWithoutBrowser } from './index.ts'

let world: World
let browsing: Browsing
let base: string
let key: string
before(async () => {
  if (skipWithoutBrowser !== false) return
  world = await startWorld({
    models: [{ id: 'a-model-with-a-name-that-is-longer-than-most', upstream: 'oai', upstreamModel: 'sim-model!tokens=40' }],
  })
  base = `http://localhost:${world.port}`
  browsing = await openBrowser()
  await openAccount()
})
after(async () => {
  await browsing?.close()
  await world?.stop()
})

/** An account with credit and a key, whose owner is signed in in the browser. */
async function openAccount(): Promise<void> {
  const { page } = browsing
  await page.goto(`${base}/sign-up`)
  await page.getByRole('button', { name: 'Open one without an e-mail' }).click()
  await page.locator('.secret code').waitFor()
  const asked = async (path: string, body?: object) => {
    const headers = { origin: base, 'content-type': 'application/json' }
    const answer = await page.request.fetch(`${base}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      ...(body && { data: body }),
    })
    return (await answer.json()) as { data: { id: string; apiKey: string } }
  }
  const { data: account } = await asked('/api/account')
  await world.operator.ask('POST', `/accounts/${account.id}/credits`, { amount: '25.00', reason: 'test' })
  key = (await asked('/api/keys/credit', { name: 'Night batch of the translation team' })).data.apiKey
}

const say = async (model: string, more: object = {}): Promise<number> => {
  const answer = await fetch(`${world.base}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'A prompt that nobody keeps.' }], max_tokens: 64, ...more }),
  })
  await answer.text()
  return answer.status
}

const visit = async (path: string, title: string): Promise<void> => {
  await browsing.page.goto(`${base}${path}`)
  await browsing.page.getByRole('heading', { name: title, exact: true, level: 1 }).waitFor()
}

test('requests: live, filtered, each with its bill and its receipt', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await visit('/dashboard/requests', 'Requests')
  await page.getByText('No call yet').waitFor()
  await show('requests-empty')
  assert.equal(await say('m-openai'), 200)
  await page.getByRole('cell', { name: 'm-openai' }).waitFor()
  for (const model of ['m-anthropic', 'm-gemini', 'a-model-with-a-name-that-is-longer-than-most', 'm-openai'])
    await say(model, { stream: true })
  await page.getByRole('cell', { name: 'a-model-with' }).first().waitFor()
  await show('requests')
  await page.getByLabel('Model').selectOption('m-gemini')
  await page.waitForURL('**/requests?model=m-gemini')
  await page.getByRole('cell', { name: 'm-openai' }).first().waitFor({ state: 'detached' })
  await page.getByRole('row').filter({ hasText: 'm-gemini' }).first().click()
  await page.getByText('Everything that can be checked today holds.').waitFor()
  await expectCount(page.locator('.checks .good'), 5)
  await show('bill')
  await page.getByRole('button', { name: 'Close' }).click()
  await page.route('**/api/receipts/*', async (route) => {
    const answer = await route.fetch()
    const text = (await answer.text()).replace(/("cost_nano_usd":")\d+/, '$11')
    await route.fulfill({ response: answer, body: text })
  })
  await page.reload()
  await page.getByRole('button', { name: 'Bill' }).first().click()
  await page.getByText('This receipt does not hold').waitFor()
  await expectCount(page.locator('.checks .bad'), 2)
  await show('bill-altered')
  await page.unroute('**/api/receipts/*')
  assert.deepEqual(browsing.errors, [])
})

test('usage: days in the address, by model and key', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  for (const model of ['m-openai', 'm-anthropic', 'm-gemini']) await say(model)
  await visit('/dashboard/usage', 'Usage')
  await page.locator('canvas').waitFor()
  await page.getByRole('row').filter({ hasText: 'm-anthropic' }).waitFor()
  await show('usage')
  await page.getByRole('radio', { name: '7 days' }).check({ force: true })
  await page.waitForURL('**/usage?days=7*')
  await page.getByRole('row').filter({ hasText: 'm-gemini' }).click()
  await page.waitForURL('**model=m-gemini*')
  await page.getByRole('row').filter({ hasText: 'm-anthropic' }).waitFor({ state: 'detached' })
  await visit('/dashboard/usage?from=2026-01-01&to=2026-01-07&of=tokens', 'Usage')
  await page.getByText('Nothing was used in these days').waitFor()
  assert.deepEqual(browsing.errors, [])
})

test('where it is not known what was spent, no amount says so', { skip: skipWithoutBrowser }, async () => {
  const { page } = browsing
  await page.route('**/api/usage', (route) => route.fulfill({ status: 502, body: '<html>Bad gateway</html>' }))
  await visit('/dashboard', 'Overview')
  await page.getByText('The server answered 502, without a reason').waitFor()
  const today = page.locator('.card').filter({ hasText: 'Today' })
  assert.equal(await today.locator('.figure').textContent(), '–')
  await page.unroute('**/api/usage')
  await page.getByRole('button', { name: 'Try again' }).click()
  await today.getByText('in 30 days').waitFor()
})

test('the set-up of a key that was chosen is there after a reload', { skip: skipWithoutBrowser }, async () => {
  const { page } = browsing
  const made = await page.request.post(`${base}/api/keys/credit`, { headers: { origin: base }, data: { name: 'Another' } })
  const { data } = (await made.json()) as { data: { id: string } }
  await visit('/dashboard/setup', 'Set-up')
  const choice = page.getByLabel('Key', { exact: true })
  await choice.selectOption('Night batch of the translation team')
  await page.getByText('Put the key “Night batch').waitFor()
  const chosen = await choice.inputValue()
  await page.reload()
  await page.getByText('Put the key “Night batch').waitFor()
  assert.equal(await choice.inputValue(), chosen)
  await page.request.delete(`${base}/api/keys/${data.id}`, { headers: { origin: base } })
})

const CLIENTS_NAMED = [
  ...['curl', 'openai', '@anthropic-ai/sdk', '@google/genai', 'Vercel AI SDK', 'Claude Code', 'Codex CLI', 'Gemini CLI'],
  ...['Cursor', 'Cline', 'Continue', 'LibreChat', 'Open WebUI'],
]

test('statements and set-up: this month adds up, and lines to copy name this server', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await visit('/dashboard/statements', 'Statements')
  await page.getByText('Balance now').waitFor()
  await show('statements')
  await visit('/dashboard/setup?client=Claude+Code', 'Set-up')
  await page.getByText(`ANTHROPIC_BASE_URL=${base}`).waitFor()
  await page.getByText('Put the key “Night batch').waitFor()
  const clients = await page.getByLabel('Program').locator('option').allTextContents()
  for (const name of CLIENTS_NAMED) assert.ok(clients.includes(name), name)
  for (const name of clients) {
    await page.getByLabel('Program').selectOption(name)
    await page.locator('pre').filter({ hasText: base }).waitFor()
  }
  await show('setup')
  assert.deepEqual(browsing.errors, [])
})
