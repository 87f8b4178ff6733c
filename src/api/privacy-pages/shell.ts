import { html } from 'hono/html'
import { isoDate, isoTime, utcDayOf } from '../../lib/index.ts'
import { type Needs, type Page, type Piece, to, type View } from '../site/index.ts'
import { wordsOf } from './words/index.ts'

export type { Piece } from '../site/index.ts'

const PATHS = [
  ...(['/privacy', '/privacy/proof', '/privacy/subprocessors'] as const),
  ...(['/privacy/history', '/privacy/transparency', '/privacy/request'] as const),
] as const

/** Who reads a page: in which language, and whether it goes on to every link. */
export type Reader = Pick<View, 'language' | 'isChosen'>

/** What a page has of its own. */
export type Shell = {
  readonly path: (typeof PATHS)[number]
  readonly title: string
  readonly lead: Piece
  readonly body: Piece
  readonly isWide?: boolean
  readonly needs?: Needs
}

/** A page of the policy in the frame of the site. */
export function pageShell(reader: Reader, { path, title, lead, body, isWide = false, needs }: Shell): Page {
  const words = wordsOf(reader)
  const link = (at: (typeof PATHS)[number]): Piece =>
    html`<a href="${to(reader, at)}"${at === path ? html` aria-current="page"` : ''}>${words.names[at]}</a> `
  return {
    ...{ title, isWide, description: words.description, ...(needs === undefined ? {} : { needs }) },
    body: html`<nav class="sub" aria-label="${words.nav}">${PATHS.map(link)}</nav>
<h1>${title}</h1>
<p class="lead">${lead}</p>
${body}`,
  }
}

/** A UTC day, the time on hover. */
export const dayTag = (millis: number): Piece =>
  html`<time datetime="${isoTime(millis)}" title="${isoTime(millis)}">${isoDate(utcDayOf(millis))}</time>`

/** Clause ids that lead to their rows of the proof. */
export const clauseLinks = (reader: Reader, clauses: readonly string[]): Piece =>
  html`${clauses.map((id) => html`<a href="${to(reader, `/privacy/proof#${id}`)}">${id}</a> `)}`
