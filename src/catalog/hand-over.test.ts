// Guarantee: what passes between a provider key and farebox.yaml is never out of use, is as it was meant after one application, and counts as sold
// before: a price that rises with it waits for its notice.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, beforeEach, test } from 'node:test'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { keyringOf } from '../privacy/index.ts'
import { applyConfigured, listModels, listShortNotices, listUpstreams } from './index.ts'
import { allowedAfter } from './price-notice.ts'

const sealing = keyringOf(new Map([[1, Buffer.alloc(32, 5)]]))
const folder = mkdtempSync(join(tmpdir(), 'farebox-hand-over-'))
after(() => rmSync(folder, { recursive: true }))

let opened: TestDatabase
beforeEach(async () => {
  opened = await createTestDatabase()
})
afterEach(() => opened.drop())

const providerKeys = { OPENAI_API_KEY: 'sk-openai-canary' }
const UPSTREAM = 'upstreams: [{ id: openai, kind: openai, base_url: "https://a.example/v1", api_key: "sk-own-canary" }]\n'
const modelAt = (input: string, more = '') =>
  `models: [{ id: gpt-4.1, context: 9, output_max: 9, price: { input: "${input}", output: "8.00", cache_read: "0.50" }, routes: [{ upstream: openai, model: gpt-4.1 }]${more} }]\n`

/** Applies the provider key with a file of such a text, twice: the second time changes nothing. */
async function apply(text: string): Promise<readonly string[]> {
  const configPath = join(folder, 'farebox.yaml')
  writeFileSync(configPath, text)
  const once = () => applyConfigured(opened.appDatabase, { configPath, providerKeys, environment: providerKeys }, sealing)
  const { changes } = await once()
  const again = (await once()).changes.filter(({ action }) => action !== 'skipped' && action !== 'held')
  assert.deepEqual(again, [], 'applied twice nothing changes')
  return changes.map(({ action, noun, id }) => `${action} ${noun} ${id}`)
}
const model = async () => (await listModels(opened.appDatabase)).find(({ id, is_active: isActive }) => id === 'gpt-4.1' && isActive)
const sourceOf = async () =>
  (await listUpstreams(opened.appDatabase)).find(({ id, is_active: isActive }) => id === 'openai' && isActive)?.source
const allowed = () => new Date(allowedAfter(Date.now(), 30)).toISOString()

test('a model that passes from a provider key to the file keeps its price until the notice of a higher one is over', async () => {
  await apply('')
  assert.equal((await model())?.price?.input, '2.00')
  assert.ok((await apply(`${UPSTREAM}${modelAt('3.00')}`)).includes('held price gpt-4.1'))
  const { price, price_changes: changes, source } = (await model()) ?? assert.fail('it is out of use')
  assert.deepEqual(
    [source, price?.input, changes.map((change) => [change.input, change.effective_at])],
    ['file', '2.00', [['3.00', allowed()]]],
  )
  await apply(`${UPSTREAM}${modelAt('1.00')}`)
  assert.equal((await model())?.price?.input, '1.00', 'a fall holds at once')
})

test('with a reason it rises as it passes over, and the reason is kept', async () => {
  await apply('')
  await apply(`${UPSTREAM}${modelAt('3.00', ', shorter_notice_reason: "they ask more"')}`)
  assert.equal((await model())?.price?.input, '3.00')
  assert.deepEqual(
    (await listShortNotices(opened.appDatabase, 10)).map(({ name, reason }) => [name, reason]),
    [['gpt-4.1', 'they ask more']],
  )
})

test('what the file lets go of is what the provider key brings at once, and its price waits where it is higher', async () => {
  await apply(`${UPSTREAM}${modelAt('1.00')}`)
  await apply('')
  const { price, price_changes: changes, source } = (await model()) ?? assert.fail('it is out of use')
  assert.deepEqual([await sourceOf(), source, price?.input], ['environment', 'environment', '1.00'])
  assert.deepEqual(
    changes.map((change) => [change.input, change.effective_at]),
    [['2.00', allowed()]],
  )
})

test('a model of the file goes on over the upstream of a provider key when the file names that no more', async () => {
  await apply(`${UPSTREAM}${modelAt('1.00')}`)
  await apply(modelAt('1.00'))
  assert.deepEqual([await sourceOf(), (await model())?.source, (await model())?.price?.input], ['environment', 'file', '1.00'])
})
