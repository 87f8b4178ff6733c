// Guarantee: a published price becomes ours to the last digit and never by way of a float; one price that is none refuses the whole list,
// by name; a broken file, however broken, ends in a named refusal.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../../../sim/index.ts'
import { FailureError } from '../../failures.ts'
import { formatUsd } from '../../lib/index.ts'
import type { WrittenPrice } from '../../spec/index.ts'
import type { ModelView, UpstreamView } from '../list.ts'
import { type Decimal, DecimalError, parseDecimal, times, toNano } from './decimal.ts'
import { planImport } from './plan-import.ts'
import { readPriceList } from './read-price-list.ts'

const LITELLM = `{
  "sample_spec": { "litellm_provider": "one of the providers", "input_cost_per_token": "a number" },
  "fallback_generalizations": { "rules": [] },
  "m-small": { "litellm_provider": "openai", "mode": "chat", "max_input_tokens": 128000, "max_output_tokens": 16000,
    "input_cost_per_token": 1.5e-07, "output_cost_per_token": 6e-07, "cache_read_input_token_cost": 7.5e-08 },
  "claude-made-up": { "litellm_provider": "anthropic", "mode": "chat", "max_input_tokens": 200000, "max_output_tokens": 64000,
    "input_cost_per_token": 3e-06, "output_cost_per_token": 1.5e-05, "cache_read_input_token_cost": 3e-07,
    "cache_creation_input_token_cost": 3.75e-06, "cache_creation_input_token_cost_above_1hr": 6e-06 },
  "deepseek/d-chat": { "litellm_provider": "deepseek", "mode": "chat", "max_input_tokens": 64000, "max_tokens": 8000,
    "input_cost_per_token": 2.7e-07, "output_cost_per_token": 1.10e-06, "cache_creation_input_token_cost": 0.0 },
  "m-noise": { "litellm_provider": "openai", "mode": "chat", "max_input_tokens": 1000, "max_output_tokens": 100,
    "input_cost_per_token": 2.9999999999999997e-06, "output_cost_per_token": 0.000015 },
  "m-zero": { "litellm_provider": "openai", "input_cost_per_token": 0, "output_cost_per_token": 0.0 },
  "m-unpriced": { "litellm_provider": "openai", "max_input_tokens": 1000, "max_output_tokens": 100, "input_cost_per_token": null },
  "m-per-million": { "litellm_provider": "openai", "input_cost_per_token": 3, "output_cost_per_token": 15 },
  "m-tiered": { "litellm_provider": "openai", "max_input_tokens": 900000, "max_output_tokens": 1000,
    "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06, "input_cost_per_token_above_200k_tokens": 2e-06 },
  "m-unlimited": { "litellm_provider": "openai", "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06 },
  "m-wide": { "litellm_provider": "openai", "mode": "chat", "max_input_tokens": 900000, "max_output_tokens": 1000,
    "tiered_pricing": [{ "range": [0, 128000], "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06 },
      { "range": [128000, 900000], "input_cost_per_token": 2e-06, "output_cost_per_token": 3e-06 }],
    "input_cost_per_token_flex": 5e-07, "search_context_cost_per_query": { "search_context_size_low": 0.01 } },
  "an-embedding": { "litellm_provider": "openai", "mode": "embedding", "max_tokens": 8191, "input_cost_per_token": 1e-08,
    "output_cost_per_token": 0 },
  "a-ranker": { "litellm_provider": "openai", "mode": "rerank", "input_cost_per_query": 0.002 },
  "elsewhere/m": { "litellm_provider": "elsewhere", "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06 }
}`

const MODELS_DEV = `{
  "anthropic": { "id": "anthropic", "name": "A", "models": {
    "claude-made-up": { "id": "claude-made-up", "cost": { "input": 3, "output": 15, "cache_read": 0.3, "cache_write": 3.75 },
      "limit": { "context": 200000, "output": 64000 } },
    "claude-long": { "cost": { "input": 3, "output": 15, "context_over_200k": { "input": 6, "output": 22.5 } },
      "limit": { "context": 1000000, "output": 64000 } },
    "claude-thinks": { "cost": { "input": 3, "output": 15, "reasoning": 16 }, "limit": { "context": 200000, "output": 64000 } } } },
  "openai": { "id": "openai", "models": { "m-small": { "cost": { "input": 0.15, "output": 0.6, "cache_read": 0.075 },
      "limit": { "context": 128000, "output": 16000 } } } }
}`

const upstream = (id: string, kind = 'openai'): UpstreamView => ({
  ...{ id, kind, base_url: 'https://a.example', has_key: true, has_key_pool: false, has_admin_key: false },
  ...{ api_version: null, max_concurrency: null, placement: 'third_party', privacy: {}, protocols: null, fetches_urls: false },
  ...{ source: 'operator', is_active: true },
})
const UPSTREAMS = [upstream('openai'), upstream('anthropic', 'anthropic'), upstream('deepseek', 'openai-compatible')]

const live = (id: string, change: Partial<ModelView> = {}): ModelView => ({
  ...{
    id,
    context: 1000,
    output_max: 100,
    strategy: 'priority',
    price: null,
    price_version: null,
    price_changes: [],
    source: 'operator',
    is_active: true,
  },
  routes: [{ upstream: 'openai', model: id, priority: 1, weight: 1, cost: {}, is_active: true }],
  ...change,
})

type Asked = { readonly models?: readonly ModelView[]; readonly multiplier?: string; readonly only?: RegExp }

const planOf = (text: string, { models = [], multiplier = '1', only = /^/ }: Asked = {}) =>
  planImport({
    listed: readPriceList(text, undefined).models,
    models,
    upstreams: UPSTREAMS,
    multiplier: parseDecimal(multiplier),
    only: (name) => only.test(name),
  })
const FIRST = ['input', 'output', 'cache_read', 'cache_write_5m', 'cache_write_1h']
const words = (price: WrittenPrice | undefined) =>
  Object.entries(price ?? {})
    .map(([name, amount]) =>
      typeof amount === 'string' ? (FIRST.includes(name) ? amount : `${name} ${amount}`) : `${name} ${JSON.stringify(amount)}`,
    )
    .join(' ')
const told = (text: string, asked?: Asked) =>
  planOf(text, asked).changes.map((change) => `${change.action} ${change.id} ${change.reason ?? words(change.new)}`)

test('decimals are read and multiplied exactly, and rounded up once', () => {
  const nano = (text: string, factor = '1') => toNano(times(parseDecimal(text), parseDecimal(factor)))
  assert.equal(nano('3e-06', '1e6'), 3_000_000_000n)
  assert.equal(nano('2.9999999999999997e-06', '1e6'), 3_000_000_000n)
  assert.equal(nano('0.0000000011'), 2n)
  assert.equal(nano('-0.0000000011'), -1n)
  assert.equal(nano('9007199254740993'), 9_007_199_254_740_993_000_000_000n)
  for (const text of ['', '.', '1.', '.5', '1e', 'NaN', '0x1', '1e99999', ' 1', '１'])
    assert.throws(() => parseDecimal(text), DecimalError, text)
  const decimal: fc.Arbitrary<Decimal> = fc.record({
    digits: fc.bigInt({ min: 0n, max: 10n ** 30n }),
    exponent: fc.integer({ min: -40, max: 20 }),
  })
  fc.assert(
    fc.property(decimal, decimal, (a, b) => {
      const scaled = (value: Decimal) => value.digits * 10n ** BigInt(value.exponent + 80)
      const exact = scaled(a) * scaled(b) // × 10^160
      const rounded = toNano(times(a, b)) * 10n ** 151n
      assert.ok(rounded >= exact && rounded - exact < 10n ** 151n)
    }),
  )
})

const ratesText = (input: string, output: string) =>
  JSON.stringify({ input, output, cache_read: input, cache_write_5m: input, cache_write_1h: input })
const card = (length: number, input: string, output: string) => `{"prompt_tokens":${length},${ratesText(input, output).slice(1)}`

test('LiteLLM: USD per token; every model is added or refused with its reason', () => {
  assert.deepEqual(told(LITELLM), [
    'added an-embedding 0.01 0.01 0.01 0.01 0.01',
    'added claude-made-up 3.00 15.00 0.30 3.75 6.00',
    'added d-chat 0.27 1.10 0.27 0.27 0.27',
    'added m-noise 3.00 15.00 3.00 3.00 3.00',
    'refused m-per-million input is absurd',
    'added m-small 0.15 0.60 0.075 0.15 0.15',
    `added m-tiered 1.00 2.00 1.00 1.00 1.00 above [${card(200_000, '2.00', '2.00')}]`,
    'refused m-unlimited the list does not say how long prompt and answer can get',
    'skipped m-unpriced the list gives no price for it',
    `added m-wide 1.00 2.00 1.00 1.00 1.00 web_search 0.01 above [${card(128_000, '2.00', '3.00')}] service_tiers {"flex":${ratesText('0.50', '2.00').slice(0, -1)},"above":[${card(128_000, '2.00', '3.00')}]}}`,
    'refused m-zero input is zero',
  ])
})

const problemsOf = (text: string): string => {
  try {
    readPriceList(text, undefined)
  } catch (thrown) {
    if (thrown instanceof FailureError && thrown.failure.code === 'price_list_refused') return thrown.failure.message
    throw thrown
  }
  return ''
}
const within = (list: string, entries: string) => `${list.slice(0, list.lastIndexOf('}'))}, ${entries} }`

test('one price that is none refuses the whole list, and all that are wrong are told at once', () => {
  const entries = `
    "bad-negative": { "litellm_provider": "elsewhere", "input_cost_per_token": -1, "output_cost_per_token": "free", "citation_cost_per_token": -2e-06 },
    "bad-text": { "litellm_provider": "openai", "input_cost_per_token": "0.1", "output_cost_per_token": 1e-06 },
    "bad-half": { "litellm_provider": "openai", "output_cost_per_token": 1e-06 },
    "bad-embedding": { "litellm_provider": "openai", "mode": "embedding", "input_cost_per_token": 1e-06, "output_cost_per_token": "none" },
    "bad-picture": { "mode": "image_generation", "input_cost_per_token": [], "output_cost_per_image_token": 4e-05, "output_cost_per_image": -1 },
    "bad-range": { "tiered_pricing": [{ "range": [0, 5], "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06 },
      { "range": [5, 9], "input_cost_per_token": -1e-06, "output_cost_per_token": 1e-06 }] },
    "bad-far": { "input_cost_per_token": 1e99999, "output_cost_per_token": true }`
  assert.match(
    problemsOf(within(LITELLM, entries)),
    /\(7\): bad-negative: citation_cost_per_token is negative, input is negative, output is not a number; bad-text: input is not a number; bad-half: input is missing; bad-embedding: output is not a number; bad-picture: input is not a number, image is negative; bad-range: input \(standard above 5\) is negative; bad-far: input is not a number, output is not a number\.$/,
  )
  const provider = (cost: string) => within(MODELS_DEV, `"other": { "models": { "m": { "cost": ${cost} } } }`)
  for (const [cost, problem] of [
    ['{ "input": 3, "output": -15 }', 'output is negative'],
    ['{ "input": "3", "output": 15 }', 'input is not a number'],
    ['{ "input": 3 }', 'output is missing'],
    ['{ "input": 3, "output": 15, "video": -1 }', 'video is negative'],
    ['{ "input": 3, "output": 15, "context_over_200k": { "input": -6 } }', 'input (standard above 200000) is negative'],
    ['7', 'cost is no price'],
  ] as const)
    assert.ok(problemsOf(provider(cost)).endsWith(` other/m: ${problem}.`), cost)
  for (const cost of ['null', '{}', '{ "input": 0, "output": 0 }', '{ "input": 3, "output": 15, "audio_hours": "many" }'])
    assert.equal(problemsOf(provider(cost)), '', cost)
})

test('what is told of a list that is refused is bounded, and no control character of it reaches a terminal', () => {
  const names = Array.from(
    { length: 500 },
    (_, index) => `"\\u001b[2J${'x'.repeat(index)}": { "input_cost_per_token": -1, "output_cost_per_token": 1 }`,
  )
  const problems = problemsOf(`{ ${names.join()} }`)
  assert.match(problems, / \(500\): .*; and 480 more\.$/)
  assert.ok(problems.length < 3000 && !/\p{C}/u.test(problems), problems)
})

test('a sound list in which any one price is broken changes nothing', () => {
  const places = [...LITELLM.matchAll(/(?<=_cost[^:]*: |_cost_per_[^:]*: )\d[\d.e+-]*/g)]
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.constantFrom('-1', '"1"', '-0.000001', 'true', '[]', '-5e-324'), (place, value) => {
      const text = LITELLM.slice(0, place.index) + value + LITELLM.slice(place.index + place[0].length)
      const isRead = !/a-ranker/.test(LITELLM.slice(LITELLM.lastIndexOf('\n  "', place.index), place.index))
      assert.equal(problemsOf(text) !== '', isRead, text)
    }),
  )
})

test('models.dev: USD per million tokens, longer prompts and reasoning on their own', () => {
  assert.deepEqual(told(MODELS_DEV), [
    'added claude-long 3.00 15.00 3.00 3.75 6.00 above [{"prompt_tokens":200000,"input":"6.00","output":"22.50","cache_read":"6.00","cache_write_5m":"7.50","cache_write_1h":"12.00"}]',
    'added claude-made-up 3.00 15.00 0.30 3.75 6.00',
    'added claude-thinks 3.00 15.00 3.00 3.75 6.00 reasoning 16.00',
    'added m-small 0.15 0.60 0.075 0.15 0.15',
  ])
  assert.throws(() => planOf('{"a":{"b":1}}'), FailureError)
  // Read by the wrong format, a list is refused as absurd and not taken for a millionth of its price.
  const wrong = readPriceList(MODELS_DEV.replaceAll('0.15', '1.5e-07').replaceAll('0.6', '6e-07'), 'models.dev').models
  assert.deepEqual(wrong.find((model) => model.model === 'm-small')?.price, { refused: 'input is absurd' })
})

test('against what is there: changed, unchanged, owned by the file, declared free, under another name; the rest stays', () => {
  const small = { input: '0.18', output: '0.72', cache_read: '0.09', cache_write_5m: '0.18', cache_write_1h: '0.18' }
  const asked = { input: '0.15', output: '0.60', cache_read: '0.075' }
  const models = [
    live('m-small', {
      price: small,
      routes: [{ upstream: 'openai', model: 'm-small', priority: 1, weight: 1, cost: asked, is_active: true }],
    }),
    live('m-noise', { source: 'file' }),
    live('m-unlimited', { price: { input: '0.00', output: '0.00' } }),
    live('our-claude', {
      price: { input: '3.00', output: '15.00' },
      routes: [
        { upstream: 'openai', model: 'nothing', priority: 1, weight: 1, cost: { input: '1.00' }, is_active: true },
        { upstream: 'anthropic', model: 'claude-made-up', priority: 2, weight: 1, cost: {}, is_active: true },
      ],
    }),
    live('of-another-list', { price: small }),
  ]
  const only = /^(m-small|m-noise|m-unlimited|our-claude|of-another-list)$/
  const { changes, writes } = planOf(LITELLM, { models, multiplier: '1.2', only })
  assert.deepEqual(
    changes.map(({ id, action, reason }) => [id, action, reason]),
    [
      ['m-noise', 'refused', 'it comes from the configuration file: change it there'],
      ['m-small', 'unchanged', undefined],
      ['m-unlimited', 'refused', 'it is declared free'],
      ['our-claude', 'changed', undefined],
    ],
  )
  const [claude] = writes
  assert.deepEqual(
    [writes.length, claude?.id, claude?.price?.[0]?.rates.input, claude?.price?.[0]?.rates.cacheWrite1h],
    [1, 'our-claude', 3_600_000_000n, 7_200_000_000n],
  )
  assert.deepEqual(
    claude?.routes.map((route) => route.cost.input),
    ['1.00', '3.00'],
  )
  assert.deepEqual([claude?.context, claude?.outputMax], [1000, 100])
})

test('2,000 broken files: a plan of sound prices or a refusal by name, never anything else', () => {
  const random = seededRandom(11)
  const counts = { refused: 0, planned: 0 }
  for (let round = 0; round < 2000; round += 1) {
    const text = broken(random.below(2) === 0 ? LITELLM : MODELS_DEV, random)
    try {
      const { writes, changes } = planOf(text, { models: [live('m-small'), live('claude-made-up')] })
      counts.planned += 1
      for (const { price, context, outputMax } of writes) {
        const odd = price?.flatMap(({ rates }) => CLASSES.map((name) => rates[name])).find((one) => one <= 0n || one > 10_000_000_000_000n)
        assert.ok(odd === undefined && price !== undefined && context > 0 && outputMax > 0, `${text}\n${formatUsd(odd ?? 0n)}`)
      }
      for (const change of changes) assert.ok(change.action !== 'refused' || change.reason !== undefined)
    } catch (thrown) {
      assert.ok(thrown instanceof FailureError && /^price_list_(invalid|refused)$/.test(thrown.failure.code), `${text}\n${String(thrown)}`)
      counts.refused += 1
    }
  }
  assert.ok(counts.refused > 300 && counts.planned > 300, JSON.stringify(counts))
})

const CLASSES = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'reasoning', 'imageInput', 'audioInput'] as const

const VALUES: readonly [string, ...string[]] = [
  '-1',
  '0',
  '-0.0',
  '1e400',
  '1e-400',
  '1e99999',
  '"1"',
  'null',
  'true',
  '[]',
  '{}',
  '[[1]]',
  '1e-7',
  '{"input":-1}',
  '-5e-324',
  '99999999999999999999',
]

function broken(text: string, random: ReturnType<typeof seededRandom>): string {
  let result = text
  for (let times = 1 + random.below(4); times > 0; times -= 1) {
    const at = random.below(result.length)
    const kind = random.below(6)
    if (kind === 0) result = result.slice(0, at) + result.slice(at + 1 + random.below(40))
    else if (kind === 1) result = result.slice(0, at)
    else if (kind === 2) result = result.slice(0, at) + String.fromCharCode(random.below(300)) + result.slice(at)
    else {
      const numbers = [...result.matchAll(/(?<=: )-?\d[\d.e+-]*/g)]
      const number = numbers[random.below(Math.max(1, numbers.length))]
      if (number === undefined) continue
      result = result.slice(0, number.index) + random.pick(VALUES) + result.slice(number.index + number[0].length)
    }
    if (result === '') return '{}'
  }
  return result
}

test('nesting without end and huge objects are refused, not crashed on', () => {
  for (const text of ['['.repeat(200_000), `{"a":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_001)}`, '', 'null', '[]', '"x"'])
    assert.throws(
      () => planOf(text),
      (thrown) => thrown instanceof FailureError && thrown.failure.code === 'price_list_invalid',
      text.slice(0, 30),
    )
})
