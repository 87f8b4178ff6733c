// Guarantee: in the playground every protocol that gateways serve answers in the tab, texts, vectors, scores, pictures, sound and sessions; what is said and
// sent goes to no control path and is gone with the tab; what is refused says why; no page meets an error or a refusal of its own policy.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Request } from 'playwright-core'
import { startWorld, type World, type WorldModel } from '../../checks/world.ts'
import { type SimRealtime, startSimRealtime } from '../../sim/index.ts'
import { type Browsing, expectCount, openBrowser, openByNumber, skipWithoutBrowser } from './index.ts'

const SAID = 'A sentence that control never sees.'
const model = (id: string, price: Readonly<Record<string, string>>, more: Partial<WorldModel> = {}): WorldModel => ({
  ...{ id, upstream: 'oai', upstreamModel: `sim-${id}`, price, context: 4_096, outputMax: 2_000, ...more },
})
const VOICE = { input: '4.00', audio_input: '32.00', output: '16.00', audio_output: '64.00' }

let world: World
let sim: SimRealtime
let browsing: Browsing
let base: string
/** What this tab sent to control, with all that was in it. */
const toControl: string[] = []

before(async () => {
  if (skipWithoutBrowser !== false) return
  sim = await startSimRealtime()
  world = await startWorld({
    upstreams: [{ id: 'rt', kind: 'openai-compatible', baseUrl: `http://127.0.0.1:${sim.port}/v1`, protocols: ['openai-realtime'] }],
    models: [
      model('complete', { input: '1.50', output: '2.00' }),
      model('embed', { embedding: '0.02' }),
      model('moderate', { call: '0.001' }),
      model('picture', { image: '0.04' }),
      model('tts', { character: '0.000015' }),
      model('whisper', { audio_second: '0.0001' }),
      model('voice', VOICE, { upstream: 'rt', upstreamModel: 'sim-voice!tokens=8', context: 16_000 }),
      model('refused', VOICE, { upstream: 'rt', upstreamModel: 'sim-voice!refuse=500', context: 16_000 }),
    ],
  })
  base = `http://localhost:${world.port}`
  browsing = await openBrowser()
  const { page } = browsing
  await openByNumber(page, world)
  const account = (await (await page.request.get(`${base}/api/account`)).json()) as { data: { id: string } }
  await world.operator.ask('POST', `/accounts/${account.data.id}/credits`, { amount: '25.00', reason: 'test' })
  page.on('request', noteControl)
})
after(async () => {
  await browsing?.close()
  await world?.stop()
  await sim?.close()
})

const isControl = (url: string): boolean => !/^\/v1(beta)?\//.test(new URL(url).pathname) || new URL(url).pathname === '/v1/prices'
const noteControl = (request: Request): void => {
  if (isControl(request.url())) toControl.push(`${request.url()} ${request.postData() ?? ''}`)
}

const open = async (query: string): Promise<void> => {
  await browsing.page.goto(`${base}/dashboard/playground?${query}`)
  await browsing.page.getByRole('heading', { name: 'Playground', exact: true, level: 1 }).waitFor()
}

/** Sends what is filled in, and waits for the bill of the answer. */
async function send(): Promise<void> {
  const { page } = browsing
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByRole('link', { name: 'Open the bill' }).waitFor()
}

const choose = (name: string): Promise<void> => browsing.page.getByRole('radio', { name, exact: true }).check({ force: true })
const saidText = async (): Promise<string> => (await browsing.page.locator('.said').textContent()) ?? ''

test('text: each protocol streams an answer, and another protocol keeps what was typed', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await open('model=m-openai')
  await page.getByLabel('Prompt').fill(SAID)
  for (const name of ['Chat completions', 'Responses', 'Messages', 'Gemini']) {
    await choose(name)
    await send()
    await page.getByText(/\d+ tokens in, \d+ out/).waitFor()
    assert.ok((await saidText()).length > 10, name)
  }
  await show('playground')
  await choose('Completions')
  await page.getByLabel('Model').selectOption('complete')
  assert.equal(await page.getByLabel('Beginning').inputValue(), SAID)
  await send()
  assert.ok((await saidText()).length > 10)
})

test('embeddings and moderation: vectors line by line, scores by category', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await open('protocol=embeddings')
  assert.equal(await page.getByLabel('Model').inputValue(), 'embed')
  await page.getByLabel('Texts').fill(`${SAID}\n\nAnother sentence.`)
  await send()
  const rows = page.locator('.said tbody tr')
  await expectCount(rows, 2)
  assert.match((await rows.last().textContent()) ?? '', /Another sentence\.8 numbers1\.0000 0\.5000 0\.3333 …1\.0000/)
  await show('playground-embeddings')
  await choose('Moderation')
  assert.equal(await page.getByLabel('Model').inputValue(), 'moderate')
  await send()
  await page.getByRole('row', { name: 'violence 0.0010 no' }).waitFor()
})

const PICTURE = { name: 'ferry.png', mimeType: 'image/png', buffer: Buffer.alloc(2_000, 1) }
const DRAWN = `[...document.querySelectorAll('.said img')].map((picture) => picture.decode().then(() => picture.naturalWidth))`

test('pictures: made, edited and varied, drawn in the tab', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await open('protocol=images')
  await page.getByLabel('Prompt').fill(SAID)
  for (const name of ['Make', 'Edit', 'Vary']) {
    await choose(name)
    if (name !== 'Make') await page.getByLabel('Picture', { exact: true }).setInputFiles(PICTURE)
    await send()
    assert.deepEqual(await page.evaluate(`Promise.all(${DRAWN})`), [1], name)
    if (name === 'Edit') await show('playground-pictures')
  }
})

const RECORDING = { name: 'ferry.mp3', mimeType: 'audio/mpeg', buffer: Buffer.alloc(30_000, 7) }
/** The length of the sound that is shown, in seconds, once the browser has read it. */
const SECONDS = `new Promise((tell, fail) => {
  const sound = [...document.querySelectorAll('.said audio')].at(-1)
  if (sound.readyState > 0) tell(sound.duration)
  sound.addEventListener('loadedmetadata', () => tell(sound.duration))
  sound.addEventListener('error', () => fail(new Error(sound.error.message)))
})`

test('sound: spoken to be heard here, written down, and written down in English', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await open('protocol=speech&model=tts')
  await page.getByRole('textbox', { name: 'Text', exact: true }).fill(SAID)
  await page.getByLabel('Voice').selectOption('nova')
  await send()
  assert.ok((await page.evaluate<number>(SECONDS)) > 0.5)
  await show('playground-speech')
  await page.getByLabel('Model').selectOption('whisper')
  for (const name of ['Write down', 'Write down in English']) {
    await choose(name)
    await page.getByLabel('Recording').setInputFiles(RECORDING)
    await send()
    assert.equal(await saidText(), 'The ferry takes twenty minutes.', name)
  }
})

test('realtime: a conversation in writing and spoken; what is not opened says what to do', { skip: skipWithoutBrowser }, async () => {
  const { page, show } = browsing
  await open('protocol=realtime&model=voice')
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  await press('Open a session')
  for (const turn of [1, 2]) {
    await page.getByLabel('Say something').fill(SAID)
    await press('Send')
    await page
      .getByText(/\d+ tokens in, \d+ out/)
      .nth(turn - 1)
      .waitFor()
  }
  await expectCount(page.locator('.turn'), 4)
  await press('End it')
  await page.getByText('The session has ended. What was answered is charged').waitFor()
  await choose('Spoken')
  await press('Open a session')
  await page.getByLabel('Say something').fill(SAID)
  await press('Send')
  await page.getByText(/\d+ tokens in, \d+ out/).waitFor()
  assert.ok((await page.evaluate<number>(SECONDS)) > 0.1)
  await show('playground-realtime')
  await press('End it')
  await page.getByLabel('Model').selectOption('refused')
  await press('Open a session')
  await page.getByText('The session was not opened, and browsers are not told why.').waitFor()
})

test('nothing of it went to control, and nothing is left when the tab is loaded again', { skip: skipWithoutBrowser }, async () => {
  const { page } = browsing
  assert.ok(toControl.some((one) => one.includes('/api/keys/temporary')))
  assert.deepEqual(
    toControl.filter((one) => one.includes('sentence') || one.includes('ferry')),
    [],
  )
  await open('protocol=speech&model=voice')
  assert.equal(await page.getByRole('textbox', { name: 'Text', exact: true }).inputValue(), '')
  await page.getByRole('textbox', { name: 'Text', exact: true }).fill(SAID)
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByRole('alert').waitFor()
  assert.match((await page.getByRole('alert').textContent()) ?? '', /This model is not served in this protocol/)
  // Chromium says of itself that a session was refused, which the page had said in its own words.
  const refused = browsing.errors.filter((error) => /^WebSocket connection to '.*model=refused' failed: .* 502$/.test(error))
  assert.deepEqual([refused.length, browsing.errors.length], [1, 1], browsing.errors.join('\n'))
})
