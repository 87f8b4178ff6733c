// Guarantee: in a real browser whoever may pay subscribes, at the price that the button says, and a plan or a seat that came without a key gets one from whoever
// may make keys, shown this once, on a phone as on a desk, in English as in Chinese.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startWorld, type World } from '../../checks/world.ts'
import { connect, sql } from '../../src/db/index.ts'
import { type Browsing, openBrowser, skipWithoutBrowser } from './index.ts'
import { openByNumber } from './people.ts'

let world: World
let browsing: Browsing
let account: string
before(async () => {
  if (skipWithoutBrowser !== false) return
  world = await startWorld({})
  await put('/plans/steady', { ...PLAN, name: 'Steady', price: '20.00' })
  await put('/pools/team', POOL)
  browsing = await openBrowser()
  await openByNumber(browsing.page, world)
  account = (await own<{ id: string }>('GET', '/api/account')).id
  await world.operator.ask('POST', `/accounts/${account}/credits`, { amount: '500.00', reason: 'test' })
})
after(async () => {
  await browsing?.close()
  await world?.stop()
})

const PLAN = { kind: 'monthly', price_multiplier: '1', public: true }
const BLOCKS = [{ block: 'europe', hours_utc: '08:00-16:00', seats: 4, price_per_month: '49.00' }]
const POOL = { description: 'a pool', models: ['m-openai'], annual_discount: '0', blocks: BLOCKS }
const base = (): string => `http://localhost:${world.port}`
const press = (name: string) => browsing.page.getByRole('button', { name, exact: true }).click()
const dialog = () => browsing.page.getByRole('dialog')
const put = (path: string, body: object) => world.operator.ask('PUT', path, body)

async function own<Answer>(method: string, path: string, data?: object): Promise<Answer> {
  const answer = await browsing.page.request.fetch(`${base()}${path}`, { method, headers: { origin: base() }, ...(data && { data }) })
  assert.ok(answer.ok(), `${path} ${await answer.text()}`)
  return ((await answer.json()) as { data: Answer }).data
}

type Status = {
  readonly subscriptions: readonly { readonly keyCount: number; readonly status: string }[]
  readonly poolPledges: readonly { readonly hasKey: boolean }[]
}
const status = () => own<Status>('GET', '/api/billing/status')

async function visit(): Promise<void> {
  await browsing.page.goto(`${base()}/dashboard/plans`)
  await browsing.page.getByRole('heading', { name: 'Plans and seats', level: 1 }).waitFor()
}

/** Has whoever is signed in be this in their own account. */
async function become(role: string): Promise<void> {
  const database = connect({ connection: world.connection(), role: undefined, poolMax: 1, connectTimeoutMs: 30_000 })
  await database.query(sql`update account_member set role = ${role} where account_id = ${account}::uuid`)
  await database.end()
}

test('who may pay and make no keys subscribes, and reads who makes the key', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await become('billing')
  await visit()
  await press('Choose Steady')
  await dialog().getByRole('button', { name: 'Pay $20.00 from the balance' }).click()
  await dialog().getByText('Whoever may make keys here makes the key that uses it').waitFor()
  await show('plan-bought-no-key')
  await press('Close')
  await page.getByRole('cell', { name: 'steady', exact: true }).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Make its key' }).count(), 0)
  assert.deepEqual(
    (await status()).subscriptions.map(({ keyCount }) => keyCount),
    [0],
  )
})

test('who may make keys makes the one of a plan and of a seat, once each, and it is theirs to call with', {
  skip: skipWithoutBrowser,
}, async () => {
  const { page, show } = browsing
  await become('developer')
  await own('POST', '/api/keys/credit', { name: 'of the balance' })
  await become('owner')
  await own('POST', '/api/pools/team/subscribe', { blocks: ['europe'] })
  await become('developer')
  await visit()
  for (const [name, shown] of [
    ['steady', 'plan'],
    ['team · europe', 'seat'],
  ] as const) {
    const row = page.getByRole('row').filter({ has: page.getByRole('cell', { name, exact: true }) })
    await row.waitFor()
    if (shown === 'plan') await show('plan-without-key')
    await row.getByRole('button', { name: 'Make its key' }).click()
    await dialog().getByText('use this in place of the balance').waitFor()
    assert.equal(await dialog().getByLabel('Name').inputValue(), name)
    await show(`${shown}-key-ask`)
    await dialog().getByRole('button', { name: 'Make the key' }).dblclick()
    await dialog().getByText('it is shown this once').waitFor()
    const secret = await page.locator('.secret code').textContent()
    await show(`${shown}-key-made`)
    await press('I have copied it')
    await row.getByRole('button', { name: 'Make its key' }).waitFor({ state: 'detached' })
    const answer = await fetch(`${world.base}/v1/models`, { headers: { authorization: `Bearer ${secret}` } })
    assert.equal(answer.status, 200, await answer.text())
  }
  const { subscriptions, poolPledges } = await status()
  assert.deepEqual([subscriptions.map(({ keyCount }) => keyCount), poolPledges.map(({ hasKey }) => hasKey)], [[1], [true]])
})

test('who has both rights gets the key with what they bought, and what has ended gets none', { skip: skipWithoutBrowser }, async () => {
  const { page } = browsing
  await become('owner')
  await visit()
  await press('Choose Steady')
  await dialog().getByRole('button', { name: 'Pay $20.00 from the balance' }).click()
  await dialog().getByText('it is shown this once').waitFor()
  await press('I have copied it')
  const { subscriptionId } = await own<{ subscriptionId: string }>('POST', '/api/billing/subscribe', { planSlug: 'steady' })
  await page.reload()
  await page.getByRole('button', { name: 'Make its key' }).waitFor()
  await world.operator.ask('POST', `/subscriptions/${subscriptionId}/cancellation`, { at: 'now' })
  await page.reload()
  await page.getByText('ended', { exact: true }).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Make its key' }).count(), 0)
})

test('a price that rose while somebody read it is not paid, of a plan or of a seat: the page says so and shows what it is now', {
  skip: skipWithoutBrowser,
}, async () => {
  const { show } = browsing
  await visit()
  for (const [open, was, is, rise] of [
    ['Choose Steady', '20.00', '23.00', () => put('/plans/steady', { ...PLAN, name: 'Steady', price: '23.00' })],
    ['Take a seat', '49.00', '52.00', () => put('/pools/team', { ...POOL, blocks: [{ ...BLOCKS[0], price_per_month: '52.00' }] })],
  ] as const) {
    await press(open)
    const pay = (price: string) => dialog().getByRole('button', { name: `Pay $${price} from the balance` })
    await pay(was).waitFor()
    const before = await status()
    await rise()
    await pay(was).click()
    await dialog().getByText(`another price than was seen: ${is} USD now. Nothing was bought or paid`).waitFor()
    await pay(is).waitFor()
    await show(open === 'Take a seat' ? 'seat-price-rose' : 'plan-price-rose')
    assert.deepEqual(await status(), before)
    await pay(is).click()
    if (open === 'Choose Steady') await press('I have copied it')
    await dialog().waitFor({ state: 'detached' })
  }
  await visit()
})

test('all of it is Chinese for who reads Chinese', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await page.evaluate("localStorage.setItem('farebox.language', 'zh')")
  await page.reload()
  await press('创建其密钥')
  await dialog().getByText('并随其停用').waitFor()
  await show('seat-key-ask-zh')
  await dialog().getByRole('button', { name: '创建密钥' }).click()
  await dialog().getByText('它只显示这一次').waitFor()
  await show('seat-key-made-zh')
  await press('我已复制')
  assert.deepEqual(browsing.errors, [])
})
