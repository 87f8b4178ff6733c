import { html } from 'hono/html'
import { parseUsd } from '../../../lib/index.ts'
import { deltaOf, grouped, shortCount, usd } from '../figures.ts'
import type { Piece } from '../piece.ts'
import type { Page } from '../shell.ts'
import { to, type View } from '../view.ts'
import { labelsOf } from './labels.ts'
import type { Offer } from './offer.ts'
import { type Search, searched } from './search.ts'
import { hasFreeTokens, pieceRates } from './sold-by-piece.ts'

/** All models and prices, or those that a plain form asks for. */
export function modelsPage(view: View, { offers, search }: { readonly offers: readonly Offer[]; readonly search: Search }): Page {
  const words = view.words.models
  const found = searched(offers, search)
  return {
    ...{ title: words.title, description: words.description, isWide: true, needs: { hasForm: true } },
    body: html`<h1>${words.title}</h1>
<p class="lead">${words.lead} <a href="/v1/prices">${view.words.frame.prices}</a></p>
${
  offers.length === 0
    ? html`<p class="banner">${view.words.landing.noModels}</p>`
    : html`${formOf(view, { offers, search })}
<p class="faint" role="status">${words.found(grouped(found.length), grouped(offers.length))}</p>
${found.length === 0 ? html`<p class="banner">${words.nothing} <a href="${to(view, '/models')}">${words.clear}</a></p>` : tableOf(view, found)}`
}`,
  }
}

function formOf(view: View, { offers, search }: { readonly offers: readonly Offer[]; readonly search: Search }): Piece {
  const words = view.words.models
  const upstreams = [...new Set(offers.flatMap(({ routes }) => routes.map(({ name }) => name)))].toSorted()
  const option = (value: string, label: string, chosen: string): Piece =>
    html`<option value="${value}"${value === chosen ? html` selected` : ''}>${label}</option>`
  return html`<form class="find" method="get" action="/models" role="search">
${view.isChosen ? html`<input type="hidden" name="lang" value="${view.language}">` : ''}
<label>${words.search}<input type="search" name="q" value="${search.text}" maxlength="80" autocomplete="off"></label>
<label>${words.runsAt}<select name="at">${option('', words.anywhere, search.upstream)}${upstreams.map((name) => option(name, name, search.upstream))}</select></label>
<label>${words.handling}<select name="texts">${option('', words.anyHandling, search.handling ?? '')}${option('no-training', words.noTraining, search.handling ?? '')}${option('local', words.local, search.handling ?? '')}</select></label>
<label>${words.sort}<select name="sort">${option('name', words.byName, search.order)}${option('input', words.byInput, search.order)}${option('output', words.byOutput, search.order)}${option('context', words.byContext, search.order)}</select></label>
<button class="button">${words.find}</button>
</form>`
}

const tableOf = (view: View, offers: readonly Offer[]): Piece => html`<table class="stack models">
<thead><tr><th scope="col">${view.words.models.model}</th><th scope="col" class="figure">${view.words.models.input}</th><th scope="col" class="figure">${view.words.models.output}</th><th scope="col" class="figure">${view.words.models.cached}</th><th scope="col" class="figure">${view.words.models.context}</th><th scope="col">${view.words.models.where}</th></tr></thead>
<tbody>
${offers.map((offer) => rowOf(view, offer))}</tbody>
</table>`

function rowOf(view: View, offer: Offer): Piece {
  const words = view.words.models
  const { price, official } = offer
  return html`<tr><td data-head="${words.model}"><span><a class="name" href="${to(view, `/models/${offer.id}`)}">${offer.id}</a>${verdictOf(offer, view)}</span></td>
<td class="figure" data-head="${words.input}">${rateOf(view, price?.input, official?.input)}</td><td class="figure" data-head="${words.output}">${rateOf(view, price?.output, official?.output)}</td>
<td class="figure" data-head="${words.cached}">${rateOf(view, price?.cache_read, official?.cache_read)}</td><td class="figure" data-head="${words.context}">${shortCount(offer.context)}</td>
<td data-head="${words.where}"><ul class="where">${offer.routes.map((route) => html`<li>${labelsOf(route, view.words)}</li>`)}</ul></td></tr>
`
}

/**
 * What is sold by the piece says what one costs; of others how the price stands to that of the maker, where both input and output stand alike,
 * else nothing.
 */
function verdictOf({ price, official }: Offer, { words: all }: View): Piece {
  const words = all.models
  if (price === undefined) return html`<small>${words.noPrice}</small>`
  if (hasFreeTokens(price)) {
    const pieces = pieceRates(price)
    if (pieces.length === 0) return html`<small>${words.free}</small>`
    return html`${pieces.map(({ name, rate }) => html`<small>${words.classes[name]} ${usd(rate, all)}</small>`)}`
  }
  const [input, output] = [deltaOf(price.input ?? '', official?.input ?? ''), deltaOf(price.output ?? '', official?.output ?? '')]
  if (input === undefined || input !== output) return ''
  if (input === 0n) return html`<small>${words.same}</small>`
  return input < 0n ? html`<small class="good">${words.below(`${-input} %`)}</small>` : html`<small>${words.above(`${input} %`)}</small>`
}

function rateOf(view: View, own: string | undefined, official: string | undefined): Piece {
  if (own === undefined) return html`<span class="faint">–</span>`
  if (official === undefined || parseUsd(own) === parseUsd(official)) return html`<span>${usd(own, view.words)}</span>`
  return html`<span>${usd(own, view.words)}<small>${view.words.models.official} ${usd(official, view.words)}</small></span>`
}
