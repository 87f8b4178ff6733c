import { html } from 'hono/html'
import type { Piece } from '../piece.ts'
import type { Page } from '../shell.ts'
import { to, type View } from '../view.ts'
import { CHAPTERS, type PageName, pathOf } from './chapters.ts'
import { manualFrame } from './frame.ts'
import { markedWords } from './marked-words.ts'
import type { Found, Hit } from './search.ts'

/** What a search found, or what there is to be found. */
export function searchPage(view: View, { query, found }: { readonly query: string; readonly found: Found }): Page {
  const words = view.words.manual
  const body = html`<h1>${words.searchTitle}</h1>${query === '' ? html`<p class="lead">${words.searchLead}</p>${tableOfContents(view)}` : resultsOf(view, query, found)}`
  return {
    ...{ title: words.searchTitle, description: words.searchLead, isWide: true, isUnlisted: true, needs: { hasForm: true } },
    body: manualFrame(view, { name: undefined, query, body }),
  }
}

function resultsOf(view: View, query: string, { count, hits, isPartial, words: looked }: Found): Piece {
  const words = view.words.manual
  if (hits.length === 0)
    return html`<p class="lead" role="status">${words.nothing(query)}</p><p>${words.nothingHint}</p>${tableOfContents(view)}`
  return html`<p class="lead" role="status">${isPartial ? words.some(query) : count > hits.length ? words.best(String(hits.length), String(count), query) : words.found(String(count), query)}${view.language === 'en' ? '' : `${view.words.frame.gap}${words.foundInEnglish}`}</p>
<ol class="hits">${hits.map((hit) => hitOf(view, hit, looked))}</ol>`
}

const hitOf = (view: View, { path, page, heading, around }: Hit, looked: readonly string[]): Piece =>
  html`<li><a href="${to(view, path)}">${markedWords(heading === '' ? page : heading, looked)}</a>${heading === '' ? '' : html`<span class="where">${page}</span>`}<p>${markedWords(around, looked)}</p></li>
`

/** All pages by chapter, for who does not know the word. */
export const tableOfContents = (view: View): Piece =>
  html`<div class="contents">${(Object.entries(CHAPTERS) as readonly (readonly [keyof typeof CHAPTERS, readonly PageName[]])[]).map(
    ([chapter, names]) =>
      html`<section><h2>${view.words.manual.chapters[chapter]}</h2><ul>${names.map((name) => html`<li><a href="${to(view, pathOf(name))}">${view.words.manual.pages[name]}</a></li>`)}</ul></section>`,
  )}</div>`
