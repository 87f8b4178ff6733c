// Guarantee: in a real browser who is invited to a team signs up, comes back, sees who asks and joins once, acts for that account until they choose
// another, and is gone when they are removed; strangers are told nothing of who invites, and a link that was used says so. Who is invited as an operator
// comes in by a passkey, or a password and an app, changes both, and proves by them who it is.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { startWorld, type World } from '../../checks/world.ts'
import { totpCode, totpStepOf } from '../../src/identity/index.ts'
import { type Browsing, expectCount, openBrowser, skipWithoutBrowser } from './index.ts'

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
  const { page } = browsing
  await visit('/sign-up', 'Open an account')
  await press('Open one without an e-mail')
  ownerNumber = await secret()
  await page.getByRole('link', { name: 'I have kept it' }).click()
  await heading('Overview')
  ownerAccount = (await asked('GET /api/account')).id
  await world.operator.ask('POST', `/accounts/${ownerAccount}/credits`, { amount: '25.00', reason: 'test' })
  await page.getByRole('link', { name: 'Team' }).click()
  await page.getByText('You are the only one here').waitFor()
  await press('Invite somebody')
  await page.getByLabel('E-mail').fill('friend@example.com')
  await press('Mail the invitation')
  await page.getByText('No mail can be sent here').waitFor()
  await page.getByLabel('E-mail').fill('')
  const stale = { status: 403, json: { error: { code: 'not_fresh', message: 'Show that it is you.' } } }
  await page.route('**/api/team/invitations', (route) => route.fulfill(stale), { times: 1 })
  await press('Make a code')
  const proving = page.getByRole('dialog', { name: 'Is it you?' })
  await proving.waitFor()
  await browsing.show('team-invite-prove')
  await proving.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Make a code' }).dblclick()
  await page.getByRole('heading', { name: 'Hand this link over in private' }).waitFor()
  link = await secret()
  await press('I have copied it')
  await page.getByRole('cell', { name: 'whoever has the code' }).waitFor()
  await expectCount(page.getByRole('cell', { name: 'whoever has the code' }), 1)
  const [old] = await Promise.all([page.waitForRequest((one) => one.method() === 'DELETE'), inviteAnew(stale)])
  assert.match(old.url(), /\/api\/team\/invitations\/[\w-]+$/)
  assert.notEqual(link, await secret())
  link = await secret()
  await press('I have copied it')
  await expectCount(page.getByRole('cell', { name: 'whoever has the code' }), 1)
  await press('Sign out')
  await heading('Sign in')
})

/** Makes the link of an invitation anew, by whoever has not shown lately who they are. */
async function inviteAnew(stale: object): Promise<void> {
  const { page } = browsing
  await page.route('**/api/team/invitations', (route) => (route.request().method() === 'POST' ? route.fulfill(stale) : route.fallback()))
  await press('New code')
  const proving = page.getByRole('dialog', { name: 'Is it you?' })
  await proving.waitFor()
  await page.unroute('**/api/team/invitations')
  await proving.getByLabel('Account number').fill(ownerNumber)
  await proving.locator('button.main').click()
  await page.getByRole('heading', { name: 'Hand this link over in private' }).waitFor()
}

test('a stranger is told nothing, opens an account, comes back and joins', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await visit(link, 'You are invited to a team')
  await expectCount(page.getByText('Invited by'), 0)
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
})

test('one acts for the account that was chosen, also after a reload', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await visit('/dashboard/usage?by=memberId', 'Usage')
  await page.getByRole('table').last().getByText('account without e-mail').waitFor()
  await show('usage-members')
  await visit('/dashboard/team', 'Team')
  await page.getByRole('button', { name: 'Leave this account' }).waitFor()
  await expectCount(page.getByRole('button', { name: 'Invite somebody' }), 0)
  await page.getByLabel('Acting for').selectOption({ index: 0 })
  await heading('Overview')
  await page.reload()
  await heading('Overview')
  assert.notEqual(await page.getByLabel('Acting for').inputValue(), ownerAccount)
  await page.getByLabel('Acting for').selectOption(ownerAccount)
  await page.reload()
  await heading('Overview')
  assert.equal(await page.getByLabel('Acting for').inputValue(), ownerAccount)
  await visit('/dashboard/statements', 'Statements')
  await page.getByText('$25.00').first().waitFor()
  const [csv] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download CSV' }).click()])
  assert.match(readFileSync(await csv.path(), 'utf8'), /,25\.00,25\.00\r?\n/)
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
  await press('Save')
  await page.getByText('$5.00 a week').waitFor()
  await page.getByText('$0.00 spent').waitFor()
  await show('team')
  await page.getByRole('row').filter({ hasText: 'developer' }).getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('button', { name: /^Remove account/ }).click()
  await page.getByText('You are the only one here').waitFor()
  assert.deepEqual(browsing.errors, [])
})

const operators = (path: string): string => `${world.operatorBase.replace('127.0.0.1', 'localhost')}${path}`

test('a person is invited as an operator, and comes in by a passkey', { skip: skipWithoutBrowser }, async () => {
  const { page, show, context } = browsing
  await visit(operators('/console/operators'), 'Operator sign-in')
  await page.getByLabel('Operator token').fill(world.operatorToken)
  await press('Sign in')
  await heading('Operators')
  const anna = await invite('anna', 'owner')
  await invite('bert', 'support')
  await page.getByRole('row').filter({ hasText: 'bert' }).getByRole('button', { name: 'Manage' }).click()
  await show('console-operator')
  await press('Take the link back')
  await page.getByRole('dialog').getByRole('button', { name: 'Take the link back' }).click()
  await page.getByText('cannot come in').waitFor()
  await show('console-operators-invited')
  await press('Sign out')
  await heading('Operator sign-in')
  await page.goto(anna)
  await heading('Welcome, anna')
  await show('console-join')
  const session = await context.newCDPSession(page)
  await session.send('WebAuthn.enable')
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
  } as const
  await session.send('WebAuthn.addVirtualAuthenticator', { options })
  await press('Make a passkey')
  await heading('Recovery codes')
  await press('I have kept them')
  await heading('Overview')
  await page.goto(anna)
  await heading('This link does not work any more')
})

async function invite(name: string, role: string): Promise<string> {
  const { page } = browsing
  await press('Invite a person')
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Role').selectOption(role)
  await page.getByRole('button', { name: 'Make the link' }).dblclick()
  await page.getByRole('heading', { name: `The link for “${name}”` }).waitFor()
  const made = await secret()
  await press('I have copied it')
  await page.getByRole('cell', { name, exact: true }).waitFor()
  return made
}

test('another comes in by a password and an app, and each has a page of their own', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await visit(operators('/console/operators'), 'Operators')
  const link = await invite('carl', 'support')
  await visit(operators('/console/you'), 'anna')
  await press('Set a password with an app')
  await page.getByLabel('New password').fill(PASSWORD)
  await page.getByLabel('The 6 digits').fill(codeOf(await secret()))
  await page.getByRole('dialog').getByRole('button', { name: 'Set a password with an app' }).click()
  await page.getByText('a code of the app let you in').waitFor()
  await show('console-you')
  await press('Sign out')
  await heading('Operator sign-in')
  await page.goto(link)
  await heading('Welcome, carl')
  await press('Use a password and an authenticator app')
  await page.getByLabel('New password').fill(PASSWORD)
  const text = await secret()
  await page.getByLabel('The 6 digits').fill(codeOf(text))
  await show('console-join-app')
  await press('Set both and come in')
  await heading('Recovery codes')
  await press('I have kept them')
  await heading('Overview')
  await expectCount(page.getByRole('link', { name: 'Operators' }), 0)
  await press('Sign out')
  await press('Use a name, a password and a code')
  await press('Use a passkey')
  await heading('Overview')
})

test('what cannot be undone asks again by a passkey, and goes on with what was typed', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await visit(operators('/console/operators'), 'Operators')
  const refused = { status: 403, json: { error: { code: 'not_fresh', message: 'This needs a new proof that it is you.' } } }
  await page.route('**/operator/v1/operators/carl', (route) => route.fulfill(refused), { times: 1 })
  await page.getByRole('row').filter({ hasText: 'carl' }).getByRole('button', { name: 'Manage' }).click()
  await press('Change the role')
  await page.getByLabel('Role').selectOption('finance')
  await page.getByRole('dialog').getByRole('button', { name: 'Change the role' }).click()
  await page.getByText('asks again who you are').waitFor()
  await show('console-prove')
  await press('Use a passkey and go on')
  await page.getByRole('row').filter({ hasText: 'carl' }).getByRole('cell', { name: 'finance' }).waitFor()
  assert.deepEqual(browsing.errors, [])
})

const PASSWORD = 'a long enough password'
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The code that an app shows now, by its secret in letters. */
function codeOf(text: string): string {
  const bits = [...text.replaceAll(' ', '')].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  return totpCode(bytes, totpStepOf(Date.now()))
}
