import { html } from 'hono/html'
import type { PolicyPage, ProofPage } from '../../../privacy/index.ts'
import { grouped, usd } from '../figures.ts'
import { hasFreeTokens, type Offer, pieceRates } from '../models/index.ts'
import type { Piece } from '../piece.ts'
import type { Page } from '../shell.ts'
import { to, type View } from '../view.ts'
import { sampledOffer, sampleReceipt } from './sample-receipt.ts'

/** What the first page is made of; `minimumTopup` is a decimal string of USD, `day` the UTC day. */
export type LandingFacts = {
  readonly offers: readonly Offer[]
  readonly promises: Promises
  readonly minimumTopup: string
  readonly day: string
}

/** How many promises there are, how many are shown by their checks, and the day on which one last ran. */
export type Promises = { readonly shown: number; readonly all: number; readonly lastRun: string | undefined }

/** The promises as they stand now: those that are printed, and those that are withheld though they apply. */
export function promisesOf(page: PolicyPage, proof: ProofPage): Promises {
  const shown = page.text.sections.flatMap(({ sentences }) => sentences).filter(({ kind }) => kind === 'promise').length
  const held = page.text.withheld.filter(({ state }) => state !== 'does not apply').length
  const runs = proof.clauses.flatMap(({ checks }) => checks.flatMap(({ results }) => results.map(({ at }) => at)))
  return { shown, all: shown + held, lastRun: runs.toSorted().at(-1)?.slice(0, 10) }
}

const BOARD_MAX = 8

/** The first page: what this is, what a ride costs, how to take one, and what is missing on purpose. No script, no form. */
export function landingPage(view: View, { offers, promises, minimumTopup, day }: LandingFacts): Page {
  const words = view.words.landing
  const sampled = sampledOffer(offers)
  return {
    ...{ title: words.title, description: words.description, isWide: true },
    body: html`<section class="hero"><div>
<h1>${words.headline.map((line) => html`<span>${line}</span> `)}</h1>
<p class="lead">${words.lead}</p>
<p class="acts"><a class="button" href="/sign-up">${view.words.frame.signUp}</a> <a class="button quiet" href="${to(view, '/docs')}">${words.setUp}</a></p>
${sealOf(view, promises)}</div>
${sampled === undefined ? '' : sampleReceipt(view, { offer: sampled, day })}</section>
<h2>${words.board}</h2>
${boardOf(view, offers)}
<h2>${words.anyClient}</h2><p class="faint">${words.anyClientLead}</p>
${stubsOf(view)}
<h2>${words.steps}</h2>
<ol class="steps"><li><b>${words.step1}</b>${words.step1Text}</li><li><b>${words.step2}</b>${words.step2Text(minimumTopup)}</li><li><b>${words.step3}</b>${words.step3Text}</li></ol>
<h2>${words.missing}</h2>
<dl class="absent">${[words.contentLines, words.cookies, words.scripts, words.thirdParties].map((what) => html`<div><dt>${what}</dt><dd>0</dd></div>`)}</dl>`,
  }
}

function sealOf(view: View, { shown, all, lastRun }: Promises): Piece {
  const words = view.words.landing
  const said = shown === 0 ? words.noPromise : html`<b>${words.promises(String(shown), String(all))}</b>`
  return html`<p class="seal"><span>${said}</span>${lastRun === undefined ? '' : html`<span>· ${words.lastRun} <time>${lastRun}</time></span>`}<a href="/privacy/proof">${words.how}</a></p>`
}

function boardOf(view: View, offers: readonly Offer[]): Piece {
  const words = view.words.landing
  const priced = offers.filter(({ price }) => price !== undefined)
  if (priced.length === 0) return html`<p class="banner">${words.noModels}</p>`
  return html`<p class="faint">${words.boardLead}</p>
<ul class="board">${priced
    .slice(0, BOARD_MAX)
    .map(
      ({ id, price }) =>
        html`<li><a class="leader" href="${to(view, `/models/${id}`)}"><span>${id}</span><span>${boardPriceOf(view, price)}</span></a></li>`,
    )}</ul>
<p><a href="${to(view, '/models')}">${words.all(grouped(offers.length))}</a></p>`
}

/** What a million tokens cost each way, or a piece where that is what is sold. */
function boardPriceOf(view: View, price: Offer['price']): Piece {
  const [piece] = price !== undefined && hasFreeTokens(price) ? pieceRates(price) : []
  if (piece !== undefined) return html`${view.words.models.classes[piece.name]} ${usd(piece.rate, view.words)}`
  return html`$${price?.input ?? '0.00'} <i>→</i> $${price?.output ?? '0.00'}`
}

function stubsOf(view: View): Piece {
  const words = view.words.landing
  const { publicUrl } = view.site
  const stubs = [
    { maker: 'OpenAI', text: words.openai, url: `${publicUrl}/v1`, anchor: 'openai-python' },
    { maker: 'Anthropic', text: words.anthropic, url: publicUrl, anchor: 'claude-code' },
    { maker: 'Google', text: words.gemini, url: publicUrl, anchor: 'gemini' },
  ]
  return html`<ul class="stubs">${stubs.map(
    ({ maker, text, url, anchor }) =>
      html`<li class="stub"><div><h3>${maker}</h3><p>${text}</p><code>${url}</code><a class="tear" href="${to(view, `/docs#${anchor}`)}">${words.stubs}<span class="hidden"> ${maker}</span></a></div></li>`,
  )}</ul>`
}
