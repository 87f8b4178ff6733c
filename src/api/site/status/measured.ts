import type { Database } from '../../../db/index.ts'
import { isoDate, utcDayOf } from '../../../lib/index.ts'
import {
  type DayUptime,
  type DownDays,
  dailyUptime,
  type Incident,
  type JudgedMonth,
  listIncidents,
  listJudgedMonths,
  listMaintenance,
  listOutages,
  type Maintenance,
  type Outage,
  watchedModels,
  watchedRoutes,
} from '../../../status/index.ts'

/** How many UTC days are shown, today with them. */
export const DAYS_SHOWN = 90
const DAY_MS = 86_400_000

/** A UTC day of something: minutes that count, and those in which it was there. No minute counts before it was watched. */
export type MeasuredDay = { readonly day: string; readonly up: number; readonly counted: number }

/** Something with a name and its days, the oldest first. */
export type MeasuredLine = { readonly name: string; readonly days: readonly MeasuredDay[] }

/** A model with its routes. */
export type MeasuredModel = MeasuredLine & { readonly routes: readonly MeasuredLine[] }

/** All that was measured in the last 90 days, what was said of it, and what is announced. */
export type Measured = {
  readonly service: readonly MeasuredDay[]
  readonly models: readonly MeasuredModel[]
  readonly outages: readonly Outage[]
  readonly incidents: readonly Incident[]
  readonly maintenance: readonly Maintenance[]
  readonly months: readonly JudgedMonth[]
}

/** Reads it all. */
export async function readMeasured(database: Database, now: number): Promise<Measured> {
  const first = utcDayOf(now) - DAYS_SHOWN + 1
  const range = { from: first * DAY_MS, to: now }
  const [service, models, routes, outages, incidents, maintenance, months] = await Promise.all([
    dailyUptime(database, range),
    watchedModels(database, range),
    watchedRoutes(database, range),
    listOutages(database, range),
    listIncidents(database, range.from),
    listMaintenance(database, range.from),
    listJudgedMonths(database),
  ])
  const calendar = Array.from({ length: DAYS_SHOWN }, (_, index) => isoDate(first + index))
  const byDay = new Map(service.map((one) => [one.day, one]))
  const lineOf = (name: string, watched: Watched): MeasuredLine => ({
    name,
    days: calendar.map((day) => dayOf(day, byDay.get(day), watched)),
  })
  const ofModel = Map.groupBy(routes, ({ model }) => model)
  return {
    ...{ outages, incidents, maintenance, months },
    service: calendar.map((day) => dayOf(day, byDay.get(day), { watchedFrom: 0, downs: new Map() })),
    models: models.map((model) => ({
      ...lineOf(model.model, model),
      routes: (ofModel.get(model.model) ?? []).map((route) => lineOf(route.upstream, route)),
    })),
  }
}

type Watched = { readonly watchedFrom: number; readonly downs: DownDays }

/** A part of the service is there when the service is, but for the minutes in which it was not. */
function dayOf(day: string, service: DayUptime | undefined, { watchedFrom, downs }: Watched): MeasuredDay {
  if (service === undefined || day < isoDate(utcDayOf(watchedFrom))) return { day, up: 0, counted: 0 }
  return { day, up: Math.max(0, service.up - (downs.get(day) ?? 0)), counted: service.counted }
}
