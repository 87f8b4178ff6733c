import type { Settlement } from '../ledger/index.ts'
import {
  cardOf,
  formatMultiplier,
  inputTokensOf,
  NAMED_CLASSES,
  OUTCOMES,
  type Price,
  type Rates,
  REPORTED_MODELS,
  SERVICE_TIERS,
  settledStageOf,
  USAGE_SOURCES,
  type Usage,
} from '../spec/index.ts'
import { wordOf } from './call-rows.ts'

/** What the numbers of a settlement stand for: `model` and `route` as JSON, as they stand in a receipt, and when it began, to the second. */
export type LeafNames = {
  readonly day: string
  readonly startedAt: string
  readonly model: string
  readonly route: string
  readonly price: Price
}

/**
 * What a receipt will say of a call that is written now, as `callOf` has it of the row: the same text in a quarter of the time, as no row and no
 * object is made. No value needs quoting but those that come as JSON. Throws RangeError for a number that is no word of spec.
 */
export function leafText(call: Settlement, { day, startedAt, model, route, price }: LeafNames): string {
  const { usage, covered, firstByteMs } = call
  const serviceTier = wordOf(SERVICE_TIERS, call.serviceTier)
  const card = cardOf(price, inputTokensOf(usage), serviceTier)
  const outcome = wordOf(OUTCOMES, call.outcome)
  const usageSource = wordOf(USAGE_SOURCES, call.usageSource)
  const { used, rates } = usedText(usage, card.rates)
  return (
    `{"account_id":"${call.accountId}","card":{"prompt_above":${card.inputAbove},"service_tier":"${card.serviceTier}"},` +
    `"cost_nano_usd":"${call.cost}",` +
    (covered === undefined ? '' : `"covered_by":"${covered.by}","covered_nano_usd":"${covered.amount}",`) +
    `"day":"${day}","hold_nano_usd":"${call.hold}","key_id":"${call.keyId}","model":${model},` +
    `"multiplier":"${formatMultiplier(call.multiplier)}","outcome":"${outcome}","price_version":${call.priceVersion},"rates":{${rates}},` +
    (call.reportedInput === undefined ? '' : `"reported":{"input":${call.reportedInput},"output":${call.reportedOutput ?? 0}},`) +
    `"reported_model":"${wordOf(REPORTED_MODELS, call.reportedModel)}","request_id":"${call.requestId}","route":${route},` +
    `"service_tier":"${serviceTier}","shortfall_nano_usd":"${call.shortfall}",` +
    `"stage":"${settledStageOf({ outcome, usageSource, firstByteMs })}","started_at":"${startedAt}","usage":{${used}},` +
    `"usage_source":"${usageSource}","version":2}`
  )
}

function usedText(usage: Usage, rates: Rates): { readonly used: string; readonly rates: string } {
  const text = { used: '', rates: '' }
  for (const { class: key, name } of NAMED_CLASSES) {
    const count = usage[key]
    if (count === 0) continue
    const comma = text.used === '' ? '' : ','
    text.used += `${comma}"${name}":${count}`
    text.rates += `${comma}"${name}":"${rates[key]}"`
  }
  return text
}
