import { formatUsd, formatUsdExactly } from '../lib/index.ts'
import {
  CLASS_NAMES,
  formatMultiplier,
  inputTokensOf,
  MULTIPLIER_ONE,
  NAMED_CLASSES,
  type Price,
  parseMultiplier,
  priceLines,
  priceOf,
  type Rates,
  ratesFrom,
  ruleSentence,
  settledStageOf,
  type Usage,
  type UsageClass,
  unitOfClass,
  usageOfNames,
  ZERO_RATES,
} from '../spec/index.ts'
import type { Plain } from './canonical-json.ts'
import type { ReceiptCall, ReceiptSum, SecondCall } from './shape.ts'

/** How amounts are rounded, in words. */
export const ROUNDING = 'once, upwards, to a whole nano-dollar (0.000000001 USD)'

/** The sum of a call line by line; it says nothing that does not follow from the call. Members in the order of canonical JSON. */
export function sumOfCall(call: ReceiptCall): ReceiptSum {
  const { usage, rates, multiplier } = chargedOf(call)
  const lines = priceLines(rates, usage)
  const sum = lines.reduce((total, line) => total + line.microNano, 0n)
  return {
    billing_rule: ruleSentence({ outcome: call.outcome, usageSource: call.usage_source, stage: stageOf(call) }),
    cost: formatUsd(BigInt(call.cost_nano_usd)),
    ...(call.version === 2 && call.covered_nano_usd !== undefined && { covered: formatUsd(BigInt(call.covered_nano_usd)) }),
    exact: formatUsdExactly(sum * BigInt(multiplier), EXACT_DECIMALS),
    hold: formatUsd(BigInt(call.hold_nano_usd)),
    lines: lines.map(({ name, count, rate, microNano }) => ({
      class: CLASS_NAMES[name],
      count,
      product: formatUsdExactly(microNano, PRODUCT_DECIMALS),
      rate: formatUsd(rate),
      unit: unitOfClass(name),
    })),
    multiplier: formatMultiplier(multiplier),
    price: formatUsd(priceOfCall(call)),
    rounding: ROUNDING,
    shortfall: formatUsd(BigInt(call.shortfall_nano_usd)),
  }
}

/** Products are in millionths of a nano-dollar; a multiplier has six decimals more. */
const PRODUCT_DECIMALS = 15
const EXACT_DECIMALS = PRODUCT_DECIMALS + 6

/** Every way in which a call does not add up, and in which the sum that is shown is not its sum. */
export function sumProblems(call: ReceiptCall, shown: ReceiptSum | undefined): readonly string[] {
  const [cost, shortfall, hold] = [BigInt(call.cost_nano_usd), BigInt(call.shortfall_nano_usd), BigInt(call.hold_nano_usd)]
  const price = priceOfCall(call)
  const paid = cost + coveredOf(call)
  return [
    ...(call.version === 2 ? [...cardProblems(call), ...payerProblems(call)] : []),
    ...(paid + shortfall === price
      ? []
      : [`usage at these rates costs ${price} nano-USD, but ${paid} and a shortfall of ${shortfall} are written`]),
    ...(paid <= hold ? [] : ['it cost more than was held for it']),
    ...(shown === undefined ? missingSum(call) : differences('sum', shown, sumOfCall(call))),
  ]
}

/** What a plan paid. */
const coveredOf = (call: ReceiptCall): bigint => (call.version === 2 ? BigInt(call.covered_nano_usd ?? '0') : 0n)

/** Whether one of two paid: the balance, or a plan that is named. */
function payerProblems({ cost_nano_usd, covered_by, covered_nano_usd }: SecondCall): readonly string[] {
  const isWhole = (covered_by === undefined) === (covered_nano_usd === undefined)
  const isOne = covered_nano_usd === undefined || cost_nano_usd === '0'
  return isWhole && isOne ? [] : ['it does not say who paid: the balance or the plan']
}

const missingSum = (call: ReceiptCall): readonly string[] => (call.version === 1 ? [] : ['its sum is missing'])

/** Whether the card can be the one that applied, and has rates for what was used and for nothing else. */
function cardProblems({ card, service_tier, usage, rates }: SecondCall): readonly string[] {
  const prompt = inputTokensOf(usageOfNames(usage))
  const isOfTier = card.service_tier === service_tier || card.service_tier === 'standard'
  return [
    ...(isOfTier ? [] : [`a card for ${card.service_tier} service does not apply to ${service_tier}`]),
    ...(card.prompt_above === 0 || prompt > card.prompt_above
      ? []
      : [`a card for prompts above ${card.prompt_above} does not apply to ${prompt}`]),
    ...NAMED_CLASSES.flatMap(({ name }) =>
      (usage[name] === undefined) === (rates[name] === undefined)
        ? []
        : [`${name} was used without a rate, or has a rate and was not used`],
    ),
  ]
}

/** Where two things differ, place by place. */
function differences(place: string, told: Plain | undefined, right: Plain | undefined): readonly string[] {
  if (told === right) return []
  if (!isTree(told) || !isTree(right)) return [`${place} is ${JSON.stringify(told)}, recomputed ${JSON.stringify(right)}`]
  const [ours, theirs] = [new Map(Object.entries(right)), new Map(Object.entries(told))]
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((name) =>
    differences(`${place}.${name}`, theirs.get(name), ours.get(name)),
  )
}

const isTree = (value: Plain | undefined): value is Exclude<Plain, string | number | null> => typeof value === 'object' && value !== null

type Charged = { readonly usage: Usage; readonly rates: Rates; readonly multiplier: number }

/** What was charged, and by what; the rates are those of the card that applied, as far as they matter. */
function chargedOf(call: ReceiptCall): Charged {
  const usage = usageOfNames(call.usage)
  if (call.version === 2) return { usage, rates: ratesOf(call.rates), multiplier: parseMultiplier(call.multiplier) ?? MULTIPLIER_ONE }
  const { input, output, cache_read, cache_write_5m, cache_write_1h } = call.rates
  const rates = ratesFrom({
    ...{ input: BigInt(input), output: BigInt(output), cacheRead: BigInt(cache_read) },
    ...{ cacheWrite5m: BigInt(cache_write_5m), cacheWrite1h: BigInt(cache_write_1h) },
  })
  return { usage, rates, multiplier: MULTIPLIER_ONE }
}

function ratesOf(named: SecondCall['rates']): Rates {
  const rates: Record<UsageClass, bigint> = { ...ZERO_RATES }
  for (const { class: key, name } of NAMED_CLASSES) rates[key] = BigInt(named[name] ?? 0)
  return rates
}

function priceOfCall(call: ReceiptCall): bigint {
  const { usage, rates, multiplier } = chargedOf(call)
  const price: Price = [{ serviceTier: 'standard', inputAbove: 0, rates }]
  return priceOf(price, usage, { serviceTier: 'standard', multiplier })
}

/** Receipts of version 1 do not say whether a first byte had come; where it matters, something of an answer tells. */
const stageOf = (call: ReceiptCall) =>
  call.version === 2
    ? call.stage
    : settledStageOf({ outcome: call.outcome, usageSource: call.usage_source, firstByteMs: call.usage.output > 0 ? 0 : null })
