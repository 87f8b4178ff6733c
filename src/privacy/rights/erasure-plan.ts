import type { PersonalDataEntry } from '../inventory.ts'
import { type PersonalTable, personalTables } from './personal-tables.ts'

/** What erasing an account does to one kind of thing that is kept of it; `rows` is null where nothing links the rows to a person any more. */
export type PlannedPart = {
  readonly table: string
  readonly columns: readonly string[]
  readonly category: string
  readonly purpose: string
  readonly rows: number | null
}

/** A part that stays, why, and until when (a day, or in words). */
export type KeptPart = PlannedPart & { readonly basis: string; readonly until: string }

/** What an erasure takes away, what it leaves and why, and what goes by itself. */
export type ErasurePlan = {
  readonly goes: readonly PlannedPart[]
  readonly stays: readonly KeptPart[]
  readonly expires: readonly KeptPart[]
}

/** What the law asks to keep: a category of the inventory, the ground and the last day of it. */
export type LegalHold = { readonly category: string; readonly basis: string; readonly until: string }

/** The ground for books. Source: Regulation (EU) 2016/679, article 17(3)(b) (2016-04); the years are the longest of common bookkeeping law. */
const BOOKS_BASIS = 'legal-obligation: books of account, 10 years from the end of the year'
const BOOKS_YEARS = 10

/** What is kept by law of an account with so many rows: the categories of kept columns whose basis is the law. `now` in milliseconds. */
export function legalHolds(inventory: readonly PersonalDataEntry[], rows: ReadonlyMap<string, number>, now: number): readonly LegalHold[] {
  const held = keptEntries(inventory).filter(
    (entry) => entry.basis === 'legal-obligation' && entry.category !== 'none' && isFilled(rows, entry),
  )
  const until = `${new Date(now).getUTCFullYear() + BOOKS_YEARS}-12-31`
  // The number of the account alone is no book: without a movement there is nothing to keep it for.
  if (!held.some((entry) => entry.table === 'transfer')) return []
  return [...new Set(held.map((entry) => entry.category))].sort().map((category) => ({ category, basis: BOOKS_BASIS, until }))
}

/** The erasure plan of an inventory for an account with so many rows in each table, and these holds. */
export function planErasure(
  inventory: readonly PersonalDataEntry[],
  rows: ReadonlyMap<string, number>,
  holds: readonly LegalHold[],
): ErasurePlan {
  const tables = personalTables(inventory)
  const linked = tables.filter(({ owner, table }) => owner !== 'unknown' && (rows.get(table) ?? 0) > 0)
  const untilOf = (entry: PersonalDataEntry): string =>
    holds.find((hold) => entry.basis === 'legal-obligation' && hold.category === entry.category)?.until ?? UNTIL[entry.retention]
  const kept = (part: PlannedPart, entry: PersonalDataEntry): KeptPart => ({ ...part, basis: entry.basis, until: untilOf(entry) })
  return {
    goes: linked.flatMap((one) => partsOf(one, rows, (entry) => entry.erase !== 'keep')).map(({ part }) => part),
    stays: linked.flatMap((one) => partsOf(one, rows, (entry) => entry.erase === 'keep')).map(({ part, entry }) => kept(part, entry)),
    expires: tables
      .filter(({ owner }) => owner === 'unknown')
      .flatMap((one) => partsOf(one, rows, () => true))
      .map(({ part, entry }) => kept(part, entry)),
  }
}

/** When what is kept goes, where no hold says it to the day. */
const UNTIL = {
  account: 'the end of what is kept by law, or 30 days after the erasure',
  key: 'the end of its key',
  '24 hours': '24 hours after it was written',
  '7 days': '7 days after it was written',
  '90 days': '90 days after it was written',
  '10 years': 'the end of what is kept by law, or 30 days after the erasure',
  call: 'the end of its call',
  minutes: 'minutes after its last call',
  catalogue: 'the catalogue changes',
} as const satisfies Readonly<Record<PersonalDataEntry['retention'], string>>

/** The words for when what is kept goes. */
export type KeptUntil = (typeof UNTIL)[keyof typeof UNTIL]

type Part = { readonly part: PlannedPart; readonly entry: PersonalDataEntry }

/** The columns of a table that are wanted, those of one category and purpose together. */
function partsOf(
  { table, owner, columns }: PersonalTable,
  rows: ReadonlyMap<string, number>,
  isWanted: (entry: PersonalDataEntry) => boolean,
): readonly Part[] {
  const groups = Map.groupBy(columns.filter(isWanted), (entry) => `${entry.category}\n${entry.purpose}\n${entry.basis}`)
  return [...groups.values()].flatMap((group) => {
    const [entry] = group
    if (entry === undefined) return []
    const { category, purpose } = entry
    const names = group.map(({ column }) => column)
    return [{ entry, part: { table, columns: names, category, purpose, rows: owner === 'unknown' ? null : (rows.get(table) ?? 0) } }]
  })
}

const keptEntries = (inventory: readonly PersonalDataEntry[]) =>
  inventory.filter((entry) => entry.subject === 'customer' && entry.erase === 'keep' && entry.owner !== 'unknown')

const isFilled = (rows: ReadonlyMap<string, number>, { table }: PersonalDataEntry): boolean => (rows.get(table) ?? 0) > 0
