// Guarantee: in a real browser an account reads of every look of the operators at what is its, however many there were since; and a page of the console that lies
// open and unseen is none: nothing that is noted for every account is asked for by the clock.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startWorld, type World } from '../../checks/world.ts'
import { type Browsing, openBrowser, skipWithoutBrowser } from './index.ts'
import { consoleOf, openByNumber, signInByToken } from './people.ts'

let world: World
let browsing: Browsing
before(async () => {
  if (skipWithoutBrowser !== false) return
  world = await startWorld()
  browsing = await openBrowser()
})
after(async () => {
  await browsing?.close()
  await world?.stop()
})

const LATER_LOOKS = 210

test('a look is found again behind all those that came after it', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await openByNumber(page, world)
  const answer = await page.request.get(`http://localhost:${world.port}/api/account`)
  const { id } = ((await answer.json()) as { data: { id: string } }).data
  await world.operator.ask('POST', `/accounts/${id}/credits`, { amount: '1.00', reason: 'test' })
  await world.operator.ask('GET', '/accounts')
  await page.goto(`http://localhost:${world.port}/dashboard/privacy`)
  await page.getByText('this account', { exact: true }).waitFor()
  await page.getByText('identifier').waitFor()
  await show('privacy-looks')
  for (let looks = 0; looks < LATER_LOOKS; looks += 1) await world.operator.ask('GET', '/accounts')
  await page.goto(`http://localhost:${world.port}/dashboard/privacy`)
  const own = page.getByRole('cell', { name: 'accounts.credits.create' })
  await page.getByRole('button', { name: 'Show more' }).waitFor()
  assert.equal(await own.count(), 0)
  await page.getByRole('button', { name: 'Show more' }).click()
  await own.waitFor()
  await page.getByRole('row').filter({ has: own }).getByText('this account').waitFor()
  await page.getByRole('button', { name: 'Show more' }).waitFor({ state: 'detached' })
  await page.evaluate("localStorage.setItem('farebox.language', 'zh')")
  await page.reload()
  await page.getByText('所有账户').first().waitFor()
  await page.evaluate("localStorage.setItem('farebox.language', 'en')")
})

test('a page that lies open asks for none of what is noted for every account', { skip: skipWithoutBrowser }, async () => {
  const { page } = browsing
  await signInByToken(page, world)
  await page.clock.install()
  for (const [path, title, asked] of [
    ['/waiting', 'Waiting', '/usdc/deposits'],
    ['/refunds', 'Refunds', '/refunds'],
    ['/erasures', 'Erasures', '/privacy/erasures'],
  ] as const) {
    await page.goto(`${consoleOf(world)}${path}`)
    await page.getByRole('heading', { name: title, level: 1 }).waitFor()
    await page.waitForLoadState('networkidle')
    const seen: string[] = []
    const note = (one: { url: () => string }) => void (one.url().includes(`/operator/v1${asked}`) && seen.push(one.url()))
    page.on('request', note)
    await page.clock.runFor(60_000)
    await page.waitForLoadState('networkidle')
    page.off('request', note)
    assert.deepEqual(seen, [], path)
  }
  assert.deepEqual(browsing.errors, [])
})
