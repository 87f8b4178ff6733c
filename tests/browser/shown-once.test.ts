// Guarantee: in a real browser a secret that is shown once stays until the button that says it was kept is pressed: no press of Escape takes it away, neither the
// first nor one after it, and none beside it.
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

const ESCAPES = 4
const press = (name: string) => browsing.page.getByRole('button', { name, exact: true }).click()
const dialog = () => browsing.page.getByRole('dialog')

/** What is shown stays, whatever is pressed but its button; by Escape where nothing was pressed before it in the page, too. */
async function stays(title: string | RegExp): Promise<void> {
  const { page } = browsing
  await page.getByRole('heading', { name: title }).waitFor()
  for (let time = 0; time < ESCAPES; time += 1) await page.keyboard.press('Escape')
  await page.mouse.click(3, 3)
  // Closed by the browser itself, which asks no page where nothing was pressed since it was refused.
  await page.evaluate("document.querySelector('dialog[open]').close()")
  await page.getByRole('heading', { name: title }).waitFor()
  assert.equal(await page.evaluate("document.querySelector('dialog[open]').matches(':modal')"), true)
}

/** The dialog goes by its button. */
async function kept(name: string): Promise<void> {
  await dialog().getByRole('button', { name, exact: true }).click()
  await dialog().waitFor({ state: 'detached' })
}

test('a key, and the link of an invitation to a team', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  const base = `http://localhost:${world.port}`
  await openByNumber(page, world)
  await page.goto(`${base}/dashboard/keys`)
  await page.getByRole('button', { name: 'New key' }).first().click()
  await page.getByLabel('Name').fill('work')
  await press('Make key')
  await stays('“work” is made')
  await kept('I have copied it')
  await page.goto(`${base}/dashboard/team`)
  await press('Invite somebody')
  await press('Make a code')
  await stays('Hand this link over in private')
  await show('team-invite-link')
  await kept('I have copied it')
})

test('a token, the link of an operator, and codes until they are saved', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await signInByToken(page, world)
  await page.goto(`${consoleOf(world)}/operators`)
  await press('Token for a program')
  await page.getByLabel('Name').fill('robot')
  await dialog().locator('button.main').click()
  await stays(/robot/)
  await show('console-token-made')
  await kept('I have copied it')
  await press('Invite a person')
  await page.getByLabel('Name').fill('anna')
  await press('Make the link')
  await stays('The link for “anna”')
  await show('console-link-made')
  await kept('I have copied it')
  await page.goto(`${consoleOf(world)}/codes`)
  await page.getByRole('button', { name: 'New codes' }).first().click()
  await page.getByLabel('Label').fill('spring')
  await press('Make 10 codes worth $100.00')
  await stays('10 codes are made')
  await show('console-codes-made')
  await press('Save the list')
  await kept('I have saved it')
  assert.deepEqual(browsing.errors, [])
})
