import { html } from 'hono/html'
import { isoDate, isoTime, utcDayOf } from '../../lib/index.ts'
import type { Needs, Page, Piece } from '../site/index.ts'

export type { Piece } from '../site/index.ts'

const PAGES = [
  ['/privacy', 'Policy'],
  ['/privacy/proof', 'Proof'],
  ['/privacy/subprocessors', 'Providers'],
  ['/privacy/history', 'History'],
  ['/privacy/transparency', 'Report'],
  ['/privacy/request', 'Your data'],
] as const

/** What a page has of its own. */
export type Shell = {
  readonly path: (typeof PAGES)[number][0]
  readonly title: string
  readonly lead: Piece
  readonly body: Piece
  readonly isWide?: boolean
  readonly needs?: Needs
}

/** A page of the policy in the frame of the site; its words are English whatever those around it are. */
export const pageShell = ({ path, title, lead, body, isWide = false, needs }: Shell): Page => ({
  ...{ title, isWide, bodyTag: 'en', description: DESCRIPTION, ...(needs === undefined ? {} : { needs }) },
  body: html`<nav class="sub" aria-label="Privacy pages">${PAGES.map(([to, name]) => (to === path ? html`<a href="${to}" aria-current="page">${name}</a> ` : html`<a href="${to}">${name}</a> `))}</nav>
<h1>${title}</h1>
<p class="lead">${lead}</p>
${body}`,
})

const DESCRIPTION = 'The privacy policy, made by the system that it describes, and what shows that it holds.'

/** A UTC day, the time on hover. */
export const dayTag = (millis: number): Piece =>
  html`<time datetime="${isoTime(millis)}" title="${isoTime(millis)}">${isoDate(utcDayOf(millis))}</time>`

/** Clause ids that lead to their rows of the proof. */
export const clauseLinks = (clauses: readonly string[]): Piece =>
  html`${clauses.map((id) => html`<a href="/privacy/proof#${id}">${id}</a> `)}`

/** "1 promise", "2 promises" */
export const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`
