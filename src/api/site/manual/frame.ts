import { html } from 'hono/html'
import type { Piece } from '../piece.ts'
import { to, type View } from '../view.ts'
import { CHAPTERS, type PageName, pathOf } from './chapters.ts'

/** A place on the page itself, for whoever wants to go there at once; `tag` is the attribute of its language where that is another. */
export type Place = { readonly id: string; readonly label: string; readonly tag?: Piece }

/** A page of the manual: which it is (undefined: none of them), what is on it, and its body. */
export type Framed = {
  readonly name: PageName | undefined
  readonly places?: readonly Place[]
  readonly query?: string
  readonly body: Piece
}

/** The frame of the manual: search, the body, all pages by chapter. The body comes first for whoever hears it or reads on a phone. */
export function manualFrame(view: View, { name, places = [], query = '', body }: Framed): Piece {
  const words = view.words.manual
  const onPage = places.filter(({ id }) => id !== '')
  return html`<div class="manual"><div class="seek">${searchForm(view, query)}<a class="all" href="#pages">${words.allPages}</a></div>
<article class="sheet">${body}</article>
<nav id="pages" aria-label="${words.allPages}">${chapters().map(
    ([chapter, names]) =>
      html`<details${names.includes(name ?? '') || (name === undefined && chapter === 'use') ? html` open` : ''}><summary>${words.chapters[chapter]}</summary><ul>${names.map(
        (one) =>
          html`<li><a href="${to(view, pathOf(one))}"${one === name ? html` aria-current="page"` : ''}>${words.pages[one]}</a>${one === name && onPage.length > 1 ? placesOf(onPage) : ''}</li>`,
      )}</ul></details>
`,
  )}</nav></div>`
}

/** The form that searches the manual; it needs no script. */
export const searchForm = (view: View, query = ''): Piece => {
  const words = view.words.manual
  return html`<form method="get" action="/docs/search" role="search">${view.isChosen ? html`<input type="hidden" name="lang" value="${view.language}">` : ''}<input type="search" name="q" value="${query}" maxlength="80" autocomplete="off" aria-label="${words.search}" placeholder="${words.search}"><button>${words.find}</button></form>`
}

const placesOf = (places: readonly Place[]): Piece =>
  html`<ul class="here">${places.map(({ id, label, tag = '' }) => html`<li><a href="#${id}"${tag}>${label}</a></li>`)}</ul>`

const chapters = () => Object.entries(CHAPTERS) as readonly (readonly [keyof typeof CHAPTERS, readonly PageName[]])[]
