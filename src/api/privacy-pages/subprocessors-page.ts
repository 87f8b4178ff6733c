import { html } from 'hono/html'
import { EVIDENCE_DAYS, type Hold, type ProvidersPage, type Subprocessor } from '../../privacy/index.ts'
import type { Page } from '../site/index.ts'
import { dayTag, type Piece, pageShell } from './shell.ts'

/** Who answers calls, from the routes that are active now. */
export function subprocessorsPage({ upstreams, held }: Pick<ProvidersPage, 'upstreams' | 'held'>): Page {
  const others = upstreams.filter(({ placement }) => placement === 'third_party')
  return pageShell({
    path: '/privacy/subprocessors',
    title: 'Providers',
    isWide: true,
    lead: `Made from the routes that are active now. ${others.length === 0 ? 'No company' : others.length === 1 ? 'One company' : `${others.length} companies`} can get your prompts. What a provider keeps counts as unknown when nobody has checked it for ${EVIDENCE_DAYS} days.`,
    body: html`${
      upstreams.length === 0
        ? html`<p class="banner">No provider is in use, so no call can be answered. Add one with a provider key or in farebox.yaml.</p>`
        : html`<table class="stack">
<thead><tr><th>Provider</th><th>Country</th><th>Keeps texts for</th><th>Trains on them</th><th>Evidence</th><th>Checked</th></tr></thead>
<tbody>
${upstreams.map(rowOf)}</tbody>
</table>
<footer><p>Each answer says in the header <code>x-farebox-route</code> which of them gave it.</p></footer>`
    }${heldOf(held)}`,
  })
}

const heldOf = (held: readonly Hold[]): Piece =>
  held.length === 0
    ? ''
    : html`<h2 id="coming">Not called yet</h2>
<p>These are to answer calls, or to do so under a label that is worse than the one you were told. No call goes to them before the day that is named.</p>
<table class="stack">
<thead><tr><th>To come</th><th>Country</th><th>Keeps texts for</th><th>Trains on them</th><th>From</th></tr></thead>
<tbody>
${held.map(
  ({ label, until }) => html`<tr><td data-head="To come"><b>${label.name}</b><br><span class="faint">${label.host}</span></td>
<td data-head="Country">${label.country ?? UNKNOWN}</td><td data-head="Keeps texts">${label.retention ?? UNKNOWN}</td><td data-head="Trains">${label.training ?? UNKNOWN}</td>
<td data-head="From">${until === undefined ? 'not announced yet' : dayTag(until)}</td></tr>
`,
)}</tbody>
</table>`

const UNKNOWN = html`<span class="faint">unknown</span>`

const rowOf = (
  one: Subprocessor,
): Piece => html`<tr><td data-head="Provider"><b>${one.name}</b><br><span class="faint">${one.placement === 'local' ? 'on our own machines' : one.host}</span></td>
<td data-head="Country">${one.country ?? UNKNOWN}</td><td data-head="Keeps texts">${one.retention ?? UNKNOWN}</td><td data-head="Trains">${one.training ?? UNKNOWN}</td>
<td data-head="Evidence">${one.evidence === undefined ? html`<span class="faint">none</span>` : html`<a href="${one.evidence}" rel="noreferrer">${URL.parse(one.evidence)?.host ?? 'link'}</a>`}</td>
<td data-head="Checked">${one.checked === undefined ? html`<span class="faint">never</span>` : html`<time>${one.checked}</time>${one.isStale ? html` <span class="faint">(too long ago)</span>` : ''}`}</td></tr>
`
