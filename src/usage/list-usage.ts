import { pricesOfVersions } from '../catalog/index.ts'
import { type Database, type Sql, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { formatUsd, isUtcDay, isUuid } from '../lib/index.ts'
import {
  billingRuleText,
  OUTCOMES,
  type Outcome,
  type Price,
  REPORTED_MODELS,
  type ReportedModel,
  USAGE_SOURCES,
  type UsageSource,
} from '../spec/index.ts'
import { inIndexOrder } from './in-index-order.ts'
import { keysOf } from './keys-of-member.ts'
import {
  type ShownPieces,
  type ShownTerms,
  type ShownTokens,
  type StoredTerms,
  type StoredUsage,
  showTerms,
  showUsage,
  usageOfStored,
} from './shown-usage.ts'

/**
 * A settled call as the operator sees it. Amounts are decimal strings of USD; `first_byte_ms` is null when no byte came. What the upstream
 * asks of the house and what is left of what was paid then are for no customer to see; both are null where nobody said.
 */
export type UsageRow = ShownTerms & {
  readonly request_id: string
  readonly at: string
  readonly model: string
  readonly key_id: string
  readonly tokens: ShownTokens
  readonly pieces: ShownPieces
  readonly cost: string
  readonly hold: string
  /** What a plan paid instead, and the subscription of it; null where the balance paid. */
  readonly covered: string | null
  readonly covered_by: string | null
  readonly shortfall: string
  readonly upstream_cost: string | null
  readonly margin: string | null
  readonly outcome: Outcome
  /** Who pays for a call that ended so, and why, as a sentence. */
  readonly billing_rule: string
  readonly status: number
  readonly usage_source: UsageSource
  readonly reported_model: ReportedModel
  readonly is_stream: boolean
  readonly is_suspect: boolean
  readonly latency_ms: number
  readonly first_byte_ms: number | null
}

/**
 * Which calls to list: those of an account before `cursor`, at most `limit`; of one key, of one model, of one outcome, of the keys that one member
 * made, of one UTC day ("2026-11-21") by which they began, where that is said.
 */
export type UsagePage = {
  readonly accountId: string
  readonly cursor?: string | undefined
  readonly limit: number
  readonly keyId?: string | undefined
  readonly model?: string | undefined
  readonly outcome?: Outcome | undefined
  readonly memberId?: string | undefined
  readonly day?: string | undefined
}

/**
 * A page of calls. `next` is the cursor of the following one; there is one where calls remain that were not looked at, so that a page can hold fewer
 * calls than were asked for, or none. `searchedTo` is how far back the page looked then.
 */
export type UsageList = { readonly rows: readonly UsageRow[]; readonly next: string | undefined; readonly searchedTo: Date | undefined }

/** How many calls are looked at for one page, however few of them are those that are asked for. */
export const LOOKED_AT_MAX = 5_000

/** An account's settled calls, newest first. Fails with account_unknown, invalid_field (cursor). */
export async function listUsage(database: Database, page: UsagePage): Promise<UsageList> {
  if (!isUuid(page.accountId)) fail('account_unknown')
  if ([page.keyId, page.memberId].some((id) => id !== undefined && !isUuid(id))) return { rows: [], next: undefined, searchedTo: undefined }
  const after = page.cursor === undefined ? BEGINNING : parseCursor(page.cursor)
  const of = chosen(page, after)
  const isSparse = [page.model, page.outcome, page.memberId].some((one) => one !== undefined)
  const { back, rows } = await inIndexOrder(database, async (tx) => {
    // Without a bound each day would give its first calls, to be sorted by what no index has.
    const bound = await boundOf(tx, of, isSparse ? LOOKED_AT_MAX : page.limit)
    return { back: isSparse ? bound : undefined, rows: await readRows(tx, { page, of, back: bound }) }
  })
  const shown = rows.slice(0, page.limit)
  const last = shown.at(-1)
  const prices = await pricesOfVersions(
    database,
    shown.map((row) => row.price_version),
  )
  const isFull = rows.length > page.limit && last !== undefined
  return {
    rows: shown.map((row) => showRow(row, prices)),
    next: isFull ? writeCursor(last) : back && `${back.exact}~${FIRST_UUID}`,
    searchedTo: isFull ? undefined : back && new Date(back.exact),
  }
}

/** The condition that an index answers, newest first: calls of the account, or of its key, before a place, of a day where that is said. */
function chosen({ accountId, keyId, day }: UsagePage, after: Place): Sql {
  // Of two indices that could serve, only that of the key is good for a key; this way of saying it leaves no other.
  const whose =
    keyId === undefined
      ? sql`account_id = ${accountId}::uuid`
      : sql`key_id = ${keyId}::uuid and account_id is not distinct from ${accountId}::uuid`
  const until = sql`${after.startedAt}::timestamptz`
  const before = sql`started_at <= ${until} and (started_at, request_id) < (${until}, ${after.requestId}::uuid)`
  if (day === undefined) return sql`${whose} and ${before}`
  // A call can be in the partition of the day after, as that comes with the hold; clocks may differ by a little.
  return sql`${whose} and ${before} and started_at >= ${`${day}T00:00:00Z`}::timestamptz
    and started_at < ${`${day}T00:00:00Z`}::timestamptz + interval '1 day'
    and day between ${day}::date - 1 and ${day}::date + 1`
}

type Bound = { readonly exact: string }

/** The time of the call that so many are newer than, down to which calls are looked at for a page; undefined when that is all of them. */
async function boundOf(database: Database, of: Sql, newer: number): Promise<Bound | undefined> {
  const [row] = await database.query<Bound>(sql`
    select ${EXACT} as exact from usage_event where ${of} order by started_at desc offset ${newer} limit 1`)
  return row
}

const EXACT = sql`to_char(started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

type Reading = { readonly page: UsagePage; readonly of: Sql; readonly back: Bound | undefined }

async function readRows(database: Database, { page, of, back }: Reading): Promise<readonly StoredRow[]> {
  const { accountId, model, outcome, memberId } = page
  const ending = outcome === undefined ? null : OUTCOMES.indexOf(outcome)
  const keys = memberId === undefined ? undefined : await keysOf(database, accountId, memberId)
  return await database.query<StoredRow>(sql`
    select usage_event.*, model.id as model, ${EXACT} as started_at_exact
    from usage_event join model on model.serial = usage_event.model_serial
    where ${of} and ${back === undefined ? sql`true` : sql`started_at >= ${back.exact}::timestamptz`}
      and (${model ?? null}::text is null or model.id = ${model ?? null}::text)
      and (${ending}::smallint is null or outcome = ${ending}::smallint)
      and (${keys ?? null}::uuid[] is null or key_id = any(${keys ?? null}::uuid[]))
    order by started_at desc, request_id desc limit ${page.limit + 1}`)
}

type StoredRow = StoredUsage &
  StoredTerms & {
    readonly request_id: string
    readonly started_at: Date
    readonly started_at_exact: string
    readonly model: string
    readonly key_id: string
    readonly outcome: number
    readonly status: number
    readonly usage_source: number
    readonly reported_model: number
    readonly is_stream: boolean
    readonly is_suspect: boolean
    readonly latency_ms: number
    readonly first_byte_ms: number | null
    readonly hold: bigint
    readonly cost: bigint
    readonly covered: bigint | null
    readonly covered_by: string | null
    readonly shortfall: bigint
    readonly upstream_cost: bigint | null
  }

const showRow = (row: StoredRow, prices: ReadonlyMap<number, Price>): UsageRow => ({
  request_id: row.request_id,
  at: row.started_at.toISOString(),
  model: row.model,
  key_id: row.key_id,
  ...showUsage(usageOfStored(row)),
  cost: formatUsd(row.cost),
  hold: formatUsd(row.hold),
  covered: row.covered === null ? null : formatUsd(row.covered),
  covered_by: row.covered_by,
  shortfall: formatUsd(row.shortfall),
  upstream_cost: row.upstream_cost === null ? null : formatUsd(row.upstream_cost),
  margin: row.upstream_cost === null ? null : formatUsd(row.cost + (row.covered ?? 0n) - row.upstream_cost),
  ...showTerms(row, prices),
  outcome: wordOf(OUTCOMES, row.outcome),
  billing_rule: billingRuleText({
    outcome: wordOf(OUTCOMES, row.outcome),
    usageSource: wordOf(USAGE_SOURCES, row.usage_source),
    firstByteMs: row.first_byte_ms,
  }),
  status: row.status,
  usage_source: wordOf(USAGE_SOURCES, row.usage_source),
  reported_model: wordOf(REPORTED_MODELS, row.reported_model),
  is_stream: row.is_stream,
  is_suspect: row.is_suspect,
  latency_ms: row.latency_ms,
  first_byte_ms: row.first_byte_ms,
})

/** The word that a number stands for in the books; throws RangeError when there is none. */
export function wordOf<Word extends string>(words: readonly Word[], index: number): Word {
  const word = words[index]
  if (word === undefined) throw new RangeError(`no word has the number ${index}`)
  return word
}

type Place = { readonly startedAt: string; readonly requestId: string }

// A page is continued after a row's exact time and id, so that rows that arrive meanwhile neither repeat nor hide another.
const FIRST_UUID = '00000000-0000-0000-0000-000000000000'
const BEGINNING: Place = { startedAt: 'infinity', requestId: FIRST_UUID }
const CURSOR = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)~([0-9a-f-]{36})$/

const writeCursor = (row: StoredRow): string => `${row.started_at_exact}~${row.request_id}`

function parseCursor(cursor: string): Place {
  const [, startedAt = '', requestId = ''] = CURSOR.exec(cursor) ?? []
  if (!isUuid(requestId) || Number.isNaN(Date.parse(startedAt)) || !isUtcDay(startedAt.slice(0, 10)))
    fail('invalid_field', { field: 'cursor', expected: 'the "next" of the page before' })
  return { startedAt, requestId }
}
