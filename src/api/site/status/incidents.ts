import { html } from 'hono/html'
import type { Incident, IncidentNote } from '../../../status/index.ts'
import { timeTag } from '../figures.ts'
import type { Piece } from '../piece.ts'
import type { View } from '../view.ts'

/** Incidents that go on, above all else; nothing where there are none. */
export function openIncidents(view: View, all: readonly Incident[]): Piece {
  const open = all.filter(({ endedAt }) => endedAt === undefined)
  return open.length === 0 ? '' : html`<section class="incidents">${open.map((incident) => incidentOf(view, incident, true))}</section>`
}

/** Those that are over, the latest first. */
export function pastIncidents(view: View, all: readonly Incident[]): Piece {
  const past = all.filter(({ endedAt }) => endedAt !== undefined)
  if (past.length === 0) return html`<p>${view.words.status.noIncidents}</p>`
  return html`${past.map((incident) => incidentOf(view, incident, false))}`
}

function incidentOf(view: View, { title, model, beganAt, endedAt, notes }: Incident, isShown: boolean): Piece {
  const words = view.words.status
  const [heading, course] = [title[view.language], notes.map((note) => noteOf(view, note))]
  const from = html`${timeTag(beganAt)} – ${endedAt === undefined ? html`<span class="bad">${words.goesOn}</span>` : timeTag(endedAt)}`
  const about = html`<p class="faint">${from}${model === undefined ? '' : html` · <span class="mono">${model}</span>`}</p>`
  if (isShown) return html`<article class="incident open"><h2>${heading}</h2>${about}<ol>${course}</ol></article>`
  return html`<article class="incident"><h3>${heading}</h3>${about}<details><summary>${words.course}</summary><ol>${course}</ol></details></article>`
}

const noteOf = ({ words, language }: View, { state, words: said, createdAt }: IncidentNote): Piece =>
  html`<li><p><strong>${words.status[state]}</strong> <span class="faint">${timeTag(createdAt)}</span></p><p>${said[language]}</p></li>`
