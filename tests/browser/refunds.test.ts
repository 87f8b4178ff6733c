// Guarantee: in a real browser money of a deposit in coins goes back once: the operator gives it back, its owner says where to, the operator sees exactly what
// to send, is told why a transaction is not accepted, and both see when it has arrived; what is cancelled is on the balance again. A plan whose calls will
// cost more says so.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { PAYER, TOKEN } from '../../checks/money/usdc/index.ts'
import { makeXpub } from '../../checks/money/usdc/store.ts'
import { until } from '../../checks/parallel.ts'
import { startWorld, type World } from '../../checks/world.ts'
import { SimChain, type SimChainServer, simEndpoint, simTransfer, startSimChain } from '../../sim/index.ts'
import { type Browsing, consoleOf, expectCount, openBrowser, openByNumber, signInByToken, skipWithoutBrowser } from './index.ts'

const HOME = '0x00000000000000000000000000000000000000d1'
const DAY_MS = 86_400_000
const LOOK_MS = 2_000
const CREDITED_MS = 30_000
/** So much later than the clock's are the times of blocks, as few of them are made while a slow machine goes on. */
const AHEAD_MS = 3_600_000

let chain: SimChain
let endpoint: SimChainServer
let world: World
let house: Browsing
let owner: Browsing
let accountId: string
let asksFor: { readonly address: string }
before(async () => {
  if (skipWithoutBrowser !== false) return
  chain = new SimChain({ chainId: 8453, token: TOKEN, startSeconds: Math.floor((Date.now() + AHEAD_MS) / 1000), blockSeconds: 1 })
  endpoint = await startSimChain(simEndpoint(chain))
  world = await startWorld({
    payments: { usdc: { xpub: makeXpub(), chains: [{ id: 8453, name: 'Base', rpc: [endpoint.url] }], poll_seconds: 1 } },
  })
  ;[house, owner] = await Promise.all([openBrowser(), openBrowser()])
  await Promise.all([signInByToken(house.page, world), openAccount()])
  await deposit()
})
after(async () => {
  await Promise.all([house?.close(), owner?.close()])
  await world?.stop()
  await endpoint?.close()
})

const consoleBase = (): string => consoleOf(world)
const base = (): string => `http://localhost:${world.port}`

async function openAccount(): Promise<void> {
  await openByNumber(owner.page, world)
  accountId = (await asked<{ id: string }>('/api/account')).id
}

async function asked<Answer>(path: string, data?: object): Promise<Answer> {
  const headers = { origin: base(), 'content-type': 'application/json' }
  const method = data === undefined ? 'GET' : 'POST'
  const answer = await owner.page.request.fetch(`${base()}${path}`, { method, headers, ...(data && { data }) })
  return ((await answer.json()) as { data: Answer }).data
}

const send = (to: string, units: bigint, from = PAYER): string => {
  const tx = chain.tx([simTransfer({ token: TOKEN, from, to, units })])
  chain.mine([tx])
  chain.mine()
  return tx.hash
}

/** The owner pays 25 dollars in coins, and they are final. */
async function deposit(): Promise<void> {
  asksFor = await asked<typeof asksFor>('/api/billing/topup', { amount: '25.00', method: 'usdc' })
  await seeWaiting(send(asksFor.address.toLowerCase(), 25_000_000n))
  chain.finalized = chain.latest
  await until(
    async () => (await asked<{ remaining: string }>('/api/billing/credits')).remaining,
    (remaining) => Number(remaining) === 25,
    CREDITED_MS,
  )
  const { page } = owner
  await page.goto(`${base()}/dashboard/top-up`)
  await page.getByText('You have $25.00').waitFor()
}

/** The operator sees coins that wait for confirmations: whose, how many, and by which transaction. */
async function seeWaiting(txHash: string): Promise<void> {
  const { page, show } = house
  const row = page.getByRole('row').filter({ hasText: txHash })
  // The page asks when somebody looks at it, and not by the clock.
  const looked = async () => {
    await visit(page, `${consoleBase()}/waiting`, 'Waiting')
    return await row.waitFor({ timeout: LOOK_MS }).then(
      () => true,
      () => false,
    )
  }
  await until(looked, (isThere) => isThere, CREDITED_MS)
  const told = (await row.textContent()) ?? ''
  for (const part of ['Base', accountId.slice(0, 8), '$25.00', 'not final yet']) assert.ok(told.includes(part), `${part} in ${told}`)
  assert.match(told, /[12] of \d+/)
  await show('waiting-deposits')
}

const visit = async (page: Page, path: string, title: string): Promise<void> => {
  await page.goto(path)
  await page.getByRole('heading', { name: title, exact: true, level: 1 }).waitFor()
}

/** The operator gives money of the payment back. */
async function giveBack(amount: string): Promise<void> {
  const { page } = house
  await page.goto(`${consoleBase()}/accounts/${accountId}`)
  await page.getByRole('button', { name: 'Give back' }).click()
  await page.getByLabel('Amount').fill(amount)
  await page.getByRole('button', { name: `Give $${amount} back to whoever paid` }).dblclick()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
}

async function openRefund(amount: string): Promise<void> {
  const { page } = house
  await visit(page, `${consoleBase()}/refunds`, 'Refunds')
  await page
    .getByRole('row')
    .filter({ hasText: `$${amount}` })
    .getByRole('link')
    .first()
    .click()
  await page.getByRole('heading', { name: `Refund of $${amount}`, level: 1 }).waitFor()
}

test('it is given back once, its owner says where to, and it is done when the chain shows it', { skip: skipWithoutBrowser }, async () => {
  await visit(house.page, `${consoleBase()}/refunds`, 'Refunds')
  await house.page.getByText('Nothing is to be sent').waitFor()
  await house.show('console-refunds-empty')
  await giveBack('10.00')
  await openRefund('10.00')
  await house.page.getByText('has not said yet where it goes').waitFor()

  const { page } = owner
  await page.reload()
  await page.getByText('where to?').waitFor()
  await owner.show('refund-asking')
  await page.getByLabel('Your address').fill(TOKEN)
  await page.getByRole('button', { name: 'Have $10.00 sent there' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel('Your address').fill(HOME)
  await page.getByRole('button', { name: 'Have $10.00 sent there' }).dblclick()
  await page.getByText('to be sent', { exact: true }).waitFor()
  await page.getByText('You have $15.00').waitFor()

  const operator = house.page
  await operator.getByRole('heading', { name: 'Send exactly 10.000000 on Base' }).waitFor()
  await house.show('console-refund')
  const enter = async (hash: string): Promise<void> => {
    await operator.getByLabel('Hash of the transaction').fill(hash)
    await operator.getByRole('button', { name: 'It was sent with this one' }).click()
  }
  await enter('not a hash')
  await operator.getByRole('alert').waitFor()
  await enter(send(HOME, 10_000_001n))
  chain.finalized = chain.latest
  await operator.getByText('moved another amount').waitFor()
  await house.show('console-refund-refused')
  await enter(send(HOME, 10_000_000n))
  await operator.getByText('right and not final yet').waitFor()
  chain.finalized = chain.latest
  await enter((await operator.getByLabel('Hash of the transaction').inputValue()) ?? '')
  await operator.getByText('done', { exact: true }).waitFor()
  await page.getByText('paid back', { exact: true }).first().waitFor()
  await owner.show('refund-done')
  assert.deepEqual([...house.errors, ...owner.errors], [])
})

test('one that is cancelled is on the balance again; the Chinese page says the same', { skip: skipWithoutBrowser }, async () => {
  await giveBack('5.00')
  await openRefund('5.00')
  const { page } = house
  await page.getByRole('button', { name: 'Cancel the refund' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the refund' }).dblclick()
  await page.getByText('cancelled', { exact: true }).waitFor()
  await visit(page, `${consoleBase()}/refunds?state=all`, 'Refunds')
  await page.getByRole('cell', { name: 'cancelled' }).waitFor()
  await house.show('console-refunds')
  await owner.page.reload()
  await owner.page.getByText('You have $15.00').waitFor()
  await owner.page.evaluate("localStorage.setItem('farebox.language', 'zh')")
  await owner.page.reload()
  await owner.page.getByText('已取消，款项已回到余额').waitFor()
  await owner.show('refunds-zh')
  await owner.page.evaluate("localStorage.setItem('farebox.language', 'en')")
  assert.deepEqual([...house.errors, ...owner.errors], [])
})

test('how far coins are, and what is wrong with them, is said in words', { skip: skipWithoutBrowser }, async () => {
  const { page } = owner
  const [real] = await asked<readonly object[]>('/api/billing/deposits')
  const told = [{}, { state: 'pending' }, { state: 'problem', problem: 'below_minimum' }, { state: 'of-a-newer-server' }]
  const data = told.map((differs, index) => ({ ...real, chainId: index, ...differs }))
  await page.route('**/api/billing/topup', (route) => route.fulfill({ json: { success: true, data: asksFor } }))
  await page.route('**/api/billing/deposits', (route) => route.fulfill({ json: { success: true, data } }))
  for (const [language, pay, words] of [
    ['en', 'Top up $25.00', ['credited', 'on its way', 'held back', 'less than the least that is taken; ask support']],
    ['zh', '充值 $25.00', ['已入账', '正在到账', '已暂扣', '低于最低金额，请联系客服']],
  ] as const) {
    await page.evaluate(`localStorage.setItem('farebox.language', '${language}')`)
    await page.goto(`${base()}/dashboard/top-up`)
    await page.getByRole('button', { name: pay }).click()
    for (const word of [...words, 'of-a-newer-server']) await page.getByRole('listitem').getByText(word, { exact: true }).waitFor()
    await owner.show(`coins-${language}`)
  }
  await page.unrouteAll()
  await page.evaluate("localStorage.setItem('farebox.language', 'en')")
  assert.deepEqual(owner.errors, [])
})

test('a plan says what its calls will cost, and from when on', { skip: skipWithoutBrowser }, async () => {
  const later = new Date(Math.ceil((Date.now() + 40 * DAY_MS) / DAY_MS) * DAY_MS).toISOString()
  const plan = { name: 'Steady', kind: 'free', price_multiplier: '1', public: true }
  await world.operator.ask('PUT', '/plans/steady', { ...plan, price_changes: [{ effective_at: later, price_multiplier: '1.1' }] })
  await asked('/api/billing/subscribe', { planSlug: 'steady' })
  await visit(owner.page, `${base()}/dashboard/plans`, 'Plans and seats')
  // With what the account has, and with what is offered.
  await owner.page.getByText('calls cost 1.1 × the list price, until then 1 ×').nth(1).waitFor()
  await expectCount(owner.page.getByText('calls cost 1.1 × the list price'), 2)
  await owner.show('plans-changing')
  assert.deepEqual(owner.errors, [])
})

test('where coins are sent is said with the token by its name, and what to beware of in the language of the reader', {
  skip: skipWithoutBrowser,
}, async () => {
  const { page, show } = owner
  for (const [language, title, warning] of [
    ['en', 'Send $25.00 in USDC', 'Send on Base (8453) only.'],
    ['zh', '用 USDC 支付 $25.00', '只能在 Base (8453) 上发送。'],
  ] as const) {
    await page.evaluate(`localStorage.setItem('farebox.language', '${language}')`)
    await page.goto(`${base()}/dashboard/top-up`)
    await page.locator('form button[type=submit]').first().click()
    await page.getByRole('heading', { name: title }).waitFor()
    await page.getByText(warning).waitFor()
    assert.equal(await page.getByText('What is sent on any other chain').count(), language === 'en' ? 1 : 0)
    await page
      .getByText(`USDC ${TOKEN.slice(0, 4)}`)
      .first()
      .waitFor()
    await show(`send-coins-${language}`)
  }
  await page.evaluate("localStorage.setItem('farebox.language', 'en')")
  assert.deepEqual(owner.errors, [])
})
