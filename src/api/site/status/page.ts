import { html } from 'hono/html'
import type { JudgedMonth, Maintenance, Outage } from '../../../status/index.ts'
import { grouped, percentOf, timeTag } from '../figures.ts'
import { PAGE_SCRIPT } from '../page-script.ts'
import type { Piece } from '../piece.ts'
import type { Page } from '../shell.ts'
import type { View } from '../view.ts'
import { barsOf, daysLine, summaryOf } from './days.ts'
import { openIncidents, pastIncidents } from './incidents.ts'
import type { Measured, MeasuredDay, MeasuredModel } from './measured.ts'

/** How the service does now. */
export type Now = { readonly state: 'up' | 'down' | 'maintenance'; readonly at: Date }

/** What was measured, minute by minute, and said of it: incidents, the service, each model and its routes, outages, announced work, judged months. */
export function statusPage(view: View, { measured, now }: { readonly measured: Measured; readonly now: Now }): Page {
  const words = view.words.status
  return {
    ...{ title: words.title, description: words.description, needs: { script: PAGE_SCRIPT } },
    body: html`<p class="kicker">${words.title} · ${words.lookedAt} ${timeTag(now.at)}</p>
<h1 class="state"><span class="dot ${now.state}" aria-hidden="true"></span>${words[now.state]}</h1>
<p class="lead">${words.lead} <a href="/status.json">${words.json}</a></p>
${openIncidents(view, measured.incidents)}
<h2>${words.service}</h2>
<div class="line"><span>${view.site.settings.name}</span><span class="percent">${summaryOf(view, measured.service)}</span>${barsOf(view, measured.service)}
<p class="ends"><span>${words.ago}</span><span>${words.today}</span></p>${tableOf(view, measured.service)}</div>
<h2>${words.models}</h2><p class="faint">${words.modelsLead}</p>
${measured.models.length === 0 ? html`<p>${words.noModels}</p>` : measured.models.map((model) => modelOf(view, model))}
<h2>${words.incidents}</h2>
${pastIncidents(view, measured.incidents)}
<h2>${words.outages}</h2>
${outagesOf(view, measured)}
<h2>${words.planned}</h2>
${measured.maintenance.length === 0 ? html`<p>${words.noPlanned}</p>` : plannedOf(view, measured.maintenance)}
${measured.months.length === 0 ? '' : html`<h2>${words.months}</h2><p class="faint">${words.monthsLead}</p>${monthsOf(view, measured.months)}`}`,
  }
}

function modelOf(view: View, model: MeasuredModel): Piece {
  const words = view.words.status
  const routes = html`<details><summary>${words.routes(String(model.routes.length), model.routes.length === 1)}</summary>${model.routes.map((route) => daysLine(view, route))}${tableOf(view, model.days)}</details>`
  return daysLine(view, model, model.routes.length === 0 ? '' : routes)
}

function tableOf(view: View, days: readonly MeasuredDay[]): Piece {
  const words = view.words.status
  const bad = days.filter(({ up, counted }) => up < counted).toReversed()
  const body =
    bad.length === 0
      ? html`<p class="faint">${words.allUp}</p>`
      : html`<table><thead><tr><th scope="col">${words.day}</th><th scope="col" class="figure">${words.downFor}</th><th scope="col" class="figure">${words.uptime}</th></tr></thead>
<tbody>${bad.map(({ day, up, counted }) => html`<tr><td><time>${day}</time></td><td class="figure">${minutesOf(view, counted - up)}</td><td class="figure">${percentOf(up, counted)}</td></tr>`)}</tbody></table>`
  return html`<details><summary>${words.table}</summary>${body}</details>`
}

const minutesOf = ({ words }: View, count: number): string => words.status.minutes(grouped(count), count === 1)

function outagesOf(view: View, { outages, service }: Measured): Piece {
  const words = view.words.status
  if (service.every(({ counted }) => counted === 0)) return html`<p>${words.nothingMeasured}</p>`
  if (outages.length === 0) return html`<p>${words.noOutages}</p>`
  return html`<table class="stack"><thead><tr><th scope="col">${words.began}</th><th scope="col">${words.ended}</th><th scope="col" class="figure">${words.lasted}</th></tr></thead>
<tbody>${outages.map((outage) => outageRow(view, outage))}</tbody></table>`
}

const outageRow = (view: View, { start, end, minutes, isOver }: Outage): Piece =>
  html`<tr><td data-head="${view.words.status.began}">${timeTag(start)}</td><td data-head="${view.words.status.ended}">${isOver ? timeTag(end) : html`<span class="bad">${view.words.status.goesOn}</span>`}</td><td class="figure" data-head="${view.words.status.lasted}">${minutesOf(view, minutes)}</td></tr>`

function plannedOf(view: View, all: readonly Maintenance[]): Piece {
  const words = view.words.status
  return html`<table class="stack"><thead><tr><th scope="col">${words.what}</th><th scope="col">${words.began}</th><th scope="col">${words.ended}</th><th scope="col">${words.counts}</th></tr></thead>
<tbody>${all
    .toReversed()
    .map(
      ({ title, startsAt, endsAt, cancelledAt, isExcluded }) =>
        html`<tr><td data-head="${words.what}">${title}</td><td data-head="${words.began}">${timeTag(startsAt)}</td><td data-head="${words.ended}">${timeTag(endsAt)}</td><td data-head="${words.counts}">${cancelledAt !== undefined ? words.calledOff : isExcluded ? words.excluded : words.included}</td></tr>`,
    )}</tbody></table>`
}

function monthsOf(view: View, months: readonly JudgedMonth[]): Piece {
  const words = view.words.status
  return html`<table class="stack"><thead><tr><th scope="col">${words.month}</th><th scope="col" class="figure">${words.uptime}</th><th scope="col" class="figure">${words.promised}</th><th scope="col"></th></tr></thead>
<tbody>${months.map(
    ({ month, up, counted, target, isMissed }) =>
      html`<tr><td data-head="${words.month}"><time>${month.slice(0, 7)}</time></td><td class="figure" data-head="${words.uptime}">${percentOf(up, counted)}</td><td class="figure" data-head="${words.promised}">${percentOf(target, 1_000_000)}</td><td data-head="">${isMissed ? html`<span class="bad">${words.missed}</span>` : html`<span class="good">${words.kept}</span>`}</td></tr>`,
  )}</tbody></table>`
}
