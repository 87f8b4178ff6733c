import { html } from 'hono/html'
import type { AccessMonth, Disclosure, Transparency } from '../../audit/index.ts'
import type { Page } from '../site/index.ts'
import { type Piece, pageShell, type Reader } from './shell.ts'
import { wordsOf } from './words/index.ts'

/** What operators looked at and what authorities got, counted by the system. */
export function transparencyPage(reader: Reader, { months, disclosures, checkpoints }: Transparency): Page {
  const words = wordsOf(reader).report
  return pageShell(reader, {
    path: '/privacy/transparency',
    title: words.title,
    lead: words.lead,
    body: html`
<h2>${words.authorities}</h2>
${disclosures.length === 0 ? html`<p>${words.noDisclosures}</p>` : authoritiesOf(reader, disclosures)}
<h2>${words.operators}</h2>
<p>${words.operatorsMean} <code>/v1/accesses</code>${words.operatorsEnd}</p>
${months.length === 0 ? html`<p>${words.noLooks}</p>` : operatorsOf(reader, months)}
<footer><p>${words.checkpoints(checkpoints)} <a href="/.well-known/audit-checkpoints">audit-checkpoints</a>${words.keepCopy}</p></footer>`,
  })
}

function operatorsOf(reader: Reader, months: readonly AccessMonth[]): Piece {
  const words = wordsOf(reader).report
  return html`<table class="stack"><thead><tr><th>${words.month}</th><th>${words.looks}</th><th>${words.changes}</th><th>${words.named}</th></tr></thead>
<tbody>
${months.map(
  ({ month, looks, changes, accounts }) =>
    html`<tr><td data-head="${words.month}"><time>${month}</time></td><td data-head="${words.looks}" class="mono">${looks}</td><td data-head="${words.changes}" class="mono">${changes}</td><td data-head="${words.heads.accounts}" class="mono">${accounts}</td></tr>
`,
)}</tbody></table>`
}

function authoritiesOf(reader: Reader, disclosures: readonly Disclosure[]): Piece {
  const { heads, outcomes, kinds } = wordsOf(reader).report
  return html`<table class="stack"><thead><tr><th>${heads.received}</th><th>${heads.country}</th><th>${heads.how}</th><th>${heads.accounts}</th><th>${heads.outcome}</th></tr></thead>
<tbody>
${disclosures.map(
  ({ receivedOn, country, kind, outcome, accounts }) =>
    html`<tr><td data-head="${heads.received}"><time>${receivedOn}</time></td><td data-head="${heads.country}">${country}</td><td data-head="${heads.how}">${kinds[kind]}</td><td data-head="${heads.accounts}" class="mono">${accounts}</td><td data-head="${heads.outcome}">${outcomes[outcome]}</td></tr>
`,
)}</tbody></table>`
}
