// Guarantee: of a list of many hundred rows a browser holds only those near what is seen; whoever goes by Tab, by scrolling, or hears the page still reaches
// each of them, and is told how many there are and at which one they are; a session that ends while an operator writes loses nothing of it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startWorld, type World, type WorldModel } from '../../checks/world.ts'
import { type Browsing, consoleOf, expectCount, openBrowser, SIZES, signInByToken, skipWithoutBrowser } from './index.ts'

const MADE = 300
/** As many rows as a phone can show, and those drawn beside them. */
const DRAWN_MAX = 80
const nameOf = (number: number): string => `row-${String(number).padStart(3, '0')}`
const MODELS = Array.from(
  { length: MADE },
  (_, number): WorldModel => ({ id: nameOf(number), upstream: 'oai', upstreamModel: 'sim-model' }),
)

let world: World
let browsing: Browsing
before(async () => {
  if (skipWithoutBrowser !== false) return
  world = await startWorld({ models: MODELS })
  browsing = await openBrowser()
  await signInByToken(browsing.page, world)
})
after(async () => {
  await browsing?.close()
  await world?.stop()
})

/** How many rows the page holds, and how many it says that there are. */
const ROWS = `[document.querySelectorAll('tbody tr:not(.gap)').length, Number(document.querySelector('table').getAttribute('aria-rowcount'))]`
/** The name in the row of what is focused, and the number that the row says it has. */
const FOCUSED = `(() => {
  const row = document.activeElement.closest('tbody tr')
  return row === null ? undefined : [document.activeElement.textContent, Number(row.getAttribute('aria-rowindex'))]
})()`
/** Whether what is focused is seen whole. */
const IS_SEEN = `(() => {
  const { top, bottom } = document.activeElement.getBoundingClientRect()
  return top >= 0 && bottom <= innerHeight
})()`

const openModels = async (): Promise<void> => {
  await browsing.page.goto(`${consoleOf(world)}/models`)
  await browsing.page.getByRole('button', { name: 'm-anthropic' }).waitFor()
}

test('by Tab every row is reached in its order, is seen, and says which of how many it is', { skip: skipWithoutBrowser }, async () => {
  const { page } = browsing
  await openModels()
  await page.getByRole('button', { name: 'm-anthropic' }).focus()
  const reached: string[] = []
  for (let press = 0; press < MADE + 3; press += 1) {
    const focused = await page.evaluate<readonly [string, number] | undefined>(FOCUSED)
    assert.ok(focused !== undefined, `after ${press} rows Tab led out of the list`)
    const [name, place] = focused
    reached.push(name)
    assert.equal(place, press + 2, name)
    assert.ok(await page.evaluate<boolean>(IS_SEEN), `${name} is focused and not seen`)
    if (press % 50 === 0) {
      const [drawn = 0, count = 0] = await page.evaluate<readonly number[]>(ROWS)
      assert.ok(drawn <= DRAWN_MAX, `${drawn} rows are drawn`)
      assert.equal(count, MADE + 4)
    }
    // Nobody goes on before the next row is there to be seen, which takes a busy machine a while.
    if (press < MADE + 2) await page.locator(`[aria-rowindex="${place + 1}"]`).waitFor({ state: 'attached' })
    await page.keyboard.press('Tab')
  }
  assert.deepEqual(reached, ['m-anthropic', 'm-gemini', 'm-openai', ...MODELS.map(({ id }) => id)])
})

test('by scrolling the last row is reached, on a desk and on a phone', { skip: skipWithoutBrowser }, async () => {
  const { page } = browsing
  for (const size of Object.values(SIZES)) {
    await page.setViewportSize(size)
    await openModels()
    const last = page.getByRole('button', { name: nameOf(MADE - 1) })
    await expectCount(last, 0)
    for (let turn = 0; turn < 20 && (await last.count()) === 0; turn += 1) {
      await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)')
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    }
    await last.scrollIntoViewIfNeeded()
    assert.ok(await last.isVisible())
    const [drawn = 0] = await page.evaluate<readonly number[]>(ROWS)
    assert.ok(drawn <= DRAWN_MAX, `${drawn} rows are drawn at ${size.width} px`)
  }
  await page.setViewportSize(SIZES.desk)
})

test('the session of an operator ends while something is written: nothing of it is lost, and it is done once', {
  skip: skipWithoutBrowser,
}, async () => {
  const { page, context, show } = browsing
  const customer = await world.operator.customer('5.00')
  await page.goto(`${consoleOf(world)}/accounts/${customer.id}`)
  await page.getByRole('button', { name: 'Give credit' }).first().click()
  await page.getByLabel('Amount').fill('7.00')
  await page.getByLabel('Reason').fill('An outage on Friday.')
  const session = await context.cookies()
  await context.clearCookies()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /\$7\.00/ })
    .click()
  await page.getByRole('heading', { name: 'Your session has ended' }).waitFor()
  await show('console-session-ended')
  await context.addCookies(session)
  await page.getByRole('button', { name: 'Go on here' }).click()
  await page.getByRole('heading', { name: 'Your session has ended' }).waitFor({ state: 'detached' })
  assert.deepEqual(
    [await page.getByLabel('Amount').inputValue(), await page.getByLabel('Reason').inputValue()],
    ['7.00', 'An outage on Friday.'],
  )
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /\$7\.00/ })
    .click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  assert.equal((await world.operator.balance(customer.id)).available, 12_000_000_000n)
  await context.clearCookies()
  await page.reload()
  await page.waitForURL('**/sign-in?**')
})
