import type { Inventory } from '../declared.ts'
import type { PersonalDataEntry } from '../inventory.ts'

/** Columns that share all but their names, as one line of a list. */
export type KeptItem = Omit<PersonalDataEntry, 'column' | 'recipients' | 'clauses'> & {
  readonly columns: readonly string[]
  readonly recipients: readonly string[]
  readonly clauses: readonly string[]
}

/** What is kept of people, customers and operators, in the order of the inventory. */
export function keptItems({ columns }: Pick<Inventory, 'columns'>): readonly KeptItem[] {
  const groups = Map.groupBy(
    columns.filter(({ subject }) => subject !== 'nobody'),
    ({ table, category, subject, purpose, basis, retention, erase, export: isExported }) =>
      JSON.stringify([table, category, subject, purpose, basis, retention, erase, isExported]),
  )
  return [...groups.values()].flatMap((entries) => {
    const [first] = entries
    if (first === undefined) return []
    const { column: _, recipients = [], clauses = [], ...shared } = first
    return [{ ...shared, columns: entries.map(({ column }) => column), recipients, clauses }]
  })
}
