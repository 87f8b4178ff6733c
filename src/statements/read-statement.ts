import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { openReason } from '../ledger/index.ts'
import { isoTime, isUuid, type NanoUsd } from '../lib/index.ts'
import type { SubjectKeys } from '../privacy/index.ts'
import { type Month, monthOf } from './month.ts'
import type { KindSum, ModelSum, Statement, StatementLine } from './statement.ts'

/** Which statement: of an account, of a month such as "2026-11", as it is at `now`, in milliseconds. */
export type AskedStatement = { readonly accountId: string; readonly month: string; readonly now: number }

/** What the calls of a day cost, as StatementLine and the JSON of a statement call it. */
const USAGE = 'usage'
/** More transfers than any account has in a month; with it a statement stays within some megabytes. */
const LINES_MAX = 20_000
/** A day of the month before can still be closed in its first hour; what comes later goes to the day it comes. */
const FINAL_AFTER_MS = 3_600_000

/**
 * A month of an account from one snapshot of the books: what it began with is the sum of all that was before, what it ended with is
 * today's balance less all that came after; that the lines between lead from one to the other is checked. Fails with invalid_field and
 * month_ahead (month), account_unknown, statement_too_long, and books_disagree, as a wrong statement is never shown.
 */
export async function readStatement(database: Database, subjects: Pick<SubjectKeys, 'unseal'>, asked: AskedStatement): Promise<Statement> {
  const month = monthOf(asked.month, asked.now)
  if (!isUuid(asked.accountId)) fail('account_unknown')
  return await database.transaction(async (tx) => {
    await tx.query(sql`set transaction isolation level repeatable read read only`)
    // Before the snapshot is taken: a purge that writes a partition anew is not seen as one that emptied it.
    await tx.query(sql`lock table usage_key_day in access share mode`)
    const ends = await readEnds(tx, asked.accountId, month)
    const transfers = await openReasons(subjects, asked.accountId, await readTransfers(tx, asked.accountId, month))
    const days = await readDays(tx, asked.accountId, month)
    const lines = linesOf(transfers, days, ends.opening)
    const closing = lines.at(-1)?.balance ?? ends.opening
    if (closing !== ends.closing) fail('books_disagree')
    const models = await readModels(tx, asked.accountId, month)
    return {
      ...{ accountId: asked.accountId, month: month.name, asOf: asked.now },
      ...{ opening: ends.opening, lines, sums: sumsOf(lines), closing, openFrom: openFromOf(lines, month, asked.now) },
      ...{ models, expired: expiredOf(lines, models), covered: days.reduce((sum, day) => sum + day.covered, 0n) },
    }
  })
}

type Ends = { readonly opening: NanoUsd; readonly closing: NanoUsd }
type EndsRow = {
  readonly total: string
  readonly moved_before: string
  readonly moved_after: string
  readonly used: string
  readonly used_after: string
}

/** Transfers that close a day of usage are left out throughout: they belong to the day they close, not to the moment they were made. */
async function readEnds(tx: Database, accountId: string, month: Month): Promise<Ends> {
  const [begins, ends] = [isoTime(month.beginsAt), isoTime(month.endsAt)]
  const [row] = await tx.query<EndsRow>(sql`
    with moved as (
      select transfer.created_at, case when credit_account = ${accountId}::uuid then amount else -amount end as amount
      from transfer left join usage_day on usage_day.transfer_id = transfer.id and usage_day.account_id = ${accountId}::uuid
      where (debit_account = ${accountId}::uuid or credit_account = ${accountId}::uuid) and usage_day.transfer_id is null
    ), used as (
      select day, coalesce(transfer.amount, usage_day.cost) as amount
      from usage_day left join transfer on transfer.id = usage_day.transfer_id where usage_day.account_id = ${accountId}::uuid
    )
    select (available::numeric + held)::text as total,
      (select coalesce(sum(amount), 0) from moved where created_at < ${begins}::timestamptz)::text as moved_before,
      (select coalesce(sum(amount), 0) from moved where created_at >= ${ends}::timestamptz)::text as moved_after,
      (select coalesce(sum(amount), 0) from used where day < ${month.first}::date)::text as used,
      (select coalesce(sum(amount), 0) from used where day >= ${month.after}::date)::text as used_after
    from balance where account_id = ${accountId}::uuid`)
  if (row === undefined) return fail('account_unknown')
  return {
    opening: BigInt(row.moved_before) - BigInt(row.used),
    closing: BigInt(row.total) - BigInt(row.moved_after) + BigInt(row.used_after),
  }
}

type TransferRow = {
  readonly id: string
  readonly day: string
  readonly created_at: Date
  readonly kind: string
  readonly reason_sealed: Buffer | null
  readonly amount: NanoUsd
}

type ReasonedTransfer = TransferRow & { readonly reason: string | undefined }

/** Every transfer of the month that is no day of usage, of whatever kind. */
async function readTransfers(tx: Database, accountId: string, month: Month): Promise<readonly TransferRow[]> {
  const rows = await tx.query<TransferRow>(sql`
    select transfer.id, (transfer.created_at at time zone 'UTC')::date as day, transfer.created_at, transfer.kind, transfer.reason_sealed,
      case when credit_account = ${accountId}::uuid then amount else -amount end as amount
    from transfer left join usage_day on usage_day.transfer_id = transfer.id and usage_day.account_id = ${accountId}::uuid
    where (debit_account = ${accountId}::uuid or credit_account = ${accountId}::uuid) and usage_day.transfer_id is null
      and transfer.created_at >= ${isoTime(month.beginsAt)}::timestamptz and transfer.created_at < ${isoTime(month.endsAt)}::timestamptz
    order by transfer.created_at, transfer.id limit ${LINES_MAX + 1}`)
  return rows.length > LINES_MAX ? fail('statement_too_long', { limit: LINES_MAX }) : rows
}

const openReasons = (
  subjects: Pick<SubjectKeys, 'unseal'>,
  accountId: string,
  rows: readonly TransferRow[],
): Promise<readonly ReasonedTransfer[]> =>
  Promise.all(
    rows.map(async (row) => ({ ...row, reason: await openReason(subjects, accountId, { id: row.id, reasonSealed: row.reason_sealed }) })),
  )

type DayRow = {
  readonly day: string
  readonly calls: bigint
  readonly is_closed: boolean
  readonly transfer_id: string | null
  readonly cost: NanoUsd
  readonly covered: NanoUsd
}

const readDays = (tx: Database, accountId: string, month: Month): Promise<readonly DayRow[]> =>
  tx.query<DayRow>(sql`
    select usage_day.day, usage_day.calls, closed_at is not null as is_closed, transfer_id, coalesce(transfer.amount, usage_day.cost) as cost,
      usage_day.covered
    from usage_day left join transfer on transfer.id = usage_day.transfer_id
    where usage_day.account_id = ${accountId}::uuid and day >= ${month.first}::date and day < ${month.after}::date order by day`)

/** Transfers in the order they were made, and each day's usage at its end; every line with what there was after it. */
function linesOf(transfers: readonly ReasonedTransfer[], days: readonly DayRow[], opening: NanoUsd): readonly StatementLine[] {
  const unbalanced: readonly Omit<StatementLine, 'balance'>[] = [
    ...transfers.map(({ day, created_at, kind, id, reason, amount }) => ({
      ...{ day, at: created_at.toISOString(), kind, id, reason, calls: undefined, isClosed: true, amount },
    })),
    ...days.map(({ day, calls, is_closed, transfer_id, cost }) => ({
      ...{ day, at: undefined, kind: USAGE, id: transfer_id ?? undefined, reason: undefined },
      ...{ calls: Number(calls), isClosed: is_closed, amount: -cost },
    })),
  ].toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : Number(a.at === undefined) - Number(b.at === undefined)))
  let balance = opening
  return unbalanced.map((line) => {
    balance += line.amount
    return { ...line, balance }
  })
}

function sumsOf(lines: readonly StatementLine[]): readonly KindSum[] {
  const byKind = Map.groupBy(lines, (line) => line.kind)
  const sums = [...byKind].map(([kind, of]) => ({ kind, count: of.length, amount: of.reduce((sum, line) => sum + line.amount, 0n) }))
  return sums.toSorted((a, b) => Number(a.kind === USAGE) - Number(b.kind === USAGE) || (a.kind < b.kind ? -1 : 1))
}

/** The first day whose usage can still change; a month is open until it has ended and its days are closed. */
function openFromOf(lines: readonly StatementLine[], month: Month, now: number): string | undefined {
  const open = lines.find((line) => !line.isClosed)
  if (open !== undefined) return open.day
  if (now >= month.endsAt + FINAL_AFTER_MS) return undefined
  return new Date(Math.min(now, month.endsAt - 1)).toISOString().slice(0, 10)
}

type ModelRow = {
  readonly model: string
  readonly calls: bigint
  readonly input: bigint
  readonly output: bigint
  readonly cost: bigint
  readonly covered: bigint
}

async function readModels(tx: Database, accountId: string, month: Month): Promise<readonly ModelSum[]> {
  const rows = await tx.query<ModelRow>(sql`
    select model.id as model, sum(calls)::bigint as calls, sum(cost)::bigint as cost, sum(covered)::bigint as covered,
      sum(input + cache_read + cache_write_5m + cache_write_1h + coalesce(more[1], 0) + coalesce(more[2], 0)
        + coalesce(more[5], 0))::bigint as input,
      sum(output + coalesce(more[3], 0) + coalesce(more[4], 0))::bigint as output
    from usage_key_day join model on model.serial = model_serial
    where account_id = ${accountId}::uuid and posted_day >= ${month.first}::date and posted_day < ${month.after}::date
    group by model.id order by sum(cost) desc, model.id collate "C"`)
  return rows.map(({ model, calls, input, output, cost, covered }) => ({
    ...{ model, calls: Number(calls), inputTokens: Number(input), outputTokens: Number(output), cost, covered },
  }))
}

function expiredOf(lines: readonly StatementLine[], models: readonly ModelSum[]): Statement['expired'] {
  const days = lines.filter((line) => line.kind === USAGE && line.calls !== undefined)
  const calls = days.reduce((sum, line) => sum + (line.calls ?? 0), 0) - models.reduce((sum, model) => sum + model.calls, 0)
  const cost = -days.reduce((sum, line) => sum + line.amount, 0n) - models.reduce((sum, model) => sum + model.cost, 0n)
  // Rows are never more than their days say; if they were, the two would tell different stories on one page.
  return calls < 0 || cost < 0n ? fail('books_disagree') : { calls, cost }
}
