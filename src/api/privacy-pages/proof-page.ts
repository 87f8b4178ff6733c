import { html } from 'hono/html'
import { type CheckResult, CLAUSE_STATES, type ClauseState, type ProofPage, topicOf } from '../../privacy/index.ts'
import type { Page } from '../site/index.ts'
import { dayTag, type Piece, pageShell, type Reader } from './shell.ts'
import { wordsOf } from './words/index.ts'

type Row = ProofPage['clauses'][number]

/** Each clause with its checks and what they last said: red is shown red, and what has not run is named. */
export function proofPage(reader: Reader, { clauses, faults }: ProofPage): Page {
  const words = wordsOf(reader).proof
  const count = (state: ClauseState): number => clauses.filter((row) => row.state === state).length
  const groups = [...Map.groupBy(clauses, ({ clause }) => clause.id.split('.')[0] ?? '')]
  return pageShell(reader, {
    path: '/privacy/proof',
    title: words.title,
    isWide: true,
    lead: html`${words.lead(clauses.length)} <code>npm run prove -- ID</code>${words.leadEnd}`,
    body: html`<dl class="roll">
${CLAUSE_STATES.map((state) => html`<div><dt class="${classOf(state)}">${words.states[state]}</dt><dd class="mono">${count(state)}</dd></div>\n`)}</dl>
${faults.length === 0 ? '' : html`<p class="banner">${words.faults} ${faults.map(({ file, reason }) => html`<code>${file}</code> (${reason}) `)}</p>`}
${groups.map(([group, rows]) => groupOf(reader, group, rows))}`,
  })
}

const classOf = (state: ClauseState): string => state.replace(' ', '-')

const GROUPS: Readonly<Record<string, string>> = {
  S0: 'cheapaiapi',
  S1: 'claudeapi-cheap',
  S2: 'aiapihk',
  S3: 'cheapestinference',
  S4: 'chatgpt-api',
}

function groupOf(reader: Reader, group: string, rows: readonly Row[]): Piece {
  const { heads, profile } = wordsOf(reader).proof
  return html`<h2>${group} · ${profile} ${GROUPS[group] ?? ''}</h2>
<table class="stack">
<thead><tr><th>${heads.clause}</th><th>${heads.about}</th><th>${heads.state}</th><th>${heads.checks}</th></tr></thead>
<tbody>
${rows.map((row) => rowOf(reader, row))}</tbody>
</table>`
}

function rowOf(reader: Reader, { clause, state, checks, isOfProfile }: Row): Piece {
  const { heads, state: states, other } = wordsOf(reader).proof
  return html`<tr id="${clause.id}"><td data-head="${heads.clause}" class="mono">${clause.id}</td>
<td data-head="${heads.about}">${clause.says.map((id) => topicOf(id, reader.language)).join(' · ')}${isOfProfile ? '' : html` <span class="faint">${other}</span>`}</td><td data-head="${heads.state}" class="state ${classOf(state)}"><b>${states[state]}</b></td>
<td data-head="${heads.short}">${checksOf(reader, checks)}</td></tr>
`
}

/** So many passed checks are listed; more are folded away, so that what did not pass is seen. */
const LISTED_MAX = 3

function checksOf(reader: Reader, checks: Row['checks']): Piece {
  const passed = checks.filter(({ state }) => state === 'shown')
  const others = checks.filter(({ state }) => state !== 'shown').toSorted((a, b) => (a.state === b.state ? 0 : a.state === 'red' ? -1 : 1))
  if (passed.length <= LISTED_MAX) return listOf(reader, [...others, ...passed])
  return html`${others.length === 0 ? '' : listOf(reader, others)}<details><summary>${wordsOf(reader).proof.passedMany(passed.length)}</summary>${listOf(reader, passed)}</details>`
}

const listOf = (reader: Reader, checks: Row['checks']): Piece =>
  html`<ul class="checks">${checks.map(
    ({ id, state, results }) =>
      html`<li><span class="mono ${classOf(state)}">${id}</span> ${results.length === 0 ? html`<span class="faint">${wordsOf(reader).proof.none}</span>` : results.map((result) => resultOf(reader, result))}</li>`,
  )}</ul>`

function resultOf(reader: Reader, result: CheckResult): Piece {
  const words = wordsOf(reader).proof
  const end = result.failures === 0 ? words.passed : html`<span class="red">${words.failed(result.failures)}</span>`
  return html`<span class="faint">${result.notRun === undefined ? html`${end} · n ${result.n} · ${words.seed} ${result.seed}` : words.notRun(result.notRun)} · ${dayTag(Date.parse(result.at))} · <span class="mono">${result.commit}</span>${result.on === undefined ? '' : ` · ${result.on}`}</span> `
}
