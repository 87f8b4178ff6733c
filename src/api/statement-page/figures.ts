import { html } from 'hono/html'
import type { Language, Words } from './words.ts'

/** A piece of the page; text in it has been escaped. */
export type Piece = ReturnType<typeof html>

const MINUS = '−'

/** How many decimals the longest of some amounts has, so that a column of them can be aligned at the point. */
export const decimalsOf = (amounts: readonly string[]): number =>
  Math.max(2, ...amounts.map((amount) => (amount.split('.')[1] ?? '').length))

/** An amount of USD, with the nano-dollars it stands for in its title; padded to so many decimals. */
export function money(amount: string, { words, decimals }: { readonly words: Words; readonly decimals: number }): Piece {
  const isNegative = amount.startsWith('-')
  const [whole = '', fraction = ''] = amount.replace('-', '').split('.')
  const nano = BigInt(`${isNegative ? '-' : ''}${whole}${fraction.padEnd(9, '0')}`)
  const text = `${isNegative ? MINUS : ''}$${grouped(whole)}.${fraction}`
  return html`<span class="money" title="${words.nano(grouped(nano.toString()))}">${text}${' '.repeat(Math.max(0, decimals - fraction.length))}</span>`
}

/** A whole number in groups of three. */
export const grouped = (digits: number | string): string => String(digits).replace(/\B(?=(\d{3})+$)/g, ' ')

/** A count in groups of three. */
export const count = (number: number): Piece => html`<span class="count">${grouped(number)}</span>`

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-CN' }

/** "26 November 2026" of "2026-11-26". */
export const longDay = (day: string, language: Language): string =>
  new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'long', timeZone: 'UTC' }).format(Date.parse(day))

/** "November 2026" of "2026-11". */
export const longMonth = (month: string, language: Language): string =>
  new Intl.DateTimeFormat(LOCALES[language], { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(Date.parse(`${month}-01`))

/** "26 November 2026, 09:15 UTC" of an ISO time. */
export const longTime = (time: string, language: Language): string =>
  `${longDay(time.slice(0, 10), language)}${language === 'zh' ? ' ' : ', '}${time.slice(11, 16)} UTC`
