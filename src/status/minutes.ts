import { type Database, sql } from '../db/index.ts'
import { isoTime } from '../lib/index.ts'

/** A route by the names of its model, its upstream, and the model there. */
export type RouteName = { readonly model: string; readonly upstream: string; readonly upstreamModel: string }

/** What a node saw of a minute: whether it could serve a paid call, the ids of models that had no route in use, and the routes that were not. */
export type SeenMinute = {
  readonly at: number
  readonly isUp: boolean
  readonly downModels: readonly string[]
  readonly downRoutes?: readonly RouteName[]
}

/** What a check from outside found from one minute to another, in milliseconds; the last is not part of it. */
export type OutsideCheck = { readonly from: number; readonly to: number; readonly isUp: boolean }

/** A range of time in milliseconds, `to` not part of it. */
export type Range = { readonly from: number; readonly to: number }

/** How many minutes count, and in how many of them the service was there; `excluded` were announced as maintenance. */
export type Uptime = { readonly up: number; readonly counted: number; readonly excluded: number }

/** A minute, in milliseconds. */
export const MINUTE_MS = 60_000
/** How long minutes are kept: a year to show, and the month that is judged. */
const KEPT_MS = 400 * 86_400_000

/** The minute that a time lies in, as SQL reads it. */
export const minuteOf = (at: number): string => isoTime(at - (at % MINUTE_MS))

/** Notes a minute; the service is up in it when any node could serve. */
export async function noteMinute(database: Database, { at, isUp, downModels, downRoutes = [] }: SeenMinute): Promise<void> {
  await database.query(sql`
    insert into status_minute (minute, own_up) values (${minuteOf(at)}::timestamptz, ${isUp})
    on conflict (minute) do update set own_up = coalesce(status_minute.own_up, false) or excluded.own_up`)
  if (downRoutes.length > 0) await noteDownRoutes(database, at, downRoutes)
  if (downModels.length === 0) return
  await database.query(sql`
    insert into model_down_minute (minute, model_serial)
    select ${minuteOf(at)}::timestamptz, serial from model where id = any(${[...downModels]}::text[]) on conflict do nothing`)
}

async function noteDownRoutes(database: Database, at: number, routes: readonly RouteName[]): Promise<void> {
  await database.query(sql`
    insert into route_down_minute (minute, route_serial)
    select ${minuteOf(at)}::timestamptz, route.serial
    from unnest(${routes.map(({ model }) => model)}::text[], ${routes.map(({ upstream }) => upstream)}::text[],
        ${routes.map(({ upstreamModel }) => upstreamModel)}::text[]) as down (model, upstream, upstream_model)
      join model on model.id = down.model join upstream on upstream.id = down.upstream
      join route on route.model_serial = model.serial and route.upstream_serial = upstream.serial
        and route.upstream_model = down.upstream_model
    on conflict do nothing`)
}

/** Notes what a check from outside found; told again, the last word holds. */
export async function noteOutside(database: Database, { from, to, isUp }: OutsideCheck): Promise<void> {
  await database.query(sql`
    insert into status_minute (minute, outside_up)
    select minute, ${isUp} from generate_series(${minuteOf(from)}::timestamptz, ${minuteOf(to - 1)}::timestamptz, interval '1 minute') as minute
    on conflict (minute) do update set outside_up = excluded.outside_up`)
}

/** Deletes minutes that are too old to be shown or judged. */
export async function forgetMinutes(database: Database, now: number): Promise<void> {
  const before = isoTime(now - KEPT_MS)
  await database.query(sql`delete from status_minute where minute < ${before}::timestamptz`)
  await database.query(sql`delete from model_down_minute where minute < ${before}::timestamptz`)
  await database.query(sql`delete from route_down_minute where minute < ${before}::timestamptz`)
}

/**
 * How the service did in a range. Minutes before the first that anybody looked at do not count, nor do those of maintenance that was announced a day
 * ahead; a minute that nobody looked at counts as down.
 */
export async function uptimeOf(database: Database, { from, to }: Range): Promise<Uptime> {
  const [row] = await database.query<{ up: number; counted: number; excluded: number }>(sql`
    with began as (select min(minute) as at from status_minute), looked as (
      select minute, coalesce(outside_up, own_up, false) as is_up, ${IN_MAINTENANCE} as is_excluded
      from began, generate_series(greatest(${minuteOf(from)}::timestamptz, began.at), ${minuteOf(to - MINUTE_MS)}::timestamptz,
        interval '1 minute') as minute
        left join status_minute using (minute)
    )
    select count(*) filter (where is_up and not is_excluded)::integer as up, count(*) filter (where not is_excluded)::integer as counted,
      count(*) filter (where is_excluded)::integer as excluded
    from looked`)
  return row ?? { up: 0, counted: 0, excluded: 0 }
}

/** Whether a minute lies in maintenance that was announced a day ahead and not cancelled. */
export const IN_MAINTENANCE = sql`exists (
  select from maintenance where minute >= starts_at and minute < ends_at and cancelled_at is null
    and announced_at <= starts_at - interval '24 hours')`

/** In how many minutes of a range each model in use had no route in use, outside of announced maintenance; by its id. */
export async function modelDowntimes(database: Database, { from, to }: Range): Promise<ReadonlyMap<string, number>> {
  const rows = await database.query<{ id: string; down: number }>(sql`
    select model.id, count(model_down_minute.minute)::integer as down
    from model left join model_down_minute on model_down_minute.model_serial = model.serial
      and minute >= ${isoTime(from)}::timestamptz and minute < ${isoTime(to)}::timestamptz and not ${IN_MAINTENANCE}
    where model.is_active group by model.id order by model.id collate "C"`)
  return new Map(rows.map(({ id, down }) => [id, down]))
}
