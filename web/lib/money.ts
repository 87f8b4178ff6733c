/** Amounts are decimal texts of USD from the server; they are never made into floats. */

/** "$1,204.50" of "1204.50", with as many decimals as the text has, at least two. */
export function showUsd(amount: string): string {
  const isNegative = amount.startsWith('-')
  const [whole = '0', decimals = ''] = amount.replace('-', '').split('.')
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',')
  return `${isNegative ? '−' : ''}$${grouped}.${decimals.padEnd(2, '0')}`
}

const NANO_DIGITS = 9

/** Nano-USD of a decimal text; 0n of anything else. */
export function nanoOf(amount: string): bigint {
  const parts = /^(-?)(\d+)(?:\.(\d{1,9}))?$/.exec(amount)
  if (parts === null) return 0n
  const nano = BigInt(`${parts[2]}${(parts[3] ?? '').padEnd(NANO_DIGITS, '0')}`)
  return parts[1] === '-' ? -nano : nano
}

/** A decimal text of nano-USD, with two decimals or as many as are true. */
export function usdOf(nano: bigint): string {
  const digits = (nano < 0n ? -nano : nano).toString().padStart(NANO_DIGITS + 1, '0')
  const decimals = digits.slice(-NANO_DIGITS).replace(/0+$/, '')
  return `${nano < 0n ? '-' : ''}${digits.slice(0, -NANO_DIGITS)}.${decimals.padEnd(2, '0')}`
}

/** The sum of decimal texts. */
export const sumUsd = (amounts: readonly string[]): string => usdOf(amounts.reduce((sum, amount) => sum + nanoOf(amount), 0n))

/** "1 204 331", digits in groups of three. */
export const showCount = (count: number): string =>
  Math.round(count)
    .toString()
    .replace(/\B(?=(?:\d{3})+$)/g, '\u2009')

/** Amounts so that their points stand below each other in a column of figures: what has fewer decimals gets spaces behind. */
export function alignUsd(amounts: readonly string[]): readonly string[] {
  const shown = amounts.map(showUsd)
  const decimalsOf = (text: string): number => text.length - text.indexOf('.')
  const most = Math.max(0, ...shown.map(decimalsOf))
  return shown.map((text) => text + '\u00a0'.repeat(most - decimalsOf(text)))
}
