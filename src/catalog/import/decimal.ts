import type { NanoUsd } from '../../lib/index.ts'

/** An exact decimal number: digits × 10^exponent. */
export type Decimal = { readonly digits: bigint; readonly exponent: number }

/** A text that is no decimal number, or one too large or small to be a price. */
export class DecimalError extends Error {}

const NUMBER = /^(-?)(\d{1,400})(?:\.(\d{1,400}))?(?:[eE]([+-]?\d{1,4}))?$/
const EXPONENT_MAX = 400

/** The number that a text spells, exactly, with or without an exponent; throws DecimalError. No float is involved. */
export function parseDecimal(text: string): Decimal {
  const match = NUMBER.exec(text)
  if (match === null) throw new DecimalError('not a number')
  const [, sign, whole = '', fraction = '', power = '0'] = match
  const exponent = Number(power) - fraction.length
  if (Math.abs(exponent) > 2 * EXPONENT_MAX) throw new DecimalError('absurd')
  const digits = BigInt(whole + fraction)
  return { digits: sign === '-' ? -digits : digits, exponent }
}

/** The product of two numbers. */
export const times = (a: Decimal, b: Decimal): Decimal => ({ digits: a.digits * b.digits, exponent: a.exponent + b.exponent })

/** A number of USD in whole nano-USD, rounded up. */
export function toNano({ digits, exponent }: Decimal): NanoUsd {
  const shift = exponent + 9
  if (shift >= 0) return digits * 10n ** BigInt(shift)
  const divisor = 10n ** BigInt(-shift)
  const floor = digits / divisor
  return digits > 0n && digits % divisor !== 0n ? floor + 1n : floor
}

/** Whether one number is larger than another, exactly. */
export function isAbove(a: Decimal, b: Decimal): boolean {
  const exponent = Math.min(a.exponent, b.exponent)
  const scaled = (value: Decimal) => value.digits * 10n ** BigInt(value.exponent - exponent)
  return scaled(a) > scaled(b)
}
