import { type Sql, sql } from '../db/index.ts'
import { minuteOf, type Range } from './minutes.ts'

/**
 * The minutes of a range as `looked` (minute, is_up, is_excluded), by the rules of `uptimeOf`, for queries over months of them: minutes of
 * announced work are laid out once and joined, as asking for each minute whether it lies in some takes seconds. To be put after "with".
 */
export const lookedAt = ({ from, to }: Range): Sql => sql`
  began as (select min(minute) as at from status_minute),
  excluded as (
    select distinct minute from maintenance,
      generate_series(date_trunc('minute', greatest(starts_at, ${minuteOf(from)}::timestamptz) + interval '59.999999 seconds'),
        ends_at - interval '1 microsecond', interval '1 minute') as minute
    where cancelled_at is null and announced_at <= starts_at - interval '24 hours' and ends_at > ${minuteOf(from)}::timestamptz
      and starts_at < ${minuteOf(to)}::timestamptz),
  looked as (
    select series.minute, coalesce(outside_up, own_up, false) as is_up, excluded.minute is not null as is_excluded
    from began, generate_series(greatest(${minuteOf(from)}::timestamptz, began.at), ${minuteOf(to - 60_000)}::timestamptz,
        interval '1 minute') as series (minute)
      left join status_minute on status_minute.minute = series.minute left join excluded on excluded.minute = series.minute)`
