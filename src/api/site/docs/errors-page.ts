import { html } from 'hono/html'
import type { Language } from '../../../spec/index.ts'
import { ZH_WORDS } from '../../failure-words/index.ts'
import { manualFrame } from '../manual/frame.ts'
import type { Piece } from '../piece.ts'
import type { Page } from '../shell.ts'
import type { View } from '../view.ts'
import type { ErrorEntry, ErrorGroup } from './error-guide.ts'

const CHINESE: Readonly<Record<string, string>> = ZH_WORDS

/** Parts that concern whoever runs the service; folded. */
const FOLDED: ReadonlySet<ErrorGroup> = new Set(['operator', 'process'])

/** Every error by its code, which is its anchor. */
export function errorsPage(view: View, entries: readonly ErrorEntry[]): Page {
  const words = view.words.errors
  const groups = [...Map.groupBy(entries, ({ group }) => group)]
  const body = html`<h1>${words.title}</h1>
<p class="lead">${words.lead}${view.language === 'en' ? '' : `${view.words.frame.gap}${words.language}`}</p>
<nav class="sub" aria-label="${words.title}">${groups.map(([group]) => html`<a href="#group-${group}">${words.groups[group]}</a> `)}</nav>
${groups.map(([group, own]) => groupOf(view, group, own))}`
  return {
    ...{ title: words.title, description: words.description, isWide: true, needs: { hasForm: true } },
    body: manualFrame(view, { name: 'errors', body }),
  }
}

function groupOf({ language, words: { errors: words } }: View, group: ErrorGroup, entries: readonly ErrorEntry[]): Piece {
  const table = html`<table class="stack"><thead><tr><th scope="col">${words.code}</th><th scope="col" class="figure">${words.status}</th><th scope="col">${words.says}</th><th scope="col">${words.mend}</th></tr></thead>
<tbody lang="en">${entries.map(
    ({ code, status, isRetryable, message, mend }) =>
      html`<tr id="${code}"><td class="code-name" data-head="${words.code}"><code>${code}</code></td><td class="figure" data-head="${words.status}">${status}</td><td data-head="${words.says}">${saidIn(language, code, message)}</td><td data-head="${words.mend}"><span>${withCode(mend)}${isRetryable ? html`<br><span class="good">${words.retry}</span>` : ''}</span></td></tr>
`,
  )}</tbody></table>`
  const heading = html`<h2 id="group-${group}">${words.groups[group]}</h2>`
  if (!FOLDED.has(group)) return html`${heading}${table}`
  return html`${heading}<details><summary>${entries.length}</summary>${table}</details>`
}

/** What is said of an error: in English, which calls of models are answered in, after the words of the language that pages say it in. */
const saidIn = (language: Language, code: ErrorEntry['code'], message: string): Piece =>
  language === 'en'
    ? html`${message}`
    : html`<span><span lang="zh-Hans">${CHINESE[code]}</span><br><span class="faint">${message}</span></span>`

/** Advice with its code set as code; what it links to inside the project's documentation is named only. */
const withCode = (mend: string): Piece =>
  html`${mend
    .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .split('`')
    .map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`
