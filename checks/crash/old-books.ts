import { type Sql, sql } from '../../src/db/index.ts'

/**
 * The books of an installation on the day of its first version, in the tables of migration 0001: two customers who paid, calls of two days of
 * which one is closed, a slice that a node holds, and a call that is open. Every later migration meets them.
 */
export const OLD_BOOKS: readonly Sql[] = [
  sql`
    insert into account (id, email_lookup, created_at) values
    ('00000000-0000-4000-8000-00000000000a', '\\x0a', '2026-01-01 00:00:00+00'),
    ('00000000-0000-4000-8000-00000000000b', '\\x0b', '2026-01-01 00:00:00+00')`,
  sql`
    insert into api_key (id, account_id, hash, name, hint, models, created_at) values
    ('00000000-0000-4000-8000-0000000000aa', '00000000-0000-4000-8000-00000000000a', decode(repeat('0a', 32), 'hex'), 'first', 'sk-a', null, '2026-01-01 00:00:00+00'),
    ('00000000-0000-4000-8000-0000000000bb', '00000000-0000-4000-8000-00000000000b', decode(repeat('0b', 32), 'hex'), 'second', 'sk-b', '{m}', '2026-01-01 00:00:00+00')`,
  sql`
    insert into upstream (id, kind, base_url, placement, source) values ('oai', 'openai', 'https://oai.example/v1', 'third_party', 'file')`,
  sql`
    insert into model (id, context, output_max, source, created_at) values ('m', 1000, 100, 'file', '2026-01-01 00:00:00+00')`,
  sql`
    insert into price_version (model_serial, input, output, cache_read, cache_write_5m, cache_write_1h, created_at) values (1, 3000000000, 15000000000, 0, 0, 0, '2026-01-01 00:00:00+00')`,
  sql`
    insert into route (model_serial, upstream_serial, upstream_model) values (1, 1, 'm-upstream')`,
  sql`
    insert into ledger_account (id, kind) values
    ('00000000-0000-4000-8000-00000000000a', 'customer'), ('00000000-0000-4000-8000-00000000000b', 'customer')`,
  sql`
    insert into balance (account_id, available, held) values
    ('00000000-0000-4000-8000-00000000000a', 9999999700, 0), ('00000000-0000-4000-8000-00000000000b', 4000000000, 999999900)`,
  sql`
    insert into transfer (id, debit_account, credit_account, amount, kind, source_key, input_hash, reason, created_at) values
    ('00000000-0000-4000-8000-000000000001', '00000000-0000-0000-0000-000000000005', '00000000-0000-4000-8000-00000000000a', 10000000000, 'manual', 'paid-a', '\\x01', 'paid', '2026-01-01 00:00:00+00'),
    ('00000000-0000-4000-8000-000000000002', '00000000-0000-0000-0000-000000000005', '00000000-0000-4000-8000-00000000000b', 5000000000, 'manual', 'paid-b', '\\x02', 'paid', '2026-01-01 00:00:00+00'),
    ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-00000000000a', '00000000-0000-0000-0000-000000000001', 200, 'usage', 'usage:00000000-0000-4000-8000-00000000000a:2026-01-01', '\\x03', null, '2026-01-02 00:05:00+00')`,
  sql`
    insert into node (id, last_commit) values ('00000000-0000-4000-8000-0000000000ff', 7)`,
  sql`
    insert into slice (node_id, account_id, amount) values ('00000000-0000-4000-8000-0000000000ff', '00000000-0000-4000-8000-00000000000b', 999999900)`,
  sql`
    select ensure_usage_partition('2026-01-01'), ensure_usage_partition('2026-01-02')`,
  sql`
    insert into usage_event (day, request_id, posted_day, account_id, key_id, started_at, model_serial, route_serial, price_version, outcome, status,
      usage_source, reported_model, is_stream, is_suspect, latency_ms, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, hold, cost) values
    ('2026-01-01', '00000000-0000-4000-8000-000000000011', '2026-01-01', '00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000aa',
      '2026-01-01 10:00:00+00', 1, 1, 1, 1, 200, 1, 1, false, false, 100, 10, 0, 0, 0, 5, 0, 900, 200),
    ('2026-01-02', '00000000-0000-4000-8000-000000000012', '2026-01-02', '00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000aa',
      '2026-01-02 10:00:00+00', 1, 1, 1, 1, 200, 1, 1, true, false, 100, 10, 0, 0, 0, 5, 0, 900, 100),
    ('2026-01-02', '00000000-0000-4000-8000-000000000013', '2026-01-02', '00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000bb',
      '2026-01-02 11:00:00+00', 1, 1, 1, 2, 200, 2, 1, true, true, 100, 10, 1, 0, 0, 5, 1, 900, 100)`,
  sql`
    insert into usage_day (account_id, day, cost, shortfall, calls, transfer_id, closed_at) values
    ('00000000-0000-4000-8000-00000000000a', '2026-01-01', 200, 0, 1, '00000000-0000-4000-8000-000000000003', '2026-01-02 00:05:00+00'),
    ('00000000-0000-4000-8000-00000000000a', '2026-01-02', 100, 0, 1, null, null),
    ('00000000-0000-4000-8000-00000000000b', '2026-01-02', 100, 0, 1, null, null)`,
  sql`
    insert into open_call (request_id, node_id, account_id, key_id, day, model_serial, route_serial, price_version, hold, started_at, updated_at,
      input, cache_read, cache_write_5m, cache_write_1h, output, reasoning) values
    ('00000000-0000-4000-8000-000000000021', '00000000-0000-4000-8000-0000000000ff', '00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000bb',
      '2026-01-02', 1, 1, 1, 900, '2026-01-02 12:00:00+00', '2026-01-02 12:00:05+00', 10, 0, 0, 0, 5, 0)`,
  sql`
    insert into idempotency (key_hash, input_hash, status, response, created_at) values ('\\x01', '\\x02', 200, '{}', '2026-01-02 00:00:00+00')`,
]
