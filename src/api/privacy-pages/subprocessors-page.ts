import { html } from 'hono/html'
import { EVIDENCE_DAYS, type Subprocessor } from '../../privacy/index.ts'
import type { Page } from '../site/index.ts'
import { type Piece, pageShell } from './shell.ts'

/** Who answers calls, from the routes that are active now. */
export function subprocessorsPage({ upstreams }: { readonly upstreams: readonly Subprocessor[] }): Page {
  const others = upstreams.filter(({ placement }) => placement === 'third_party')
  return pageShell({
    path: '/privacy/subprocessors',
    title: 'Providers',
    isWide: true,
    lead: `Made from the routes that are active now. ${others.length === 0 ? 'No company' : others.length === 1 ? 'One company' : `${others.length} companies`} can get your prompts. What a provider keeps counts as unknown when nobody has checked it for ${EVIDENCE_DAYS} days.`,
    body:
      upstreams.length === 0
        ? html`<p class="banner">No provider is in use, so no call can be answered. Add one with a provider key or in farebox.yaml.</p>`
        : html`<table class="stack">
<thead><tr><th>Provider</th><th>Country</th><th>Keeps texts for</th><th>Trains on them</th><th>Evidence</th><th>Checked</th></tr></thead>
<tbody>
${upstreams.map(rowOf)}</tbody>
</table>
<footer><p>Each answer says in the header <code>x-farebox-route</code> which of them gave it.</p></footer>`,
  })
}

const UNKNOWN = html`<span class="faint">unknown</span>`

const rowOf = (
  one: Subprocessor,
): Piece => html`<tr><td data-head="Provider"><b>${one.name}</b><br><span class="faint">${one.placement === 'local' ? 'on our own machines' : one.host}</span></td>
<td data-head="Country">${one.country ?? UNKNOWN}</td><td data-head="Keeps texts">${one.retention ?? UNKNOWN}</td><td data-head="Trains">${one.training ?? UNKNOWN}</td>
<td data-head="Evidence">${one.evidence === undefined ? html`<span class="faint">none</span>` : html`<a href="${one.evidence}" rel="noreferrer">${URL.parse(one.evidence)?.host ?? 'link'}</a>`}</td>
<td data-head="Checked">${one.checked === undefined ? html`<span class="faint">never</span>` : html`<time>${one.checked}</time>${one.isStale ? html` <span class="faint">(too long ago)</span>` : ''}`}</td></tr>
`
