import { html } from 'hono/html'
import { percentOf } from '../figures.ts'
import type { Piece } from '../piece.ts'
import type { View } from '../view.ts'
import type { MeasuredDay, MeasuredLine } from './measured.ts'

/** A name, its uptime, its days as bars, and what is nested below it. */
export const daysLine = (view: View, { name, days }: MeasuredLine, below: Piece = ''): Piece =>
  html`<div class="line"><span class="mono">${name}</span><span class="percent">${summaryOf(view, days)}</span>${barsOf(view, days)}${below}</div>
`

/** "99.98 % · since 2026-11-20" */
export function summaryOf({ words }: View, days: readonly MeasuredDay[]): Piece {
  const measured = days.filter(({ counted }) => counted > 0)
  const counted = measured.reduce((sum, day) => sum + day.counted, 0)
  if (counted === 0) return html`<span class="faint">${words.status.notYet}</span>`
  const up = measured.reduce((sum, day) => sum + day.up, 0)
  const span = measured.length === days.length ? words.status.overDays(String(days.length)) : words.status.sinceDay(measured[0]?.day ?? '')
  return html`${percentOf(up, counted)} <span class="faint">${span}</span>`
}

/** The days as one picture: a bar for each, its red foot as tall as what was missed, never less than a third. Equal neighbours are one shape, cut apart by the style. */
export function barsOf({ words }: View, days: readonly MeasuredDay[]): Piece {
  const measured = days.filter(({ counted }) => counted > 0)
  const [up, counted] = [measured.reduce((sum, day) => sum + day.up, 0), measured.reduce((sum, day) => sum + day.counted, 0)]
  const bad = measured.filter((day) => day.up < day.counted).length
  const label = counted === 0 ? words.status.notYet : words.status.bar(percentOf(up, counted), String(measured.length), String(bad))
  return html`<svg class="days" viewBox="0 0 ${days.length} 100" preserveAspectRatio="none" role="img" aria-label="${label}">${stretches(days).map(shapeOf)}</svg>`
}

type Stretch = { readonly from: number; readonly length: number; readonly missed: number; readonly isMeasured: boolean }

const SHOWN_MIN = 35
/** What parts the missed from the rest. */
const GAP = 8

/** How tall the missed part of a day is, of 100. */
const missedOf = ({ up, counted }: MeasuredDay): number =>
  counted === 0 || up === counted ? 0 : Math.max(SHOWN_MIN, Math.round(((counted - up) * 100) / counted))

function stretches(days: readonly MeasuredDay[]): readonly Stretch[] {
  const found: Stretch[] = []
  for (const [index, day] of days.entries()) {
    const one = { missed: missedOf(day), isMeasured: day.counted > 0 }
    const last = found.at(-1)
    if (last !== undefined && last.missed === one.missed && last.isMeasured === one.isMeasured)
      found[found.length - 1] = { ...last, length: last.length + 1 }
    else found.push({ from: index, length: 1, ...one })
  }
  return found
}

function shapeOf({ from, length, missed, isMeasured }: Stretch): Piece {
  if (!isMeasured) return html`<rect class="d0" x="${from}" y="0" width="${length}" height="100"/>`
  const there = html`<rect class="d1" x="${from}" y="0" width="${length}" height="${missed === 0 ? 100 : Math.max(0, 100 - missed - GAP)}"/>`
  return missed === 0 ? there : html`${there}<rect class="d3" x="${from}" y="${100 - missed}" width="${length}" height="${missed}"/>`
}
