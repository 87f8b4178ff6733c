import { nanoOf, usdOf } from '../money.ts'
import type { ReceiptCall } from './shape.ts'

/** One line of a bill: how many of a class, at which rate (nano-USD for a million tokens, or for a piece), and the exact product in 1e-15 USD. */
export type SumLine = {
  readonly name: string
  readonly count: number
  readonly rate: bigint
  readonly isPiece: boolean
  readonly product: bigint
}

/** The sum of a call, from its usage and rates alone: `exact` in 1e-21 USD, `price` in nano-USD. */
export type Sum = { readonly lines: readonly SumLine[]; readonly multiplier: bigint; readonly exact: bigint; readonly price: bigint }

const MILLION = 1_000_000n
const PIECES: ReadonlySet<string> = new Set(['images', 'web_searches', 'tool_calls', 'calls', 'audio_seconds', 'characters'])

/** Adds a call up as docs/receipts.md says: each class times its rate, times the multiplier, rounded up once to a whole nano-dollar. */
export function addUp(call: ReceiptCall): Sum {
  const usage = call.usage as Readonly<Record<string, number | undefined>>
  const rates = call.rates as Readonly<Record<string, string | undefined>>
  const reasoning = Math.min(usage['reasoning'] ?? 0, usage['output'] ?? 0)
  const countOf = (name: string): number =>
    name === 'reasoning' ? reasoning : name === 'output' ? (usage['output'] ?? 0) - reasoning : (usage[name] ?? 0)
  const lines = Object.keys(usage)
    .filter((name) => countOf(name) > 0)
    .map((name) => lineOf(name, countOf(name), rateOf(rates, name, call.version)))
  const multiplier = call.version === 2 ? nanoOf(call.multiplier) / 1_000n : MILLION
  const exact = lines.reduce((sum, { product }) => sum + product, 0n) * multiplier
  return { lines, multiplier, exact, price: (exact + MILLION * MILLION - 1n) / (MILLION * MILLION) }
}

/** Receipts of version 1 have no rate for reasoning, which costs what output does; in others what was used has a rate, or this throws RangeError. */
function rateOf(rates: Readonly<Record<string, string | undefined>>, name: string, version: number): bigint {
  const rate = rates[name] ?? (version === 1 ? rates['output'] : undefined)
  if (rate === undefined) throw new RangeError(`${name} was used without a rate`)
  return BigInt(rate)
}

function lineOf(name: string, count: number, rate: bigint): SumLine {
  const isPiece = PIECES.has(name)
  return { name, count, rate, isPiece, product: BigInt(count) * rate * (isPiece ? MILLION : 1n) }
}

/** A decimal text of an amount in a finer unit than nano-USD: 10^-`decimals` USD. */
export function exactUsd(amount: bigint, decimals: number): string {
  const digits = amount.toString().padStart(decimals + 1, '0')
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals).replace(/0+$/, '').padEnd(2, '0')}`
}

/** What a plan paid instead of the balance, in nano-USD. */
export const coveredOf = (call: ReceiptCall): bigint => (call.version === 2 ? BigInt(call.covered_nano_usd ?? '0') : 0n)

/** A text of USD for a text of nano-USD. */
export const usdOfNano = (nano: string): string => usdOf(BigInt(nano))
