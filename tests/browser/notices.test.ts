// Guarantee: in a real browser an operator announces something once, later or now, and takes it back, opens and ends an incident that the status page
// shows in both languages, sees each letter and sends one to an address, and reports a key found in public; its owner sees that on every page, chooses
// what is told by which way, binds a chat and unlinks it, and makes, tries, changes and deletes a webhook whose secret is shown once.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { startWorld, type World } from '../../checks/world.ts'
import { type SimMail, type SimTelegram, startSimMail, startSimTelegram } from '../../sim/index.ts'
import { type Browsing, consoleOf, expectCount, openBrowser, openByNumber, signInByToken, skipWithoutBrowser } from './index.ts'

let mail: SimMail
let telegram: SimTelegram
let world: World
let house: Browsing
let owner: Browsing
let key: string
before(async () => {
  if (skipWithoutBrowser !== false) return
  ;[mail, telegram] = await Promise.all([startSimMail(), startSimTelegram()])
  world = await startWorld({
    env: { FAREBOX_SMTP_URL: `smtp://127.0.0.1:${mail.port}`, FAREBOX_MAIL_FROM: 'post@fare.example', FAREBOX_WEBHOOKS: 'yes' },
    telegram: { token: telegram.token, api_url: telegram.url },
  })
  ;[house, owner] = await Promise.all([openBrowser(), openBrowser()])
  await Promise.all([signInByToken(house.page, world), openAccount()])
})
after(async () => {
  await Promise.all([house?.close(), owner?.close()])
  await world?.stop()
  await Promise.all([mail?.stop(), telegram?.stop()])
})

const consoleBase = (): string => consoleOf(world)
const base = (): string => `http://localhost:${world.port}`

async function openAccount(): Promise<void> {
  const { page } = owner
  await openByNumber(page, world)
  const data = { name: 'Night batch of the translation team' }
  const made = await page.request.post(`${base()}/api/keys/credit`, { headers: { origin: base() }, data })
  key = ((await made.json()) as { data: { apiKey: string } }).data.apiKey
}

const visit = async (page: Page, path: string, title: string): Promise<void> => {
  await page.goto(path)
  await page.getByRole('heading', { name: title, exact: true, level: 1 }).waitFor()
  await page.waitForLoadState('networkidle')
}

test('an announcement is previewed, sent once, and read; one for later is taken back', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = house
  await visit(page, `${consoleBase()}/announcements`, 'Announcements')
  await page.getByText('Nothing was announced yet.').waitFor()
  const write = async (title: string, later?: string) => {
    await page.getByRole('button', { name: 'Write an announcement' }).click()
    await page.getByLabel('Title, English').fill(title)
    await page.getByLabel('Title, Chinese').fill('夜间更便宜')
    await page.getByLabel('Text, English').fill('From 22:00 to 06:00 UTC every model costs a tenth less.\nNothing has to be switched on.')
    await page.getByLabel('Text, Chinese').fill('UTC 22:00 至次日 06:00，所有模型优惠一成。无需任何设置。')
    if (later !== undefined) await page.getByLabel('Goes out at').fill(later)
  }
  await write('Nights are cheaper')
  await page.locator('dialog article').getByRole('heading', { name: 'Nights are cheaper' }).waitFor()
  await show('console-announcement-written')
  await page.getByRole('button', { name: 'Announce it' }).dblclick()
  await page.getByRole('cell', { name: 'Nights are cheaper' }).waitFor()
  await expectCount(page.getByRole('cell', { name: 'Nights are cheaper' }), 1)
  await write('A day off', '2040-01-01T10:00')
  await page.getByRole('button', { name: 'Schedule it' }).click()
  await page.getByRole('row').filter({ hasText: 'A day off' }).getByRole('button', { name: 'Take back' }).click()
  await page.getByRole('button', { name: 'Take it back' }).click()
  await page.getByRole('row').filter({ hasText: 'A day off' }).getByText('taken back').waitFor()
  await show('console-announcements')
})

test('an incident is opened, told of, and over; the status page shows it in both languages', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = house
  await visit(page, `${consoleBase()}/incidents`, 'Incidents')
  await page.getByText('No incident was ever opened.').waitFor()
  await page.getByRole('button', { name: 'Open an incident' }).click()
  await page.getByLabel('Title, English').fill('Slow answers from some models')
  await page.getByLabel('Title, Chinese').fill('部分模型响应缓慢')
  await page.getByLabel('Text, English').fill('Answers begin late. Calls that fail are not charged.')
  await page.getByLabel('Text, Chinese').fill('响应开始得较晚。失败的调用不会计费。')
  await page.getByRole('button', { name: 'Open it' }).dblclick()
  await page.getByRole('button', { name: 'Say how it goes on' }).click()
  await page.getByLabel('State').selectOption('identified')
  await page.getByLabel('Text, English').fill('An upstream is overloaded. We send calls elsewhere.')
  await page.getByLabel('Text, Chinese').fill('某上游过载，我们正将调用转往别处。')
  await page.getByRole('button', { name: 'Say it' }).click()
  await page.getByText('An upstream is overloaded.').waitFor()
  await show('console-incidents')
  const { page: reader, show: shown } = owner
  await reader.goto(`${base()}/status`)
  await reader.getByRole('heading', { name: 'Slow answers from some models' }).waitFor()
  await shown('status-incident')
  await page.getByRole('button', { name: 'Say how it goes on' }).click()
  await page.getByLabel('State').selectOption('resolved')
  await page.getByLabel('Text, English').fill('It is over.')
  await page.getByLabel('Text, Chinese').fill('已恢复正常。')
  await page.getByRole('button', { name: 'Say it' }).click()
  await page.getByText('Nothing goes on.').waitFor()
})

test('work is announced once on the status page, says whether it counts, and is called off', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = house
  await visit(page, `${consoleBase()}/incidents`, 'Incidents')
  await page.getByText('No work is announced.').waitFor()
  await page.getByRole('button', { name: 'Announce work' }).click()
  await page.getByLabel('What is done').fill('A larger database')
  await page.getByLabel('From').fill('2020-01-01T10:00')
  await page.getByText('That is less than a day ahead').waitFor()
  await page.getByLabel('From').fill('2040-01-01T10:00')
  await page.getByText('A day ahead or more').waitFor()
  await page.getByLabel('Until').fill('2040-01-01T11:00')
  await show('console-maintenance-planned')
  await page.getByRole('button', { name: 'Announce it' }).dblclick()
  const row = page.getByRole('row').filter({ hasText: 'A larger database' })
  await row.getByText('does not count').waitFor()
  await expectCount(row, 1)
  await show('console-maintenance')
  const told = async () => ((await (await fetch(`${base()}/status.json`)).json()) as { maintenance: { title: string }[] }).maintenance
  assert.deepEqual(
    (await told()).map(({ title }) => title),
    ['A larger database'],
  )
  await row.getByRole('button', { name: 'Call it off' }).click()
  await page.locator('dialog').getByRole('button', { name: 'Call it off' }).click()
  await page.getByText('No work is announced.').waitFor()
})

test('a letter is seen in both languages and sent as a test', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = house
  await visit(page, `${consoleBase()}/letters`, 'Letters')
  await page.getByLabel('Find a letter').fill('key')
  await show('console-letters')
  await page.getByRole('link', { name: 'key-leaked' }).click()
  await page.getByText('was found in public').first().waitFor()
  await page.getByText('简体中文').click()
  await page.getByRole('heading', { name: /已被公开/ }).waitFor()
  await page.getByRole('button', { name: 'Send me a test' }).click()
  await page.getByLabel('Another address').fill('me@house.example')
  await page.getByRole('button', { name: 'Send the test' }).dblclick()
  await page.getByText('The mail server took it.').waitFor()
  await show('console-letter')
  assert.equal(mail.mails.filter(({ to }) => to.includes('me@house.example')).length, 1)
})

test('a key found in public is reported, and its owner sees it on every page', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = house
  await visit(page, `${consoleBase()}/alarms`, 'Alarms')
  await page.getByText('No alarm in 90 days.').waitFor()
  await page.getByRole('button', { name: 'Report a key found in public' }).click()
  await page.getByLabel('The key, as it was found').fill(key)
  await page.getByRole('button', { name: 'Revoke the key and tell its owner' }).dblclick()
  await page.getByRole('cell', { name: 'found in public' }).waitFor()
  await show('console-alarms')
  const { page: reader, show: shown } = owner
  await visit(reader, `${base()}/dashboard`, 'Overview')
  await reader.getByText('was found in public and revoked.').waitFor()
  await reader.getByText('Nights are cheaper').or(reader.getByText('Slow answers from some models')).first().waitFor()
  await shown('dashboard-banners')
  await reader.getByRole('link', { name: 'Read it' }).click()
  await reader.getByRole('heading', { name: 'Nights are cheaper' }).waitFor()
  await reader.getByText('Dismiss').waitFor({ state: 'detached' })
  await shown('announcements')
})

test('what is told is chosen by way, with amounts; a chat is bound and unlinked', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = owner
  await visit(page, `${base()}/dashboard/notifications`, 'Notifications')
  await page.getByText('was found in public and revoked.').last().waitFor()
  await page.getByRole('complementary').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Bind a chat' }).click()
  const code = (await page.locator('.secret code').textContent()) ?? ''
  await show('telegram-bind')
  telegram.write(77, code)
  await page.getByText('A chat is bound since').waitFor()
  await page.getByLabel('Incidents by Telegram').uncheck()
  await page.getByLabel('News by Mail').check()
  await page.getByLabel(/when a day costs/).fill('much')
  await page.getByRole('button', { name: 'Save amounts' }).click()
  await page.getByText(/The field "spendAlarm"/).waitFor()
  await page.getByLabel(/when a day costs/).fill('20.00')
  await page.getByLabel(/balance falls below/).fill('5')
  await page.getByRole('button', { name: 'Save amounts' }).click()
  await page.getByText('Saved.').waitFor()
  await show('notifications')
  await page.reload()
  await page.getByLabel('Incidents by Telegram').waitFor()
  assert.equal(await page.getByLabel('Incidents by Telegram').isChecked(), false)
  assert.equal(await page.getByLabel('News by Mail').isChecked(), true)
  assert.equal(await page.getByLabel(/when a day costs/).inputValue(), '20.00')
  await page.getByRole('button', { name: 'Unlink' }).click()
  await page.getByRole('button', { name: 'Unlink the chat' }).click()
  await page.getByText('No chat is bound.').waitFor()
  await page.getByRole('button', { name: '中文' }).click()
  await page.getByRole('heading', { name: '通知', level: 1 }).waitFor()
  await show('notifications-zh')
  await page.getByRole('button', { name: 'English' }).first().click()
})

test('a webhook: its secret is shown once; tried, changed, rotated, deleted', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = owner
  await visit(page, `${base()}/dashboard/webhooks`, 'Webhooks')
  await page.getByText('No webhook yet.').waitFor()
  await show('webhooks-empty')
  await page.getByRole('button', { name: 'New webhook' }).first().click()
  await page.getByLabel('Address').fill('https://127.0.0.1/')
  await page.getByRole('button', { name: 'Make webhook' }).click()
  await page.getByText(/public host name, on port 443/).waitFor()
  await page.getByLabel('Address').fill('https://hooks.farebox-test.example.org/events/of/the/night/batch')
  await show('webhook-made')
  await page.getByRole('button', { name: 'Make webhook' }).dblclick()
  assert.match((await page.locator('.secret code').textContent()) ?? '', /^whsec_/)
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await page.getByRole('link', { name: /farebox-test/ }).click()
  await page.getByRole('button', { name: 'Send a test' }).dblclick()
  await page.getByRole('cell', { name: 'no answer' }).first().waitFor()
  await expectCount(page.getByRole('cell', { name: 'a test' }), 1)
  await show('webhook')
  await page.getByRole('button', { name: 'New secret' }).click()
  await page.getByRole('button', { name: 'Make a new secret' }).click()
  await page.locator('.secret code').waitFor()
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await page.getByText('The secret before signs too until').waitFor()
  await page.getByRole('button', { name: 'Switch off' }).click()
  await page.getByText('It is switched off').waitFor()
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Delete the webhook' }).click()
  await page.getByText('No webhook yet.').waitFor()
})

test('without an error in the pages', { skip: skipWithoutBrowser }, () => {
  assert.deepEqual([...house.errors, ...owner.errors], [])
})
