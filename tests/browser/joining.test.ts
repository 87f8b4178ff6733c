// Guarantee: in a real browser who is invited to a team signs up, comes back, sees who asks and joins once, acts for that account until they choose
// another, and is gone when they are removed; strangers are told nothing of who invites, and a link that was used says so.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startWorld, type World } from '../../checks/world.ts'
import { type Browsing, openBrowser, skipWithoutBrowser } from './index.ts'

let world: World
let browsing: Browsing
let base: string
let ownerNumber: string
let link: string
let ownerAccount: string
before(async () => {
  if (skipWithoutBrowser !== false) return
  world = await startWorld()
  base = `http://localhost:${world.port}`
  browsing = await openBrowser()
})
after(async () => {
  await browsing?.close()
  await world?.stop()
})

const heading = (name: string) => browsing.page.getByRole('heading', { name, exact: true, level: 1 }).waitFor()
const press = (name: string | RegExp) => browsing.page.getByRole('button', { name, exact: true }).click()
const visit = async (path: string, title: string): Promise<void> => {
  await browsing.page.goto(path.startsWith('http') ? path : `${base}${path}`)
  await heading(title)
}
const secret = async (): Promise<string> => (await browsing.page.locator('.secret code').textContent()) ?? ''
const asked = async (line: string, body?: object, account?: string) => {
  const [method = 'GET', path = ''] = line.split(' ')
  const headers = { origin: base, 'content-type': 'application/json', ...(account !== undefined && { 'farebox-account': account }) }
  const answer = await browsing.page.request.fetch(`${base}${path}`, { method, headers, ...(body && { data: body }) })
  return ((await answer.json()) as { data: { id: string; apiKey: string } }).data
}

test('an owner without company invites by a link', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await visit('/sign-up', 'Open an account')
  await press('Open one without an e-mail')
  ownerNumber = await secret()
  await page.getByRole('link', { name: 'I have kept it' }).click()
  await heading('Overview')
  ownerAccount = (await asked('GET /api/account')).id
  await world.operator.ask('POST', `/accounts/${ownerAccount}/credits`, { amount: '25.00', reason: 'test' })
  await page.getByRole('link', { name: 'Team' }).click()
  await page.getByText('You are the only one here').waitFor()
  await show('team-alone')
  await press('Invite somebody')
  await page.getByLabel('E-mail').fill('friend@example.com')
  await press('Mail the invitation')
  await page.getByText('No mail can be sent here').waitFor()
  await show('team-invite')
  await page.getByLabel('E-mail').fill('')
  await page.getByRole('button', { name: 'Make a code' }).dblclick()
  await page.getByRole('heading', { name: 'Hand this link over in private' }).waitFor()
  link = await secret()
  await press('I have copied it')
  await page.getByRole('cell', { name: 'whoever has the code' }).waitFor()
  assert.equal(await page.getByRole('cell', { name: 'whoever has the code' }).count(), 1)
  await press('Sign out')
  await heading('Sign in')
})

test('a stranger is told nothing, opens an account, comes back and joins', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await visit(link, 'You are invited to a team')
  assert.equal(await page.getByText('Invited by').count(), 0)
  await show('join-stranger')
  await page.getByRole('link', { name: 'Open an account' }).click()
  await press('Open one without an e-mail')
  await page.getByRole('link', { name: 'I have kept it' }).click()
  await page.getByText('Invited by').waitFor()
  await show('join')
  await page.getByRole('button', { name: 'Join as developer' }).dblclick()
  await heading('Overview')
  await page.getByLabel('Acting for').waitFor()
  const { apiKey } = await asked('POST /api/keys/credit', { name: 'Translations' }, ownerAccount)
  const answer = await fetch(`${world.base}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm-openai', messages: [{ role: 'user', content: 'a word' }] }),
  })
  assert.equal(answer.status, 200)
  await answer.text()
  await visit(link, 'This invitation does not work any more')
  await show('join-gone')
})

test('one acts for the account that was chosen, also after a reload', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await visit('/dashboard/usage?by=memberId', 'Usage')
  await page.getByRole('table').last().getByText('account without e-mail').waitFor()
  await show('usage-members')
  await visit('/dashboard/team', 'Team')
  await page.getByRole('button', { name: 'Leave this account' }).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Invite somebody' }).count(), 0)
  await page.getByLabel('Acting for').selectOption({ index: 0 })
  await heading('Overview')
  await page.reload()
  await heading('Overview')
  assert.notEqual(await page.getByLabel('Acting for').inputValue(), ownerAccount)
  await page.getByLabel('Acting for').selectOption(ownerAccount)
  await page.reload()
  await heading('Overview')
  assert.equal(await page.getByLabel('Acting for').inputValue(), ownerAccount)
})

test('an owner changes what a member may and spends, and removes them', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await press('Sign out')
  await heading('Sign in')
  await press('Use an account number')
  await page.getByLabel('Account number').fill(ownerNumber)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await heading('Overview')
  await visit('/dashboard/team', 'Team')
  await page.getByRole('row').filter({ hasText: 'developer' }).getByRole('button', { name: 'Change' }).click()
  await page.getByLabel('Cap, USD').fill('5.00')
  await page.getByLabel('In each').selectOption('week')
  await show('team-change')
  await press('Save')
  await page.getByText('$5.00 a week').waitFor()
  await page.getByText('$0.00 spent').waitFor()
  await show('team')
  await page.getByRole('row').filter({ hasText: 'developer' }).getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('button', { name: /^Remove account/ }).click()
  await page.getByText('You are the only one here').waitFor()
  assert.deepEqual(browsing.errors, [])
})
