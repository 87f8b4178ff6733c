// Guarantee: in a real browser a card is left at its processor's page, shown by what it is recognized by, and charged by itself as its owner set it; the page says
// when the day had its most and when a card said no, in either language, asks for a proof that is too old, and has nothing of it where no cards are taken.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { dayWithRoom } from '../../checks/whole-minute.ts'
import { startWorld, type World } from '../../checks/world.ts'
import { type CardBehaviour, type SimStripe, startSimStripe } from '../../sim/index.ts'
import { connect, sql } from '../../src/db/index.ts'
import { type Browsing, expectCount, openBrowser, openByNumber, skipWithoutBrowser } from './index.ts'

const CHARGED_MS = 40_000

let stripe: SimStripe
let world: World
let browsing: Browsing
let base: string
let number: string
const left: { behaviour: CardBehaviour } = { behaviour: 'ok' }
before(async () => {
  if (skipWithoutBrowser !== false) return
  stripe = await startSimStripe({ now: () => Date.now(), name: 'pages' })
  const { secretKey: secret_key, webhookSecret: webhook_secret, baseUrl: api_base } = stripe
  world = await startWorld({ payments: { stripe: { secret_key, webhook_secret, api_base } } })
  base = `http://localhost:${world.port}`
  browsing = await openBrowser()
  const { page } = browsing
  await openByNumber(page, world)
  number = ((await page.locator('.secret code').textContent()) ?? '').replace(/\D/g, '')
  // The page of the processor, where somebody leaves a card and is sent back.
  await page.route('https://checkout.stripe.com/**', async (route) => {
    stripe.saveCard(new URL(route.request().url()).pathname.split('/').at(-1) ?? '', left.behaviour)
    await route.fulfill({ status: 303, headers: { location: `${base}/dashboard/top-up?card=left` } })
  })
  await page.route('https://billing.stripe.com/**', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>portal</title>cards' }),
  )
})
after(async () => {
  await browsing?.close()
  await world?.stop()
  await stripe?.close()
})

const visit = async (): Promise<void> => {
  await browsing.page.goto(`${base}/dashboard/top-up`)
  await browsing.page.getByRole('heading', { name: 'Top up', exact: true, level: 1 }).waitFor()
}
const press = (name: string) => browsing.page.getByRole('button', { name, exact: true }).click()

async function set(threshold: string, amount: string, daily: string): Promise<void> {
  const dialog = browsing.page.getByRole('dialog')
  await dialog.getByLabel('When the balance falls below').fill(threshold)
  await dialog.getByLabel('Charge (USD)').fill(amount)
  await dialog.getByLabel('At most in a day').fill(daily)
  await dialog.getByRole('button', { name: 'Let it be charged' }).click()
}

test('a card is left, and the account tops itself up once, within the most of a day', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await dayWithRoom(2 * CHARGED_MS)
  await visit()
  await page.getByText('No card is saved.').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Set it up' }).isDisabled(), true)
  await show('cards-none')
  await press('Leave a card')
  await page.getByText('The card is saved. Nothing was charged.').waitFor()
  await page.getByText('•••• 4242').waitFor()
  await page.getByText('until 08/2034').waitFor()
  await press('Set it up')
  await show('auto-top-up-form')
  await set('30', '20', '20')
  await page.getByText('at most 20.00 USD, the amount').waitFor()
  await set('5', '20', '20')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByText('The most of today is charged.').waitFor({ timeout: CHARGED_MS })
  await page.reload()
  await page.getByText('You have $20.00').waitFor()
  await show('auto-top-up')
  assert.equal(stripe.account.intents.size, 1)
  assert.deepEqual(browsing.errors, [])
})

test('a card that says no stops it, and the page says so in either language', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  left.behaviour = 'declined'
  await press('Leave a card')
  await page.getByText('charged first').waitFor()
  await press('Change')
  await set('25', '30', '100')
  await page.getByText('The bank declined the card').waitFor({ timeout: CHARGED_MS })
  await page.getByText('stopped', { exact: true }).waitFor()
  assert.equal(stripe.account.intents.size, 2)
  await show('auto-top-up-declined')
  await page.evaluate("localStorage.setItem('farebox.language', 'zh')")
  await page.reload()
  await page.getByText('银行拒绝了这张卡，').waitFor()
  await page.getByText('银行拒绝了这张卡', { exact: true }).waitFor()
  assert.equal(await page.getByText('card_declined').count(), 0)
  await show('auto-top-up-declined-zh')
  await page.evaluate("localStorage.setItem('farebox.language', 'en')")
  await page.reload()
  await press('Set it up')
  await set('5', '20', '100')
  await press('Stop')
  await page.getByText('It was stopped, so the balance is not topped up by itself.').waitFor()
  assert.deepEqual(browsing.errors, [])
})

test('whose proof is old shows it again first; where no cards are taken nothing of them is there', {
  skip: skipWithoutBrowser,
}, async () => {
  const { page } = browsing
  const database = connect({ connection: world.connection(), role: undefined, poolMax: 1, connectTimeoutMs: 30_000 })
  await database.query(sql`update sign_in_session set fresh_until = now()`)
  await database.end()
  await press('Manage cards and receipts')
  await page.getByRole('dialog').getByLabel('Account number').fill(number)
  await page.getByRole('dialog').locator('button.main').click()
  await page.waitForURL('https://billing.stripe.com/**')
  await page.route('**/api/billing/options', async (route) => {
    const answer = await route.fetch()
    await route.fulfill({ response: answer, body: (await answer.text()).replace('"stripe"', '') })
  })
  await visit()
  await page.getByText('No way to pay is set up here yet').waitFor()
  await expectCount(page.getByRole('heading', { name: 'Saved cards' }), 0)
  assert.deepEqual(browsing.errors, [])
})
