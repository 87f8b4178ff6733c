import { html } from 'hono/html'
import { type CheckResult, CLAUSE_STATES, type ClauseState, type ProofPage, topicOf } from '../../privacy/index.ts'
import type { Page } from '../site/index.ts'
import { dayTag, type Piece, pageShell } from './shell.ts'

type Row = ProofPage['clauses'][number]

/** Each clause with its checks and what they last said: red is shown red, and what has not run is named. */
export function proofPage({ clauses, faults }: ProofPage): Page {
  const count = (state: ClauseState): number => clauses.filter((row) => row.state === state).length
  const groups = [...Map.groupBy(clauses, ({ clause }) => clause.id.split('.')[0] ?? '')]
  return pageShell({
    path: '/privacy/proof',
    title: 'Proof',
    isWide: true,
    lead: html`Five published policies make ${clauses.length} claims. Each is held against checks that anybody can run again with <code>npm run prove -- ID</code>. It shows that this build keeps its word; that it is this build which runs is for its operator to show.`,
    body: html`<dl class="roll">
${CLAUSE_STATES.map((state) => html`<div><dt class="${classOf(state)}">${STATE_WORDS[state]}</dt><dd class="mono">${count(state)}</dd></div>\n`)}</dl>
${faults.length === 0 ? '' : html`<p class="banner">Attestations that show nothing: ${faults.map(({ file, reason }) => html`<code>${file}</code> (${reason}) `)}</p>`}
${groups.map(([group, rows]) => groupOf(group, rows))}`,
  })
}

const STATE_WORDS: Readonly<Record<ClauseState, string>> = { shown: 'Shown', red: 'Red: a check failed', 'not run': 'Not run' }
const classOf = (state: ClauseState): string => state.replace(' ', '-')

const GROUPS: Readonly<Record<string, string>> = {
  S0: 'S0 · profile cheapaiapi',
  S1: 'S1 · profile claudeapi-cheap',
  S2: 'S2 · profile aiapihk',
  S3: 'S3 · profile cheapestinference',
  S4: 'S4 · profile chatgpt-api',
}

const groupOf = (group: string, rows: readonly Row[]): Piece => html`<h2>${GROUPS[group] ?? group}</h2>
<table class="stack">
<thead><tr><th>Clause</th><th>About</th><th>State</th><th>Checks, and their last run</th></tr></thead>
<tbody>
${rows.map(rowOf)}</tbody>
</table>`

const rowOf = ({
  clause,
  state,
  checks,
  isOfProfile,
}: Row): Piece => html`<tr id="${clause.id}"><td data-head="Clause" class="mono">${clause.id}</td>
<td data-head="About">${clause.says.map(topicOf).join(' · ')}${isOfProfile ? '' : html` <span class="faint">(not of this profile)</span>`}</td><td data-head="State" class="state ${classOf(state)}"><b>${state}</b></td>
<td data-head="Checks">${checksOf(checks)}</td></tr>
`

/** So many passed checks are listed; more are folded away, so that what did not pass is seen. */
const LISTED_MAX = 3

function checksOf(checks: Row['checks']): Piece {
  const passed = checks.filter(({ state }) => state === 'shown')
  const others = checks.filter(({ state }) => state !== 'shown').toSorted((a, b) => (a.state === b.state ? 0 : a.state === 'red' ? -1 : 1))
  if (passed.length <= LISTED_MAX) return listOf([...others, ...passed])
  return html`${others.length === 0 ? '' : listOf(others)}<details><summary>${passed.length} checks passed</summary>${listOf(passed)}</details>`
}

const listOf = (checks: Row['checks']): Piece =>
  html`<ul class="checks">${checks.map(
    ({ id, state, results }) =>
      html`<li><span class="mono ${classOf(state)}">${id}</span> ${results.length === 0 ? html`<span class="faint">has no result here</span>` : results.map(resultOf)}</li>`,
  )}</ul>`

const resultOf = (result: CheckResult): Piece =>
  html`<span class="faint">${result.notRun === undefined ? html`${result.failures === 0 ? 'passed' : html`<span class="red">failed ${result.failures} times</span>`} · n ${result.n} · seed ${result.seed}` : `not run: ${result.notRun}`} · ${dayTag(Date.parse(result.at))} · <span class="mono">${result.commit}</span>${result.on === undefined ? '' : ` · ${result.on}`}</span> `
