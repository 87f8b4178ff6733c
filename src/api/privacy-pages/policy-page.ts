import { html } from 'hono/html'
import {
  BASES,
  ERASURES,
  type KeptItem,
  keptItems,
  type PolicyPage,
  type RiskShown,
  retentionWords,
  SECTION_TITLES,
  type Sentence,
  type StatementKind,
  tableWords,
  type Withheld,
} from '../../privacy/index.ts'
import { type Page, plainView, shell } from '../site/index.ts'
import { clauseLinks, counted, dayTag, type Piece, pageShell } from './shell.ts'

/** The policy as people read and print it. */
export function policyPage(page: PolicyPage): Page {
  const { facts, text, risks } = page
  return pageShell({
    path: '/privacy',
    title: 'Privacy policy',
    lead: 'Made by the system that it describes. A promise stands here while its checks pass; the day one fails, it is gone and the page says so.',
    body: html`${rollOf(page)}
${comingOf(page)}
<p class="key"><span class="proven">promise, shown by its checks</span><span>what we do, what you may ask</span></p>
<ul class="contents">${text.sections.map(({ section }) => html`<li><a href="#${section}">${SECTION_TITLES[section]}</a></li>`)}<li><a href="#list">The full list</a></li><li><a href="#remains">What remains</a></li><li><a href="#left-out">What is left out</a></li></ul>
${text.sections.map(({ section, sentences }) => html`<h2 id="${section}">${SECTION_TITLES[section]}</h2>\n${sentences.map(sentenceOf)}`)}
${listOf(keptItems(facts.inventory).filter(({ subject }) => subject === 'customer'))}
${risksOf(risks)}
${leftOutOf(text.withheld)}
<footer>
<p>The same as Markdown: <a href="/privacy.md">/privacy.md</a>. SHA-256 of what it claims: <code>${page.version.hash}</code></p>
<p>Whether a text like this meets the law of a place is for a lawyer to say.</p>
</footer>`,
  })
}

/** The policy as a document of its own, for whoever has no reader to show it to. */
export const policyDocument = (page: PolicyPage): string => shell(plainView('/privacy', page.facts.settings.service), policyPage(page))

function rollOf({ version, facts, text }: PolicyPage): Piece {
  const printed = text.sections.flatMap(({ sentences }) => sentences).filter(({ kind }) => kind === 'promise').length
  const red = text.withheld.filter(({ state }) => state === 'red').length
  const notRun = text.withheld.filter(({ state }) => state === 'not run').length
  return html`<dl class="roll">
<div><dt>Version</dt><dd>${version.number === 0 ? 'not published yet' : version.number}</dd></div>
<div><dt>Published</dt><dd>${dayTag(version.publishedAt)}</dd></div>
<div><dt>In effect from</dt><dd>${dayTag(version.effectiveAt)}</dd></div>
<div><dt>Profile</dt><dd class="mono">${facts.settings.profile}</dd></div>
<div><dt>Promises</dt><dd><span class="shown">${printed} shown</span> · <span class="${red > 0 ? 'red' : 'faint'}">${red} red</span> · <span class="faint">${notRun} not run</span></dd></div>
</dl>`
}

const comingOf = ({ coming }: PolicyPage): Piece =>
  coming === undefined
    ? ''
    : html`<p class="banner">Version ${coming.number} takes effect on ${dayTag(coming.effectiveAt)}. <a href="/privacy/history">See what changes</a>, and leave before then if you mind.</p>`

const KIND_WORDS: Readonly<Record<StatementKind, string>> = {
  promise: '✓ shown',
  disclosure: 'what we do',
  right: 'your right',
  contact: 'contact',
}

const sentenceOf = ({ text, kind, clauses, statement }: Sentence): Piece => html`<p class="sentence ${kind}" id="${statement}">${text}
<span class="clauses"><span class="kind">${KIND_WORDS[kind]}</span>${clauseLinks(clauses)}</span></p>
`

function listOf(items: readonly KeptItem[]): Piece {
  const byTable = [...Map.groupBy(items, ({ table }) => table)]
  return html`<h2 id="list">The full list of what we keep of you</h2>
<table class="stack">
<thead><tr><th>What</th><th>Need and legal ground</th><th>How long</th><th>When you are erased</th><th>In your copy</th></tr></thead>
<tbody>
${byTable.map(([table, of]) => html`<tr><th colspan="5">${tableWords(table)}</th></tr>\n${of.map(itemOf)}`)}</tbody>
</table>`
}

const itemOf = (item: KeptItem): Piece => html`<tr><td data-head="What"><code>${item.columns.join(', ')}</code></td>
<td data-head="Need">${item.purpose}; <span class="faint">${BASES[item.basis]}</span></td><td data-head="How long">${retentionWords(item.retention)}</td>
<td data-head="Erased">${ERASURES[item.erase]}</td><td data-head="In your copy">${item.export ? 'yes' : 'no'}</td></tr>
`

const risksOf = (risks: readonly RiskShown[]): Piece => html`<h2 id="remains">What remains</h2>
${risks.map(
  ({
    risk,
    figure,
  }) => html`<p class="risk"><b>${risk.title}.</b> ${risk.text} <span class="figure">${figure} <code>${risk.figure.check}</code></span></p>
`,
)}`

function leftOutOf(withheld: readonly Withheld[]): Piece {
  if (withheld.length === 0)
    return html`<h2 id="left-out">What is left out</h2>\n<p>Nothing: all that this profile can say is printed above.</p>`
  return html`<h2 id="left-out">What is left out</h2>
<p class="lead">${counted(withheld.length, 'statement')} of this profile ${withheld.length === 1 ? 'is' : 'are'} not printed: what they would say is not shown here, or does not apply.</p>
<table class="stack">
<thead><tr><th>About</th><th>State</th><th>Why</th><th>Clauses</th></tr></thead>
<tbody>
${withheld.toSorted(byState).map(
  ({
    topic,
    state,
    why,
    clauses,
  }) => html`<tr><td data-head="About">${topic}</td><td data-head="State" class="state ${classOf(state)}">${state}</td><td data-head="Why">${why}</td>
<td data-head="Clauses" class="mono">${clauseLinks(clauses)}</td></tr>
`,
)}</tbody>
</table>`
}

const ORDER = ['red', 'changing', 'not run', 'does not apply'] as const
const byState = (a: Withheld, b: Withheld): number => ORDER.indexOf(a.state) - ORDER.indexOf(b.state)
const classOf = (state: Withheld['state']): string => (state === 'red' ? 'red' : 'not-run')
