// Guarantee: bills that others got wrong in public come out right here, to the nano-dollar, from the usage as their upstream sent it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPriceList } from '../catalog/import/index.ts'
import { formatUsd, parseUsd } from '../lib/index.ts'
import { anthropicMessages, openaiChat, type Protocol } from '../protocols/index.ts'
import { flatPrice, type Price, priceOf } from './price.ts'
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
  assert.deepEqual(readPriceList(list, 'litellm').models[0]?.price, { refused: 'input is negative' })
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
