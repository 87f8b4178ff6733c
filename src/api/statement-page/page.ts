import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'
import { lastDayOf, type ShownLine, type ShownStatement } from '../../statements/index.ts'
import { count, decimalsOf, grouped, longDay, longMonth, longTime, money, type Piece } from './figures.ts'
import { STYLE } from './style.ts'
import { type Language, WORDS, type Words } from './words.ts'

/** What the page may load: its own style and nothing else. Source: W3C Content Security Policy Level 3 (2026). */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The page of a statement, under the name of the house. All text in it is escaped: reasons are what people wrote. */
export function statementPage(statement: ShownStatement, language: Language, house = 'Farebox'): string {
  const words = WORDS[language]
  const title = `${words.statement} ${longMonth(statement.month, language)}`
  const page = html`<!doctype html>
<html lang="${words.tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · ${house}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
<header><span class="mark">${house} <span>${words.statement}</span></span><span class="id">${words.account} ${statement.account_id}</span></header>
<h1>${longMonth(statement.month, language)}</h1>
${periodOf(statement, language)}
${rollOf(statement, words)}
<h2>${words.days}</h2>
${statement.lines.length === 0 ? html`<p class="faint">${words.nothing}</p>` : linesOf(statement, words)}
<h2>${words.models}</h2>
${statement.models.length + statement.expired.calls === 0 ? html`<p class="faint">${words.noModels}</p>` : modelsOf(statement, words)}
${statement.covered === '0.00' ? '' : html`<p class="faint">${words.covered(statement.covered)}</p>`}
<footer>
<p>${words.proof(longTime(statement.as_of, language))}</p>
<p>${words.basis}</p>
<p>${words.kept}</p>
</footer>
</main>
</body>
</html>
`
  if (page instanceof Promise) throw new TypeError('a piece of the page that is not there yet')
  return page.toString()
}

function periodOf({ month, state, open_from, as_of }: ShownStatement, language: Language): Piece {
  const words = WORDS[language]
  const [last = ''] = [as_of.slice(0, 10), lastDayOf(month)].toSorted()
  return html`<p class="faint">${words.period(longDay(`${month}-01`, language), longDay(last, language))}</p>
<p class="${state === 'final' ? 'state' : 'state open'}">${state === 'final' ? words.final : words.open(longDay(open_from ?? last, language))}</p>`
}

/** The till roll: what there was, what came and went by kind, what there is. */
function rollOf({ opening_balance, closing_balance, sums, month, as_of }: ShownStatement, words: Words): Piece {
  const how = { words, decimals: decimalsOf([opening_balance, closing_balance, ...sums.map(({ amount }) => amount)]) }
  return html`<dl class="roll">
<div><dt>${words.opening}</dt><dd>${money(opening_balance, how)}</dd></div>
${sums.map(
  (
    sum,
  ) => html`<div><dt>${labelOf(sum.kind, words)} ${sum.kind === 'usage' || sum.count < 2 ? '' : html`<span class="count">${words.times(grouped(sum.count))}</span>`}</dt><dd>${money(sum.amount, how)}</dd></div>
`,
)}<div><dt>${as_of.slice(0, 7) > month ? words.closing : words.balanceNow}</dt><dd>${money(closing_balance, how)}</dd></div>
</dl>`
}

/** A kind of transfer in words; one that has none yet by its own name. */
const labelOf = (kind: string, words: Words): string =>
  kind === 'usage' ? words.usage : Object.hasOwn(words.kinds, kind) ? (words.kinds[kind] ?? kind) : kind.replaceAll(/[-_]/g, ' ')

function linesOf({ lines }: ShownStatement, words: Words): Piece {
  const amounts = { words, decimals: decimalsOf(lines.map(({ amount }) => amount)) }
  const balances = { words, decimals: decimalsOf(lines.map(({ balance }) => balance)) }
  return html`<table class="lines">
<thead><tr><th>${words.day}</th><th>${words.what}</th><th class="figure">${words.amount}</th><th class="figure">${words.balance}</th></tr></thead>
<tbody>
${lines.map(
  (line) => html`<tr><td class="when"><time datetime="${line.at ?? line.day}" title="${line.at ?? line.day} UTC">${line.day}</time></td>
<td class="what">${whatOf(line, words)}</td><td class="figure amount">${money(line.amount, amounts)}</td><td class="figure left">${money(line.balance, balances)}</td></tr>
`,
)}</tbody>
</table>`
}

function whatOf(line: ShownLine, words: Words): Piece {
  const id = line.id === null ? '' : html`<span class="id">${line.id}</span>`
  if (line.calls === null) {
    const reason = line.reason === null ? '' : html`<span class="reason">${line.reason}</span>`
    return html`${labelOf(line.kind, words)}${reason}${id}`
  }
  const pending = line.is_closed ? '' : html` <span class="pending">· ${words.notClosed}</span>`
  return html`${words.calls(grouped(line.calls), line.calls === 1)}${pending}${id}`
}

function modelsOf({ models, expired, sums }: ShownStatement, words: Words): Piece {
  const all = sums.find(({ kind }) => kind === 'usage')
  const total = (all?.amount ?? '0.00').replace('-', '')
  const how = { words, decimals: decimalsOf([total, expired.cost, ...models.map(({ cost }) => cost)]) }
  const calls = models.reduce((sum, model) => sum + model.calls, expired.calls)
  const rest =
    expired.calls === 0
      ? ''
      : html`<tr><td>${words.expired}</td><td class="figure" data-head="${words.callsHead}">${count(expired.calls)}</td><td></td><td></td><td class="figure">${money(expired.cost, how)}</td></tr>`
  return html`<table class="models">
<thead><tr><th>${words.model}</th><th class="figure">${words.callsHead}</th><th class="figure">${words.tokensIn}</th><th class="figure">${words.tokensOut}</th><th class="figure">${words.cost}</th></tr></thead>
<tbody>
${models.map(
  (model) => html`<tr><td class="mono">${model.model}</td><td class="figure" data-head="${words.callsHead}">${count(model.calls)}</td>
<td class="figure" data-head="${words.tokensIn}">${count(model.input_tokens)}</td><td class="figure" data-head="${words.tokensOut}">${count(model.output_tokens)}</td><td class="figure">${money(model.cost, how)}</td></tr>
`,
)}${rest}</tbody>
<tfoot><tr><td>${words.sum}</td><td class="figure" data-head="${words.callsHead}">${count(calls)}</td><td></td><td></td><td class="figure">${money(total, how)}</td></tr></tfoot>
</table>`
}
