// Guarantee: in a real browser somebody pays by card, code and balance, and no press does anything twice; sees what is held of them, secures the account
// with a password and a passkey, asks support, takes everything along, and erases the account for good.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startWorld, type World } from '../../checks/world.ts'
import { type SimStripe, startSimStripe } from '../../sim/index.ts'
import { type Browsing, expectCount, openBrowser, skipWithoutBrowser } from './index.ts'

const PASSWORD = 'a long enough password'
let stripe: SimStripe
let world: World
let browsing: Browsing
before(async () => {
  if (skipWithoutBrowser !== false) return
  stripe = await startSimStripe({ now: () => Date.now(), name: 'browser' })
  const { secretKey: secret_key, webhookSecret: webhook_secret, baseUrl: api_base } = stripe
  world = await startWorld({
    payments: {
      stripe: { secret_key, webhook_secret, api_base },
      rules: { bonus: [{ from: '50.00', percent: '5' }], referral: { percent: '10' } },
    },
  })
  const steady = {
    name: 'Steady',
    kind: 'monthly',
    price_multiplier: '1',
    price: '12.00',
    budget: { amount: '20.00', window: 'month' },
    public: true,
  }
  await world.operator.ask('PUT', '/plans/steady', steady)
  browsing = await openBrowser()
})
after(async () => {
  await browsing?.close()
  await world?.stop()
  await stripe?.close()
})

const base = (): string => `http://localhost:${world.port}`

test('money comes in, and no press does anything twice', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await page.goto(`${base()}/sign-up`)
  await page.getByRole('button', { name: 'Open one without an e-mail' }).click()
  await page.getByRole('link', { name: 'I have kept it' }).click()
  await page.getByRole('link', { name: 'Top up', exact: true }).first().click()
  await page.getByRole('heading', { name: 'Redeem a code' }).waitFor()
  const { csv } = (await world.operator.ask('POST', '/redeem-batches', { label: 'b', amount: '25.00', count: 1 })) as { csv: string }
  await page.getByLabel('Code', { exact: true }).fill(csv.trim().split('\n').at(-1)?.split(',')[0] ?? '')
  await page.getByRole('button', { name: 'Redeem' }).dblclick()
  await page.getByText('$25.00 is on your balance.').waitFor()
  await show('top-up')
  await page.route('https://checkout.stripe.com/**', (route) => route.fulfill({ body: 'the page of the card company' }))
  const begun: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/api/billing/topup')) begun.push(request.url())
  })
  await page.getByRole('button', { name: 'Top up $25.00' }).dblclick()
  await page.waitForURL((url) => !url.href.startsWith(base()))
  await page.goBack()
  assert.equal(begun.length, 1, 'neither a double press nor going back begins another payment')
  await page.getByRole('cell', { name: 'begun' }).waitFor()
  await page.getByRole('link', { name: 'Plans and seats' }).click()
  await page.getByRole('heading', { name: 'Plans', exact: true }).waitFor()
  await show('plans')
  await page.getByRole('button', { name: 'Choose Steady' }).click()
  await page.getByRole('button', { name: 'Pay $12.00 from the balance' }).dblclick()
  await page.getByRole('heading', { name: '“Steady” is yours' }).waitFor()
  const key = (await page.locator('.secret code').textContent()) ?? ''
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await page.getByRole('cell', { name: 'steady', exact: true }).waitFor()
  await expectCount(page.getByRole('cell', { name: 'steady', exact: true }), 1)
  const usage = await fetch(`${base()}/v1/usage`, { headers: { authorization: `Bearer ${key}` } })
  assert.deepEqual(((await usage.json()) as { credits: object }).credits, { balance: '13.00' })
  await show('subscribed')
})

test('who opens an account by the link of another is brought by it, and says so once', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await page.goto(`${base()}/dashboard/top-up`)
  await page.getByRole('heading', { name: 'Bring others' }).waitFor()
  const link = (await page.locator('.secret code').textContent()) ?? assert.fail('no link')
  await show('bring-others')
  const friend = await openBrowser()
  try {
    await friend.page.goto(link)
    await friend.page.getByRole('button', { name: 'Open one without an e-mail' }).click()
    await friend.page.getByRole('link', { name: 'I have kept it' }).click()
    await friend.page.goto(`${base()}/dashboard/top-up`)
    await friend.page.getByLabel('Did somebody bring you?').fill(link.split('=').at(-1) ?? '')
    await friend.page.getByRole('button', { name: 'Say so' }).click()
    await friend.page.getByText('before its first payment').waitFor()
    await friend.show('brought-by')
  } finally {
    await friend.close()
  }
})

test('a password, a passkey and a look at what is held', { skip: skipWithoutBrowser }, async () => {
  const { page, show, context } = browsing
  await page.getByRole('link', { name: 'Security' }).click()
  await page.getByLabel('New password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Set a password' }).click()
  await page.getByText('every other session has ended').waitFor()
  assert.equal(await page.getByLabel('New password').inputValue(), '')
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
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByRole('heading', { name: 'Recovery codes' }).waitFor()
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByRole('cell', { name: 'Passkey of' }).waitFor()
  // The account has no e-mail: what letters would tell is read here.
  for (const change of ['password changed', 'passkey added']) await expectCount(page.getByRole('cell', { name: change, exact: true }), 1)
  await show('security')
  await page.getByRole('button', { name: 'Rename' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Laptop at home')
  await show('passkey-rename')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('cell', { name: 'Laptop at home' }).waitFor()
  await page.getByRole('link', { name: 'Support' }).click()
  await page.getByLabel('What is it about?').fill('A call was billed twice.\nOr so it seems.')
  await page.getByRole('button', { name: 'Ask support' }).dblclick()
  await page.getByText('waits for an answer').waitFor()
  await expectCount(page.getByText('waits for an answer'), 1)
  await show('support')
  await page.getByRole('link', { name: 'Privacy' }).click()
  await page.getByText('Nobody of the operators').waitFor()
  await show('privacy')
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export everything' }).click()])
  assert.equal(file.suggestedFilename(), 'farebox-export.zip')
})

test('a passkey signs in, and the account goes for good', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  await (await browsing.context.newCDPSession(page)).send('Emulation.setTimezoneOverride', { timezoneId: 'America/Los_Angeles' })
  await page.goto(`${base()}/dashboard/privacy`)
  await page.getByRole('button', { name: 'Erase this account' }).click()
  await page.getByText(/^money · the law asks for books of account/).waitFor()
  assert.match(await page.getByRole('dialog').locator('time').first().innerText(), /^Dec 31, /, 'a day is the same in every zone')
  const label = await page.getByLabel(/^Type .* to go on$/).getAttribute('id')
  const words = (await page.locator(`label[for="${label}"]`).textContent()) ?? ''
  await show('erase')
  await page.getByLabel(/^Type .* to go on$/).fill(words.replace(/^Type (.*) to go on$/, '$1'))
  let asked = 0
  await page.route('**/api/auth/erasure', async (route) => {
    if (route.request().method() !== 'POST' || asked++ > 0) return await route.continue()
    await route.fulfill({ status: 403, json: { error: { code: 'not_fresh', message: 'Show that it is you.' } } })
  })
  await page.getByRole('button', { name: 'Erase, and give up $13.00' }).click()
  await page.getByLabel('Password', { exact: true }).fill(`not ${PASSWORD}`)
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('dialog', { name: 'Is it you?' }).getByRole('alert').waitFor()
  assert.equal(page.url(), `${base()}/dashboard/privacy`, 'what was typed is not in the address')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.waitForURL(`${base()}/`)
  await page.goto(`${base()}/dashboard`)
  await page.waitForURL('**/sign-in?**')
  assert.deepEqual(browsing.errors, [])
})
