import { html } from 'hono/html'
import { EVIDENCE_DAYS, type Hold, type ProvidersPage, type Subprocessor } from '../../privacy/index.ts'
import type { Page } from '../site/index.ts'
import { dayTag, type Piece, pageShell, type Reader } from './shell.ts'
import { wordsOf } from './words/index.ts'

/** Who answers calls, from the routes that are active now, and who is to. */
export function subprocessorsPage(reader: Reader, { upstreams, held }: Pick<ProvidersPage, 'upstreams' | 'held'>): Page {
  const words = wordsOf(reader).providers
  const others = upstreams.filter(({ placement }) => placement === 'third_party')
  return pageShell(reader, {
    path: '/privacy/subprocessors',
    title: words.title,
    isWide: true,
    lead: words.lead(others.length, EVIDENCE_DAYS),
    body: html`${upstreams.length === 0 ? html`<p class="banner">${words.none}</p>` : calledOf(reader, upstreams)}${heldOf(reader, held)}`,
  })
}

function calledOf(reader: Reader, upstreams: readonly Subprocessor[]): Piece {
  const { heads, header } = wordsOf(reader).providers
  return html`<table class="stack">
<thead><tr><th>${heads.provider}</th><th>${heads.country}</th><th>${heads.retention}</th><th>${heads.training}</th><th>${heads.evidence}</th><th>${heads.checked}</th></tr></thead>
<tbody>
${upstreams.map((one) => rowOf(reader, one))}</tbody>
</table>
<footer><p>${header[0]} <code>x-farebox-route</code> ${header[1]}</p></footer>`
}

function rowOf(reader: Reader, one: Subprocessor): Piece {
  const words = wordsOf(reader).providers
  const { heads, short } = words
  const unknown = html`<span class="faint">${words.unknown}</span>`
  return html`<tr><td data-head="${heads.provider}"><b>${one.name}</b><br><span class="faint">${one.placement === 'local' ? words.local : one.host}</span></td>
<td data-head="${heads.country}">${one.country ?? unknown}</td><td data-head="${short.retention}">${one.retention ?? unknown}</td><td data-head="${short.training}">${one.training === undefined ? unknown : words.training[one.training]}</td>
<td data-head="${heads.evidence}">${one.evidence === undefined ? html`<span class="faint">${words.noEvidence}</span>` : html`<a href="${one.evidence}" rel="noreferrer">${URL.parse(one.evidence)?.host ?? words.link}</a>`}</td>
<td data-head="${heads.checked}">${one.checked === undefined ? html`<span class="faint">${words.never}</span>` : html`<time>${one.checked}</time>${one.isStale ? html` <span class="faint">${words.stale}</span>` : ''}`}</td></tr>
`
}

function heldOf(reader: Reader, held: readonly Hold[]): Piece {
  if (held.length === 0) return ''
  const words = wordsOf(reader).providers
  const { heads, short } = words
  const unknown = html`<span class="faint">${words.unknown}</span>`
  return html`<h2 id="coming">${words.coming}</h2>
<p>${words.comingLead}</p>
<table class="stack">
<thead><tr><th>${words.toCome}</th><th>${heads.country}</th><th>${heads.retention}</th><th>${heads.training}</th><th>${words.from}</th></tr></thead>
<tbody>
${held.map(
  ({ label, until }) => html`<tr><td data-head="${words.toCome}"><b>${label.name}</b><br><span class="faint">${label.host}</span></td>
<td data-head="${heads.country}">${label.country ?? unknown}</td><td data-head="${short.retention}">${label.retention ?? unknown}</td><td data-head="${short.training}">${label.training === undefined ? unknown : words.training[label.training]}</td>
<td data-head="${words.from}">${until === undefined ? words.notAnnounced : dayTag(until)}</td></tr>
`,
)}</tbody>
</table>`
}
