import { html } from 'hono/html'
import { lexer, type Token, type Tokens } from 'marked'
import type { Piece } from '../piece.ts'

/**
 * A text in Markdown as a part of a page. Nothing of it becomes markup but what is named here: HTML in it is shown as the letters it is
 * made of, pictures by their words, and addresses lead only to https, http, mailto or this site. Source: spec.commonmark.org/0.31.2 and
 * marked.js.org/using_pro#lexer (2026-11-26).
 */
export const markdown = (text: string): Piece => html`${lexer(text, { gfm: true }).map((token) => blockOf(token, 0))}`

const DEPTH_MAX = 20

function blockOf(token: Token, depth: number): Piece {
  if (depth > DEPTH_MAX) return token.raw
  const own = known(token)
  if (own === undefined) return html`<p>${token.raw}</p>`
  const inside = (tokens: readonly Token[]): Piece => html`${tokens.map((one) => blockOf(one, depth + 1))}`
  switch (own.type) {
    case 'space':
    case 'def':
      return ''
    case 'hr':
      return html`<hr class="rule">`
    case 'heading':
      return headingOf(own)
    case 'paragraph':
      return html`<p>${inlineOf(own.tokens, 0)}</p>\n`
    case 'text':
      return own.tokens === undefined ? html`${decoded(own.text)}` : inlineOf(own.tokens, 0)
    case 'code':
      return html`<pre tabindex="0"><code>${own.text}</code></pre>`
    case 'blockquote':
      return html`<blockquote>${inside(own.tokens)}</blockquote>`
    case 'list': {
      const items = own.items.map(({ tokens }) => html`<li>${inside(tokens)}</li>`)
      return own.ordered ? html`<ol start="${Number(own.start === '' ? 1 : own.start)}">${items}</ol>` : html`<ul>${items}</ul>`
    }
    case 'table':
      return tableOf(own)
    case 'html':
      return html`<p>${own.raw}</p>`
  }
}

type Known =
  | (Tokens.Space & { readonly type: 'space' })
  | Tokens.Def
  | Tokens.Hr
  | Tokens.Heading
  | Tokens.Paragraph
  | Tokens.Text
  | Tokens.Code
  | Tokens.Blockquote
  | Tokens.List
  | Tokens.Table
  | Tokens.HTML

const BLOCKS: ReadonlySet<string> = new Set([
  'space',
  'def',
  'hr',
  'heading',
  'paragraph',
  'text',
  'code',
  'blockquote',
  'list',
  'table',
  'html',
])
const known = (token: Token): Known | undefined => (BLOCKS.has(token.type) ? (token as Known) : undefined)

/** Headings stand below that of the page. */
function headingOf({ depth, tokens }: Tokens.Heading): Piece {
  const inner = inlineOf(tokens, 0)
  return depth <= 2 ? html`<h2>${inner}</h2>` : html`<h3>${inner}</h3>`
}

const tableOf = ({
  header,
  rows,
}: Tokens.Table): Piece => html`<table><thead><tr>${header.map(({ tokens }) => html`<th scope="col">${inlineOf(tokens, 0)}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(({ tokens }) => html`<td>${inlineOf(tokens, 0)}</td>`)}</tr>`)}</tbody></table>`

function inlineOf(tokens: readonly Token[] | undefined, depth: number): Piece {
  return html`${(tokens ?? []).map((token) => wordOf(token, depth))}`
}

function wordOf(token: Token, depth: number): Piece {
  if (depth > DEPTH_MAX) return token.raw
  const inner = (): Piece => inlineOf('tokens' in token ? token.tokens : undefined, depth + 1)
  if (token.type === 'strong') return html`<strong>${inner()}</strong>`
  if (token.type === 'em') return html`<em>${inner()}</em>`
  if (token.type === 'del') return html`<del>${inner()}</del>`
  if (token.type === 'br') return html`<br>`
  if (token.type === 'codespan') return html`<code>${(token as Tokens.Codespan).text}</code>`
  if (token.type === 'link') return linkOf(token as Tokens.Link, inner())
  if (token.type === 'image') return html`${(token as Tokens.Image).text}`
  if (token.type === 'text' || token.type === 'escape') return html`${decoded((token as Tokens.Text).text)}`
  return html`${token.raw}`
}

function linkOf({ href }: Tokens.Link, inner: Piece): Piece {
  const isSafe = /^(?:https?:\/\/|mailto:)[^\s\p{C}]+$/iu.test(href) || /^(?:#|\/(?![/\\]))[^\s\\\p{C}]*$/u.test(href)
  return isSafe ? html`<a href="${href}" rel="noreferrer">${inner}</a>` : inner
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: '\u00A0', copy: '©' }

/** The letters of a text that may spell them as entities; they are escaped again when they are shown. */
const decoded = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39|nbsp|copy);/g, (whole, name: string) => ENTITIES[name] ?? whole)
