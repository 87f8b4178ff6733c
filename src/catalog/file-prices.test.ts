// Guarantee: a price in farebox.yaml means what docs/pricing.md says, and whatever is wrong with one is told with its line and column.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { formatUsd } from '../lib/index.ts'
import { flatPrice, LIST_TERMS, priceOf, usageFrom } from '../spec/index.ts'
import { parseCatalogFile } from './file.ts'

const parse = (text: string) => parseCatalogFile(text, { file: 'farebox.yaml', environment: {}, knownUpstreams: new Map() })
const upstreamOf = (kind: string) => `upstreams:\n  - id: u\n    kind: ${kind}\n    base_url: https://a.example/v1\n`
const modelWith = (line: string) =>
  `${upstreamOf('openai')}models:\n  - id: m\n    context: 10\n    output_max: 10\n    routes: [{ upstream: u, model: x }]\n    ${line}\n`
const model = (price: string) =>
  `{upstreams: [{id: u, kind: openai, base_url: "http://127.0.0.1:1/v1"}], models: [{id: m, context: 1, output_max: 1, ${price}routes: [{upstream: u, model: m}]}]}`

const CARDS = `{ input: "3.00", output: "15.00", cache_read: "0.30", reasoning: "16", image_input: "4", audio_input: "5", image_output: "30",
      audio_output: "40", embedding: "0.1", image: "0.04", web_search: "0.01", tool_call: "0.03", call: "0.001",
      above: [{ prompt_tokens: 272000, input: "9", output: "30" }, { prompt_tokens: 200000, input: "6", output: "22.50", web_search: "0.02" }],
      service_tiers: { batch: { input: "1.5", output: "7.5" }, flex: { input: "1", output: "5", call: "0.002", above: [{ prompt_tokens: 200000, input: "2", output: "10" }] } } }`

test('every class, card and tier is read; what a card does not give follows from its own input and output, and pieces from the first', () => {
  const text = `${upstreamOf('anthropic')}models:
  - id: m
    context: 1000000
    output_max: 10
    price: ${CARDS}
    routes: [{ upstream: u, model: x, cost: ${CARDS} }]
`
  const { desired, problems } = parse(text)
  assert.deepEqual(problems, [])
  const [model] = desired?.models ?? []
  assert.deepEqual(
    model?.price?.map(({ serviceTier, inputAbove }) => [serviceTier, inputAbove]),
    [
      ['standard', 0],
      ['standard', 200_000],
      ['standard', 272_000],
      ['flex', 0],
      ['flex', 200_000],
      ['batch', 0],
    ],
  )
  const [base, long, longest, flex, longFlex, batch] = model?.price?.map((card) => card.rates) ?? []
  const usd = (cents: bigint) => cents * 10_000_000n
  const { input, cacheWrite5m, reasoning, imageOutput, embedding, images, calls } = base ?? assert.fail()
  assert.deepEqual([input, cacheWrite5m, reasoning, imageOutput, embedding], [usd(300n), usd(375n), usd(1600n), usd(3000n), usd(10n)])
  assert.deepEqual([images, calls], [usd(4n), 1_000_000n])
  assert.deepEqual([long?.cacheRead, long?.cacheWrite1h, long?.reasoning, long?.audioInput], [usd(600n), usd(1200n), usd(2250n), usd(600n)])
  assert.deepEqual([long?.webSearches, longest?.webSearches, flex?.webSearches, batch?.webSearches], [usd(2n), usd(1n), usd(1n), usd(1n)])
  assert.deepEqual([flex?.calls, longFlex?.calls, batch?.calls, longFlex?.output], [2_000_000n, 2_000_000n, 1_000_000n, usd(1000n)])
  assert.deepEqual(model?.routes[0]?.cost.service_tiers?.batch, { input: '1.5', output: '7.5' })
})

test('the example of docs/pricing.md is read, and costs what the page says', () => {
  const page = readFileSync(new URL('../../docs/pricing.md', import.meta.url), 'utf8')
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? []
  const { desired, problems } = parseCatalogFile(yaml, {
    ...{ file: 'farebox.yaml', environment: {} },
    knownUpstreams: new Map([['anthropic', 'anthropic']]),
  })
  assert.deepEqual(problems, [])
  const price = desired?.models[0]?.price ?? assert.fail()
  const usage = usageFrom({ input: 1234, cacheRead: 200_000, output: 501, reasoning: 100, webSearches: 2 })
  const cost = priceOf(price, usage, { ...LIST_TERMS, multiplier: desired?.plans?.[0]?.multiplier ?? 0 })
  assert.ok(page.includes(`| **${formatUsd(cost)}** |`) && page.includes(`| ${formatUsd(priceOf(price, usage))} |`), formatUsd(cost))
})

test('an embedding price stands alone, and so does one for images or calls; tokens are then that price, or free', () => {
  const ratesOf = (price: string) => parse(model(`price: ${price}, `)).desired?.models[0]?.price?.[0]?.rates
  const embedding = ratesOf('{embedding: "0.02"}')
  assert.deepEqual([embedding?.embedding, embedding?.input, embedding?.output], [20_000_000n, 20_000_000n, 20_000_000n])
  const image = ratesOf('{image: "0.04"}')
  assert.deepEqual([image?.images, image?.input, image?.imageOutput], [40_000_000n, 0n, 0n])
})

test('times and plans are read', () => {
  const entry = 'price: {input: "1", output: "2"}, price_changes: [{effective_at: "2030-01-01T01:00:00+01:00", input: "2", output: "4"}], '
  const { desired } = parse(
    `${model(entry).slice(0, -1)}, plans: [{id: pro, price_multiplier: "0.9"}, {id: max, price_multiplier: "1000"}]}`,
  )
  assert.deepEqual(desired?.models[0]?.priceChanges, [
    { effectiveAt: Date.parse('2030-01-01T00:00:00Z'), price: flatPrice({ input: 2_000_000_000n, output: 4_000_000_000n }) },
  ])
  assert.deepEqual(desired?.plans, [
    { id: 'pro', multiplier: 900_000 },
    { id: 'max', multiplier: 1_000_000_000 },
  ])
  const later = parse(model('price: {input: "1", output: "2", effective_at: "2030-01-01T00:00:00Z"}, ')).desired?.models[0]
  assert.deepEqual([later?.price, later?.priceChanges?.length], [undefined, 1])
})

type Case = readonly [name: string, text: string, at: readonly string[], said: RegExp]

const BAD: readonly Case[] = [
  ['ten decimals', modelWith('price: { input: "0.0000000001", output: "15" }'), ['10:21'], /a decimal string of USD/],
  ['piece', modelWith('price: { input: "1", output: "1", image: 0.04 }'), ['10:46'], /USD for one\n.*0\.04\n.*quote it: "0\.04"/],
  ['piece of nothing', modelWith('price: { input: "1", output: "1", call: "0" }'), ['10:45'], /more than zero/],
  ['searches alone', modelWith('price: { web_search: "0.01" }'), ['10:12', '10:12'], /a decimal string/],
  ['calls and half a price', modelWith('price: { call: "0.01", output: "2" }'), ['10:12'], /a decimal string/],
  [
    'long card without output',
    modelWith('price: { input: "1", output: "1", above: [{ prompt_tokens: 5, input: "2" }] }'),
    ['10:47'],
    /a decimal string/,
  ],
  [
    'long card without length',
    modelWith('price: { input: "1", output: "1", above: [{ input: "2", output: "2" }] }'),
    ['10:47'],
    /a whole number of tokens/,
  ],
  [
    'length of nothing',
    modelWith('price: { input: "1", output: "1", above: [{ prompt_tokens: 0, input: "2", output: "2" }] }'),
    ['10:64'],
    /from 1 to 100000000/,
  ],
  [
    'length below nothing',
    modelWith('price: { input: "1", output: "1", above: [{ prompt_tokens: -5, input: "2", output: "2" }] }'),
    ['10:64'],
    /from 1 to/,
  ],
  [
    'length twice',
    modelWith(
      'price: { input: "1", output: "1", above: [{ prompt_tokens: 5, input: "2", output: "2" }, { prompt_tokens: 5, input: "3", output: "3" }] }',
    ),
    ['10:111'],
    /a length of its own\n.*5 a second time/,
  ],
  [
    'zero in a long card',
    modelWith('price: { input: "1", output: "1", above: [{ prompt_tokens: 5, input: "0", output: "2" }] }'),
    ['10:74'],
    /more than zero/,
  ],
  ['no long cards', modelWith('price: { input: "1", output: "1", above: [] }'), ['10:46'], /a list of cards/],
  [
    'unknown tier',
    modelWith('price: { input: "1", output: "1", service_tiers: { turbo: { input: "2", output: "2" } } }'),
    ['10:56'],
    /one of flex, priority, batch/,
  ],
  [
    'tier without a card',
    modelWith('price: { input: "1", output: "1", service_tiers: { flex: {} } }'),
    ['10:62', '10:62'],
    /a decimal string/,
  ],
  [
    'tier of nothing',
    modelWith('price: { input: "1", output: "1", service_tiers: { flex: } }'),
    ['10:62'],
    /a mapping with input and output\n.*nothing/,
  ],
  [
    'negative in a tier',
    modelWith('price: { input: "1", output: "1", service_tiers: { flex: { input: "-1", output: "2" } } }'),
    ['10:71'],
    /a decimal string/,
  ],
  [
    'tiers in a tier',
    modelWith('price: { input: "1", output: "1", service_tiers: { flex: { input: "1", output: "2", service_tiers: {} } } }'),
    ['10:89'],
    /above/,
  ],
  ['a time that is none', modelWith('price: { input: "1", output: "1", effective_at: tomorrow }'), ['10:53'], /a time such as/],
  [
    'a time without a zone',
    modelWith('price: { input: "1", output: "1", effective_at: "2030-01-01T00:00:00" }'),
    ['10:53'],
    /a time such as/,
  ],
  ['change without a time', modelWith('price_changes: [{ input: "1", output: "1" }]'), ['10:21'], /a time such as/],
  [
    'time twice',
    modelWith(
      'price_changes: [{ effective_at: "2030-01-01T00:00:00Z", input: "1", output: "1" }, { effective_at: "2030-01-01T01:00:00+01:00", input: "2", output: "1" }]',
    ),
    ['10:104'],
    /a time of its own/,
  ],
  ['half a cost', `${modelWith('').replace('model: x', 'model: x, cost: { input: "1" }')}`, ['9:45'], /a decimal string/],
  [
    'cost with a time',
    `${modelWith('').replace('model: x', 'model: x, cost: { effective_at: "2030-01-01T00:00:00Z" }')}`,
    ['9:47'],
    /one of input, output/,
  ],
  ['plan twice', 'plans:\n  - { id: a, price_multiplier: "1" }\n  - { id: a, price_multiplier: "1" }\n', ['3:11'], /an id of its own/],
  ['plan without a multiplier', 'plans:\n  - { id: a }\n', ['2:5'], /a decimal string above 0/],
  ...['0', '-1', '1001', '0.0000001', '1e2', 'x', ''].map(
    (text): Case => [`multiplier ${text}`, `plans:\n  - { id: a, price_multiplier: "${text}" }\n`, ['2:32'], /above 0 and up to 1000/],
  ),
]

for (const [name, text, at, said] of BAD) {
  test(`refused with its place: ${name}`, () => {
    const { desired, problems } = parse(text)
    assert.equal(desired, undefined)
    const told = problems.map((problem) => `${problem.expected}\n  got       ${problem.got}\n  ${problem.mend}`).join('\n')
    assert.deepEqual(
      problems.map((problem) => `${problem.line}:${problem.column}`),
      at,
      told,
    )
    assert.match(told, said)
    assert.ok(!told.includes('pw-secret'), 'a secret is shown')
    for (const problem of problems)
      assert.ok(problem.expected !== '' && problem.got !== '' && problem.mend !== '' && problem.file === 'farebox.yaml')
  })
}
