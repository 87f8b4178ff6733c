import type { z } from 'zod'
import type { PriceVersion } from '../catalog/index.ts'
import { formatUsd } from '../lib/index.ts'
import { byName, cardOf } from '../spec/index.ts'
import type { PublishedPrice, priceVersionShown } from './contract/index.ts'

/** A price version as anybody may see it. */
export const showPrice = ({ version, model, effectiveAt, createdAt, price }: PriceVersion): PublishedPrice => ({
  version,
  model,
  effective_at: effectiveAt.toISOString(),
  created_at: createdAt.toISOString(),
  cards: price.map(({ serviceTier, inputAbove, rates }) => ({
    service_tier: serviceTier,
    prompt_above: inputAbove,
    rates: byName((name) => formatUsd(rates[name])),
  })),
})

/** A price version as the operator sees it. */
export function showPriceToOperator(version: PriceVersion): z.output<typeof priceVersionShown> {
  const { rates } = cardOf(version.price, 0, 'standard')
  return {
    ...showPrice(version),
    ...{ input: formatUsd(rates.input), output: formatUsd(rates.output), cache_read: formatUsd(rates.cacheRead) },
    ...{ cache_write_5m: formatUsd(rates.cacheWrite5m), cache_write_1h: formatUsd(rates.cacheWrite1h) },
  }
}
