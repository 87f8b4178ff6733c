import { type Sql, sql } from '../db/index.ts'
import type { Clock } from '../lib/index.ts'

/** The time by which things end: ours or the database's, whichever is later, so that a clock that was set back lets nothing live longer. */
export const laterNow = (clock: Pick<Clock, 'now'>): Sql => sql`greatest(${new Date(clock.now())}::timestamptz, clock_timestamp())`
