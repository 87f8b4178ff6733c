// Guarantee: a plan in farebox.yaml has the terms that are written, twice applied changes nothing, each price it had is kept with its time, and
// what is wrong with one is told with its line and column.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { keyringOf } from '../privacy/index.ts'
import { parseCatalogFile } from './file.ts'
import { applyCatalog, listPlans } from './index.ts'

const sealing = keyringOf(new Map([[1, Buffer.alloc(32, 5)]]))
const parse = (text: string) => parseCatalogFile(text, { file: 'farebox.yaml', environment: {}, knownUpstreams: new Map() })

let kit: TestDatabase
before(async () => {
  kit = await createTestDatabase()
})
after(() => kit.drop())

const PLAN = `plans:
  - id: standard
    name: Standard
    kind: monthly
    price: "20.00"
    price_multiplier: "0.9"
    models: [m, n]
    requests_per_minute: 60
    budget: { amount: "0.14", window: 5h }
    public: true
`

const apply = async (text: string): Promise<readonly string[]> => {
  const { desired, problems } = parse(text)
  assert.deepEqual(problems, [])
  const { changes } = await applyCatalog(kit.appDatabase, desired ?? assert.fail(), { source: 'file', sealing })
  return changes.map(({ action, id }) => `${action} ${id}`)
}

test('all terms of a plan are written, once, and changed by what is changed', async () => {
  assert.deepEqual(await apply(PLAN), ['added standard'])
  assert.deepEqual(await apply(PLAN), [])
  assert.deepEqual(await listPlans(kit.appDatabase), [
    {
      ...{
        id: 'standard',
        name: 'Standard',
        kind: 'monthly',
        price: '20.00',
        price_multiplier: '0.9',
        price_changes: [],
        models: ['m', 'n'],
      },
      ...{ requests_per_minute: 60, tokens_per_minute: null, concurrent_calls: null, budget: { amount: '0.14', window: '5h' } },
      ...{ public: true, closed: false, members: 0, source: 'file', is_active: true },
    },
  ])
  for (const [from, to] of [
    ['[m, n]', '[n, m]'],
    ['"0.14"', '"0.15"'],
    ['public: true', 'public: false'],
    ['"20.00"', '"21.00"'],
  ] as const) {
    assert.deepEqual(await apply(PLAN.replace(from, to)), ['changed standard'], to)
    await apply(PLAN)
  }
})

test('each price that a plan had is kept, and no row of it can be changed', async () => {
  const rows = await kit.appDatabase.query<{ price: bigint }>(sql`select price from plan_price where plan_id = 'standard' order by id`)
  assert.deepEqual(
    rows.map(({ price }) => price),
    [20_000_000_000n, 21_000_000_000n, 20_000_000_000n],
  )
  await assert.rejects(kit.ownerDatabase.query(sql`update plan_price set price = 1`))
})

test('settings of subscriptions are read, and what is usual holds for the rest', () => {
  assert.deepEqual(parse('subscriptions: { grace_days: 3, price_lock: false }\n').subscriptions, {
    ...{ graceDays: 3, priceLock: false, priceNoticeDays: 30, seatHoldMinutes: 30 },
  })
  assert.equal(parse('plans: []\n').subscriptions?.graceDays, 7)
})

test('what is wrong with a plan or a setting is told where it stands', () => {
  for (const [text, line, expected] of [
    [PLAN.replace('monthly', 'weekly'), 4, /free, one_time, monthly, annual/],
    [PLAN.replace('    price: "20.00"\n', ''), 2, /a decimal string of USD/],
    [PLAN.replace('kind: monthly', 'kind: free'), 5, /no price, as the plan is free/],
    [PLAN.replace('kind: monthly', 'kind: one_time'), 9, /no budget/],
    [PLAN.replace('"20.00"', '20.00'), 5, /a decimal string of USD/],
    [PLAN.replace('5h', '6h'), 9, /5h, 8h, day/],
    [PLAN.replace('60', '0'), 8, /from 1 to 1000000000/],
    ['subscriptions: { grace_days: -1 }\n', 1, /from 0 to 90/],
    ['subscriptions: { grace: 1 }\n', 1, /./],
  ] as const) {
    const [problem, ...more] = parse(text).problems
    assert.deepEqual([problem?.line, more.length], [line, 0], `${text}${JSON.stringify(problem)}`)
    assert.match(problem?.expected ?? '', expected)
  }
})

test('the example of docs/plans.md is a file that can be applied', () => {
  const page = readFileSync(new URL('../../docs/plans.md', import.meta.url), 'utf8')
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? assert.fail()
  const { desired, problems, subscriptions } = parse(example)
  assert.deepEqual(problems, [])
  assert.deepEqual(desired?.plans?.[0]?.budget, { amount: 140_000_000n, window: '5h' })
  assert.equal(subscriptions?.seatHoldMinutes, 30)
})
