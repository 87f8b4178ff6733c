import { type Database, sql } from '../db/index.ts'
import { HOUSE, type Ledger } from '../ledger/index.ts'
import { errorCode, isoTime, type Log, type NanoUsd } from '../lib/index.ts'
import { uptimeOf } from './minutes.ts'

/** What is promised: how much of a month's minutes the service is there, and what part of a month's spending is credited else, in millionths. */
export type SlaTerms = {
  readonly target: number
  readonly credit: number
  /** The plans whose members it holds for, by the plan of the account or by a subscription in the month; undefined: everybody. */
  readonly plans: readonly string[] | undefined
}

/** What the job works with; `database` has the role farebox_app. */
export type SlaParts = {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'credit'>
  readonly terms: SlaTerms
  readonly log: Log
}

/** A month that was judged: minutes, whether the target was missed, and what was credited. */
export type JudgedMonth = {
  readonly month: string
  readonly up: number
  readonly counted: number
  readonly target: number
  readonly isMissed: boolean
  readonly accounts: number
  readonly amount: NanoUsd
}

const MILLION = 1_000_000n
const PAGE = 500
const MONTHS_MAX = 24
const REASON = 'the service was less available than promised'

/**
 * Judges the month before this one once its days are closed, by the terms that hold then, and credits every account its part of what it spent; a
 * crash anywhere is made good by the next run, and nobody is credited twice. Undefined when there is nothing to do, not yet, or not for all.
 */
export async function judgeLastMonth(parts: SlaParts, now: number): Promise<JudgedMonth | undefined> {
  const { database, terms } = parts
  const { month, from, to } = lastMonthOf(now)
  const [done] = await database.query(sql`select from sla_month where month = ${month}::date and done_at is not null`)
  if (done !== undefined || !(await areDaysClosed(database, to))) return undefined
  const { up, counted } = await uptimeOf(database, { from, to })
  if (counted === 0) return undefined
  const isMissed = BigInt(up) * MILLION < BigInt(counted) * BigInt(terms.target)
  await database.query(sql`
    insert into sla_month (month, up, counted, target, credit, is_missed, judged_at)
    values (${month}::date, ${up}, ${counted}, ${terms.target}, ${terms.credit}, ${isMissed}, ${isoTime(now)}::timestamptz)
    on conflict (month) do nothing`)
  return await carryOut(parts, { month, from, to, now })
}

/** Carries on with months before the last one that were judged and not credited to all, as an account could not be; those that are done now. */
export async function finishMonths(parts: SlaParts, now: number): Promise<readonly JudgedMonth[]> {
  const open = await parts.database.query<{ month: string }>(sql`
    select month::text from sla_month where done_at is null and month < ${lastMonthOf(now).month}::date order by month limit ${MONTHS_MAX}`)
  const done: JudgedMonth[] = []
  for (const { month } of open) {
    const at = new Date(`${month}T00:00:00Z`)
    const to = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1)
    const judged = await carryOut(parts, { month, from: at.getTime(), to, now })
    if (judged !== undefined) done.push(judged)
  }
  return done
}

type Month = { readonly month: string; readonly from: number; readonly to: number }

/**
 * Does what was judged, by the terms that were written down with it. Who cannot be credited holds up nobody; the month is not done then, which
 * resolves with undefined.
 */
async function carryOut(
  { database, ledger, terms, log }: SlaParts,
  { month, from, to, now }: Month & { readonly now: number },
): Promise<JudgedMonth | undefined> {
  const [judged] = await database.query<{ up: number; counted: number; target: number; credit: number; is_missed: boolean }>(sql`
    select up, counted, target, credit, is_missed from sla_month where month = ${month}::date`)
  if (judged === undefined) throw new TypeError('a month that was judged is not there')
  let [accounts, failed, amount] = [0, 0, 0n]
  for (let after: string | undefined; judged.is_missed; ) {
    const spenders = await listSpenders(database, { range: { from, to }, plans: terms.plans, after })
    for (const { accountId, spent } of spenders) {
      const credit = (spent * BigInt(judged.credit)) / MILLION
      if (credit <= 0n) continue
      try {
        await ledger.credit({ accountId, amount: credit, kind: 'promotion', sourceKey: `sla:${month}:${accountId}`, reason: REASON })
        accounts += 1
        amount += credit
      } catch (thrown) {
        log({ event: 'month-uncredited', account: accountId, day: month, code: errorCode(thrown) })
        failed += 1
      }
    }
    if (spenders.length < PAGE) break
    after = spenders.at(-1)?.accountId
  }
  if (failed > 0) return undefined
  await database.query(sql`
    update sla_month set accounts = ${accounts}, amount = ${amount}::bigint, done_at = ${isoTime(now)}::timestamptz where month = ${month}::date`)
  const { up, counted, target, is_missed: isMissed } = judged
  return { month, up, counted, target, isMissed, accounts, amount }
}

type Asked = {
  readonly range: { readonly from: number; readonly to: number }
  readonly plans: readonly string[] | undefined
  readonly after: string | undefined
}

/** What accounts spent in a range of days, by what the journal says: usage and purchases less what was returned; in the order of their ids. */
async function listSpenders(
  database: Database,
  { range, plans, after }: Asked,
): Promise<readonly { readonly accountId: string; readonly spent: NanoUsd }[]> {
  const rows = await database.query<{ id: string; spent: NanoUsd }>(sql`
    with page as (
      select id from account
      where status <> 'erased' and (${after ?? null}::uuid is null or id > ${after ?? null}::uuid)
        and (${plans === undefined} or plan_id = any(${[...(plans ?? [])]}::text[]) or exists (
          select from subscription s
          where s.account_id = account.id and s.plan_id = any(${[...(plans ?? [])]}::text[]) and s.state not in ('starting', 'refused')
            and s.created_at < ${isoTime(range.to)}::timestamptz and coalesce(s.ended_at, 'infinity') > ${isoTime(range.from)}::timestamptz))
      order by id limit ${PAGE}
    )
    select page.id, coalesce((
      select sum(case when transfer.kind = 'purchase_return' then -amount else amount end) from transfer left join usage_day on transfer_id = transfer.id
      where ((debit_account = page.id and transfer.kind in ('usage', 'purchase'))
          or (credit_account = page.id and debit_account = ${HOUSE.revenue}::uuid and transfer.kind = 'purchase_return'))
        and coalesce(usage_day.day::timestamp at time zone 'UTC', transfer.created_at) >= ${isoTime(range.from)}::timestamptz
        and coalesce(usage_day.day::timestamp at time zone 'UTC', transfer.created_at) < ${isoTime(range.to)}::timestamptz
    ), 0)::bigint as spent
    from page order by page.id`)
  return rows.map(({ id, spent }) => ({ accountId: id, spent }))
}

/** Whether every day before a time is closed, so that what was spent in them is in the journal. */
async function areDaysClosed(database: Database, before: number): Promise<boolean> {
  const open = await database.query(sql`
    select from usage_day where closed_at is null and day < ${isoTime(before).slice(0, 10)}::date limit 1`)
  return open.length === 0
}

/** Months that were judged, the last first. */
export async function listJudgedMonths(database: Database): Promise<readonly JudgedMonth[]> {
  const rows = await database.query<Omit<JudgedMonth, 'isMissed'> & { is_missed: boolean }>(sql`
    select month::text, up, counted, target, is_missed, accounts, amount from sla_month order by month desc limit 24`)
  return rows.map(({ is_missed: isMissed, ...row }) => ({ ...row, isMissed }))
}

/** The month before that of a time: its first day, and its range in milliseconds. */
function lastMonthOf(now: number): Month {
  const at = new Date(now)
  const to = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1)
  const from = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - 1, 1)
  return { month: isoTime(from).slice(0, 10), from, to }
}
