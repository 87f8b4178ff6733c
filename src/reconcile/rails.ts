import { type Database, sql } from '../db/index.ts'
import { HOUSE } from '../ledger/index.ts'
import { isoDate, type NanoUsd, utcDayOf } from '../lib/index.ts'
import type { RailEntry, RailReport } from '../spec/index.ts'
import { amountOnly, type Comparison, type Difference, sidesOf } from './difference.ts'
import { LATE_AFTER_MS } from './tolerance.ts'

/** What the operator enters as paid, from the statement of the bank; each entry names the transfer that credited it. */
export const manualRail = (database: Database): RailReport => ({
  ...{ rail: 'manual', sourcePrefix: 'operator:', externalIdIs: 'transfer-id', isExpected: false },
  read: async (day) => {
    const listed = await database.query(sql`select from rail_day where rail = 'manual' and day = ${day}::date`)
    if (listed.length === 0) return undefined
    const rows = await database.query<{ external_id: string; amount: NanoUsd; currency: string }>(sql`
      select external_id, amount, currency from rail_entry where rail = 'manual' and day = ${day}::date order by external_id`)
    return rows.map((row) => ({ externalId: row.external_id, amount: row.amount, currency: row.currency }))
  },
  find: async (externalIds) => {
    const rows = await database.query<{ external_id: string; amount: NanoUsd; currency: string }>(sql`
      select external_id, amount, currency from rail_entry where rail = 'manual' and external_id = any(${[...externalIds]}::text[])`)
    return rows.map((row) => ({ externalId: row.external_id, amount: row.amount, currency: row.currency }))
  },
})

/** Replaces what came in by hand on a day; an entry that was listed for another day moves. */
export async function listManualDay(
  database: Database,
  listed: { readonly day: string; readonly entries: readonly RailEntry[]; readonly now: number },
): Promise<void> {
  const { day, entries, now } = listed
  await database.transaction(async (tx) => {
    await tx.query(sql`delete from rail_entry where rail = 'manual' and day = ${day}::date`)
    await tx.query(sql`
      insert into rail_entry (rail, external_id, day, amount, currency)
      select 'manual', external_id, ${day}::date, amount, currency
      from unnest(${entries.map((entry) => entry.externalId)}::text[], ${entries.map((entry) => entry.amount)}::bigint[],
        ${entries.map((entry) => entry.currency)}::text[]) as given (external_id, amount, currency)
      on conflict (rail, external_id) do update set day = excluded.day, amount = excluded.amount, currency = excluded.currency`)
    await tx.query(sql`
      insert into rail_day (rail, day, listed_at) values ('manual', ${day}::date, ${new Date(now).toISOString()}::timestamptz)
      on conflict (rail, day) do update set listed_at = excluded.listed_at`)
  })
}

type Deposit = { readonly externalId: string; readonly amount: NanoUsd; readonly day: string }

const DAY_MS = 86_400_000

/**
 * The deposits of a day against what its rail lists, one by one. Money that came late in the evening may be listed or credited on the day
 * beside, so an entry is looked for in all deposits, and a deposit in the lists of three days; what is in none of them may have come long before it
 * was booked, and is asked for by its name.
 */
export async function compareRail(
  database: Database,
  rail: RailReport,
  asked: { readonly day: string; readonly now: number },
): Promise<Comparison> {
  const { day, now } = asked
  const entries = await rail.read(day)
  const deposits = await depositsOf(database, rail, day)
  const ours = deposits.reduce((sum, deposit) => sum + deposit.amount, 0n)
  const compared = { part: 'rail', source: rail.rail, ours } as const
  if (entries === undefined) {
    const isLate = rail.isExpected && now - (Date.parse(day) + DAY_MS) > LATE_AFTER_MS
    const report = rail.isExpected ? ('missing' as const) : ('none' as const)
    return { ...compared, report, reportCode: 'NOT_LISTED', theirs: 0n, over: 0n, under: 0n, loss: 0n, isAlarming: isLate, differences: [] }
  }
  if (entries.some((entry) => entry.currency !== 'USD'))
    return {
      ...compared,
      report: 'unreadable',
      reportCode: 'CURRENCY',
      theirs: 0n,
      over: 0n,
      under: 0n,
      loss: 0n,
      isAlarming: true,
      differences: [],
    }
  const differences = await differencesOf(database, rail, { day, entries, deposits })
  const { over, under } = sidesOf(differences)
  const theirs = entries.reduce((sum, entry) => sum + entry.amount, 0n)
  // What was credited and never came is lost; what came and was not credited is owed to a customer.
  return {
    ...compared,
    report: 'read',
    reportCode: undefined,
    theirs,
    over,
    under,
    loss: over,
    isAlarming: differences.length > 0,
    differences,
  }
}

type Lists = { readonly day: string; readonly entries: readonly RailEntry[]; readonly deposits: readonly Deposit[] }

async function differencesOf(database: Database, rail: RailReport, lists: Lists): Promise<readonly Difference[]> {
  const credited = new Map([
    ...(await findCreditedByHand(database, rail, lists.entries)),
    ...(await findDeposits(database, rail, lists.entries)),
  ])
  const wrong = lists.entries.flatMap((entry) => differenceOf(entry.externalId, credited.get(entry.externalId) ?? 0n, entry.amount))
  const at = utcDayOf(Date.parse(lists.day))
  const beside = [...((await rail.read(isoDate(at - 1))) ?? []), ...((await rail.read(isoDate(at + 1))) ?? [])]
  const listed = new Set([...lists.entries, ...beside].map((entry) => entry.externalId))
  const unknown = lists.deposits.filter((deposit) => !listed.has(deposit.externalId))
  const late = await findLate(rail, unknown)
  return [...wrong, ...unknown.flatMap((deposit) => differenceOf(deposit.externalId, deposit.amount, late.get(deposit.externalId) ?? 0n))]
}

/** What the rail has of deposits that no list of these days names, by their names. */
async function findLate(rail: RailReport, unknown: readonly Deposit[]): Promise<ReadonlyMap<string, NanoUsd>> {
  if (unknown.length === 0 || rail.find === undefined) return new Map()
  const found = await rail.find(unknown.map((deposit) => deposit.externalId))
  return new Map(found.flatMap(({ externalId: id, amount, currency }) => (currency === 'USD' ? [[id, amount] as const] : [])))
}

const differenceOf = (name: string, ours: NanoUsd, theirs: NanoUsd): readonly Difference[] =>
  ours === theirs ? [] : [{ name, side: ours > theirs ? 'over' : 'under', ours: amountOnly(ours), theirs: amountOnly(theirs) }]

const externalId = (rail: RailReport) =>
  rail.externalIdIs === 'transfer-id' ? sql`transfer.id::text` : sql`substr(source_key, ${rail.sourcePrefix.length + 1}::integer)`

/** A deposit that was undone is none: where its rail still lists it, it is owed. */
const NOT_REVERSED = sql`not exists (select from transfer undone where undone.reverses = transfer.id)`

const depositsOf = (database: Database, rail: RailReport, day: string): Promise<readonly Deposit[]> =>
  database.query<Deposit>(sql`
    select ${externalId(rail)} as "externalId", amount, ${day}::text as day from transfer
    where debit_account = ${HOUSE.deposits}::uuid and starts_with(source_key, ${rail.sourcePrefix}) and ${NOT_REVERSED}
      and created_at >= ${`${day}T00:00:00Z`}::timestamptz and created_at < ${`${day}T00:00:00Z`}::timestamptz + interval '1 day'
    order by 1`)

/** What was credited of some entries, whenever. */
async function findDeposits(database: Database, rail: RailReport, entries: readonly RailEntry[]): Promise<ReadonlyMap<string, NanoUsd>> {
  const wanted = entries.map((entry) => entry.externalId)
  const matches =
    rail.externalIdIs === 'transfer-id'
      ? sql`id = any(${wanted.filter((id) => UUID.test(id))}::uuid[])`
      : sql`source_key = any(${wanted.map((id) => `${rail.sourcePrefix}${id}`)}::text[])`
  const rows = await database.query<Pick<Deposit, 'externalId' | 'amount'>>(sql`
    select ${externalId(rail)} as "externalId", amount from transfer
    where debit_account = ${HOUSE.deposits}::uuid and starts_with(source_key, ${rail.sourcePrefix}) and ${matches} and ${NOT_REVERSED}`)
  return new Map(rows.map((row) => [row.externalId, row.amount]))
}

/** What fitted nothing and was credited from the operator's queue, of some entries. */
async function findCreditedByHand(
  database: Database,
  rail: RailReport,
  entries: readonly RailEntry[],
): Promise<ReadonlyMap<string, NanoUsd>> {
  const rows = await database.query<{ external_key: string; amount: NanoUsd }>(sql`
    select external_key, sum(transfer.amount)::bigint as amount from payment_problem join transfer on transfer.id = payment_problem.transfer_id
    where rail = ${rail.rail} and external_key = any(${entries.map((entry) => entry.externalId)}::text[]) and ${NOT_REVERSED} group by external_key`)
  return new Map(rows.map((row) => [row.external_key, row.amount]))
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/
