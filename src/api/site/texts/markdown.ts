import { html } from 'hono/html'
import { lexer, type Token, type Tokens } from 'marked'
import type { Piece } from '../piece.ts'
import { plainText } from './document.ts'

/** What differs from page to page: where links lead, how code stands, whether tables become stubs on a phone. */
export type Manner = {
  readonly linkOf: (href: string, inner: Piece) => Piece
  readonly codeOf: (text: string, info: string) => Piece
  readonly hasStubs: boolean
}

/** As the words of an operator are shown. */
const PLAIN: Manner = {
  linkOf: (href, inner) => {
    const isSafe = /^(?:https?:\/\/|mailto:)[^\s\p{C}]+$/iu.test(href) || /^(?:#|\/(?![/\\]))[^\s\\\p{C}]*$/u.test(href)
    return isSafe ? html`<a href="${href}" rel="noreferrer">${inner}</a>` : inner
  },
  codeOf: (text) => html`<pre tabindex="0"><code>${text}</code></pre>`,
  hasStubs: false,
}

/**
 * A text in Markdown as a part of a page. Nothing of it becomes markup but what is named here: HTML in it is shown as the letters it is
 * made of, pictures by their words, and addresses lead only to https, http, mailto or this site. Source: spec.commonmark.org/0.31.2 and
 * marked.js.org/using_pro#lexer (2026-11-26).
 */
export const markdown = (text: string): Piece => blocksAsPage(lexer(text, { gfm: true }), PLAIN)

/** Blocks of a text that was read already, in a manner. */
export const blocksAsPage = (blocks: readonly Token[], manner: Manner): Piece =>
  html`${blocks.map((block) => blockOf(block, { manner, depth: 0 }))}`

/** Words of a heading in a manner. */
export const wordsAsPage = (tokens: readonly Token[], manner: Manner): Piece => inlineOf(tokens, { manner, depth: 0 })

type At = { readonly manner: Manner; readonly depth: number }

const DEPTH_MAX = 20

function blockOf(token: Token, at: At): Piece {
  if (at.depth > DEPTH_MAX) return token.raw
  const own = known(token)
  if (own === undefined) return html`<p>${token.raw}</p>`
  const deeper = { ...at, depth: at.depth + 1 }
  const inside = (tokens: readonly Token[]): Piece => html`${tokens.map((one) => blockOf(one, deeper))}`
  switch (own.type) {
    case 'space':
    case 'def':
      return ''
    case 'hr':
      return html`<hr class="rule">`
    case 'heading':
      return headingOf(own, at)
    case 'paragraph':
      return html`<p>${inlineOf(own.tokens, at)}</p>\n`
    case 'text':
      return own.tokens === undefined ? html`${decoded(own.text)}` : inlineOf(own.tokens, at)
    case 'code':
      return at.manner.codeOf(own.text, own.lang ?? '')
    case 'blockquote':
      return html`<blockquote>${inside(own.tokens)}</blockquote>`
    case 'list': {
      const items = own.items.map(({ tokens }) => html`<li>${inside(tokens)}</li>`)
      return own.ordered ? html`<ol start="${Number(own.start === '' ? 1 : own.start)}">${items}</ol>` : html`<ul>${items}</ul>`
    }
    case 'table':
      return at.manner.hasStubs ? stubsOf(own, at) : tableOf(own, at)
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
function headingOf({ depth, tokens }: Tokens.Heading, at: At): Piece {
  const inner = inlineOf(tokens, at)
  return depth <= 2 ? html`<h2>${inner}</h2>` : html`<h3>${inner}</h3>`
}

const tableOf = (
  { header, rows }: Tokens.Table,
  at: At,
): Piece => html`<table><thead><tr>${header.map(({ tokens }) => html`<th scope="col">${inlineOf(tokens, at)}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(({ tokens }) => html`<td>${inlineOf(tokens, at)}</td>`)}</tr>`)}</tbody></table>`

/** A table whose cells say on a phone of which column they are. */
const stubsOf = (
  { header, rows }: Tokens.Table,
  at: At,
): Piece => html`<table class="stack"><thead><tr>${header.map(({ tokens }) => html`<th scope="col">${inlineOf(tokens, at)}</th>`)}</tr></thead>
<tbody>${rows.map(
  (
    row,
  ) => html`<tr>${row.map(({ tokens }, index) => html`<td data-head="${plainText(header[index]?.tokens ?? [])}"><span>${inlineOf(tokens, at)}</span></td>`)}</tr>
`,
)}</tbody></table>`

function inlineOf(tokens: readonly Token[] | undefined, at: At): Piece {
  return html`${(tokens ?? []).map((token) => wordOf(token, at))}`
}

function wordOf(token: Token, at: At): Piece {
  if (at.depth > DEPTH_MAX) return token.raw
  const inner = (): Piece => inlineOf('tokens' in token ? token.tokens : undefined, { ...at, depth: at.depth + 1 })
  if (token.type === 'strong') return html`<strong>${inner()}</strong>`
  if (token.type === 'em') return html`<em>${inner()}</em>`
  if (token.type === 'del') return html`<del>${inner()}</del>`
  if (token.type === 'br') return html`<br>`
  if (token.type === 'codespan')
    return html`<code>${at.manner.hasStubs ? breakable((token as Tokens.Codespan).text) : (token as Tokens.Codespan).text}</code>`
  if (token.type === 'link') return at.manner.linkOf((token as Tokens.Link).href, inner())
  if (token.type === 'image') return html`${(token as Tokens.Image).text}`
  if (token.type === 'text' || token.type === 'escape') return html`${decoded((token as Tokens.Text).text)}`
  return html`${token.raw}`
}

/** Long names may break after what joins their parts. */
const breakable = (text: string): Piece =>
  html`${text.split(/(?<=[_/.])(?=\w)/).map((part, index) => html`${index === 0 ? '' : html`<wbr>`}${part}`)}`

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: '\u00A0', copy: '©' }

/** The letters of a text that may spell them as entities; they are escaped again when they are shown. */
const decoded = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39|nbsp|copy);/g, (whole, name: string) => ENTITIES[name] ?? whole)
