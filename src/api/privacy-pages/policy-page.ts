import { html } from 'hono/html'
import {
  BASES,
  BASES_ZH,
  ERASURES,
  ERASURES_ZH,
  type KeptItem,
  keptItems,
  OWN_MEANS,
  type PolicyPage,
  purposeWords,
  type RiskShown,
  retentionWords,
  SECTION_TITLES,
  SECTION_TITLES_ZH,
  type Sentence,
  tableWords,
  topicOf,
  type Withheld,
} from '../../privacy/index.ts'
import { type Page, plainView, shell, to } from '../site/index.ts'
import { clauseLinks, dayTag, type Piece, pageShell, type Reader } from './shell.ts'
import { wordsOf } from './words/index.ts'

/** The policy as people read and print it. */
export function policyPage(reader: Reader, page: PolicyPage): Page {
  const { facts, text, risks } = page
  const words = wordsOf(reader).policy
  const titles = reader.language === 'zh' ? SECTION_TITLES_ZH : SECTION_TITLES
  return pageShell(reader, {
    path: '/privacy',
    title: words.title,
    lead: words.lead,
    body: html`${rollOf(reader, page)}
${comingOf(reader, page)}
<p class="key"><span class="proven">${words.keyPromise}</span><span>${words.keyOther}</span></p>
<ul class="contents">${text.sections.map(({ section }) => html`<li><a href="#${section}">${titles[section]}</a></li>`)}<li><a href="#list">${words.list}</a></li><li><a href="#remains">${words.remains}</a></li><li><a href="#left-out">${words.leftOut}</a></li></ul>
${text.sections.map(({ section, sentences }) => html`<h2 id="${section}">${titles[section]}</h2>\n${section === 'own' ? html`<p class="faint">${OWN_MEANS[reader.language]}</p>` : ''}${sentences.map((sentence) => sentenceOf(reader, sentence))}`)}
${listOf(
  reader,
  keptItems(facts.inventory).filter(({ subject }) => subject === 'customer'),
)}
${risksOf(reader, risks)}
${leftOutOf(reader, text.withheld)}
<footer>
<p>${words.markdown} <a href="/privacy.md">/privacy.md</a>. ${words.hash} <code>${page.version.hash}</code></p>
<p>${words.law}</p>
</footer>`,
  })
}

/** The policy as a document of its own, for whoever has no reader to show it to. */
export function policyDocument(page: PolicyPage, language: Reader['language'] = 'en'): string {
  const view = plainView('/privacy', page.facts.settings.service, language)
  return shell(view, policyPage(view, page))
}

function rollOf(reader: Reader, { version, facts, text }: PolicyPage): Piece {
  const words = wordsOf(reader).policy
  const printed = text.sections.flatMap(({ sentences }) => sentences).filter(({ kind }) => kind === 'promise').length
  const red = text.withheld.filter(({ state }) => state === 'red').length
  const notRun = text.withheld.filter(({ state }) => state === 'not run').length
  return html`<dl class="roll">
<div><dt>${words.version}</dt><dd>${version.number === 0 ? words.unpublished : version.number}</dd></div>
<div><dt>${words.published}</dt><dd>${dayTag(version.publishedAt)}</dd></div>
<div><dt>${words.effective}</dt><dd>${dayTag(version.effectiveAt)}</dd></div>
<div><dt>${words.profile}</dt><dd class="mono">${facts.settings.profile}</dd></div>
<div><dt>${words.promises}</dt><dd><span class="shown">${words.shown(printed)}</span> · <span class="${red > 0 ? 'red' : 'faint'}">${words.red(red)}</span> · <span class="faint">${words.notRun(notRun)}</span></dd></div>
</dl>`
}

function comingOf(reader: Reader, { coming }: PolicyPage): Piece {
  if (coming === undefined) return ''
  const words = wordsOf(reader).policy
  return html`<p class="banner">${words.coming(coming.number)} ${dayTag(coming.effectiveAt)}${reader.language === 'zh' ? '。' : '. '}<a href="${to(reader, '/privacy/history')}">${words.comingLink}</a>${words.comingMeans}</p>`
}

function sentenceOf(reader: Reader, { text, zh, kind, clauses, statement }: Sentence): Piece {
  const own = reader.language === 'zh' ? zh : text
  return html`<p class="sentence ${kind}" id="${statement}">${own ?? html`<span lang="en">${text}</span>`}
<span class="clauses"><span class="kind">${wordsOf(reader).policy.kinds[kind]}</span>${clauseLinks(reader, clauses)}</span></p>
`
}

function listOf(reader: Reader, items: readonly KeptItem[]): Piece {
  const words = wordsOf(reader).policy
  const byTable = [...Map.groupBy(items, ({ table }) => table)]
  return html`<h2 id="list">${words.listTitle}</h2>
<table class="stack">
<thead><tr><th>${words.heads.what}</th><th>${words.heads.need}</th><th>${words.heads.long}</th><th>${words.heads.erased}</th><th>${words.heads.copy}</th></tr></thead>
<tbody>
${byTable.map(([table, of]) => html`<tr><th colspan="5">${tableWords(table, reader.language)}</th></tr>\n${of.map((item) => itemOf(reader, item))}`)}</tbody>
</table>`
}

function itemOf(reader: Reader, item: KeptItem): Piece {
  const { language } = reader
  const words = wordsOf(reader).policy
  const [bases, erasures] = language === 'zh' ? [BASES_ZH, ERASURES_ZH] : [BASES, ERASURES]
  return html`<tr><td data-head="${words.heads.what}"><code>${item.columns.join(', ')}</code></td>
<td data-head="${words.short.need}">${purposeWords(item.purpose, language)}${language === 'zh' ? '；' : '; '}<span class="faint">${bases[item.basis]}</span></td><td data-head="${words.heads.long}">${retentionWords(item.retention, language)}</td>
<td data-head="${words.short.erased}">${erasures[item.erase]}</td><td data-head="${words.heads.copy}">${item.export ? words.yes : words.no}</td></tr>
`
}

const risksOf = (reader: Reader, risks: readonly RiskShown[]): Piece => html`<h2 id="remains">${wordsOf(reader).policy.remains}</h2>
${risks.map(({ risk, figure, zh }) => {
  const told = reader.language === 'zh' ? { ...zh, stop: '。' } : { title: risk.title, text: risk.text, figure, stop: '.' }
  return html`<p class="risk"><b>${told.title}${told.stop}</b> ${told.text} <span class="figure">${told.figure} <code>${risk.figure.check}</code></span></p>
`
})}`

function leftOutOf(reader: Reader, withheld: readonly Withheld[]): Piece {
  const words = wordsOf(reader).policy
  if (withheld.length === 0) return html`<h2 id="left-out">${words.leftOut}</h2>\n<p>${words.nothingLeft}</p>`
  return html`<h2 id="left-out">${words.leftOut}</h2>
<p class="lead">${words.leftLead(withheld.length)}</p>
<table class="stack">
<thead><tr><th>${words.left.about}</th><th>${words.left.state}</th><th>${words.left.why}</th><th>${words.left.clauses}</th></tr></thead>
<tbody>
${withheld.toSorted(byState).map((one) => leftOf(reader, one))}</tbody>
</table>`
}

function leftOf(reader: Reader, { statement, state, why, whyZh, clauses }: Withheld): Piece {
  const { left, states } = wordsOf(reader).policy
  return html`<tr><td data-head="${left.about}">${topicOf(statement, reader.language)}</td><td data-head="${left.state}" class="state ${classOf(state)}">${states[state]}</td><td data-head="${left.why}">${reader.language === 'zh' ? whyZh : why}</td>
<td data-head="${left.clauses}" class="mono">${clauseLinks(reader, clauses)}</td></tr>
`
}

const ORDER = ['red', 'changing', 'not run', 'does not apply'] as const
const byState = (a: Withheld, b: Withheld): number => ORDER.indexOf(a.state) - ORDER.indexOf(b.state)
const classOf = (state: Withheld['state']): string => (state === 'red' ? 'red' : 'not-run')
