// Guarantee: in a real browser the owner of an account reads what goes before notes of calls are kept for fewer days, has it done once, and may keep them longer again; in both
// languages.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startWorld, type World } from '../../checks/world.ts'
import { type Browsing, openBrowser, openByNumber, skipWithoutBrowser } from './index.ts'

let world: World
let browsing: Browsing
before(async () => {
  if (skipWithoutBrowser !== false) return
  world = await startWorld()
  browsing = await openBrowser()
  await openByNumber(browsing.page, world)
})
after(async () => {
  await browsing?.close()
  await world?.stop()
})

const visit = async (): Promise<void> => {
  await browsing.page.goto(`http://localhost:${world.port}/dashboard/privacy`)
  await browsing.page.locator('input[name=days]').waitFor()
}
const inLanguage = async (language: 'en' | 'zh'): Promise<void> => {
  await browsing.page.evaluate(`localStorage.setItem('farebox.language', '${language}')`)
  await visit()
}
const kept = async (): Promise<number> => {
  const answer = await browsing.page.request.get(`http://localhost:${world.port}/api/account/retention`)
  return ((await answer.json()) as { data: { days: number } }).data.days
}

test('fewer days are set once what goes was read, and more at once', { skip: skipWithoutBrowser }, async () => {
  const { page, show, errors } = browsing
  await visit()
  await page.getByText('are kept for 90 days').waitFor()
  await show('calls-kept')
  await page.getByLabel('Days').fill('91')
  assert.equal(await page.getByRole('button', { name: 'Keep them for 90 days' }).isDisabled(), true)
  await page.getByLabel('Days').fill('30')
  await page.getByRole('button', { name: 'Keep them for 30 days …' }).click()
  await page.getByText('nothing goes today').waitFor()
  await page.getByRole('button', { name: 'Cancel' }).click()
  assert.equal(await kept(), 90)
  const lost = { until: '2026-11-21', calls: 1_204_331, cost: '38.27' }
  await page.route('**/api/account/retention?days=*', (route) =>
    route.fulfill({ json: { success: true, data: { days: 90, maximum: 90, lost } } }),
  )
  await page.getByLabel('Days').fill('7')
  await page.getByRole('button', { name: 'Keep them for 7 days …' }).click()
  await page.getByText('$38.27').waitFor()
  await page.getByText('nobody can bring them back').waitFor()
  await show('calls-kept-shorter')
  await page.getByRole('button', { name: 'Delete what is older than 7 days' }).dblclick()
  await page.getByText('are kept for 7 days').waitFor()
  assert.equal(await kept(), 7)
  await page.getByLabel('Days').fill('60')
  await page.getByRole('button', { name: 'Keep them for 60 days', exact: true }).click()
  await page.getByText('are kept for 60 days').waitFor()
  assert.equal(await kept(), 60)
  await inLanguage('zh')
  await page.locator('input[name=days]').fill('7')
  await page.getByRole('button', { name: '只保留 7 天…' }).click()
  await page.getByText('任何人都无法恢复').waitFor()
  await show('calls-kept-zh')
  await page.unrouteAll()
  await inLanguage('en')
  assert.deepEqual(errors, [])
})
