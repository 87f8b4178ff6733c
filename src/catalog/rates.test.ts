// Guarantee: a price that is written, read and shown again is the same price; what is not written follows from its own card alone.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatUsd } from '../lib/index.ts'
import { EXTRA_TIERS, isSamePrice, PRICE_CLASS_NAMES, showPrice, USAGE_CLASSES, type WrittenPrice } from '../spec/index.ts'
import { KNOWN_UPSTREAMS } from './known-upstreams/index.ts'
import { priceFaults } from './price-schema.ts'
import { completePrice } from './rates.ts'

const amount = fc.bigInt({ min: 1n, max: 10n ** 15n }).map(formatUsd)
const rates = fc
  .record(Object.fromEntries(USAGE_CLASSES.map((name) => [PRICE_CLASS_NAMES[name], amount])), { requiredKeys: ['input', 'output'] })
  .map((given) => given as WrittenPrice)
const above = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 1_000_000 }), rates), { selector: ([length]) => length, maxLength: 3 })
const cards = fc.tuple(rates, above).map(([first, longer]): WrittenPrice => {
  const list = longer.map(([prompt_tokens, given]) => ({ prompt_tokens, ...given }))
  return list.length === 0 ? first : { ...first, above: list }
})
const price = fc
  .tuple(cards, fc.dictionary(fc.constantFrom(...EXTRA_TIERS), cards))
  .map(([first, tiers]): WrittenPrice => (Object.keys(tiers).length === 0 ? first : { ...first, service_tiers: tiers }))

test('shown and read again, a price is the same, whatever was left out', () => {
  fc.assert(
    fc.property(price, fc.boolean(), (written, isAnthropic) => {
      assert.deepEqual(priceFaults(written, 'sold'), [])
      const read = completePrice(written, isAnthropic)
      assert.ok(isSamePrice(completePrice(showPrice(read), false), read))
      assert.deepEqual(showPrice(completePrice(showPrice(read), true)), showPrice(read))
    }),
  )
})

test('what is written stands; a token class that is not costs what the input or output of its card does, a piece what it costs first', () => {
  fc.assert(
    fc.property(price, (written) => {
      for (const { serviceTier, inputAbove, rates: read } of completePrice(written, false)) {
        const own = serviceTier === 'standard' ? written : written.service_tiers?.[serviceTier]
        const card = inputAbove === 0 ? own : own?.above?.find(({ prompt_tokens }) => prompt_tokens === inputAbove)
        for (const name of USAGE_CLASSES) {
          const writtenName = PRICE_CLASS_NAMES[name]
          const isPiece = ['image', 'web_search', 'tool_call', 'call', 'audio_second', 'character'].includes(writtenName)
          const isMade = ['output', 'reasoning', 'image_output', 'audio_output'].includes(writtenName)
          const outer = own?.[writtenName] ?? written[writtenName] ?? '0.00'
          const usual = isPiece ? outer : card?.[isMade ? 'output' : 'input']
          assert.equal(formatUsd(read[name]), card?.[writtenName] ?? usual)
        }
      }
    }),
  )
})

test('the prices that come with a provider key keep the rules of written ones', () => {
  for (const { kind, models } of KNOWN_UPSTREAMS) {
    for (const { id, price } of models) {
      if (price === undefined) continue
      assert.deepEqual(priceFaults(price, 'sold'), [], id)
      assert.equal(
        completePrice(price, kind === 'anthropic').length,
        1 + Object.keys(price.service_tiers ?? {}).length + longCardsOf(price),
        id,
      )
    }
  }
})

test('a write to the cache of a long prompt costs what its own card says, of the models that coding tools ask for unasked', () => {
  const writes = (model: string) => {
    const known = KNOWN_UPSTREAMS.find(({ models }) => models.some(({ id }) => id === model))
    const price = known?.models.find(({ id }) => id === model)?.price
    assert.ok(known !== undefined && price !== undefined, model)
    return completePrice(price, known.kind === 'anthropic').map(({ inputAbove, rates: { cacheWrite5m, cacheWrite1h } }) => [
      inputAbove,
      formatUsd(cacheWrite5m),
      formatUsd(cacheWrite1h),
    ])
  }
  assert.deepEqual(writes('claude-opus-5-5'), [[0, '5.00', '8.00']])
  assert.deepEqual(writes('claude-sonnet-5-5'), [[0, '2.50', '4.00']])
  assert.deepEqual(writes('claude-haiku-5-5'), [
    [0, '0.125', '0.20'],
    [100_000, '0.625', '1.00'],
  ])
  assert.deepEqual(writes('claude-fable-5-1'), [[0, '12.50', '20.00']])
  assert.deepEqual(
    writes('gpt-6.2-sol').map(([above, write]) => [above, write]),
    [
      [0, '2.50'],
      [272_000, '5.00'],
    ],
  )
})

const longCardsOf = ({ above = [], service_tiers: tiers = {} }: WrittenPrice): number =>
  [above, ...Object.values(tiers).map((cards) => cards?.above ?? [])].reduce((sum, list) => sum + list.length, 0)
