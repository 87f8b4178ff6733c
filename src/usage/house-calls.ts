import { type Database, sql } from '../db/index.ts'
import { isoDate, isoTime, utcDayOf } from '../lib/index.ts'

/**
 * Settled calls of a span of time: `failed` are those that an upstream or the house failed. Times are in milliseconds, the upper end of the class that
 * such a call is in, which is at most an eighth more than it took (ISO 3, R20: 1000, 1120, 1250); undefined without a call.
 */
export type HouseCalls = {
  readonly calls: number
  readonly failed: number
  readonly latencyMsMedian: number | undefined
  readonly latencyMsP95: number | undefined
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

type Class = { readonly millis: number; readonly calls: bigint }

/** What was called of the whole house in the last hour and in the last day before `now` (milliseconds), each from the beginning of a minute on. */
export async function houseCalls(
  database: Database,
  now: number,
): Promise<{ readonly lastHour: HouseCalls; readonly lastDay: HouseCalls }> {
  return { lastHour: await callsSince(database, now - HOUR_MS), lastDay: await callsSince(database, now - DAY_MS) }
}

async function callsSince(database: Database, since: number): Promise<HouseCalls> {
  // The day of a call is the one it was let in on, which can be the one before that of its first minute.
  const lately = sql`house_minute where day >= ${isoDate(utcDayOf(since) - 1)}::date and minute >= date_trunc('minute', ${isoTime(since)}::timestamptz)`
  const [sums] = await database.query<{ readonly calls: bigint; readonly failed: bigint }>(sql`
    select coalesce(sum(calls), 0)::bigint as calls, coalesce(sum(failed), 0)::bigint as failed from ${lately}`)
  const classes = await database.query<Class>(sql`
    select (latency_classes())[place] as millis, sum(count)::bigint as calls
    from (select latencies from ${lately}) as minutes, unnest(latencies) with ordinality as classed (count, place)
    where count > 0 group by place order by place`)
  return {
    ...{ calls: Number(sums?.calls ?? 0n), failed: Number(sums?.failed ?? 0n) },
    ...{ latencyMsMedian: shareWithin(classes, 50n), latencyMsP95: shareWithin(classes, 95n) },
  }
}

/** The first class that so many per cent of all calls are in or below. */
function shareWithin(classes: readonly Class[], percent: bigint): number | undefined {
  const all = classes.reduce((sum, { calls }) => sum + calls, 0n)
  let below = 0n
  for (const { millis, calls } of classes) {
    below += calls
    if (below * 100n >= all * percent) return millis
  }
  return undefined
}
