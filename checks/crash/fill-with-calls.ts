import { connect, sql } from '../../src/db/index.ts'
import type { CheckContext, Figure } from '../harness/index.ts'
import type { World } from '../world.ts'

const GIB = 1_073_741_824
const ROWS_AT_ONCE = 250_000
const STATEMENT_MS_MAX = 600_000

/** Writes calls of today that cost nothing, with the sums that the books keep of them, until the database has `n` GiB. */
export async function fillWithCalls(context: CheckContext, world: World): Promise<Record<string, Figure>> {
  const { id, keyId } = await world.operator.customer('1.00')
  const owner = connect({ connection: world.connection(), role: undefined, poolMax: 1, statementTimeoutMs: STATEMENT_MS_MAX })
  const size = async (): Promise<number> => {
    const [row] = await owner.query<{ size: bigint }>(sql`select pg_database_size(current_database()) as size`)
    return Number(row?.size ?? 0n)
  }
  const began = performance.now()
  let rows = 0
  try {
    await owner.query(sql`select ensure_usage_partition(current_date)`)
    let bytes = await size()
    for (let told = 1; bytes < context.n * GIB; bytes = await size()) {
      await owner.transaction(async (tx) => {
        await tx.query(sql`
          insert into usage_event (day, request_id, posted_day, account_id, key_id, started_at, model_serial, route_serial, price_version, outcome,
            status, usage_source, reported_model, is_stream, is_suspect, latency_ms, input, cache_read, cache_write_5m, cache_write_1h, output,
            reasoning, hold, cost)
          select current_date, lpad(to_hex(${rows}::bigint + each), 32, '0')::uuid, current_date, ${id}::uuid, ${keyId}::uuid,
            current_date + interval '1 second' * (each % 3600), 1, 1, 1, 1, 200, 1, 1, true, false, 100, 10, 0, 0, 0, 5, 0, 0, 0
          from generate_series(1, ${ROWS_AT_ONCE}::integer) each`)
        await tx.query(sql`
          insert into usage_day (account_id, day, calls) values (${id}::uuid, current_date, ${ROWS_AT_ONCE}::integer)
          on conflict (account_id, day) do update set calls = usage_day.calls + excluded.calls`)
      })
      rows += ROWS_AT_ONCE
      if (bytes >= told * GIB) {
        context.progress(`${told} GiB, ${rows} calls`)
        told += 1
      }
    }
    return { database_bytes: bytes, calls_filled: rows, filled_s: Math.round((performance.now() - began) / 1000) }
  } finally {
    await owner.end()
  }
}
