// Guarantee: every price that a published list tells in a class of ours becomes a card of ours, to the digit; what no class covers is
// refused by the name of its field, and a list with a price that is none by that of the entry.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FailureError } from '../../failures.ts'
import { showPrice, type WrittenPrice } from '../../spec/index.ts'
import type { UpstreamView } from '../list.ts'
import { parseDecimal } from './decimal.ts'
import { planImport } from './plan-import.ts'
import { readPriceList } from './read-price-list.ts'

const openai: UpstreamView = {
  ...{
    id: 'openai',
    kind: 'openai',
    base_url: 'https://a.example',
    has_key: true,
    has_key_pool: false,
    has_admin_key: false,
    api_version: null,
    max_concurrency: null,
    placement: 'third_party',
    privacy: {},
    protocols: null,
    fetches_urls: false,
  },
  ...{ source: 'operator', is_active: true },
}
const problemOf = (text: string): string | undefined => {
  try {
    readPriceList(text, undefined)
    return undefined
  } catch (thrown) {
    if (!(thrown instanceof FailureError && thrown.failure.code === 'price_list_refused')) throw thrown
    return /(?:^|[ /])m: (.+)\.$/.exec(thrown.failure.message)?.[1]
  }
}
const planOf = (text: string) =>
  planImport({
    listed: readPriceList(text, undefined).models,
    models: [],
    upstreams: [openai],
    multiplier: parseDecimal('1'),
    only: () => true,
  })

test('providers are found by the names that lists have for them', () => {
  const planAt = (upstream: string, text: string) =>
    planImport({
      ...{ listed: readPriceList(text, undefined).models, models: [], multiplier: parseDecimal('1'), only: () => true },
      upstreams: [{ ...openai, id: upstream }],
    }).writes.map(({ id, routes }) => `${id} at ${routes[0]?.upstream}`)
  const modelsDev = (provider: string) =>
    `{ "${provider}": { "models": { "m": { "limit": { "context": 1000, "output": 100 }, "cost": { "input": 3, "output": 15 } } } } }`
  const ofLitellm = (provider: string) => `{ "${provider}/m": { "litellm_provider": "${provider}", ${LIMITS}, ${TOKENS} } }`
  const named = { gemini: 'google', dashscope: 'alibaba', moonshot: 'moonshotai', together: 'togetherai', fireworks: 'fireworks-ai' }
  for (const [own, theirs] of Object.entries(named)) assert.deepEqual(planAt(own, modelsDev(theirs)), [`m at ${own}`], theirs)
  for (const [own, theirs] of Object.entries({ together: 'together_ai', fireworks: 'fireworks_ai', xai: 'xai' }))
    assert.deepEqual(planAt(own, ofLitellm(theirs)), [`m at ${own}`], theirs)
  assert.deepEqual(planAt('google', modelsDev('google')), ['m at google'])
  assert.deepEqual(planAt('openai', modelsDev('google')), [])
})

const LIMITS = '"max_input_tokens": 1000, "max_output_tokens": 100'
const TOKENS = '"input_cost_per_token": 2e-06, "output_cost_per_token": 8e-06'
const litellm = (fields: string) => `{ "m": { "litellm_provider": "openai", ${LIMITS}, ${fields} } }`
const shownOf = (text: string) => {
  const { writes, changes } = planOf(text)
  const [price] = writes.map((model) => model.price)
  return price === undefined ? changes.map((change) => change.reason).join() : showPrice(price)
}
const flat = (input: string, output: string, more: object = {}) => ({
  ...{ input, output, cache_read: input, cache_write_5m: input, cache_write_1h: input },
  ...more,
})

test('LiteLLM: every class has its field, pieces are per piece, and the dearest of what cannot be told apart counts', () => {
  const fields = `${TOKENS}, "cache_read_input_token_cost": 4e-07, "cache_read_input_audio_token_cost": 4e-07, "output_cost_per_reasoning_token": 9e-06,
    "input_cost_per_image_token": 3e-06, "input_cost_per_audio_token": 4e-06, "output_cost_per_image_token": 3e-05, "output_cost_per_image": 0.039,
    "output_cost_per_audio_token": 5e-05, "input_cost_per_request": 0.001, "search_context_cost_per_query": { "search_context_size_low": 0.03,
    "search_context_size_medium": 0.05, "search_context_size_high": 0.035 }, "file_search_cost_per_1k_calls": 3.1e1, "input_dbu_cost_per_token": 7,
    "code_interpreter_cost_per_session": 0.03, "vector_store_cost_per_gb_per_day": 0.1, "output_cost_per_pixel": 0.0,
    "cache_creation_input_token_cost": 0, "supports_vision": true, "source": "https://a.example/cost"`
  assert.deepEqual(shownOf(litellm(fields)), {
    ...flat('2.00', '8.00', { cache_read: '0.40', reasoning: '9.00', image_input: '3.00', audio_input: '4.00' }),
    ...{ image_output: '30.00', audio_output: '50.00', call: '0.001', web_search: '0.05', tool_call: '0.031' },
  })
})

test('LiteLLM: sound in a cache is no class of its own, so it is taken only where it costs what text does', () => {
  const text = `${TOKENS}, "cache_read_input_token_cost": 5e-07`
  assert.deepEqual(shownOf(litellm(`${text}, "cache_read_input_audio_token_cost": 5e-07`)), flat('2.00', '8.00', { cache_read: '0.50' }))
  const refused = 'it prices cache_read_input_audio_token_cost, which no class of a price covers'
  for (const fields of [text, TOKENS]) assert.equal(shownOf(litellm(`${fields}, "cache_read_input_audio_token_cost": 1e-06`)), refused)
})

test('LiteLLM: longer prompts and service tiers are cards; what they do not say is as on the card below, at the dearer', () => {
  const fields = `${TOKENS}, "cache_read_input_token_cost": 2e-07, "input_cost_per_token_above_128k_tokens": 3e-06,
    "input_cost_per_token_above_272k_tokens": 4e-06, "output_cost_per_token_above_272k_tokens": 1.2e-05,
    "input_cost_per_token_flex": 1e-06, "output_cost_per_token_flex": 4e-06, "input_cost_per_token_above_272k_tokens_flex": 2e-06,
    "input_cost_per_token_priority": 5e-06, "input_cost_per_token_batches": 1e-06, "output_cost_per_token_batches": 4e-06,
    "search_context_cost_per_query": { "search_context_size_high": 0.01 }`
  const cached = { cache_read: '0.20' }
  assert.deepEqual(shownOf(litellm(fields)), {
    ...flat('2.00', '8.00', { ...cached, web_search: '0.01' }),
    above: [
      { prompt_tokens: 128_000, ...flat('3.00', '8.00', cached) },
      { prompt_tokens: 272_000, ...flat('4.00', '12.00', cached) },
    ],
    service_tiers: {
      flex: {
        ...flat('1.00', '4.00', cached),
        above: [
          { prompt_tokens: 128_000, ...flat('3.00', '4.00', cached) },
          { prompt_tokens: 272_000, ...flat('2.00', '12.00', cached) },
        ],
      },
      priority: {
        ...flat('5.00', '8.00', cached),
        above: [
          { prompt_tokens: 128_000, ...flat('5.00', '8.00', cached) },
          { prompt_tokens: 272_000, ...flat('5.00', '12.00', cached) },
        ],
      },
      batch: {
        ...flat('1.00', '4.00', cached),
        above: [
          { prompt_tokens: 128_000, ...flat('3.00', '4.00', cached) },
          { prompt_tokens: 272_000, ...flat('4.00', '12.00', cached) },
        ],
      },
    },
  })
  const hourly = `${TOKENS}, "cache_creation_input_token_cost": 2.5e-06, "cache_creation_input_token_cost_above_1hr": 4e-06,
    "cache_creation_input_token_cost_above_200k_tokens": 5e-06, "cache_creation_input_token_cost_above_1hr_above_200k_tokens": 8e-06`
  const { above } = shownOf(litellm(hourly)) as WrittenPrice
  assert.deepEqual(above, [{ prompt_tokens: 200_000, ...flat('2.00', '8.00', { cache_write_5m: '5.00', cache_write_1h: '8.00' }) }])
})

test('LiteLLM: prices by range of the prompt are cards too', () => {
  const range = (from: number, to: number, input: string) =>
    `{ "range": [${from}, ${to}], "input_cost_per_token": ${input}, "output_cost_per_token": 1e-05 }`
  const tiers = (...entries: readonly string[]) => shownOf(litellm(`"tiered_pricing": [${entries.join()}]`))
  assert.deepEqual(tiers(range(0, 32_000, '1e-06'), range(32_000, 1_000_000, '3e-06')), {
    ...flat('1.00', '10.00'),
    above: [{ prompt_tokens: 32_000, ...flat('3.00', '10.00') }],
  })
  const refused = 'its tiered_pricing has no ranges of prompt tokens that follow one another'
  for (const entries of [
    [range(0, 5, '1e-06'), range(6, 9, '1e-06')],
    [range(5, 0, '1e-06')],
    [range(1, 9, '1e-06')],
    ['{ "max_results_range": [0, 25], "input_cost_per_query": 0.005 }'],
    ['5'],
    ['{ "range": [0, "9"], "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06 }'],
  ])
    assert.equal(tiers(...entries), refused, entries.join())
  const below = `"tiered_pricing": [${range(0, 5, '1e-06')}, ${range(5, 9, '-1e-06')}]`
  assert.equal(problemOf(litellm(below)), 'input (standard above 5) is negative')
  assert.equal(tiers(range(0, 5, '0')), 'input is zero')
})

test('LiteLLM: modes beyond chat, as far as a class covers them', () => {
  const mode = (name: string, fields: string) => shownOf(litellm(`"mode": "${name}", ${fields}`))
  const free = flat('0.00', '0.00')
  assert.deepEqual(mode('image_generation', '"output_cost_per_image": 0.04'), { ...free, image: '0.04' })
  assert.deepEqual(mode('image_generation', '"input_cost_per_image": 0.02, "input_cost_per_token": 0, "output_cost_per_token": 0.0'), {
    ...free,
    image: '0.02',
  })
  assert.deepEqual(
    mode('image_generation', '"input_cost_per_token": 5e-06, "input_cost_per_image_token": 1e-05, "output_cost_per_image_token": 4e-05'),
    {
      ...flat('5.00', '40.00'),
      image_input: '10.00',
    },
  )
  assert.deepEqual(mode('embedding', '"input_cost_per_token": 2e-08, "input_cost_per_token_batches": 1e-08'), {
    ...flat('0.02', '0.02'),
    service_tiers: { batch: flat('0.01', '0.01') },
  })
  const { input, audio_input } = mode('audio_transcription', `${TOKENS}, "input_cost_per_audio_token": 6e-06`) as WrittenPrice
  assert.deepEqual([input, audio_input], ['2.00', '6.00'])
})

test('LiteLLM: sound that is heard by the second, and speech by the character', () => {
  const mode = (name: string, fields: string) => shownOf(litellm(`"mode": "${name}", ${fields}`))
  const free = flat('0.00', '0.00')
  const seconds = mode('audio_transcription', '"input_cost_per_second": 0.0001, "output_cost_per_second": 0.0001')
  assert.deepEqual(seconds, { ...free, audio_second: '0.0001' })
  assert.deepEqual(mode('audio_speech', '"input_cost_per_character": 1.5e-05'), { ...free, character: '0.000015' })
})

test('LiteLLM: what no class covers is refused by the name of its field', () => {
  for (const [mode, field, value] of [
    ['chat', 'input_cost_per_second', '0.0001'],
    ['audio_transcription', 'output_cost_per_second', '0.0001'],
    ['chat', 'input_cost_per_character', '1.5e-05'],
    ['image_generation', 'input_cost_per_pixel', '1.9e-08'],
    ['chat', 'input_cost_per_image', '0.002'],
    ['chat', 'input_cost_per_video_per_second', '0.002'],
    ['chat', 'input_cost_per_audio_per_second_above_128k_tokens', '0.002'],
    ['chat', 'citation_cost_per_token', '2e-06'],
    ['chat', 'output_cost_per_something_new', '1e-06'],
    ['chat', 'guardrail_cost_per_unit', '{ "units": 0.001 }'],
  ] as const)
    assert.equal(
      shownOf(litellm(`"mode": "${mode}", ${TOKENS}, "${field}": ${value}`)),
      `it prices ${field}, which no class of a price covers`,
    )
  const wrong = (fields: string) => problemOf(litellm(`${TOKENS}, ${fields}`)) ?? shownOf(litellm(`${TOKENS}, ${fields}`))
  assert.equal(wrong('"input_cost_per_token_flex": -1e-06'), 'input (flex) is negative')
  assert.equal(wrong('"output_cost_per_token_above_200k_tokens_priority": 5'), 'output (priority above 200000) is absurd')
  assert.equal(wrong('"search_context_cost_per_query": { "search_context_size_low": -0.01 }'), 'web_search is negative')
  assert.equal(wrong('"output_cost_per_reasoning_token": 0'), 'reasoning is zero')
  assert.equal(wrong('"input_cost_per_request": "0.1"'), 'call is not a number')
  assert.equal(wrong('"input_cost_per_request": 5000'), 'call is absurd')
  assert.equal(wrong('"file_search_cost_per_1k_calls": -2.5'), 'tool_call is negative')
  const absurd = 'input_cost_per_token_above_900000k_tokens'
  assert.equal(wrong(`"${absurd}": 1e-06`), `${absurd} begins at no length that a prompt can have`)
})

test('models.dev: tiers by length, tiers of service, sound, embeddings; what is priced by anything else is refused', () => {
  const listing = (cost: string, more = '') =>
    `{ "openai": { "models": { "m": { "limit": { "context": 9, "output": 9 }, "cost": { ${cost} }${more} } } } }`
  const listed = (cost: string, more = '') => shownOf(listing(cost, more))
  const base = '"input": 2, "output": 8'
  const tier = (size: string, type = 'context') => `{ "input": 4, "output": 12, "tier": { "type": "${type}", "size": ${size} } }`
  const long = { ...flat('2.00', '8.00'), above: [{ prompt_tokens: 272_000, ...flat('4.00', '12.00') }] }
  assert.deepEqual(listed(`${base}, "tiers": [${tier('272000')}], "context_over_200k": { "input": 4, "output": 12 }`), long)
  assert.deepEqual(listed(`${base}, "tiers": [{ "input": 4, "output": 12, "tier": { "size": 272000 } }]`), long)
  assert.deepEqual(
    listed(`${base}, "input_audio": 10, "output_audio": 20`),
    flat('2.00', '8.00', { audio_input: '10.00', audio_output: '20.00' }),
  )
  const mode = (tierName: string) =>
    `, "experimental": { "modes": { "fast": { "cost": { "input": 5, "output": 20 }, "provider": { "body": { "service_tier": "${tierName}" } } } } }`
  assert.deepEqual(listed(base, mode('priority')), { ...flat('2.00', '8.00'), service_tiers: { priority: flat('5.00', '20.00') } })
  assert.deepEqual(listed(base, mode('warp')), flat('2.00', '8.00'))
  assert.deepEqual(listed('"input": 0.02, "output": 0', ', "family": "text-embedding"'), flat('0.02', '0.02'))
  const refused = 'its tiers are not by length of prompt, each length once'
  for (const tiers of [tier('0'), tier('"9"'), tier('5', 'time'), `${tier('5')}, ${tier('5')}`, '7'])
    assert.equal(listed(`${base}, "tiers": [${tiers}]`), refused, tiers)
  assert.equal(listed(`${base}, "tiers": { "a": 1 }`), refused)
  const negative = problemOf(listing(`${base}, "tiers": [{ "input": -4, "output": 12, "tier": { "size": 5 } }]`))
  assert.equal(negative, 'input (standard above 5) is negative')
  assert.equal(listed(`${base}, "video": 3`), 'it prices video, which no class of a price covers')
  assert.equal(listed(`${base}, "context_over_200k": 3`), 'context_over_200k is no price')
})
