// Guarantee: in a real browser somebody goes over to another plan and reads before what it means: when it holds, what it costs, what comes back; takes back
// what was to come and what was to end; and none of it is done by looking at it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startWorld, type World } from '../../checks/world.ts'
import { type Browsing, openBrowser, skipWithoutBrowser } from './index.ts'
import { openByNumber } from './people.ts'

let world: World
let browsing: Browsing
before(async () => {
  if (skipWithoutBrowser !== false) return
  world = await startWorld({})
  const plan = { kind: 'monthly', price_multiplier: '1', public: true }
  await world.operator.ask('PUT', '/plans/steady', { ...plan, name: 'Steady', price: '20.00' })
  await world.operator.ask('PUT', '/plans/swift', { ...plan, name: 'Swift', price: '60.00' })
  await world.operator.ask('PUT', '/plans/once', { ...plan, name: 'Once', kind: 'one_time', price: '90.00' })
  browsing = await openBrowser()
})
after(async () => {
  await browsing?.close()
  await world?.stop()
})

const base = (): string => `http://localhost:${world.port}`

async function own<Answer>(method: string, path: string, data?: object): Promise<Answer> {
  const answer = await browsing.page.request.fetch(`${base()}${path}`, { method, headers: { origin: base() }, ...(data && { data }) })
  assert.ok(answer.ok(), `${path} ${await answer.text()}`)
  return ((await answer.json()) as { data: Answer }).data
}

type Status = {
  readonly creditBalance: string
  readonly subscriptions: readonly {
    readonly planSlug: string
    readonly nextPlanSlug: string | null
    readonly cancelAtPeriodEnd: boolean
  }[]
}
const status = async () => {
  const { creditBalance, subscriptions } = await own<Status>('GET', '/api/billing/status')
  const [one] = subscriptions
  return [one?.planSlug, one?.nextPlanSlug, one?.cancelAtPeriodEnd, creditBalance]
}

test('a plan is changed to a dearer one now, to a cheaper one later, and kept, each as it is said', {
  skip: skipWithoutBrowser,
}, async () => {
  const { page, show } = browsing
  await openByNumber(page, world)
  const { id } = await own<{ id: string }>('GET', '/api/account')
  await world.operator.ask('POST', `/accounts/${id}/credits`, { amount: '70.00', reason: 'test' })
  await own('POST', '/api/billing/subscribe', { planSlug: 'steady', createKey: true, keyName: 'work' })
  await page.goto(`${base()}/dashboard/plans`)
  const dialog = page.getByRole('dialog')
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  await press('Go over to this plan: Swift')
  await dialog.getByText('$60.00 a month, the first paid from the balance now').waitFor()
  await dialog.getByText('about $19.99, exact to the nano-dollar').waitFor()
  await dialog.getByText('Together about $40.01 leaves the balance').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Go over to this plan: Once' }).count(), 0)
  assert.equal(await page.getByRole('button', { name: 'Go over to this plan: Steady' }).count(), 0)
  await show('change-now')
  assert.deepEqual(await status(), ['steady', null, false, '50.00'])
  await dialog.getByRole('button', { name: 'Go over and pay $60.00' }).dblclick()
  await page.getByRole('cell', { name: 'swift', exact: true }).waitFor()
  const [plan, next, , balance] = await status()
  assert.deepEqual([plan, next], ['swift', null])
  assert.match(String(balance), /^9\.99/)
  await press('Go over to this plan: Steady')
  await dialog.getByText(/^It holds from .* on, when the period of “swift” ends/).waitFor()
  await dialog.getByText('Then it costs $20.00 a month from the balance').waitFor()
  await show('change-later')
  await dialog.getByRole('button', { name: 'Go over', exact: true }).click()
  await page.getByText('then “steady”').waitFor()
  await show('change-to-come')
  assert.deepEqual(await status(), ['swift', 'steady', false, balance])
  await press('Stay on “swift”')
  await dialog.getByText('does not go over to “steady”').waitFor()
  await dialog.getByRole('button', { name: 'Stay on “swift”' }).click()
  await page.getByText('then “steady”').waitFor({ state: 'detached' })
  await press('End')
  await dialog.getByRole('button', { name: 'End “swift”' }).click()
  await page.getByText('ends then').waitFor()
  await show('ending')
  await press('Keep my plan')
  await dialog.getByText('paid from the balance again from then on').waitFor()
  await show('keep')
  await dialog.getByRole('button', { name: 'Keep “swift”' }).dblclick()
  await page.getByText('ends then').waitFor({ state: 'detached' })
  assert.deepEqual(await status(), ['swift', null, false, balance])
})

test('what the operator ends is not kept or put on another plan, as the page says, until the operator takes it back', {
  skip: skipWithoutBrowser,
}, async () => {
  const { page, show } = browsing
  const { subscriptions } = await own<{ subscriptions: readonly { readonly id: string }[] }>('GET', '/api/billing/status')
  const path = `/subscriptions/${subscriptions[0]?.id}/cancellation`
  await world.operator.ask('POST', path, { at: 'period_end' })
  await page.reload()
  await page.getByText('by the operator; ask support').waitFor()
  for (const name of ['Keep my plan', 'Go over to this plan: Steady']) assert.equal(await page.getByRole('button', { name }).count(), 0)
  await show('ended-by-operator')
  await world.operator.ask('DELETE', path)
  await page.reload()
  await page.getByRole('button', { name: 'End', exact: true }).waitFor()
  assert.equal(await page.getByText('by the operator; ask support').count(), 0)
})

test('a price that rose while somebody read it is not paid: the page says so and shows what it is now', {
  skip: skipWithoutBrowser,
}, async () => {
  const { page, show } = browsing
  const plan = { kind: 'monthly', price_multiplier: '1', public: true, name: 'Rising' }
  await world.operator.ask('PUT', '/plans/rising', { ...plan, price: '61.00' })
  const before = await status()
  await page.reload()
  await page.getByRole('button', { name: 'Go over to this plan: Rising', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Go over and pay $61.00' }).waitFor()
  await world.operator.ask('PUT', '/plans/rising', { ...plan, price: '63.00' })
  await dialog.getByRole('button', { name: 'Go over and pay $61.00' }).click()
  await dialog.getByText('a period costs 63.00 USD now. Nothing was changed or paid').waitFor()
  await dialog.getByRole('button', { name: 'Go over and pay $63.00' }).waitFor()
  await show('change-price-rose')
  assert.deepEqual(await status(), before)
  await page.keyboard.press('Escape')
})

test('what it lacks is said, and all of it is Chinese for who reads Chinese', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await world.operator.ask('PUT', '/plans/grand', { kind: 'monthly', price_multiplier: '1', public: true, name: 'Grand', price: '900.00' })
  await page.evaluate("localStorage.setItem('farebox.language', 'zh')")
  await page.reload()
  await page.getByRole('button', { name: '转到此套餐：Grand', exact: true }).click()
  await page.getByRole('dialog').getByText('立即生效').waitFor()
  await show('change-now-zh')
  await page.getByRole('button', { name: '转换并支付 $900.00' }).click()
  await page.getByRole('dialog').getByRole('alert').waitFor()
  await show('change-lacking-zh')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: '转到此套餐：Steady', exact: true }).click()
  await page.getByRole('button', { name: '转换', exact: true }).click()
  await page.getByText('到期转为“steady”').waitFor()
  await show('change-to-come-zh')
  assert.deepEqual(browsing.errors, [])
})
