import { pricesOfVersions } from '../catalog/index.ts'
import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { formatUsd, isUtcDay, isUuid } from '../lib/index.ts'
import { billingRuleText, OUTCOMES, type Outcome, type Price, USAGE_SOURCES, type UsageSource } from '../spec/index.ts'
import { wordOf } from './list-usage.ts'
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

/** One call of a bill with all that its charge follows from; amounts are decimal strings of USD. `posted_day` is the UTC day it is charged to. */
export type BillRow = ShownTerms & {
  readonly request_id: string
  readonly at: string
  readonly posted_day: string
  readonly model: string
  readonly outcome: Outcome
  readonly billing_rule: string
  readonly usage_source: UsageSource
  readonly tokens: ShownTokens
  readonly pieces: ShownPieces
  readonly hold: string
  readonly cost: string
  /** What a plan paid instead, and the subscription of it; absent where the balance paid. */
  readonly covered?: string
  readonly covered_by?: string
  readonly shortfall: string
}

/** What the books say of an account's month: the sums that are charged, or will be when their days are closed; what plans paid, if they did. */
export type PostedSums = { readonly calls: number; readonly cost: string; readonly covered?: string; readonly shortfall: string }

/** Which rows: those charged to an account in a month ("2026-11") after `cursor`, at most `limit`. */
export type BillPage = {
  readonly accountId: string
  readonly month: string
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A month of an account, oldest first, and what the books say of it at the same moment. Fails with invalid_field (month, cursor). */
export async function listBill(
  database: Database,
  page: BillPage,
): Promise<{ readonly rows: readonly BillRow[]; readonly next: string | undefined; readonly posted: PostedSums }> {
  const first = `${page.month}-01`
  if (!MONTH.test(page.month)) fail('invalid_field', { field: 'month', expected: 'a month such as 2026-11' })
  const after = page.cursor === undefined ? BEGINNING : parseCursor(page.cursor)
  return await database.transaction(async (tx) => {
    await tx.query(sql`set transaction isolation level repeatable read read only`)
    // Before the snapshot is taken: a purge that writes a partition anew is not seen as one that emptied it.
    await tx.query(sql`lock table usage_event in access share mode`)
    const rows = await readRows(tx, page, after)
    const [sums] = await tx.query<SumRow>(sql`
      select coalesce(sum(calls), 0)::bigint as calls, coalesce(sum(cost), 0)::bigint as cost,
        coalesce(sum(covered), 0)::bigint as covered, coalesce(sum(shortfall), 0)::bigint as shortfall
      from usage_day where account_id = ${page.accountId} and day >= ${first}::date and day < ${first}::date + interval '1 month'`)
    const shown = rows.slice(0, page.limit)
    const last = shown.at(-1)
    const next = rows.length > page.limit && last !== undefined ? writeCursor(last) : undefined
    const prices = await pricesOfVersions(
      tx,
      shown.map((row) => row.price_version),
    )
    return { rows: shown.map((row) => showRow(row, prices)), next, posted: showSums(sums) }
  })
}

/** The rows of a page and one more, day by day, so that a page sorts the calls of a day or two and not of its month. */
async function readRows(tx: Database, { accountId, month, limit }: BillPage, after: Place): Promise<readonly StoredRow[]> {
  const first = `${month}-01`
  const days = await tx.query<{ day: string }>(sql`
    select day::text as day from usage_day
    where account_id = ${accountId} and day >= ${first}::date and day < ${first}::date + interval '1 month' and day >= ${after.day}::date
    order by day`)
  const rows: StoredRow[] = []
  for (const { day } of days) {
    if (rows.length > limit) break
    const { startedAt, requestId } = day === after.day ? after : BEGINNING
    const more = await tx.query<StoredRow>(sql`
      select usage_event.*, model.id as model, to_char(started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as started_at_exact
      from usage_event join model on model.serial = usage_event.model_serial
      where account_id = ${accountId} and posted_day = ${day}::date
        and (started_at, request_id) > (${startedAt}::timestamptz, ${requestId}::uuid)
      order by started_at, request_id limit ${limit + 1 - rows.length}`)
    rows.push(...more)
  }
  return rows
}

const MONTH = /^20\d\d-(?:0[1-9]|1[0-2])$/

type StoredRow = StoredUsage &
  StoredTerms & {
    readonly request_id: string
    readonly started_at: Date
    readonly started_at_exact: string
    readonly posted_day: string
    readonly model: string
    readonly outcome: number
    readonly usage_source: number
    readonly first_byte_ms: number | null
    readonly hold: bigint
    readonly cost: bigint
    readonly covered: bigint | null
    readonly covered_by: string | null
    readonly shortfall: bigint
  }
type SumRow = { readonly calls: bigint; readonly cost: bigint; readonly covered: bigint; readonly shortfall: bigint }

const showSums = (sums: SumRow | undefined): PostedSums => ({
  calls: Number(sums?.calls ?? 0n),
  cost: formatUsd(sums?.cost ?? 0n),
  ...(sums !== undefined && sums.covered > 0n && { covered: formatUsd(sums.covered) }),
  shortfall: formatUsd(sums?.shortfall ?? 0n),
})

function showRow(row: StoredRow, prices: ReadonlyMap<number, Price>): BillRow {
  const outcome = wordOf(OUTCOMES, row.outcome)
  const usageSource = wordOf(USAGE_SOURCES, row.usage_source)
  return {
    request_id: row.request_id,
    at: row.started_at.toISOString(),
    posted_day: row.posted_day,
    model: row.model,
    outcome,
    billing_rule: billingRuleText({ outcome, usageSource, firstByteMs: row.first_byte_ms }),
    usage_source: usageSource,
    ...showUsage(usageOfStored(row)),
    ...showTerms(row, prices),
    hold: formatUsd(row.hold),
    cost: formatUsd(row.cost),
    ...(row.covered !== null && row.covered_by !== null && { covered: formatUsd(row.covered), covered_by: row.covered_by }),
    shortfall: formatUsd(row.shortfall),
  }
}

type Place = { readonly day: string; readonly startedAt: string; readonly requestId: string }

const BEGINNING: Place = { day: '2000-01-01', startedAt: '-infinity', requestId: '00000000-0000-0000-0000-000000000000' }
const CURSOR = /^(\d{4}-\d\d-\d\d)~(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)~([0-9a-f-]{36})$/

const writeCursor = (row: StoredRow): string => `${row.posted_day}~${row.started_at_exact}~${row.request_id}`

function parseCursor(cursor: string): Place {
  const [, day = '', startedAt = '', requestId = ''] = CURSOR.exec(cursor) ?? []
  if (!isUuid(requestId) || Number.isNaN(Date.parse(startedAt)) || ![day, startedAt].every((text) => isUtcDay(text.slice(0, 10))))
    fail('invalid_field', { field: 'cursor', expected: 'the "next" of the page before' })
  return { day, startedAt, requestId }
}
