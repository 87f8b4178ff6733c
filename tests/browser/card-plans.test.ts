// Guarantee: in a real browser somebody has their card pay renewals, after reading what is agreed to, sees what was charged when one was due, and why it stopped; keeps
// the card that pays where they say so; and buys a plan with the saved card where the balance lacks, in either language.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { until } from '../../checks/parallel.ts'
import { startWorld, type World } from '../../checks/world.ts'
import { type CardBehaviour, type SimStripe, startSimStripe } from '../../sim/index.ts'
import { connect, type Database, sql } from '../../src/db/index.ts'
import { type Browsing, openBrowser, openByNumber, skipWithoutBrowser } from './index.ts'

const CHARGED_MS = 60_000

let stripe: SimStripe
let world: World
let database: Database
let browsing: Browsing
let base: string
const left: { behaviour: CardBehaviour } = { behaviour: 'ok' }
before(async () => {
  if (skipWithoutBrowser !== false) return
  stripe = await startSimStripe({ now: () => Date.now(), name: 'renewing' })
  const { secretKey: secret_key, webhookSecret: webhook_secret, baseUrl: api_base } = stripe
  world = await startWorld({ payments: { stripe: { secret_key, webhook_secret, api_base } } })
  database = connect({ connection: world.connection(), role: undefined, poolMax: 1, connectTimeoutMs: 30_000 })
  base = `http://localhost:${world.port}`
  await world.operator.ask('PUT', '/plans/steady', { name: 'Steady', price_multiplier: '1', public: true, kind: 'monthly', price: '12.00' })
  browsing = await openBrowser()
  const { page } = browsing
  await openByNumber(page, world)
  // The page of the processor, where somebody leaves a card, or pays, and is sent back.
  await page.route('https://checkout.stripe.com/**', async (route) => {
    const session = new URL(route.request().url()).pathname.split('/').at(-1) ?? ''
    const isPaid = stripe.account.sessions.get(session)?.mode === 'payment'
    if (isPaid) stripe.pay(session, left.behaviour)
    else stripe.saveCard(session, left.behaviour)
    await route.fulfill({ status: 303, headers: { location: `${base}/dashboard/top-up${isPaid ? '?paid=card' : '?card=left'}` } })
  })
})
after(async () => {
  await browsing?.close()
  await database?.end()
  await world?.stop()
  await stripe?.close()
})

const visit = async (path: string, heading: string): Promise<void> => {
  await browsing.page.goto(`${base}/dashboard/${path}`)
  await browsing.page.getByRole('heading', { name: heading, exact: true, level: 1 }).waitFor()
}
const press = (name: string) => browsing.page.getByRole('button', { name, exact: true }).click()
const charged = () => [...stripe.account.intents.values()].filter(({ status }) => status === 'succeeded').map(({ amount }) => amount)
const speak = async (language: 'en' | 'zh'): Promise<void> => {
  await browsing.page.evaluate(`localStorage.setItem('farebox.language', '${language}')`)
  await browsing.page.reload()
}

test('the card that pays is kept where its owner says so, and then buys a plan for what the balance lacks', {
  skip: skipWithoutBrowser,
}, async () => {
  const { page, show } = browsing
  await visit('top-up', 'Top up')
  await page.getByText('No card is saved.').waitFor()
  assert.equal(await page.getByRole('checkbox').isChecked(), false)
  await page.getByLabel('$10', { exact: true }).check()
  await page.getByRole('checkbox').check()
  await show('top-up-keeping')
  await press('Top up $10.00')
  await page.getByText('•••• 4242').waitFor()
  // Nobody tells of the event in this world; looking does.
  await database.query(sql`update stripe_payment set created_at = created_at - interval '1 hour'`)
  await database.query(sql`update payment set created_at = created_at - interval '1 hour' where state = 'open'`)
  await until(
    async () => (await database.query(sql`select from payment where state = 'settled'`)).length,
    (settled) => settled === 1,
    CHARGED_MS,
  )
  await visit('plans', 'Plans and seats')
  await press('Choose Steady')
  await page.getByRole('dialog').getByText('It renews from the balance until you end it.').waitFor()
  await page.getByRole('button', { name: 'Charge $2.00 to •••• 4242' }).waitFor()
  await show('buy-by-saved-card')
  await press('Charge $2.00 to •••• 4242')
  await page.getByText('“Steady” is yours').waitFor()
  assert.deepEqual(charged(), [1000, 200])
  assert.deepEqual(browsing.errors, [])
})

test('renewals are paid by card once that is agreed to, and the page says what was charged', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await visit('top-up', 'Top up')
  await press('Let renewals be paid by card')
  await page.getByRole('dialog').getByText('only for renewals and only at prices that you have seen').waitFor()
  await show('card-renewals-form')
  await page.getByRole('dialog').getByLabel('At most in a day').fill('0.10')
  await press('Let it be charged')
  await page.getByText('at least 0.50 USD').waitFor()
  await page.getByRole('dialog').getByLabel('At most in a day').fill('30')
  await press('Let it be charged')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  // A month goes by.
  await database.query(sql`
    update subscription set anchor = anchor - interval '31 days', period_start = period_start - interval '31 days', period_end = date_trunc('milliseconds', now())
    where state = 'active'`)
  const renewals = page.locator('section', { has: page.getByRole('heading', { name: 'Renewals by card' }) })
  await renewals.getByText('$12.00').waitFor({ timeout: CHARGED_MS })
  await page.reload()
  await page.getByText('a renewal', { exact: true }).waitFor()
  await show('card-renewals')
  await speak('zh')
  await page.getByRole('heading', { name: '用卡支付续订' }).waitFor()
  await show('card-renewals-zh')
  await speak('en')
  assert.deepEqual(charged(), [1000, 200, 1200])
  assert.deepEqual(browsing.errors, [])
})

test('a card that says no stops it, the page says why in either language, and it is stopped by hand', {
  skip: skipWithoutBrowser,
}, async () => {
  const { page, show } = browsing
  left.behaviour = 'declined'
  await press('Leave a card')
  await page.getByText('charged first').waitFor()
  await database.query(sql`
    update subscription set anchor = anchor - interval '31 days', period_start = period_start - interval '31 days', period_end = date_trunc('milliseconds', now())
    where state = 'active'`)
  await page.getByText('The bank declined the card,').waitFor({ timeout: CHARGED_MS })
  await show('card-renewals-declined')
  await speak('zh')
  await page.getByText('银行拒绝了这张卡，').waitFor()
  await show('card-renewals-declined-zh')
  await speak('en')
  await press('Let renewals be paid by card')
  await page.getByRole('dialog').getByRole('button', { name: 'Let it be charged' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  assert.deepEqual(charged(), [1000, 200, 1200])
  assert.deepEqual(browsing.errors, [])
})
