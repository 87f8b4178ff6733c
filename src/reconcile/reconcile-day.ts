import type { Sealing } from '../catalog/index.ts'
import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isoDate, isoTime, isUtcDay, type Log, utcDayOf } from '../lib/index.ts'
import type { RailReport } from '../spec/index.ts'
import { compareProvider } from './compare-provider.ts'
import type { Comparison } from './difference.ts'
import { accountsApart, compareLedger } from './ledger-day.ts'
import type { ReadPage } from './provider-report.ts'
import { compareRail } from './rails.ts'
import { reportSources } from './report-sources.ts'
import { type ReconciledDay, storeDay } from './store.ts'

/** What reconciling works with; `database` has the role farebox_app, `now` is milliseconds since 1970. */
export type Reconciling = {
  readonly database: Database
  readonly sealing: Pick<Sealing, 'unseal'>
  readonly rails: readonly RailReport[]
  readonly readPage: ReadPage
  readonly log: Log
  readonly now: number
}

/** Days whose rows are surely still there to compare with. */
const DAYS_MAX = 85
/** The nightly job looks at so many days back, as reports are corrected for some days, */
const AGAIN_DAYS = 7
/** and looks at each of them again after so long. */
const AGAIN_MS = 6 * 3_600_000
/** A day on which everybody agrees can still be corrected for so long. */
const UNSURE_DAYS = 3
/** Accounts that are named in the log, of those whose books differ. */
const ACCOUNTS_LOGGED = 20

/** Compares a closed day with everything there is to compare it with, and keeps what was found. Fails with invalid_field (day), day_open. */
export async function reconcileDay(reconciling: Reconciling, day: string): Promise<ReconciledDay> {
  const { database, now, log } = reconciling
  const today = utcDayOf(now)
  const at = isUtcDay(day) ? utcDayOf(Date.parse(day)) : Number.NEGATIVE_INFINITY
  if (at < today - DAYS_MAX)
    return fail('invalid_field', { field: 'day', expected: `a day of the last ${DAYS_MAX}, such as ${isoDate(today - 1)}` })
  if (at >= today || (await isOpen(database, day))) return fail('day_open')
  const comparisons = [await compareLedger(database, day)]
  for (const rail of reconciling.rails) comparisons.push(await compareRail(database, rail, { day, now }))
  for (const source of await reportSources(database, reconciling.sealing))
    comparisons.push(await compareProvider(database, source, { day, now, readPage: reconciling.readPage }))
  const found = { day, checkedAt: now, comparisons }
  await storeDay(database, found)
  for (const comparison of comparisons) tell(log, day, comparison)
  if (comparisons.some(({ part, isAlarming }) => part === 'ledger' && isAlarming)) await tellAccounts(reconciling, day)
  return found
}

async function isOpen(database: Database, day: string): Promise<boolean> {
  const rows = await database.query(sql`select from usage_day where day = ${day}::date and closed_at is null limit 1`)
  return rows.length > 0
}

function tell(log: Log, day: string, { part, source, report, reportCode, isAlarming, over, under, loss }: Comparison): void {
  if (!isAlarming) return
  if (report === 'read') log({ event: 'reconcile-differs', day, part, source, over, under, loss })
  else log({ event: 'report-late', day, part, source, code: reportCode })
}

/** Which accounts differ is told to the log alone: what is kept of a day names nobody. */
async function tellAccounts({ database, log }: Reconciling, day: string): Promise<void> {
  for (const { accountId } of (await accountsApart(database, day)).slice(0, ACCOUNTS_LOGGED))
    log({ event: 'account-differs', day, account: accountId })
}

/** Looks at the days of the last week that were not looked at for some hours and can still say something new. Returns those it looked at. */
export async function reconcileDue(reconciling: Reconciling): Promise<readonly ReconciledDay[]> {
  const { database, now } = reconciling
  const today = utcDayOf(now)
  const done = await doneDays(database, now)
  const found: ReconciledDay[] = []
  for (let at = today - AGAIN_DAYS; at < today; at += 1) {
    const day = isoDate(at)
    if (!done.has(day) && !(await isOpen(database, day))) found.push(await reconcileDay(reconciling, day))
  }
  return found
}

/** Days that were looked at lately, and older ones on which everybody agreed. */
async function doneDays(database: Database, now: number): Promise<ReadonlySet<string>> {
  const rows = await database.query<{ day: string }>(sql`
    select day from reconciliation group by day having max(checked_at) > ${isoTime(now - AGAIN_MS)}::timestamptz
    or (day < ${isoDate(utcDayOf(now) - UNSURE_DAYS)}::date and bool_and(report in ('read', 'none'))
      and not exists (select from reconciliation_item item where item.day = reconciliation.day))`)
  return new Set(rows.map(({ day }) => day))
}
