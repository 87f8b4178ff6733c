// Guarantee: what a list raises waits until customers have had their notice, or rises at once for a reason, which is kept; with a date all holds from
// it on; what upstreams ask times a margin is a list too; and prices written as in farebox.yaml are read exactly.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts'
import { FailureError } from '../../failures.ts'
import { keyringOf } from '../../privacy/index.ts'
import { importPrices, listModels, listShortNotices, putModel, putUpstream } from '../index.ts'
import { allowedAfter } from '../price-notice.ts'

let kit: TestDatabase
before(async () => {
  kit = await createTestDatabase()
  const sealing = keyringOf(new Map([[1, Buffer.alloc(32, 5)]]))
  await putUpstream(kit.appDatabase, { id: 'openai', body: { kind: 'openai', base_url: 'https://a.example/v1' } }, sealing)
  for (const id of ['m-one', 'm-two', 'm-bare']) {
    const cost =
      id === 'm-bare' ? {} : { cost: { input: '0.07', output: '3', above: [{ prompt_tokens: 1000, input: '0.14', output: '6' }] } }
    const body = { context: 10, output_max: 5, price: { input: '1', output: '2' }, routes: [{ upstream: 'openai', model: id, ...cost }] }
    await putModel(kit.appDatabase, { id, body })
  }
})
after(() => kit.drop())

const notice = { days: 30, actor: 'ada' }
const allowed = () => new Date(allowedAfter(Date.now(), 30)).toISOString()
const WRITTEN = `
models:
  - id: m-one
    price: { input: "1.000000001", output: "2" }
  - id: m-two
    price: { input: "0.5", output: "1" }
  - id: unknown
    price: { input: "1", output: "1" }
`
const stateOf = async (id: string) => {
  const model = (await listModels(kit.appDatabase)).find((one) => one.id === id)
  return [model?.price?.input, ...(model?.price_changes ?? []).map(({ input, effective_at: at }) => `${input} ${at}`)]
}

test('what rises waits, what falls holds at once; shown first, then written, once', async () => {
  const asked = { text: WRITTEN, notice }
  const shown = await importPrices(kit.appDatabase, { ...asked, isApplied: false })
  assert.equal(shown.format, 'farebox')
  assert.deepEqual(
    shown.changes.map(({ id, action, isRise, holdsFrom }) => [id, action, isRise, holdsFrom]),
    [
      ['m-one', 'changed', true, allowed()],
      ['m-two', 'changed', undefined, undefined],
    ],
  )
  assert.deepEqual(await stateOf('m-two'), ['1.00'])
  await importPrices(kit.appDatabase, { ...asked, isApplied: true })
  await importPrices(kit.appDatabase, { ...asked, isApplied: true })
  assert.deepEqual(await stateOf('m-one'), ['1.00', `1.000000001 ${allowed()}`])
  assert.deepEqual(await stateOf('m-two'), ['0.50'])
})

test('what upstreams ask times a margin, from a day on, beside what is scheduled', async () => {
  const effectiveAt = allowedAfter(Date.now(), 40)
  const { format, changes } = await importPrices(kit.appDatabase, {
    text: undefined,
    multiplier: '1.15',
    effectiveAt,
    notice,
    isApplied: true,
  })
  assert.equal(format, 'official')
  assert.deepEqual(
    changes.map(({ id, new: price }) => [id, price?.input, price?.above?.[0]?.output]),
    [
      ['m-one', '0.0805', '6.90'],
      ['m-two', '0.0805', '6.90'],
    ],
  )
  assert.deepEqual(await stateOf('m-one'), ['1.00', `1.000000001 ${allowed()}`, `0.0805 ${new Date(effectiveAt).toISOString()}`])
})

test('with a reason it rises at once, and the reason is kept', async () => {
  const text = WRITTEN.replace('"0.5"', '"7"')
  await importPrices(kit.appDatabase, { text, only: 'm-two', notice, shorterNoticeReason: 'nobody has called yet', isApplied: true })
  assert.equal((await stateOf('m-two'))[0], '7.00')
  assert.deepEqual(
    (await listShortNotices(kit.appDatabase, 5)).map(({ name, actor, reason }) => [name, actor, reason]),
    [['m-two', 'ada', 'nobody has called yet']],
  )
})

test('what is no price, or of the past, changes nothing', async () => {
  const before = JSON.stringify([await stateOf('m-one'), await stateOf('m-two')])
  const refused = async (options: { readonly text: string; readonly effectiveAt?: number }, code: string) =>
    await assert.rejects(importPrices(kit.appDatabase, { ...options, notice, isApplied: true }), (thrown) => {
      assert.ok(thrown instanceof FailureError && thrown.failure.code === code, String(thrown))
      return true
    })
  await refused({ text: WRITTEN.replace('"0.5"', '0.5') }, 'price_list_invalid')
  await refused({ text: WRITTEN.replace('"0.5"', '"-0.5"') }, 'price_list_invalid')
  await refused({ text: WRITTEN.replace('"0.5"', '"0"') }, 'price_list_refused')
  await refused({ text: 'models: [', effectiveAt: 0 }, 'price_list_invalid')
  await refused({ text: WRITTEN, effectiveAt: Date.now() - 1000 }, 'invalid_field')
  assert.equal(JSON.stringify([await stateOf('m-one'), await stateOf('m-two')]), before)
})
