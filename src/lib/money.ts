/** Nano-USD (1e-9 USD) as bigint: the only unit money is held in. */
export type NanoUsd = bigint

/** Largest amount that fits PostgreSQL's bigint. */
export const NANO_USD_MAX: NanoUsd = 9_223_372_036_854_775_807n

const ZERO = 0x30
const DECIMAL = /^(\d{1,10})(?:\.(\d{1,9}))?$/

/**
 * Parses a non-negative decimal string of USD ("10.00", at most 9 decimals) to nano-USD; undefined when it is anything else.
 * No float is involved, so "0.1" is exactly 100_000_000n.
 */
export function parseUsd(text: string): NanoUsd | undefined {
  const match = DECIMAL.exec(text)
  if (match === null) return undefined
  const nano = BigInt(match[1] ?? '0') * 1_000_000_000n + BigInt((match[2] ?? '').padEnd(9, '0'))
  return nano <= NANO_USD_MAX ? nano : undefined
}

/** Writes nano-USD as a decimal string of USD with at least two and as many decimals as are true: 138000n → "0.000138". */
export const formatUsd = (nano: NanoUsd): string => formatUsdExactly(nano, 9)

/** The same of an amount in a finer unit than nano-USD, such as an exact product before it is rounded: 10^-`decimals` USD, 9 or more. */
export function formatUsdExactly(amount: bigint, decimals: number): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, '0')
  const point = digits.length - decimals
  let end = digits.length
  while (end > point + 2 && digits.charCodeAt(end - 1) === ZERO) end -= 1
  return `${amount < 0n ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point, end)}`
}
