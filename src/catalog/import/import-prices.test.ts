// Guarantee: a price list changes nothing until it is applied; applied it makes new price versions, all or none, once; one bad price, none.
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { seededRandom } from '../../../sim/index.ts'
import { type Database, sql } from '../../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts'
import { FailureError } from '../../failures.ts'
import { keyringOf } from '../../privacy/index.ts'
import { applyCatalog, completePrice, importPrices, listModels } from '../index.ts'

const sealing = keyringOf(new Map([[1, Buffer.alloc(32, 5)]]))
let opened: TestDatabase
let database: Database

beforeEach(async () => {
  opened = await createTestDatabase()
  database = opened.appDatabase
  const upstream = { kind: 'openai', baseUrl: 'https://a.example/v1', apiKey: undefined, placement: 'third_party', privacy: {} } as const
  const model = (id: string) => ({
    ...{ id, context: 1000, outputMax: 100, price: completePrice({ input: '1', output: '2' }, false) },
    routes: [{ upstream: 'openai', model: id, priority: 1, cost: {} }],
  })
  await applyCatalog(database, { upstreams: [{ id: 'openai', ...upstream }], models: [model('m-one')] }, { source: 'environment', sealing })
  await applyCatalog(database, { upstreams: [], models: [model('m-file')] }, { source: 'file', sealing })
})
afterEach(() => opened.drop())

const entry = (input: string, output: string) =>
  `{"litellm_provider":"openai","mode":"chat","max_input_tokens":500,"max_output_tokens":50,"input_cost_per_token":${input},"output_cost_per_token":${output}}`
const CARDS =
  '"input_cost_per_token_above_200k_tokens":2e-07,"input_cost_per_token_flex":5e-08,"search_context_cost_per_query":{"a":0.01,"b":0.02}'
const LIST = `{"m-one":${entry('2.5e-06', '1e-05')},"m-two":${entry('1e-07', '4e-07').slice(0, -1)},${CARDS}},"m-file":${entry('9e-06', '9e-06')},"m-odd":${entry('0', '1e-06')}}`

const versions = async (): Promise<number> =>
  (await database.query<{ n: number }>(sql`select count(*)::integer as n from price_version`))[0]?.n ?? -1
const everything = async (): Promise<string> =>
  JSON.stringify([await listModels(database), await versions()], (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))

test('shown first, then applied once', async () => {
  const before = await everything()
  const asked = { text: LIST, multiplier: '1.2' }
  const shown = await importPrices(database, { ...asked, isApplied: false })
  const actions = shown.changes.map(({ id, action }) => `${action} ${id}`)
  assert.deepEqual(actions, ['refused m-file', 'refused m-odd', 'changed m-one', 'added m-two'])
  assert.equal(await everything(), before)
  const count = await versions()
  const applied = await importPrices(database, { ...asked, isApplied: true })
  assert.deepEqual(applied.changes, shown.changes)
  assert.equal(await versions(), count + 2)
  const models = new Map((await listModels(database)).map((model) => [model.id, model]))
  assert.equal(models.get('m-one')?.price?.input, '3.00')
  assert.equal(models.get('m-one')?.routes[0]?.cost.input, '2.50')
  assert.deepEqual(
    [models.get('m-two')?.price?.output, models.get('m-two')?.context, models.get('m-two')?.source],
    ['0.48', 500, 'operator'],
  )
  const two = models.get('m-two')
  assert.deepEqual(
    [two?.price?.web_search, two?.price?.above?.[0]?.input, two?.price?.service_tiers?.flex?.input],
    ['0.024', '0.24', '0.06'],
  )
  assert.deepEqual([two?.routes[0]?.cost.web_search, two?.routes[0]?.cost.above?.[0]?.input], ['0.02', '0.20'])
  assert.equal(models.get('m-file')?.price?.input, '1.00')
  const again = await importPrices(database, { ...asked, isApplied: true })
  assert.deepEqual(
    again.changes.map(({ action }) => action),
    ['refused', 'refused', 'unchanged', 'unchanged'],
  )
  assert.equal(await versions(), count + 2)
})

test('what an upstream asks is written also where the price stays as it is', async () => {
  const costs = async () => (await listModels(database)).find(({ id }) => id === 'm-one')?.routes[0]?.cost
  const at = (input: string, output: string, multiplier: string) => ({ text: `{"m-one":${entry(input, output)}}`, multiplier })
  const count = await versions()
  const first = await importPrices(database, { ...at('1e-06', '2e-06', '1'), isApplied: true })
  assert.deepEqual([first.changes[0]?.action, await costs()], ['changed', { input: '1.00', output: '2.00' }])
  assert.equal((await importPrices(database, { ...at('1e-06', '2e-06', '1'), isApplied: true })).changes[0]?.action, 'unchanged')
  await importPrices(database, { ...at('0.8e-06', '1.6e-06', '1.25'), isApplied: true })
  assert.deepEqual(await costs(), { input: '0.80', output: '1.60' })
  const later = await importPrices(database, { ...at('0.5e-06', '1e-06', '2'), effectiveAt: Date.now() + 86_400_000, isApplied: true })
  assert.deepEqual([later.changes[0]?.holdsFrom, await costs()], [undefined, { input: '0.50', output: '1.00' }])
  assert.equal(await versions(), count, 'no version of a price that stays')
})

test('what searches and tools cost stays where a list says nothing of it, and is what the list says where it does', async () => {
  const tools = { web_search: '0.012', tool_call: '0.036' }
  const cost = { input: '1', output: '2', web_search: '0.01', tool_call: '0.03' }
  const model = {
    ...{ id: 'm-tools', context: 1000, outputMax: 100, price: completePrice({ input: '1.2', output: '2.4', ...tools }, false) },
    routes: [{ upstream: 'openai', model: 'm-tools', priority: 1, cost }],
  }
  const upstream = { kind: 'openai', baseUrl: 'https://a.example/v1', apiKey: undefined, placement: 'third_party', privacy: {} } as const
  const desired = { upstreams: [{ id: 'openai', ...upstream }], models: [model] }
  await applyCatalog(database, desired, { source: 'environment', sealing })
  const shown = async () => {
    const found = (await listModels(database)).find(({ id }) => id === 'm-tools')
    return [found?.price, found?.routes[0]?.cost].map((price) => [price?.input, price?.web_search, price?.tool_call])
  }
  const modelsDev = '{"openai":{"models":{"m-tools":{"limit":{"context":9,"output":9},"cost":{"input":2,"output":4}}}}}'
  for (const _ of ['first', 'again']) await importPrices(database, { text: modelsDev, multiplier: '1.2', isApplied: true })
  assert.deepEqual(await shown(), [
    ['2.40', '0.012', '0.036'],
    ['2.00', '0.01', '0.03'],
  ])
  const told = `{"m-tools":${entry('3e-06', '4e-06').slice(0, -1)},"search_context_cost_per_query":{"a":0.02}}}`
  await importPrices(database, { text: told, multiplier: '1.2', isApplied: true })
  assert.deepEqual(await shown(), [
    ['3.60', '0.024', '0.036'],
    ['3.00', '0.02', '0.03'],
  ])
  const whole = 'models: [{ id: m-tools, price: { input: "5", output: "6" } }]'
  await importPrices(database, { text: whole, isApplied: true })
  assert.deepEqual((await shown())[0], ['5.00', undefined, undefined], 'a list as farebox.yaml says all of a price')
})

test('a list with one price that is none is refused whole, and nothing is written', async () => {
  const before = await everything()
  for (const bad of [entry('-1', '1e-06'), entry('"1"', '1e-06'), entry('1e-06', 'null')])
    for (const isApplied of [false, true])
      await assert.rejects(importPrices(database, { text: LIST.replace(/}$/, `,"elsewhere/m":${bad}}`), only: 'm-*', isApplied }), {
        message: 'price_list_refused',
      })
  assert.equal(await everything(), before)
})

test('only what is asked for', async () => {
  const { changes } = await importPrices(database, { text: LIST, only: 'm-t?o', isApplied: true })
  assert.deepEqual(
    changes.map(({ id }) => id),
    ['m-two'],
  )
})

test('what cannot be written undoes all of it', async () => {
  const before = await everything()
  let written = 0
  const failing: Database = {
    ...database,
    transaction: (work) =>
      database.transaction((tx) =>
        work({
          ...tx,
          query: async (statement) => {
            if (statement.text.includes('insert into price_version')) written += 1
            if (written === 2) throw new Error('the disk is full')
            return await tx.query(statement)
          },
        }),
      ),
  }
  await assert.rejects(importPrices(failing, { text: LIST, isApplied: true }), /disk is full/)
  assert.equal(await everything(), before)
})

test('broken files and bad options change nothing, applied or not', async () => {
  const before = await everything()
  const random = seededRandom(3)
  for (let round = 0; round < 60; round += 1) {
    const isApplied = round % 2 === 0
    const rest = isApplied ? '' : LIST.slice(random.below(LIST.length))
    await importPrices(database, { text: LIST.slice(0, random.below(LIST.length)) + rest, isApplied }).catch((thrown: unknown) =>
      assert.ok(thrown instanceof FailureError),
    )
  }
  for (const multiplier of ['0', '-1', '1e3', '1001', '', 'x', '0.0'])
    await assert.rejects(importPrices(database, { text: LIST, multiplier, isApplied: true }), { message: 'invalid_field' }, multiplier)
  assert.equal(await everything(), before)
})
