import { html } from 'hono/html'
import { type HistoryEntry, type PolicyChange, topicOf } from '../../privacy/index.ts'
import type { Page } from '../site/index.ts'
import { clauseLinks, dayTag, type Piece, pageShell, type Reader } from './shell.ts'
import { wordsOf } from './words/index.ts'

/** All versions, the newest first, each with what it changed. */
export function historyPage(reader: Reader, entries: readonly HistoryEntry[]): Page {
  const words = wordsOf(reader).history
  return pageShell(reader, {
    path: '/privacy/history',
    title: words.title,
    lead: words.lead,
    body: entries.length === 0 ? html`<p class="banner">${words.none}</p>` : html`${entries.map((entry) => entryOf(reader, entry))}`,
  })
}

function entryOf(reader: Reader, { version, changes, isInForce }: HistoryEntry): Piece {
  const words = wordsOf(reader).history
  return html`<h2 id="v${version.number}">${words.version(version.number)}</h2>
<p class="faint">${words.published} ${dayTag(version.publishedAt)} · ${words.effective} ${dayTag(version.effectiveAt)}${isInForce ? html` · <span class="shown">${words.holds}</span>` : ''} · <a href="/privacy/history/${version.number}.md">${words.printed}</a><br><code>${version.hash}</code></p>
${version.number === 1 ? html`<p>${words.first(version.claims.length)}</p>` : changes.map((change) => changeOf(reader, change))}
`
}

function changeOf(reader: Reader, change: PolicyChange): Piece {
  const isChinese = reader.language === 'zh'
  const wordsBefore = wordsIn(isChinese, change.before, change.zh?.before)
  const wordsAfter = wordsIn(isChinese, change.after, change.zh?.after)
  return html`<div class="diff ${change.isSignificant ? 'heavy' : ''}"><span class="kind">${wordsOf(reader).history.kinds[change.kind]}</span>${isChinese ? '：' : ': '}${topicOf(change.of, reader.language)}
${wordsBefore === undefined ? '' : html`<br><del>${wordsBefore}</del>`}${wordsAfter === undefined ? '' : html`<br><ins>${wordsAfter}</ins>`}
<span class="clauses">${clauseLinks(reader, change.clauses)}</span></div>
`
}

/** Words in the language of the reader; the English ones where a version has no others. */
function wordsIn(isChinese: boolean, english: string | undefined, chinese: string | undefined): Piece | undefined {
  if (english === undefined) return undefined
  if (!isChinese) return english
  return chinese ?? html`<span lang="en">${english}</span>`
}
