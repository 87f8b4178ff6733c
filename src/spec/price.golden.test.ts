// Guarantee: bills that others got wrong in public come out right here, to the nano-dollar, from the usage as their upstream sent it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPriceList } from '../catalog/import/index.ts'
import { formatUsd, parseUsd } from '../lib/index.ts'
import { anthropicMessages, openaiChat, type Protocol } from '../protocols/index.ts'
import { flatPrice, MULTIPLIER_ONE, type Price, priceOf } from './price.ts'
import { NO_USAGE, type Usage } from './usage.ts'

/** A price of USD per million tokens. */
function priceAt(input: string, output: string, cache: { readonly read?: string; readonly write?: string } = {}): Price {
  const nano = (text: string) => parseUsd(text) ?? assert.fail(`${text} is no price`)
  const cacheWrite5m = nano(cache.write ?? input)
  const cacheRead = nano(cache.read ?? input)
  return flatPrice({ input: nano(input), output: nano(output), cacheRead, cacheWrite5m, cacheWrite1h: cacheWrite5m })
}

/** The usage that our reader finds in a reply with this usage object. */
function usageIn(protocol: Protocol, usage: object): Usage {
  const reader = protocol.readReply({ isStream: false, removesUsage: false })
  reader.push(Buffer.from(JSON.stringify({ model: 'm', content: [], choices: [], usage })))
  return reader.usage() ?? assert.fail('no usage was found')
}

const costOf = (price: Price, usage: Usage): string => formatUsd(priceOf(price, usage))

test('LiteLLM #9812: tokens written to the cache are charged once (told $0.091311, right by the console $0.05439 and 3 input tokens)', () => {
  const sonnet = priceAt('3', '15', { read: '0.3', write: '3.75' })
  const usage = usageIn(anthropicMessages, {
    input_tokens: 3,
    cache_creation_input_tokens: 12304,
    cache_read_input_tokens: 0,
    output_tokens: 550,
  })
  assert.equal(costOf(sonnet, usage), '0.054399')
  assert.equal(costOf(sonnet, { ...usage, input: 0 }), '0.05439')
  assert.equal(costOf(sonnet, { ...NO_USAGE, cacheWrite5m: 12304 }), '0.04614')
  assert.equal(costOf(sonnet, { ...NO_USAGE, output: 550 }), '0.00825')
})

test('LiteLLM #14849: cached tokens are a part of the prompt (told $0.7642, right $0.1849)', () => {
  const usage = usageIn(openaiChat, {
    ...{ total_tokens: 264_704, prompt_tokens: 262_960, completion_tokens: 1744 },
    prompt_tokens_details: { cached_tokens: 257_955 },
    completion_tokens_details: { reasoning_tokens: 0 },
  })
  assert.deepEqual([usage.input, usage.cacheRead], [5005, 257_955])
  assert.equal(costOf(priceAt('1.25', '10', { read: '0.625' }), usage), '0.184918125')
})

test('new-api #5756: cache writes told without their lifetimes are charged (told 0.06236, right 0.06850; in yuan)', () => {
  const price = priceAt('1.75', '8.75', { read: '0.175', write: '2.1875' })
  const usage = usageIn(anthropicMessages, {
    ...{ input_tokens: 24_951, output_tokens: 854, cache_read_input_tokens: 64_126, cache_creation_input_tokens: 2805 },
  })
  assert.equal(usage.cacheWrite5m, 2805)
  // 68,494,737.5 nano, rounded up once; the thread rounds each of its four lines.
  assert.equal(costOf(price, usage), '0.068494738')
  assert.equal(costOf(price, { ...usage, cacheWrite5m: 0 }), '0.0623588')
  assert.equal(costOf(price, { ...NO_USAGE, cacheWrite5m: 2805 }), '0.006135938')
})

test('llmgateway #3546: a row costs what its own tokens cost (charged $17.48 for 1,165,619 tokens on a row of 0, of at most 128,000)', () => {
  // The thread tells tokens and amount; 15 per million is the price that they make.
  const price = priceAt('2.5', '15')
  assert.equal(costOf(price, { ...NO_USAGE, output: 1_165_619 }), '17.484285')
  assert.equal(costOf(price, { ...NO_USAGE, output: 0 }), '0.00')
  assert.equal(costOf(price, { ...NO_USAGE, output: 128_000 }), '1.92')
})

test('sub2api #6066: more than a billion tokens are no usage (balances of -500 billion; its figures are in pictures only)', () => {
  const reader = openaiChat.readReply({ isStream: false, removesUsage: false })
  reader.push(Buffer.from('{"choices":[],"usage":{"prompt_tokens":1000000001,"completion_tokens":-1}}'))
  assert.deepEqual([reader.usage(), reader.isUsageSuspect()], [undefined, true])
  const largest = { ...NO_USAGE, input: 1_000_000_000, output: 1_000_000_000 }
  assert.equal(costOf(priceAt('3', '15'), largest), '18000.00')
})

test('eliza #22681: no price is below zero, so no settlement gives back more than was held (minted 31,348.80)', () => {
  const list =
    '{"openrouter/auto":{"litellm_provider":"openrouter","input_cost_per_token":-1,"output_cost_per_token":-1,"max_input_tokens":1,"max_tokens":1}}'
  assert.throws(() => readPriceList(list, 'litellm'), { message: 'price_list_refused' })
  assert.equal(parseUsd('-1'), undefined)
  // 1349 tokens at one dollar each and a markup of 1.2 are the 1618.8 of the thread, with the sign that a price has here.
  const held = parseUsd('0.000001') ?? 0n
  const minted = priceOf(priceAt('1200000', '1200000'), { ...NO_USAGE, input: 1000, output: 349 })
  assert.equal(formatUsd(minted), '1618.80')
  const cost = minted < held ? minted : held
  assert.ok(cost >= 0n && held - cost <= held)
})

test('three more with full figures: sub2api #2944 and #4712, LiteLLM #31714', () => {
  const opus = priceAt('5', '25', { read: '0.5', write: '6.25' })
  const told = { input_tokens: 13_646, cache_creation_input_tokens: 10_769, cache_read_input_tokens: 15_108, output_tokens: 24 }
  assert.equal(costOf(opus, usageIn(anthropicMessages, told)), '0.14369025')
  const luna = usageIn(openaiChat, { prompt_tokens: 10_818, completion_tokens: 8, prompt_tokens_details: { cached_tokens: 9984 } })
  assert.equal(costOf(priceAt('1', '6', { read: '0.1' }), luna), '0.0018804')
  const writing = { prompt_tokens: 10_818, completion_tokens: 8, prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 9984 } }
  assert.equal(costOf(priceAt('1', '6', { read: '0.1', write: '1.25' }), usageIn(openaiChat, writing)), '0.013362')
  const fireworks = usageIn(openaiChat, { prompt_tokens: 27_147, completion_tokens: 351, prompt_tokens_details: { cached_tokens: 27_146 } })
  assert.equal(costOf(priceAt('1.4', '4.4', { read: '0.26' }), fireworks), '0.00860376')
})

const inCard = (price: Price, change: Partial<Price[number]>): Price[number] => {
  const [card] = price
  return card === undefined ? assert.fail('a price without a card') : { ...card, ...change }
}

test('LiteLLM #39245: above 272,000 tokens the whole call costs more, on flex half (told 3.045 and 3.045, right 3.045 and 1.5225)', () => {
  const price = [
    ...priceAt('5', '30'),
    inCard(priceAt('10', '45'), { inputAbove: 272_000 }),
    inCard(priceAt('2.5', '15'), { serviceTier: 'flex' }),
    inCard(priceAt('5', '22.5'), { serviceTier: 'flex', inputAbove: 272_000 }),
  ]
  const usage = usageIn(openaiChat, { prompt_tokens: 300_000, completion_tokens: 1000 })
  const flex = { serviceTier: 'flex', multiplier: MULTIPLIER_ONE } as const
  assert.equal(costOf(price, usage), '3.045')
  assert.equal(formatUsd(priceOf(price, usage, flex)), '1.5225')
  const atMost = usageIn(openaiChat, { prompt_tokens: 272_000, completion_tokens: 1000 })
  assert.deepEqual([costOf(price, atMost), formatUsd(priceOf(price, atMost, flex))], ['1.39', '0.695'])
})

test('hermes-agent #93678: a prompt above 200,000 tokens is priced as a whole, caches included (told $0.50, right $1.00)', () => {
  const flat = priceAt('2', '12', { read: '0.2' })
  const price = [...flat, inCard(priceAt('4', '18', { read: '0.4' }), { inputAbove: 200_000 })]
  const usage = usageIn(openaiChat, { prompt_tokens: 250_000, completion_tokens: 0 })
  assert.deepEqual([costOf(flat, usage), costOf(price, usage)], ['0.50', '1.00'])
  const cached = usageIn(openaiChat, { prompt_tokens: 250_000, completion_tokens: 100, prompt_tokens_details: { cached_tokens: 240_000 } })
  assert.equal(costOf(price, cached), '0.1378')
  assert.equal(costOf(price, usageIn(openaiChat, { prompt_tokens: 200_000, completion_tokens: 0 })), '0.40')
})

test('LiteLLM #19764: sound that was made costs as sound (told $0.00592 for the answer, right $0.03966)', () => {
  const price = flatPrice({ ...RATES_OF_SOUND, input: 2_500_000_000n, output: 10_000_000_000n })
  const usage = usageIn(openaiChat, {
    ...{ prompt_tokens: 17, completion_tokens: 592 },
    prompt_tokens_details: { text_tokens: 17, audio_tokens: 0 },
    completion_tokens_details: { text_tokens: 110, audio_tokens: 482 },
  })
  assert.deepEqual([usage.output, usage.audioOutput], [110, 482])
  assert.equal(costOf(price, { ...usage, input: 0 }), '0.03966')
  assert.equal(costOf(price, usage), '0.0397025')
  assert.equal(costOf(priceAt('2.5', '10'), { ...usage, input: 0 }), '0.00592')
})

/** USD 40 and 80 per million tokens, as published for gpt-4o-audio-preview (LiteLLM #19500). */
const RATES_OF_SOUND = { audioInput: 40_000_000_000n, audioOutput: 80_000_000_000n } as const

test('LiteLLM #38439: searches cost beside tokens (told 0.003391 without them, right 0.031391 with two at $0.014)', () => {
  // The thread tells the two sums and the price of a search; 3,391 tokens at one dollar a million make the first of them.
  const price = flatPrice({ input: 1_000_000_000n, output: 1_000_000_000n, webSearches: 14_000_000n })
  const usage = usageIn(anthropicMessages, { input_tokens: 3000, output_tokens: 391, server_tool_use: { web_search_requests: 2 } })
  assert.equal(usage.webSearches, 2)
  assert.equal(costOf(price, { ...usage, webSearches: 0 }), '0.003391')
  assert.equal(costOf(price, usage), '0.031391')
})

test('LiteLLM #37046: priority costs more (told 3.25e-05, right 5.525e-05); #31837: not when the usual service was given', () => {
  const price = [...priceAt('2.5', '10'), inCard(priceAt('4.25', '17'), { serviceTier: 'priority' })]
  const usage = usageIn(openaiChat, { prompt_tokens: 9, completion_tokens: 1 })
  assert.equal(formatUsd(priceOf(price, usage, { serviceTier: 'priority', multiplier: MULTIPLIER_ONE })), '0.00005525')
  const reader = openaiChat.readReply({ isStream: false, removesUsage: false })
  reader.push(Buffer.from('{"choices":[],"service_tier":"default","usage":{"prompt_tokens":9,"completion_tokens":1}}'))
  assert.equal(reader.serviceTier(), 'standard')
  assert.equal(costOf(price, usage), '0.0000325')
})
