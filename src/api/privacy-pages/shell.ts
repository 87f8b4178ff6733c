import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'
import { isoDate, isoTime, utcDayOf } from '../../lib/index.ts'
import { STYLE } from './style.ts'

/** A piece of a page; text in it is escaped. */
export type Piece = ReturnType<typeof html> | string

/** Their own style, as a content security policy names it. */
export const STYLE_SOURCE = `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`

/** What the pages may load: their own style and nothing else. Source: W3C Content Security Policy Level 3, w3.org/TR/CSP3 (2026), read 2026-11-26. */
export const PRIVACY_PAGE_POLICY = [
  "default-src 'none'",
  STYLE_SOURCE,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

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
  readonly service: string
  readonly lead: Piece
  readonly body: Piece
  readonly isWide?: boolean
}

/** A whole page: one file, no cookie, nothing fetched from elsewhere, and no script but where the body brings one. */
export function pageShell({ path, title, service, lead, body, isWide = false }: Shell): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${service}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<main class="${isWide ? 'wide' : ''}">
<header><span class="mark">${service} <span>Privacy</span></span>
<nav aria-label="Privacy">${PAGES.map(([to, name]) => (to === path ? html`<a href="${to}" aria-current="page">${name}</a> ` : html`<a href="${to}">${name}</a> `))}</nav></header>
<h1>${title}</h1>
<p class="lead">${lead}</p>
${body}
</main>
</body>
</html>
`
  if (page instanceof Promise) throw new TypeError('a piece of the page that is not there yet')
  return page.toString()
}

/** A UTC day, the time on hover. */
export const dayTag = (millis: number): Piece =>
  html`<time datetime="${isoTime(millis)}" title="${isoTime(millis)}">${isoDate(utcDayOf(millis))}</time>`

/** Clause ids that lead to their rows of the proof. */
export const clauseLinks = (clauses: readonly string[]): Piece =>
  html`${clauses.map((id) => html`<a href="/privacy/proof#${id}">${id}</a> `)}`

/** "1 promise", "2 promises" */
export const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`
