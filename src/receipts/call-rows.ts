import { pricesOfVersions } from '../catalog/index.ts'
import { type Database, sql } from '../db/index.ts'
import {
  type ClassName,
  cardOf,
  formatMultiplier,
  inputTokensOf,
  MORE_CLASSES,
  NAMED_CLASSES,
  type NamedClass,
  OUTCOMES,
  type Price,
  type RateCard,
  REPORTED_MODELS,
  SERVICE_TIERS,
  settledStageOf,
  USAGE_SOURCES,
  type Usage,
  type UsageClass,
} from '../spec/index.ts'
import { type StoredUsage, usageOfStored } from '../usage/index.ts'
import { canonicalJson } from './canonical-json.ts'
import { hashLeafText, writeLeafHash } from './merkle.ts'
import type { FirstCall, ReceiptCall, SecondCall } from './shape.ts'

/** A settled call with the names that its numbers stand for; amounts and time as they stand in the receipt. */
export type CallRow = StoredUsage & {
  readonly commit: bigint
  readonly posted_day: string
  readonly request_id: string
  readonly account_id: string
  readonly key_id: string
  readonly started_at: string
  readonly model_serial: number
  readonly route_serial: number
  readonly model: string | null
  readonly upstream: string | null
  readonly upstream_model: string | null
  readonly reported_model: number
  readonly outcome: number
  readonly usage_source: number
  readonly first_byte_ms: number | null
  readonly price_version: number
  /** Null in rows that are older than multipliers: their receipt is of version 1 for good. */
  readonly multiplier: number | null
  readonly service_tier: number | null
  readonly reported_input: number | null
  readonly reported_output: number | null
  readonly hold: string
  readonly cost: string
  readonly covered: string | null
  readonly covered_by: string | null
  readonly shortfall: string
}

/**
 * The columns of CallRow and where they come from. Names are never changed under a serial number, nor prices under theirs, so a call
 * reads the same at any time.
 */
export const CALL_ROWS = sql`
  select e.commit, e.posted_day, e.request_id, e.account_id, e.key_id,
    to_char(e.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as started_at, e.model_serial, e.route_serial, m.id as model,
    u.id as upstream, r.upstream_model, e.reported_model, e.outcome, e.usage_source, e.first_byte_ms, e.input, e.cache_read, e.cache_write_5m,
    e.cache_write_1h, e.output, e.reasoning, e.more, e.price_version, e.multiplier, e.service_tier, e.reported_input, e.reported_output,
    e.hold::text as hold, e.cost::text as cost, e.covered::text as covered, e.covered_by,
    e.shortfall::text as shortfall
  from usage_event e left join model m on m.serial = e.model_serial
    left join route r on r.serial = e.route_serial left join upstream u on u.serial = r.upstream_serial`

/** The prices that rows were charged by; read once for all of them, as rows share a few. */
export type Prices = ReadonlyMap<number, Price>

/** The prices of rows. */
export const readPrices = (database: Database, rows: readonly CallRow[]): Promise<Prices> =>
  pricesOfVersions(
    database,
    rows.map((row) => row.price_version),
  )

/**
 * What the receipt of a call says, with members in the order of canonical JSON, so that the plain writer spells it canonically. Throws
 * RangeError when the catalogue lacks what the row names.
 */
export function callOf(row: CallRow, prices: Prices): ReceiptCall {
  const price = known(prices.get(row.price_version) ?? null)
  return row.multiplier === null ? firstCallOf(row, price) : secondCallOf(row, price, row.multiplier)
}

/** Version 2: all classes, but only those that were used, at the card that applied, times the multiplier. */
function secondCallOf(row: CallRow, price: Price, multiplier: number): SecondCall {
  const usage = usageOfStored(row)
  const serviceTier = wordOf(SERVICE_TIERS, row.service_tier ?? 0)
  const card = cardOf(price, inputTokensOf(usage), serviceTier)
  const { used, rates } = usedOf(row.more === null ? USUAL : NAMED_CLASSES, usage, card)
  const outcome = wordOf(OUTCOMES, row.outcome)
  const usageSource = wordOf(USAGE_SOURCES, row.usage_source)
  return {
    account_id: row.account_id,
    card: { prompt_above: card.inputAbove, service_tier: card.serviceTier },
    cost_nano_usd: row.cost,
    ...(row.covered !== null && row.covered_by !== null && { covered_by: row.covered_by, covered_nano_usd: row.covered }),
    day: row.posted_day,
    hold_nano_usd: row.hold,
    key_id: row.key_id,
    model: known(row.model),
    multiplier: formatMultiplier(multiplier),
    outcome,
    price_version: row.price_version,
    rates,
    ...(row.reported_input !== null && { reported: { input: row.reported_input, output: row.reported_output ?? 0 } }),
    reported_model: wordOf(REPORTED_MODELS, row.reported_model),
    request_id: row.request_id,
    route: routeOf(row),
    service_tier: serviceTier,
    shortfall_nano_usd: row.shortfall,
    stage: settledStageOf({ outcome, usageSource, firstByteMs: row.first_byte_ms }),
    started_at: row.started_at,
    usage: used,
    usage_source: usageSource,
    version: 2,
  }
}

type Used = { readonly used: Partial<Record<ClassName, number>>; readonly rates: Partial<Record<ClassName, string>> }

/** What was used, and at which rates. */
function usedOf(classes: readonly NamedClass[], usage: Usage, { rates }: RateCard): Used {
  const found: Used = { used: {}, rates: {} }
  for (const { class: key, name } of classes) {
    const count = usage[key]
    if (count === 0) continue
    found.used[name] = count
    found.rates[name] = rates[key].toString()
  }
  return found
}

const RARE: ReadonlySet<UsageClass> = new Set(MORE_CLASSES)
/** Classes that a row without `more` can have. */
const USUAL = NAMED_CLASSES.filter((named) => !RARE.has(named.class))

/** Version 1, from before there were multipliers: five rates, all of them always. */
function firstCallOf(row: CallRow, price: Price): FirstCall {
  const { rates } = cardOf(price, 0, 'standard')
  return {
    account_id: row.account_id,
    cost_nano_usd: row.cost,
    day: row.posted_day,
    hold_nano_usd: row.hold,
    key_id: row.key_id,
    model: known(row.model),
    outcome: wordOf(OUTCOMES, row.outcome),
    price_version: row.price_version,
    rates: {
      cache_read: rates.cacheRead.toString(),
      cache_write_1h: rates.cacheWrite1h.toString(),
      cache_write_5m: rates.cacheWrite5m.toString(),
      input: rates.input.toString(),
      output: rates.output.toString(),
    },
    reported_model: wordOf(REPORTED_MODELS, row.reported_model),
    request_id: row.request_id,
    route: routeOf(row),
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
  }
}

/** Who answered a call, and the name the model has there; null when nobody was called. */
export const routeOf = (row: Pick<CallRow, 'upstream' | 'upstream_model'>): ReceiptCall['route'] =>
  row.upstream === null ? null : { model: known(row.upstream_model), upstream: row.upstream }

/** Writes the leaf of a row at a place of bytes: that of its call, made in a third of the time. Throws RangeError as `callOf` does. */
export const writeLeafOfRow = (row: CallRow, prices: Prices, { leaves, at }: LeafPlace): void =>
  writeLeafHash(JSON.stringify(callOf(row, prices)), leaves, at)

type LeafPlace = { readonly leaves: Buffer; readonly at: number }

/** The leaf of a call, in whatever order its members come. */
export const leafOf = (call: ReceiptCall): Buffer => hashLeafText(canonicalJson(call))

function known<Value>(value: Value | null): Value {
  if (value === null) throw new RangeError('the catalogue lacks what a call names')
  return value
}

/** The word of a list at a place. Throws RangeError where there is none. */
export const wordOf = <Word extends string>(words: readonly Word[], index: number): Word => known(words[index] ?? null)
