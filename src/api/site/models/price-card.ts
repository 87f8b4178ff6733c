import { html } from 'hono/html'
import { PRICE_CLASS_NAMES, type PriceClassName, type WrittenCards, type WrittenPrice, type WrittenRates } from '../../../spec/index.ts'
import { grouped, usd } from '../figures.ts'
import type { Piece } from '../piece.ts'
import type { SiteWords } from '../words/index.ts'

/** A price with all its cards, as a receipt: standard service, longer prompts, other service tiers. */
export function priceCard(price: WrittenPrice, words: SiteWords): Piece {
  const { above = [], service_tiers: tiers = {}, ...rates } = price
  return html`${linesOf(rates, words)}${above.map((card) => longCard(card, words))}
${Object.entries(tiers).map(([name, cards]) => tierOf(name, cards, words))}`
}

type LongCard = WrittenRates & { readonly prompt_tokens: number }

const longCard = ({ prompt_tokens: tokens, ...rates }: LongCard, words: SiteWords): Piece =>
  html`<p>${words.models.longPrompts(grouped(tokens))}</p>${linesOf(rates, words)}`

function tierOf(name: string, cards: WrittenCards | undefined, words: SiteWords): Piece {
  if (cards === undefined) return ''
  const { above = [], ...rates } = cards
  return html`<p>${words.models.tier(name)}</p>${linesOf(rates, words)}${above.map((card) => longCard(card, words))}`
}

function linesOf(rates: WrittenRates, words: SiteWords): Piece {
  const names: readonly PriceClassName[] = Object.values(PRICE_CLASS_NAMES)
  return html`<dl>${names.flatMap((name) => {
    const rate = rates[name]
    return rate === undefined ? [] : [html`<div><dt>${words.models.classes[name]}</dt><dd>${usd(rate, words)}</dd></div>`]
  })}</dl>`
}
