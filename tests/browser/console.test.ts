// Guarantee: in a real browser an operator comes in by the token, sees how the house does, finds an account, gives it credit once however often is
// pressed, suspends, resumes and looks at it, at phone and desk width in both themes, without a script error or a barrier that axe knows.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Customer, nanoOf } from '../../checks/operator.ts'
import { startWorld, type World } from '../../checks/world.ts'
import { type Browsing, expectCount, openBrowser, SIZES, skipWithoutBrowser } from './index.ts'

const PATIENCE_MS = 10_000
let world: World
let browsing: Browsing
let customer: Customer
let base: string
before(async () => {
  if (skipWithoutBrowser !== false) return
  world = await startWorld({ payments: { manual: { second_person_above: '500.00' } } })
  customer = await world.operator.customer('5.00')
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

test('in by the token, to where one wanted to be', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await page.goto(`${base}/accounts`)
  await page.getByLabel('Operator token').fill(world.operatorToken)
  await show('console-sign-in')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Accounts' }).waitFor()
})

test('the overview', { skip: skipWithoutBrowser }, async () => {
  await callOnce()
  await open('/', 'Overview')
  await browsing.page.locator('canvas').waitFor()
  await browsing.show('console-overview')
})

async function callOnce(): Promise<void> {
  const answer = await fetch(`${world.base}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${customer.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm-openai', messages: [{ role: 'user', content: 'a word' }] }),
  })
  assert.equal(answer.status, 200)
  await answer.text()
}

test('an account is found, credited once, suspended and resumed', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await open('/accounts', 'Accounts')
  await show('console-accounts')
  await page.getByLabel('Find an account').fill(customer.key)
  await page.getByRole('button', { name: 'Find', exact: true }).click()
  await page.waitForURL(/find=....$/)
  await page.getByRole('table').getByRole('link').first().click()
  await page.waitForURL(`**/accounts/${customer.id}`)
  await page.getByText('calls of a day').or(page.getByText('credit by hand')).first().waitFor()
  await show('console-account')
  await page.getByRole('button', { name: 'Give credit' }).click()
  await page.getByLabel('Amount').fill('2.50')
  await page.getByLabel('Reason').fill('a test')
  await show('console-credit')
  await page.getByRole('button', { name: 'Give $2.50' }).dblclick()
  await page.getByRole('cell', { name: 'a test' }).waitFor()
  await expectCount(page.getByRole('cell', { name: 'a test' }), 1)
  const { available } = await world.operator.balance(customer.id)
  assert.ok(available > nanoOf('7.00') && available <= nanoOf('7.50'), String(available))
  await page.getByRole('button', { name: 'Suspend', exact: true }).click()
  await page.getByRole('button', { name: 'Suspend the account' }).click()
  await page.getByText('suspended', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Resume service' }).click()
  await page.getByRole('button', { name: 'Suspend', exact: true }).waitFor()
  await page.getByRole('button', { name: 'Take second step away' }).click()
  await page.getByLabel('Reason').selectOption('lost')
  await show('console-second-step')
  await page.getByRole('button', { name: 'Take it away' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  for (const part of ['Calls', 'Keys', 'Terms', 'Who looked']) {
    await page.getByRole('link', { name: part, exact: true }).click()
    await page.getByRole('heading', { level: 2, name: part }).waitFor()
    await page.waitForLoadState('networkidle')
    await show(`console-account-${part.toLowerCase().replace(' ', '-')}`)
  }
  await page.getByRole('button', { name: 'Erase' }).click()
  await page
    .getByText('Gone from backups')
    .or(page.getByText('Goes', { exact: true }))
    .first()
    .waitFor()
  assert.equal(await page.getByRole('button', { name: /^Erase the account/ }).isDisabled(), true)
  await show('console-erase')
  await page.getByRole('button', { name: 'Cancel' }).click()
})

const PLACES = {
  support: 'Support',
  requests: 'Privacy requests',
  waiting: 'Waiting',
  codes: 'Codes',
  books: 'Books',
  upstreams: 'Upstreams',
  models: 'Models and prices',
  plans: 'Plans and pools',
  policy: 'Policy',
  audit: 'Audit log',
  operators: 'Operators',
}
for (const [place, heading] of Object.entries(PLACES))
  test(`the page ${place}`, { skip: skipWithoutBrowser }, async () => {
    await open(`/${place}`, heading)
    await browsing.show(`console-${place}`)
  })

test('a key is paused with a reason that stands beside it, and resumed', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await open(`/accounts/${customer.id}/keys`, 'world-')
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await page.getByLabel('Note to the owner').fill('It lay in a public log of a build. Take it out there, then write to us.')
  await page.getByRole('button', { name: /^Pause “/ }).dblclick()
  await page.getByText('by an operator: it may be in the hands of others').waitFor()
  await expectCount(page.getByRole('button', { name: 'Pause', exact: true }), 0)
  await show('console-key-paused')
  await page.getByRole('button', { name: 'Let it call again' }).click()
  await page.getByRole('button', { name: 'Pause', exact: true }).waitFor()
  const soon = new Date(Date.now() + 1_000).toISOString()
  const { id } = (await world.operator.ask('POST', '/accounts', { email: 'brief@example.com' })) as { readonly id: string }
  await world.operator.ask('POST', `/accounts/${id}/keys`, { name: 'for a second', expires_at: soon })
  await page.waitForTimeout(1_000)
  await page.goto(`${base}/accounts/${id}/keys`)
  await page.getByRole('row').filter({ hasText: 'for a second' }).getByText('expired', { exact: true }).waitFor()
  await page.goto(`${base}/confirm-email#token=fbe_x&email=anna%40example.com`)
  await page.getByRole('button', { name: 'Yes, use this e-mail' }).waitFor()
  assert.ok(!page.url().includes('anna'), 'neither token nor address stays in the address')
  await show('console-confirm-email')
  await page.evaluate("window.location.assign('#token=fbe_y&email=berta%40example.com')")
  await page.getByText('berta@example.com').waitFor()
  assert.ok(!page.url().includes('berta'), 'a link that is pasted into the open tab is followed, and taken out of the address too')
})

test('the books are verified, codes are made once and told once', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await open('/books', 'Books')
  await page.getByRole('button', { name: 'Verify the books' }).click()
  await page.getByText('Every balance equals').waitFor()
  await show('console-books-verified')
  await open('/codes', 'Codes')
  await page.getByRole('button', { name: 'New codes' }).first().click()
  await page.getByLabel('Label').fill('A fair')
  const [saved] = [page.waitForEvent('download')]
  await page.getByRole('button', { name: 'Make 10 codes worth $100.00' }).dblclick()
  await page.getByRole('button', { name: 'Save the list' }).click()
  assert.match((await saved).suggestedFilename(), /^codes-[0-9a-f]{8}\.csv$/)
  await page.getByRole('button', { name: 'I have saved it' }).click()
  await page.getByRole('cell', { name: 'A fair' }).waitFor()
  await expectCount(page.getByRole('cell', { name: 'A fair' }), 1)
})

test('codes that another operator asked for wait for a yes', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  const { secret } = (await world.operator.ask('POST', '/operators', { name: 'second' })) as { secret: string }
  const made = await fetch(`${world.operatorBase}/operator/v1/redeem-batches`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ label: 'A large one', amount: '300.00', count: 2 }),
  })
  assert.equal(made.status, 201, await made.text())
  await open('/codes', 'Codes')
  await page.getByText('second asked').waitFor()
  await show('console-codes-waiting')
  await page.getByRole('button', { name: 'Approve $600.00' }).click()
  await expectCount(page.getByText('valid', { exact: true }), 2)
  await expectCount(page.getByText('waits', { exact: true }), 0)
})

test('a key is bound to addresses, and what is wrong with them is said in the language of the page', {
  skip: skipWithoutBrowser,
}, async () => {
  const { page, show } = browsing
  await open(`/accounts/${customer.id}/keys`, 'world-')
  await page.getByText('from everywhere').waitFor()
  await page.getByRole('button', { name: '中文' }).click()
  await page.locator('td').getByRole('button', { name: '来源地址' }).click()
  await page.getByLabel('来源地址').fill('home')
  await page.getByRole('button', { name: '设置来源地址' }).click()
  await page.getByText(/字段“ip_ranges\.0”无效，要求：1 到 \d+ 个地址或范围/).waitFor()
  await show('console-key-addresses')
  await page.getByLabel('来源地址').fill('198.51.100.0/24')
  await page.getByRole('button', { name: '设置来源地址' }).click()
  await page.getByRole('cell', { name: '198.51.100.0/24' }).waitFor()
  await page.getByRole('button', { name: 'English' }).click()
  const statusOf = async () => (await fetch(`${world.base}/v1/models`, { headers: { authorization: `Bearer ${customer.key}` } })).status
  for (const end = Date.now() + 10_000; (await statusOf()) !== 403; ) assert.ok(Date.now() < end, 'calls from elsewhere are refused')
})

test('places fold, by keyboard too, and a phone shows the group of its page', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  const [house, money] = ['House', 'Money'].map((text) => page.locator('nav summary').filter({ hasText: text }))
  const audit = page.getByRole('link', { name: 'Audit log' })
  await audit.waitFor()
  await house?.press('Enter')
  await audit.waitFor({ state: 'hidden' })
  await house?.press('Enter')
  await audit.waitFor()
  await page.setViewportSize(SIZES.phone)
  await page.getByRole('button', { name: 'Menu' }).click()
  await page.getByRole('link', { name: 'Alarms' }).waitFor()
  await page.getByRole('link', { name: 'Codes' }).waitFor({ state: 'hidden' })
  await money?.click()
  await page.getByRole('link', { name: 'Codes' }).click()
  await page.getByRole('heading', { level: 1, name: 'Codes' }).waitFor()
  await page.getByRole('button', { name: 'Menu' }).click()
  await show('console-menu')
})

test('who only looks is shown nothing to press', { skip: skipWithoutBrowser }, async () => {
  const { secret } = (await world.operator.ask('POST', '/operators', { name: 'looker', role: 'read-only' })) as { secret: string }
  const { page } = browsing
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('Operator token').fill(secret)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  await expectCount(page.getByRole('link', { name: 'Operators' }), 0)
  await open(`/accounts/${customer.id}`, 'world-')
  await expectCount(page.getByRole('button', { name: /Give credit|Suspend|Erase/ }), 0)
})

test('without an error in the pages', { skip: skipWithoutBrowser }, () => {
  assert.deepEqual(browsing.errors, [])
})
