// Guarantee: in a real browser somebody who paid by card has money back next to the payment, where it can be asked for and nowhere else; the operator grants or declines it in
// the console, once however often it is pressed, and the payment says what became of it and why, in both languages.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { until } from '../../checks/parallel.ts'
import { startWorld, type World } from '../../checks/world.ts'
import { type SimStripe, startSimStripe } from '../../sim/index.ts'
import { parseUsd } from '../../src/lib/index.ts'
import { type Browsing, consoleOf, expectCount, openBrowser, openByNumber, signInByToken, skipWithoutBrowser } from './index.ts'

const CREDITED_MS = 30_000
let stripe: SimStripe
let world: World
let house: Browsing
let owner: Browsing
before(async () => {
  if (skipWithoutBrowser !== false) return
  stripe = await startSimStripe({ now: () => Date.now(), name: 'askedback' })
  const { secretKey: secret_key, webhookSecret: webhook_secret, baseUrl: api_base } = stripe
  world = await startWorld({ payments: { stripe: { secret_key, webhook_secret, api_base } } })
  ;[house, owner] = await Promise.all([openBrowser(), openBrowser()])
  await Promise.all([signInByToken(house.page, world), openByNumber(owner.page, world)])
  await pay('25.00')
  await pay('40.00')
})
after(async () => {
  await Promise.all([house?.close(), owner?.close()])
  await world?.stop()
  await stripe?.close()
})

const base = (): string => `http://localhost:${world.port}`

async function asked<Answer>(path: string, data?: object): Promise<Answer> {
  const headers = { origin: base(), 'content-type': 'application/json' }
  const method = data === undefined ? 'GET' : 'POST'
  const answer = await owner.page.request.fetch(`${base()}${path}`, { method, headers, ...(data && { data }) })
  return ((await answer.json()) as { data: Answer }).data
}

/** In nano-USD. */
const remaining = async (): Promise<bigint> => usd((await asked<{ remaining: string }>('/api/billing/credits')).remaining)
const usd = (amount: string): bigint => parseUsd(amount) ?? assert.fail(amount)

/** The owner pays by card, and it is credited. */
async function pay(amount: string): Promise<void> {
  const before = await remaining()
  const { sessionId } = await asked<{ sessionId: string }>('/api/billing/topup', { amount, method: 'stripe' })
  stripe.pay(sessionId)
  for (const event of stripe.account.events) {
    const { body, headers } = stripe.deliver(event)
    await fetch(`${base()}/webhooks/stripe`, { method: 'POST', body, headers })
  }
  await until(remaining, (now) => now === before + usd(amount), CREDITED_MS)
}

const inLanguage = async ({ page }: Browsing, language: 'en' | 'zh'): Promise<void> => {
  await page.evaluate(`localStorage.setItem('farebox.language', '${language}')`)
  await page.reload()
}

/** Asks for so much of the payment of an amount. */
async function ask(payment: string, amount: string): Promise<void> {
  const { page } = owner
  await page.goto(`${base()}/dashboard/top-up`)
  const row = page.getByRole('row').filter({ hasText: payment })
  await row.getByRole('button', { name: 'Have it back …' }).click()
  await page.getByRole('dialog').getByLabel('Amount in USD').fill(amount)
  if (payment === '$25.00') await owner.show('ask-back')
  await page.getByRole('button', { name: `Ask for $${amount} back` }).dblclick()
  await page.getByText(`You asked for $${amount} back.`).waitFor()
  await row.getByText(`$${amount} asked back`, { exact: true }).waitFor()
}

const openRefunds = async (): Promise<void> => {
  await house.page.goto(`${consoleOf(world)}/refunds`)
  await house.page.getByRole('heading', { name: 'Asked back by customers' }).waitFor()
}

test('it is asked for next to its payment, and waits in the console', { skip: skipWithoutBrowser }, async () => {
  await openRefunds()
  await house.page.getByText('Nobody waits for an answer.').waitFor()
  await ask('$25.00', '20.00')
  await owner.page.getByText('You have $65.00').waitFor()
  await expectCount(owner.page.getByRole('button', { name: 'Have it back …' }), 1)
  await ask('$40.00', '40.00')
  await expectCount(owner.page.getByRole('button', { name: 'Have it back …' }), 0)
  await owner.show('asked-back')
  await openRefunds()
  await expectCount(house.page.getByRole('button', { name: 'Grant …' }), 2)
  await house.show('console-wishes')
  await house.page.goto(`${consoleOf(world)}/`)
  await house.page.getByText('Customers who asked for money back').waitFor()
  assert.deepEqual([...house.errors, ...owner.errors], [])
})

test('it is granted once and goes back to the card, or declined with a reason that is read', { skip: skipWithoutBrowser }, async () => {
  await openRefunds()
  const { page } = house
  const rowOf = (amount: string) => page.getByRole('row').filter({ has: page.getByRole('cell', { name: amount, exact: true }) })
  await rowOf('$20.00').getByRole('button', { name: 'Grant …' }).click()
  await page.getByRole('dialog').getByLabel('Amount').fill('15.00')
  await house.show('console-wish-grant')
  await page.getByRole('button', { name: 'Give $15.00 back' }).dblclick()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await until(remaining, (now) => now === usd('50.00'), CREDITED_MS)
  await rowOf('$40.00').first().getByRole('button', { name: 'Decline …' }).click()
  await page.getByRole('dialog').getByLabel('Why').fill('It was paid for a friend, who has spent it.')
  await house.show('console-wish-decline')
  await page.getByRole('button', { name: 'Decline, and say why' }).dblclick()
  await page.getByText('Nobody waits for an answer.').waitFor()
  await page.goto(`${consoleOf(world)}/refunds?state=all`)
  await page.getByText('granted', { exact: true }).waitFor()
  await page.getByText('It was paid for a friend').waitFor()
  await house.show('console-wishes-all')
  assert.equal(stripe.account.refunds.size, 1)

  await owner.page.reload()
  await owner.page.getByText('$20.00 asked back: granted').waitFor()
  await owner.page.getByText('$15.00 went back').waitFor()
  await owner.page.getByText('It was paid for a friend').waitFor()
  await owner.page.getByText('You have $50.00').waitFor()
  await expectCount(owner.page.getByRole('button', { name: 'Have it back …' }), 1)
  await owner.show('asked-back-decided')
  await inLanguage(owner, 'zh')
  await owner.page.getByText('申请退回 $20.00：已同意').waitFor()
  await owner.page.getByRole('button', { name: '申请退款…' }).click()
  await owner.page.getByRole('dialog').waitFor()
  await owner.show('ask-back-zh')
  await inLanguage(owner, 'en')
  await inLanguage(house, 'zh')
  await house.page.getByText('客户申请的退款').first().waitFor()
  await house.show('console-wishes-zh')
  await inLanguage(house, 'en')
  assert.deepEqual([...house.errors, ...owner.errors], [])
})

test('by a rule of days it says that it goes at once, and where to', { skip: skipWithoutBrowser }, async () => {
  const { page } = owner
  const [payment] = await asked<readonly object[]>('/api/billing/payments')
  const returnable = { amount: '10.00', decidedBy: 'rule' }
  const data = ['stripe', 'usdc'].map((method) => ({ ...payment, id: method, method, askedBack: null, returned: '0.00', returnable }))
  await page.route('**/api/billing/payments', (route) => route.fulfill({ json: { success: true, data } }))
  await page.goto(`${base()}/dashboard/top-up`)
  await page.getByRole('button', { name: 'Have it back …' }).first().click()
  await page.getByText('goes back to the card that paid').waitFor()
  await page.getByRole('button', { name: 'Have $10.00 back' }).waitFor()
  await owner.show('ask-back-rule')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Have it back …' }).nth(1).click()
  await page.getByText('Then you say where it goes').waitFor()
  await page.unrouteAll()
  assert.deepEqual(owner.errors, [])
})
