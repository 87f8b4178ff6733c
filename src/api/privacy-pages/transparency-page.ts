import { html } from 'hono/html'
import type { AccessMonth, Disclosure, Transparency } from '../../audit/index.ts'
import type { Page } from '../site/index.ts'
import { counted, type Piece, pageShell } from './shell.ts'

/** What operators looked at and what authorities got, counted by the system. */
export const transparencyPage = ({ months, disclosures, checkpoints }: Transparency): Page =>
  pageShell({
    path: '/privacy/transparency',
    title: 'Transparency report',
    lead: 'Counted by the system from its audit log, which nobody can change unseen. No prompt is kept, so none was looked at or handed out.',
    body: html`
<h2>Authorities</h2>
${
  disclosures.length === 0
    ? html`<p>None has asked for anything, as far as the operator has noted.</p>`
    : html`<table class="stack"><thead><tr><th>Received</th><th>Country</th><th>How</th><th>Accounts</th><th>Outcome</th></tr></thead>
<tbody>
${disclosures.map(disclosureRow)}</tbody></table>`
}
<h2>Operators</h2>
<p>Each look at what belongs to somebody and each change leaves an entry, which that person sees at <code>/v1/accesses</code>.</p>
${
  months.length === 0
    ? html`<p>Nobody has looked at anything yet.</p>`
    : html`<table class="stack"><thead><tr><th>Month</th><th>Looks</th><th>Changes</th><th>Accounts named</th></tr></thead>
<tbody>
${months.map(monthRow)}</tbody></table>`
}
<footer><p>The log has ${counted(checkpoints, 'signed checkpoint')}, public at <a href="/.well-known/audit-checkpoints">audit-checkpoints</a>. Keep a copy: no entry before it can be changed or cut off later without being found.</p></footer>`,
  })

const monthRow = ({ month, looks, changes, accounts }: AccessMonth): Piece =>
  html`<tr><td data-head="Month"><time>${month}</time></td><td data-head="Looks" class="mono">${looks}</td><td data-head="Changes" class="mono">${changes}</td><td data-head="Accounts" class="mono">${accounts}</td></tr>
`

const OUTCOMES = { refused: 'refused', 'nothing-held': 'nothing was held', disclosed: 'what the inventory lists was disclosed' } as const

const disclosureRow = ({ receivedOn, country, kind, outcome, accounts }: Disclosure): Piece =>
  html`<tr><td data-head="Received"><time>${receivedOn}</time></td><td data-head="Country">${country}</td><td data-head="How">${kind}</td><td data-head="Accounts" class="mono">${accounts}</td><td data-head="Outcome">${OUTCOMES[outcome]}</td></tr>
`
