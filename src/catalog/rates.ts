import { formatUsd, type NanoUsd, parseUsd } from '../lib/index.ts'
import { flatPrice, type Price, type Rates, ratesFrom, ZERO_RATES } from '../spec/index.ts'
import type { WrittenPrice } from './desired.ts'

/**
 * Rates of a price that has been validated. A missing cache_read costs what input costs. Missing cache writes cost 1.25 times (5 min)
 * and 2 times (1 h) the input price when a route speaks Anthropic's protocol, as Anthropic asks that; else what input costs.
 * Odd nano-dollars are rounded up. Source: platform.claude.com/docs/en/build-with-claude/prompt-caching#pricing (2026-11-21).
 */
export function completeRates(price: WrittenPrice, hasAnthropicRoute: boolean): Rates {
  const input = nano(price.input)
  const times = (quarters: bigint) => (hasAnthropicRoute ? (input * quarters + 3n) / 4n : input)
  return ratesFrom({
    input,
    output: nano(price.output),
    cacheRead: price.cache_read === undefined ? input : nano(price.cache_read),
    cacheWrite5m: price.cache_write_5m === undefined ? times(5n) : nano(price.cache_write_5m),
    cacheWrite1h: price.cache_write_1h === undefined ? times(8n) : nano(price.cache_write_1h),
  })
}

/** The price of what people write, of one card. */
export const completePrice = (price: WrittenPrice, hasAnthropicRoute: boolean): Price => flatPrice(completeRates(price, hasAnthropicRoute))

/** What an upstream asks of us; undefined when nobody said. */
export const costOf = (cost: WrittenPrice, isAnthropic: boolean): Price | undefined =>
  cost.input === undefined || cost.output === undefined ? undefined : completePrice(cost, isAnthropic)

/** The price of a model that is given away. */
export const FREE_PRICE: Price = flatPrice(ZERO_RATES)

/** Rates as people write them. */
export const writeRates = (rates: Rates): Required<{ [Class in keyof WrittenPrice]: string }> => ({
  input: formatUsd(rates.input),
  output: formatUsd(rates.output),
  cache_read: formatUsd(rates.cacheRead),
  cache_write_5m: formatUsd(rates.cacheWrite5m),
  cache_write_1h: formatUsd(rates.cacheWrite1h),
})

function nano(text: string | undefined): NanoUsd {
  const amount = text === undefined ? undefined : parseUsd(text)
  if (amount === undefined) throw new TypeError('a price that was not validated')
  return amount
}
