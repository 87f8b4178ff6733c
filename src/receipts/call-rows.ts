import { sql } from '../db/index.ts'
import { OUTCOMES, REPORTED_MODELS, USAGE_SOURCES } from '../spec/index.ts'
import { canonicalJson } from './canonical-json.ts'
import { hashLeaf } from './merkle.ts'
import type { ReceiptCall } from './shape.ts'

/** A settled call with the names and rates that its numbers stand for; amounts and time as they stand in the receipt. */
export type CallRow = {
  readonly commit: bigint
  readonly posted_day: string
  readonly request_id: string
  readonly account_id: string
  readonly key_id: string
  readonly started_at: string
  readonly model: string | null
  readonly upstream: string | null
  readonly upstream_model: string | null
  readonly reported_model: number
  readonly outcome: number
  readonly usage_source: number
  readonly input: number
  readonly cache_read: number
  readonly cache_write_5m: number
  readonly cache_write_1h: number
  readonly output: number
  readonly reasoning: number
  readonly price_version: number
  readonly rate_input: string | null
  readonly rate_cache_read: string | null
  readonly rate_cache_write_5m: string | null
  readonly rate_cache_write_1h: string | null
  readonly rate_output: string | null
  readonly hold: string
  readonly cost: string
  readonly shortfall: string
}

/**
 * The columns of CallRow and where they come from. Names and rates are never changed under a serial number, so a call reads the same
 * at any time.
 */
export const CALL_ROWS = sql`
  select e.commit, e.posted_day, e.request_id, e.account_id, e.key_id,
    to_char(e.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as started_at, m.id as model, u.id as upstream,
    r.upstream_model, e.reported_model, e.outcome, e.usage_source, e.input, e.cache_read, e.cache_write_5m, e.cache_write_1h, e.output,
    e.reasoning, e.price_version, p.input::text as rate_input, p.cache_read::text as rate_cache_read,
    p.cache_write_5m::text as rate_cache_write_5m, p.cache_write_1h::text as rate_cache_write_1h, p.output::text as rate_output,
    e.hold::text as hold, e.cost::text as cost, e.shortfall::text as shortfall
  from usage_event e left join model m on m.serial = e.model_serial left join price_version p on p.id = e.price_version
    left join route r on r.serial = e.route_serial left join upstream u on u.serial = r.upstream_serial`

/**
 * What the receipt of a call says, with members in the order of canonical JSON, so that the plain writer spells it canonically. Throws
 * RangeError when the catalogue lacks what the row names.
 */
export const callOf = (row: CallRow): ReceiptCall => ({
  account_id: row.account_id,
  cost_nano_usd: row.cost,
  day: row.posted_day,
  hold_nano_usd: row.hold,
  key_id: row.key_id,
  model: known(row.model),
  outcome: wordOf(OUTCOMES, row.outcome),
  price_version: row.price_version,
  rates: {
    cache_read: known(row.rate_cache_read),
    cache_write_1h: known(row.rate_cache_write_1h),
    cache_write_5m: known(row.rate_cache_write_5m),
    input: known(row.rate_input),
    output: known(row.rate_output),
  },
  reported_model: wordOf(REPORTED_MODELS, row.reported_model),
  request_id: row.request_id,
  route: row.upstream === null ? null : { model: known(row.upstream_model), upstream: row.upstream },
  shortfall_nano_usd: row.shortfall,
  started_at: row.started_at,
  usage: {
    cache_read: row.cache_read,
    cache_write_1h: row.cache_write_1h,
    cache_write_5m: row.cache_write_5m,
    input: row.input,
    output: row.output,
    reasoning: row.reasoning,
  },
  usage_source: wordOf(USAGE_SOURCES, row.usage_source),
  version: 1,
})

/** The leaf of a row, which is that of its call, made in a third of the time. */
export const leafOfRow = (row: CallRow): Buffer => hashLeaf(Buffer.from(JSON.stringify(callOf(row)), 'utf8'))

/** The leaf of a call, in whatever order its members come. */
export const leafOf = (call: ReceiptCall): Buffer => hashLeaf(Buffer.from(canonicalJson(call), 'utf8'))

function known<Value>(value: Value | null): Value {
  if (value === null) throw new RangeError('the catalogue lacks what a call names')
  return value
}

const wordOf = <Word extends string>(words: readonly Word[], index: number): Word => known(words[index] ?? null)
