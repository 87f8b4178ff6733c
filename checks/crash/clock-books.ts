import { connect, sql } from '../../src/db/index.ts'

/** How a call was written down. */
export type CallRow = {
  readonly request_id: string
  readonly posted_day: string
  readonly latency_ms: number
  readonly first_byte_ms: number | null
}

/** What the database holds of days, and what time it is there; days are written as 2026-11-21. */
export type Looked = {
  readonly now: number
  readonly today: string
  /** The first day that was not ended; '' when none was. */
  readonly firstOpen: string
  readonly ended: readonly string[]
  readonly partitions: readonly string[]
  /** How each account's day was closed, by account and day. */
  readonly closed: ReadonlyMap<string, string>
}

/** The database as only its owner sees it. */
export type Books = {
  readonly look: () => Promise<Looked>
  readonly calls: (requestIds: readonly string[]) => Promise<ReadonlyMap<string, CallRow>>
  readonly close: () => Promise<void>
}

type Row = { readonly now: Date; readonly today: string; readonly first_open: string | null; readonly partitions: readonly string[] }

/** Opens a look-out on a superuser's connection; connects when it is first used. */
export function openLookout(connection: string): Books {
  const database = connect({ connection, role: undefined, poolMax: 2 })
  return {
    look: async () => {
      const [row] = await database.query<Row>(sql`
        select clock_timestamp() as now, (clock_timestamp() at time zone 'UTC')::date as today,
          (select max(day) + 1 from ended_day) as first_open,
          array(select relname::text from pg_class where relname like 'usage\\_event\\_2%' and relkind = 'r' order by 1) as partitions`)
      if (row === undefined) throw new Error('the database told nothing')
      const ended = await database.query<{ day: string }>(sql`select day from ended_day order by day`)
      const closed = await database.query<{ name: string; how: string }>(sql`
        select account_id || ' ' || day as name, closed_at || ' ' || coalesce(transfer_id::text, '') as how
        from usage_day where closed_at is not null`)
      return {
        now: row.now.getTime(),
        today: row.today,
        firstOpen: row.first_open ?? '',
        ended: ended.map(({ day }) => day),
        partitions: row.partitions,
        closed: new Map(closed.map(({ name, how }) => [name, how])),
      }
    },
    calls: async (requestIds) => {
      const rows = await database.query<CallRow>(sql`
        select request_id, posted_day, latency_ms, first_byte_ms from usage_event where request_id = any(${[...requestIds]}::uuid[])`)
      return new Map(rows.map((row) => [row.request_id, row]))
    },
    close: () => database.end(),
  }
}
