import { html } from 'hono/html'
import { type HistoryEntry, type PolicyChange, topicOf } from '../../privacy/index.ts'
import type { Page } from '../site/index.ts'
import { clauseLinks, counted, dayTag, type Piece, pageShell } from './shell.ts'

/** All versions, the newest first, each with what it changed. */
export function historyPage(entries: readonly HistoryEntry[]): Page {
  return pageShell({
    path: '/privacy/history',
    title: 'History of the policy',
    lead: 'Every version that was published, with what changed from the one before it. The words of a promise are shown while its checks pass.',
    body:
      entries.length === 0
        ? html`<p class="banner">No version is published yet. The first one is when Farebox starts.</p>`
        : html`${entries.map(entryOf)}`,
  })
}

const entryOf = ({ version, changes, isInForce }: HistoryEntry): Piece => html`<h2 id="v${version.number}">Version ${version.number}</h2>
<p class="faint">Published ${dayTag(version.publishedAt)} · in effect from ${dayTag(version.effectiveAt)}${isInForce ? html` · <span class="shown">holds now</span>` : ''} · <a href="/privacy/history/${version.number}.md">as it was printed</a><br><code>${version.hash}</code></p>
${version.number === 1 ? html`<p>The first version, with ${counted(version.claims.length, 'statement')}.</p>` : changes.map(changeOf)}
`

const KINDS: Readonly<Record<PolicyChange['kind'], string>> = {
  added: 'Added',
  dropped: 'Dropped',
  weakened: 'Weakened',
  strengthened: 'Strengthened',
  reworded: 'Reworded',
  'recipient added': 'New recipient',
  'recipient gone': 'No longer a recipient',
  'label worse': 'Label got worse',
  'label better': 'Label got better',
  'label told': 'Label',
}

const changeOf = (
  change: PolicyChange,
): Piece => html`<div class="diff ${change.isSignificant ? 'heavy' : ''}"><span class="kind">${KINDS[change.kind]}</span>: ${topicOf(change.of)}
${change.before === undefined ? '' : html`<br><del>${change.before}</del>`}${change.after === undefined ? '' : html`<br><ins>${change.after}</ins>`}
<span class="clauses">${clauseLinks(change.clauses)}</span></div>
`
