import type { Context } from 'hono'
import { html, raw } from 'hono/html'
import type { ApiEnv } from '../dependencies.ts'
import { mark } from './mark.ts'
import { type Piece, textOf } from './piece.ts'
import { type Needs, pagePolicy } from './site.ts'
import { to, type View } from './view.ts'
import { SITE_WORDS } from './words/index.ts'

/** What a page has of its own. */
export type Page = {
  readonly title: string
  /** One sentence for search and for links that are shared. */
  readonly description: string
  readonly body: Piece
  readonly isWide?: boolean
  /** The language of the body, where it is another than that around it. */
  readonly bodyTag?: string
  /** Whether search engines should leave it out. */
  readonly isUnlisted?: boolean
  readonly needs?: Needs
}

/** A whole page: the head, the frame that all pages share, and its body. One file; nothing in it comes from elsewhere. */
export function shell(view: View, page: Page): string {
  const { site, words, path } = view
  const { name } = site.settings
  const title = path === '/' ? `${name} · ${page.title}` : `${page.title} · ${name}`
  return textOf(html`<!doctype html>
<html lang="${words.frame.tag}" data-copy="${words.frame.copy}" data-copied="${words.frame.copied}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<meta name="description" content="${page.description}">
${page.isUnlisted === true ? html`<meta name="robots" content="noindex">` : addressesOf(view)}
<meta property="og:site_name" content="${name}"><meta property="og:type" content="website"><meta property="og:title" content="${title}">
<meta property="og:description" content="${page.description}"><meta property="og:url" content="${site.publicUrl}${path}"><meta name="twitter:card" content="summary">
<link rel="icon" href="/favicon.ico" type="image/svg+xml">
<style>${raw(site.look.style)}</style>
</head>
<body>
<a class="skip" href="#main">${words.frame.skip}</a>
${headOf(view)}
<hr class="rule">
<main id="main" class="${page.isWide === true ? 'wide' : ''}"${page.bodyTag === undefined || page.bodyTag === words.frame.tag ? '' : html` lang="${page.bodyTag}"`}>
${page.body}
</main>
<hr class="rule">
${footOf(view)}
${
  page.needs?.script === undefined
    ? ''
    : html`<script>${raw(page.needs.script)}</script>
`
}</body>
</html>
`)
}

/** Answers with a page under its policy. */
export function answerPage(c: Context<ApiEnv>, view: View, page: Page): Response | Promise<Response> {
  c.header('content-security-policy', pagePolicy(view.site, page.needs))
  c.header('content-language', view.words.frame.tag)
  c.header('vary', 'accept, accept-language')
  return c.html(shell(view, page))
}

/** Where the page lies in each language. Source: RFC 8288 §3 (2017-10), html.spec.whatwg.org/#link-type-alternate (2026-11-26). */
const addressesOf = ({
  site,
  path,
  isChosen,
  language,
}: View): Piece => html`<link rel="canonical" href="${site.publicUrl}${path}${isChosen ? `?lang=${language}` : ''}">
<link rel="alternate" hreflang="x-default" href="${site.publicUrl}${path}">${site.settings.languages.map(
  (one) => html`<link rel="alternate" hreflang="${SITE_WORDS[one].frame.tag}" href="${site.publicUrl}${path}?lang=${one}">`,
)}`

function headOf(view: View): Piece {
  const { site, words, path } = view
  const { logo, name } = site.settings
  const at = (address: string, label: string): Piece => {
    const isHere = path === address || path.startsWith(`${address}/`)
    return html`<a href="${to(view, address)}"${isHere ? html` aria-current="${path === address ? 'page' : 'true'}"` : ''}>${label}</a>`
  }
  return html`<header class="top">
<a class="brand" href="${to(view, '/')}">${logo === undefined ? mark() : html`<img src="/brand/logo" alt="">`}<span>${name}</span></a>
<nav aria-label="${words.frame.main}">${at('/models', words.frame.models)} ${at('/status', words.frame.status)} ${at('/docs', words.frame.docs)} ${at('/privacy', words.frame.privacy)}
<a class="enter" href="/sign-in">${words.frame.signIn}</a></nav>
</header>`
}

function footOf(view: View): Piece {
  const { site, words } = view
  const { frame } = words
  const links = [
    ...([
      ['/terms', frame.terms],
      ['/refunds', frame.refunds],
      ['/privacy', frame.privacy],
      ['/privacy/proof', frame.proof],
    ] as const),
    ...([
      ['/status', frame.status],
      ['/docs/errors', words.errors.title],
      ['/docs/api', words.reference.title],
    ] as const),
  ]
  const { languages, source } = site.settings
  return html`<footer class="foot">
<nav aria-label="${frame.about}">${links.map(([path, label]) => html`<a href="${to(view, path)}">${label}</a> `)}${source === undefined ? '' : html`<a href="${source}" rel="noreferrer">${frame.source}</a>`}</nav>
${
  languages.length < 2
    ? ''
    : html`<nav aria-label="${frame.languages}">${languages.map((language) => {
        const own = SITE_WORDS[language].frame
        const isHere = language === view.language
        return html`<a href="${view.path}?lang=${language}" hreflang="${own.tag}" lang="${own.tag}"${isHere ? html` aria-current="true"` : ''}>${own.name}</a> `
      })}</nav>`
}
<p>${frame.footnote}</p>
</footer>`
}
