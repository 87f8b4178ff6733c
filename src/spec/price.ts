import type { NanoUsd } from '../lib/index.ts'
import type { Usage } from './usage.ts'

/** What a million tokens of each class cost, in nano-USD. Reasoning tokens are billed as output. */
export type Rates = {
  readonly input: NanoUsd
  readonly output: NanoUsd
  readonly cacheRead: NanoUsd
  readonly cacheWrite5m: NanoUsd
  readonly cacheWrite1h: NanoUsd
}

const MILLION = 1_000_000n

/** The price of a usage in nano-USD: the exact sum over the classes, divided by a million once and rounded up once. */
export function priceOf(rates: Rates, usage: Usage): NanoUsd {
  const sum =
    BigInt(usage.input) * rates.input +
    BigInt(usage.cacheRead) * rates.cacheRead +
    BigInt(usage.cacheWrite5m) * rates.cacheWrite5m +
    BigInt(usage.cacheWrite1h) * rates.cacheWrite1h +
    BigInt(usage.output) * rates.output
  return (sum + MILLION - 1n) / MILLION
}

/** The most that `inputMax` input tokens and `outputMax` output tokens can cost: every input token at its dearest class. */
export function worstPriceOf(
  rates: Rates,
  bound: { readonly inputMax: number; readonly outputMax: number; readonly writesCache: boolean },
): NanoUsd {
  const dearest = bound.writesCache
    ? maxOf(rates.input, rates.cacheRead, rates.cacheWrite5m, rates.cacheWrite1h)
    : maxOf(rates.input, rates.cacheRead)
  return (BigInt(bound.inputMax) * dearest + BigInt(bound.outputMax) * rates.output + MILLION - 1n) / MILLION
}

const maxOf = (...amounts: readonly NanoUsd[]): NanoUsd => amounts.reduce((a, b) => (a > b ? a : b), 0n)
