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

const longCardsOf = ({ above = [], service_tiers: tiers = {} }: WrittenPrice): number =>
  [above, ...Object.values(tiers).map((cards) => cards?.above ?? [])].reduce((sum, list) => sum + list.length, 0)
