import { pricesOfVersions } from '../catalog/index.ts'
import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { formatUsd, isUuid } from '../lib/index.ts'
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

/** Which calls to list: those of an account before `cursor`, at most `limit`; of one key, of one model, of one outcome where that is said. */
export type UsagePage = {
  readonly accountId: string
  readonly cursor?: string | undefined
  readonly limit: number
  readonly keyId?: string | undefined
  readonly model?: string | undefined
  readonly outcome?: Outcome | undefined
}

/** An account's settled calls, newest first; `next` is the cursor of the following page. Fails with invalid_field (cursor). */
export async function listUsage(
  database: Database,
  page: UsagePage,
): Promise<{ readonly rows: readonly UsageRow[]; readonly next: string | undefined }> {
  const { keyId, model, outcome } = page
  if (!isUuid(page.accountId)) fail('account_unknown')
  if (keyId !== undefined && !isUuid(keyId)) return { rows: [], next: undefined }
  const ending = outcome === undefined ? null : OUTCOMES.indexOf(outcome)
  const after = page.cursor === undefined ? BEGINNING : parseCursor(page.cursor)
  const rows = await database.query<StoredRow>(sql`
    select usage_event.*, model.id as model,
      to_char(started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as started_at_exact
    from usage_event join model on model.serial = usage_event.model_serial
    where account_id = ${page.accountId} and (started_at, request_id) < (${after.startedAt}::timestamptz, ${after.requestId}::uuid)
      and (${keyId ?? null}::uuid is null or key_id = ${keyId ?? null}::uuid)
      and (${model ?? null}::text is null or model.id = ${model ?? null}::text)
      and (${ending}::smallint is null or outcome = ${ending}::smallint)
    order by started_at desc, request_id desc limit ${page.limit + 1}`)
  const shown = rows.slice(0, page.limit)
  const last = shown.at(-1)
  const prices = await pricesOfVersions(
    database,
    shown.map((row) => row.price_version),
  )
  return {
    rows: shown.map((row) => showRow(row, prices)),
    next: rows.length > page.limit && last !== undefined ? writeCursor(last) : undefined,
  }
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
const BEGINNING: Place = { startedAt: 'infinity', requestId: '00000000-0000-0000-0000-000000000000' }
const CURSOR = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)~([0-9a-f-]{36})$/

const writeCursor = (row: StoredRow): string => `${row.started_at_exact}~${row.request_id}`

function parseCursor(cursor: string): Place {
  const [, startedAt = '', requestId = ''] = CURSOR.exec(cursor) ?? []
  if (!isUuid(requestId) || Number.isNaN(Date.parse(startedAt)))
    fail('invalid_field', { field: 'cursor', expected: 'the "next" of the page before' })
  return { startedAt, requestId }
}
