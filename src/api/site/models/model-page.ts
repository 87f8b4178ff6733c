import { html } from 'hono/html'
import type { VersionView } from '../../../catalog/index.ts'
import { codeBlock, curlSnippet } from '../docs/index.ts'
import { dayTag, grouped, timeTag, usd } from '../figures.ts'
import { PAGE_SCRIPT } from '../page-script.ts'
import type { Piece } from '../piece.ts'
import type { Page } from '../shell.ts'
import type { Measured } from '../status/index.ts'
import { daysLine } from '../status/index.ts'
import { to, type View } from '../view.ts'
import { labelsOf } from './labels.ts'
import type { Offer } from './offer.ts'
import { priceCard } from './price-card.ts'

/**
 * What the page of a model is made of; `history` has versions that hold or held, the latest first, `coming` those that will, of which letters tell,
 * the next first.
 */
export type ModelFacts = {
  readonly offer: Offer
  readonly history: readonly VersionView[]
  readonly coming: readonly VersionView[]
  readonly measured: Measured | undefined
}

/** One model: its price whole and what it was, where it runs, how it was there, and how to call it. */
export function modelPage(view: View, { offer, history, coming, measured }: ModelFacts): Page {
  const words = view.words.models
  return {
    ...{ title: offer.id, isWide: true, needs: { script: PAGE_SCRIPT } },
    description: `${offer.id}: ${words.description}`,
    body: html`<p class="kicker"><a href="${to(view, '/models')}">${words.title}</a></p>
<h1 class="mono-title">${offer.id}</h1>
<div class="pair"><div>
<dl class="roll"><div><dt>${words.context}</dt><dd class="figure">${words.tokens(grouped(offer.context))}</dd></div>
<div><dt>${words.outputMax}</dt><dd class="figure">${words.tokens(grouped(offer.outputMax))}</dd></div></dl>
<h2>${words.routes}</h2><p class="faint">${words.routesLead}</p>
<ul class="where">${offer.routes.map((route) => html`<li>${labelsOf(route, view.words)}${evidenceOf(route, words)}</li>`)}</ul>
${measured === undefined ? '' : availabilityOf(view, { id: offer.id, measured })}
<h2>${words.callIt}</h2>
${codeBlock({ caption: view.words.docs.shell, text: curlSnippet({ publicUrl: view.site.publicUrl, model: offer.id }) })}
<p><a href="${to(view, '/docs')}">${words.otherClients}</a></p>
</div>
<div>${
      offer.price === undefined
        ? html`<p class="banner">${words.noPrice}</p>`
        : html`<div class="torn"><div class="receipt"><div class="title">${words.priceNow}<span>${words.version} ${offer.priceVersion}</span></div>
<p>USD ${view.words.frame.perMillion}</p>${priceCard(offer.price, view.words)}</div></div>`
    }
${coming.map((version) => comingOf(view, version))}${historyOf(view, history)}</div></div>`,
  }
}

/** A price that was announced, whole, with the time from which it holds. */
const comingOf = (view: View, { price, effective_at: at }: VersionView): Piece => {
  const words = view.words.models
  return html`<div class="torn"><div class="receipt"><div class="title">${words.priceComing}<span>${words.from} ${timeTag(new Date(at))}</span></div>
<p>USD ${view.words.frame.perMillion}</p>${priceCard(price, view.words)}</div></div>`
}

const evidenceOf = ({ evidence, checked }: Offer['routes'][number], words: View['words']['models']): Piece =>
  evidence === undefined
    ? ''
    : html` <a class="faint" href="${evidence}" rel="noreferrer">${words.evidence}</a>${checked === undefined ? '' : html` <span class="faint">${words.checked} ${checked}</span>`}`

function availabilityOf(view: View, { id, measured }: { readonly id: string; readonly measured: Measured }): Piece {
  const own = measured.models.find(({ name }) => name === id)
  if (own === undefined) return ''
  return html`<h2>${view.words.models.availability}</h2>${daysLine(view, own)}${own.routes.map((route) => daysLine(view, route))}
<p class="ends"><span>${view.words.status.ago}</span><span>${view.words.status.today}</span></p>`
}

function historyOf(view: View, history: readonly VersionView[]): Piece {
  const { models: words } = view.words
  if (history.length === 0) return ''
  return html`<h2>${words.history}</h2><p class="faint">${words.historyLead}</p>
<table><thead><tr><th scope="col">${words.from}</th><th scope="col" class="figure">${words.input}</th><th scope="col" class="figure">${words.output}</th></tr></thead>
<tbody>${history.map(
    ({ price, effective_at: at, version, state }) =>
      html`<tr><td>${dayTag(new Date(at))}<br><a class="faint" href="/v1/prices/${version}">${words.version} ${version}</a>${state === 'holds' ? html` <span class="good">${words.holds}</span>` : ''}</td>
<td class="figure">${usd(price.input ?? '0', view.words)}</td><td class="figure">${usd(price.output ?? '0', view.words)}</td></tr>
`,
  )}</tbody></table>`
}
