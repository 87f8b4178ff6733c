import { type Database, sql } from '../db/index.ts'
import { isoTime } from '../lib/index.ts'
import { lookedAt } from './looked.ts'
import { IN_MAINTENANCE, type Range, type Uptime } from './minutes.ts'

/** How the service did on a UTC day. */
export type DayUptime = Uptime & { readonly day: string }

/** In how many minutes of each UTC day something was not in use, outside of announced maintenance; days without any are left out. */
export type DownDays = ReadonlyMap<string, number>

/** A model in use and from when on it was watched, in milliseconds; `downs` are its minutes by day. */
export type WatchedModel = { readonly model: string; readonly watchedFrom: number; readonly downs: DownDays }

/** A route in use, the same. */
export type WatchedRoute = WatchedModel & { readonly upstream: string }

/** How the service did on each UTC day of a range, by the rules of `uptimeOf`; days before anybody looked are left out. */
export const dailyUptime = (database: Database, range: Range): Promise<readonly DayUptime[]> =>
  database.query<DayUptime>(sql`
    with ${lookedAt(range)}, days as (
      select date_trunc('day', minute, 'UTC') as day, count(*) filter (where is_up and not is_excluded)::integer as up,
        count(*) filter (where not is_excluded)::integer as counted, count(*) filter (where is_excluded)::integer as excluded
      from looked group by 1)
    select to_char(day at time zone 'UTC', 'YYYY-MM-DD') as day, up, counted, excluded from days order by 1`)

type DownRow = { readonly id: string; readonly day: string; readonly down: number }

/** The models in use, by id, each with the minutes in which no route of it was in use. A model is watched from its first price on. */
export async function watchedModels(database: Database, { from, to }: Range): Promise<readonly WatchedModel[]> {
  const models = await database.query<{ readonly id: string; readonly watched_from: Date }>(sql`
    select m.id, min(p.created_at) as watched_from from model m join price_version p on p.model_serial = m.serial
    where m.is_active group by m.id order by m.id collate "C"`)
  const downs = await database.query<DownRow>(sql`
    select model.id, to_char(minute at time zone 'UTC', 'YYYY-MM-DD') as day, count(*)::integer as down
    from model_down_minute join model on model.serial = model_serial
    where model.is_active and minute >= ${isoTime(from)}::timestamptz and minute < ${isoTime(to)}::timestamptz and not ${IN_MAINTENANCE}
    group by 1, 2`)
  const ofModel = byId(downs)
  return models.map(({ id, watched_from: watched }) => ({ model: id, watchedFrom: watched.getTime(), downs: ofModel.get(id) ?? NO_DAYS }))
}

type RouteRow = { readonly serial: number; readonly model: string; readonly upstream: string; readonly watched_from: Date }

/** The routes in use, by model and in the order they are tried, each with the minutes in which it was not. */
export async function watchedRoutes(database: Database, { from, to }: Range): Promise<readonly WatchedRoute[]> {
  const routes = await database.query<RouteRow>(sql`
    select r.serial, m.id as model, u.id as upstream, r.watched_from from route r
      join model m on m.serial = r.model_serial join upstream u on u.serial = r.upstream_serial
    where r.is_active and m.is_active and u.is_active order by m.id collate "C", r.priority, r.serial`)
  const downs = await database.query<DownRow>(sql`
    select route_serial::text as id, to_char(minute at time zone 'UTC', 'YYYY-MM-DD') as day, count(*)::integer as down
    from route_down_minute
    where minute >= ${isoTime(from)}::timestamptz and minute < ${isoTime(to)}::timestamptz and not ${IN_MAINTENANCE} group by 1, 2`)
  const bySerial = byId(downs)
  return routes.map(({ serial, model, upstream, watched_from: watched }) => ({
    ...{ model, upstream, watchedFrom: watched.getTime() },
    downs: bySerial.get(String(serial)) ?? NO_DAYS,
  }))
}

const NO_DAYS: DownDays = new Map()

const byId = (rows: readonly DownRow[]): ReadonlyMap<string, DownDays> =>
  new Map([...Map.groupBy(rows, ({ id }) => id)].map(([id, own]) => [id, new Map(own.map(({ day, down }) => [day, down]))]))
