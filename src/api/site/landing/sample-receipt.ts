import { html } from 'hono/html'
import { parseUsd } from '../../../lib/index.ts'
import { chargedOf, grouped, productOf } from '../figures.ts'
import type { Offer } from '../models/index.ts'
import type { Piece } from '../piece.ts'
import type { View } from '../view.ts'

/** Tokens of the call that the receipt is of, as a coding tool makes them: most of the prompt is in the cache. */
const SAMPLE = [
  { name: 'input', count: 1_204 },
  { name: 'cacheRead', count: 18_432 },
  { name: 'output', count: 381 },
] as const

const RATES = { input: 'input', cacheRead: 'cache_read', output: 'output' } as const

/** The model whose price is shown: the first with one that is not nothing. */
export const sampledOffer = (offers: readonly Offer[]): Offer | undefined =>
  offers.find(({ price, routes }) => (parseUsd(price?.input ?? '') ?? 0n) > 0n && routes.some(({ isSimulated }) => !isSimulated)) ??
  offers.find(({ price }) => price !== undefined)

/** A receipt of one call at the price that holds, each line exact and the sum rounded up once. */
export function sampleReceipt(view: View, { offer, day }: { readonly offer: Offer; readonly day: string }): Piece {
  const words = view.words.landing
  const lines = SAMPLE.map(({ name, count }) => ({ name, count, rate: offer.price?.[RATES[name]] ?? '0.00' }))
  return html`<div class="torn"><div class="receipt" role="group" aria-label="${words.sample}">
<div class="title">${view.site.settings.name}<span>${day}</span></div><p>${words.example}</p>
<p class="named">${offer.id}</p>
<dl>
${lines.map(({ name, count, rate }) => html`<div><dt>${words[name]}<small>${grouped(count)} × $${rate}/M</small></dt><dd>$${productOf(count, rate)}</dd></div>`)}
<div><dt>${words.said}</dt><dd>${words.noLine}</dd></div></dl>
<div class="leader sum"><span>${words.charged}</span><span>$${chargedOf(lines)}</span></div>
<p>${words.rounded}</p><div class="bars" aria-hidden="true"></div></div></div>`
}
