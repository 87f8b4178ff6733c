import { type Database, sql } from '../db/index.ts'
import { isoDate, type NanoUsd } from '../lib/index.ts'
import { type Comparison, type Difference, type Figures, PARTS, type Part, REPORT_STATES, type ReportState } from './difference.ts'

/** What was found when a day was last looked at; `checkedAt` is milliseconds since 1970. */
export type ReconciledDay = { readonly day: string; readonly checkedAt: number; readonly comparisons: readonly Comparison[] }

/** How long the results are kept, in days: as long as the rows of calls that they were made from, which explain them. */
const KEPT_DAYS = 90

/** Writes what was found of a day in place of what was found before, and forgets what is too old. */
export async function storeDay(database: Database, found: ReconciledDay): Promise<void> {
  const { day, comparisons } = found
  const checkedAt = new Date(found.checkedAt).toISOString()
  await database.transaction(async (tx) => {
    await tx.query(sql`delete from reconciliation where day = ${day}::date or day < ${checkedAt}::date - ${KEPT_DAYS}::integer`)
    await tx.query(sql`delete from rail_entry where day < ${checkedAt}::date - ${KEPT_DAYS}::integer`)
    await tx.query(sql`delete from rail_day where day < ${checkedAt}::date - ${KEPT_DAYS}::integer`)
    for (const comparison of comparisons) {
      const { part, source, report, reportCode, ours, theirs, over, under, loss, isAlarming } = comparison
      await tx.query(sql`
        insert into reconciliation (day, part, source, report, report_code, ours, theirs, over_amount, under_amount, loss, is_alarming, checked_at)
        values (${day}::date, ${part}, ${source}, ${report}, ${reportCode ?? null}, ${ours}::bigint, ${theirs}::bigint, ${over}::bigint,
          ${under}::bigint, ${loss}::bigint, ${isAlarming}, ${checkedAt}::timestamptz)
        on conflict (day, part, source) do nothing`)
      for (const difference of comparison.differences) await storeItem(tx, { day, part, source }, difference)
    }
  })
}

type Place = { readonly day: string; readonly part: Part; readonly source: string }

async function storeItem(tx: Database, { day, part, source }: Place, { name, side, ours, theirs }: Difference): Promise<void> {
  await tx.query(sql`
    insert into reconciliation_item (day, part, source, name, side, ours_calls, theirs_calls, ours_input, theirs_input, ours_output,
      theirs_output, ours_amount, theirs_amount)
    values (${day}::date, ${part}, ${source}, ${name}, ${side}, ${ours.calls ?? null}::bigint, ${theirs.calls ?? null}::bigint,
      ${ours.input ?? null}::bigint, ${theirs.input ?? null}::bigint, ${ours.output ?? null}::bigint, ${theirs.output ?? null}::bigint,
      ${ours.amount ?? null}::bigint, ${theirs.amount ?? null}::bigint)
    on conflict (day, part, source, name) do nothing`)
}

/** Days that were looked at, newest first: at most `limit` before the day `before`. */
export async function readDays(
  database: Database,
  page: { readonly before?: string | undefined; readonly limit: number },
): Promise<readonly ReconciledDay[]> {
  const days = await database.query<{ day: string }>(sql`
    select distinct day from reconciliation where day < coalesce(${page.before ?? null}::date, 'infinity') order by day desc limit ${page.limit}`)
  return await readThese(
    database,
    days.map(({ day }) => day),
  )
}

/** What was found of a day; undefined when it was not looked at. */
export async function readDay(database: Database, day: string): Promise<ReconciledDay | undefined> {
  return (await readThese(database, [day]))[0]
}

type Row = {
  readonly day: string
  readonly part: string
  readonly source: string
  readonly report: string
  readonly report_code: string | null
  readonly ours: NanoUsd
  readonly theirs: NanoUsd
  readonly over_amount: NanoUsd
  readonly under_amount: NanoUsd
  readonly loss: NanoUsd
  readonly is_alarming: boolean
  readonly checked_at: Date
}

type ItemRow = Pick<Row, 'day' | 'part' | 'source'> & {
  readonly name: string
  readonly side: Difference['side']
} & { readonly [Figure in `${'ours' | 'theirs'}_${'calls' | 'input' | 'output' | 'amount'}`]: bigint | null }

async function readThese(database: Database, days: readonly string[]): Promise<readonly ReconciledDay[]> {
  const rows = await database.query<Row>(sql`
    select * from reconciliation where day = any(${[...days]}::date[]) order by day desc, part, source collate "C"`)
  const items = await database.query<ItemRow>(sql`
    select * from reconciliation_item where day = any(${[...days]}::date[]) order by day desc, part, source, name collate "C"`)
  const placed = Map.groupBy(items, placeOf)
  return [...Map.groupBy(rows, ({ day }) => day)].map(([day, of]) => ({
    day,
    checkedAt: Math.max(...of.map((row) => row.checked_at.getTime())),
    comparisons: of.map((row) => comparisonOf(row, placed.get(placeOf(row)) ?? [])),
  }))
}

const placeOf = ({ day, part, source }: Pick<Row, 'day' | 'part' | 'source'>): string => `${day} ${part} ${source}`

const comparisonOf = (row: Row, items: readonly ItemRow[]): Comparison => ({
  ...{ part: wordOf<Part>(PARTS, row.part), source: row.source, report: wordOf<ReportState>(REPORT_STATES, row.report) },
  ...{ reportCode: row.report_code ?? undefined, ours: row.ours, theirs: row.theirs, over: row.over_amount, under: row.under_amount },
  ...{ loss: row.loss, isAlarming: row.is_alarming },
  differences: items.map((item) => ({
    name: item.name,
    side: item.side,
    ours: figuresOf(item, 'ours'),
    theirs: figuresOf(item, 'theirs'),
  })),
})

function wordOf<Word extends string>(words: readonly Word[], text: string): Word {
  const found = words.find((word) => word === text)
  if (found === undefined) throw new RangeError('a word that the table does not allow')
  return found
}

function figuresOf(item: ItemRow, who: 'ours' | 'theirs'): Figures {
  const number = (name: 'calls' | 'input' | 'output'): number | undefined => {
    const told = item[`${who}_${name}`]
    return told === null ? undefined : Number(told)
  }
  return { calls: number('calls'), input: number('input'), output: number('output'), amount: item[`${who}_amount`] ?? undefined }
}

/** What is told to whoever watches, of the days since one, in days since 1970: losses, money that differs by part, alarms. */
export type Watch = { readonly loss: NanoUsd; readonly apart: Readonly<Record<Part, NanoUsd>>; readonly alarms: number }

/** Sums over the days since one, in days since 1970. */
export async function watchDays(database: Database, since: number): Promise<Watch> {
  const rows = await database.query<{ part: string; apart: NanoUsd; loss: NanoUsd; alarms: bigint }>(sql`
    select part, sum(over_amount + under_amount)::bigint as apart, sum(loss)::bigint as loss, count(*) filter (where is_alarming) as alarms
    from reconciliation where day >= ${isoDate(since)}::date group by part`)
  const apart = { ledger: 0n, rail: 0n, provider: 0n }
  for (const row of rows) apart[wordOf<Part>(PARTS, row.part)] = row.apart
  return {
    loss: rows.reduce((sum, row) => sum + row.loss, 0n),
    apart,
    alarms: rows.reduce((sum, row) => sum + Number(row.alarms), 0),
  }
}
