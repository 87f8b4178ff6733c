import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, sql } from '../../src/db/index.ts'

/** How long the drop of a day took, and how long a settlement waited at most meanwhile; milliseconds. */
export type Dropped = { readonly dropMs: number; readonly insertMsMax: number; readonly inserts: number }

const PAUSE_MS = 5
/** So many are written before anything is dropped. */
const WARM = 20

/** Drops a day as retention does, while another connection goes on writing calls of today. */
export async function dropDay(
  { purging, writing }: { readonly purging: Database; readonly writing: Database },
  { day, today }: { readonly day: string; readonly today: string },
): Promise<Dropped> {
  const waits: number[] = []
  let isOver = false
  const writer = (async () => {
    while (!isOver) {
      const began = performance.now()
      await writeCall(writing, today)
      waits.push(performance.now() - began)
      await sleep(PAUSE_MS)
    }
  })()
  while (waits.length < WARM) await sleep(PAUSE_MS)
  const began = performance.now()
  try {
    await purging.query(sql`select drop_usage_partition(${day}::date)`)
  } finally {
    isOver = true
  }
  const dropMs = performance.now() - began
  await writer
  return { dropMs: Math.round(dropMs), insertMsMax: Math.round(Math.max(...waits)), inserts: waits.length }
}

const writeCall = (database: Database, day: string): Promise<unknown> =>
  database.query(sql`
    insert into usage_event (day, request_id, posted_day, account_id, key_id, started_at, model_serial, route_serial, price_version, outcome, status,
      usage_source, reported_model, is_stream, is_suspect, latency_ms, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, hold, cost,
      upstream_cost)
    values (${day}::date, gen_random_uuid(), ${day}::date, gen_random_uuid(), gen_random_uuid(), now(), 1, 1, 1, 0, 200, 1, 1, false, false, 5, 1,
      0, 0, 0, 1, 0, 10, 5, 1)`)
