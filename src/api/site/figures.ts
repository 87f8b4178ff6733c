import { html } from 'hono/html'
import { formatUsd, formatUsdExactly, parseUsd } from '../../lib/index.ts'
import type { Piece } from './piece.ts'
import type { SiteWords } from './words/index.ts'

/** A thin space between groups of three digits. */
const THIN = '\u202F'

/** A whole number in groups of three. */
export const grouped = (digits: number | bigint | string): string => String(digits).replace(/\B(?=(\d{3})+$)/g, THIN)

/** "200K" or "1M" where that is exact to the thousand, else all digits: how contexts are spoken of. */
export function shortCount(count: number): string {
  if (count >= 1_000_000 && count % 10_000 === 0) return `${count / 1_000_000}M`
  return count >= 1_000 && count % 1_000 === 0 ? `${count / 1_000}K` : grouped(count)
}

/** A price as it was written, with the nano-dollars it stands for in its title. */
export function usd(written: string, words: SiteWords): Piece {
  const nano = parseUsd(written) ?? 0n
  return html`<span class="figure" title="${words.frame.nano(grouped(nano))}">$${formatUsd(nano)}</span>`
}

/** An amount with its whole dollars in groups of three: "10 000.00". */
export function groupedUsd(nano: bigint): string {
  const [whole = '', fraction = ''] = formatUsd(nano).split('.')
  return `${grouped(whole)}.${fraction}`
}

/** An exact product of a count and a rate for a million of them, as text. */
export const productOf = (count: number, rate: string): string => formatUsdExactly(BigInt(count) * (parseUsd(rate) ?? 0n), 15)

/** What a call with such products is charged: their sum, rounded up once to a nano-dollar. */
export function chargedOf(parts: readonly { readonly count: number; readonly rate: string }[]): string {
  const sum = parts.reduce((all, { count, rate }) => all + BigInt(count) * (parseUsd(rate) ?? 0n), 0n)
  return formatUsd((sum + 999_999n) / 1_000_000n)
}

/** How much of something there was, rounded down to a hundredth of a per cent, so that 100 % means all of it. */
export function percentOf(part: number, whole: number): string {
  const hundredths = (BigInt(part) * 10_000n) / BigInt(whole)
  const [units, rest] = [hundredths / 100n, hundredths % 100n]
  return rest === 0n ? `${units}${THIN}%` : `${units}.${rest.toString().padStart(2, '0').replace(/0$/, '')}${THIN}%`
}

/** How a price stands to another, in whole per cent towards zero: -20n is a fifth below. Undefined where the other is nothing. */
export function deltaOf(own: string, other: string): bigint | undefined {
  const [a, b] = [parseUsd(own) ?? 0n, parseUsd(other) ?? 0n]
  return b === 0n ? undefined : ((a - b) * 100n) / b
}

/** A time in UTC that a script may tell in the reader's zone. */
export function timeTag(time: Date): Piece {
  const iso = time.toISOString()
  return html`<time datetime="${iso}" data-local>${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`
}

/** A UTC day. */
export const dayTag = (time: Date): Piece => html`<time datetime="${time.toISOString()}">${time.toISOString().slice(0, 10)}</time>`
