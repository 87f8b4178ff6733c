import type { PolicyFacts } from '../facts.ts'
import { keptItems } from '../kept-list.ts'

/** What erasing a person does, table by table: what is deleted, what is made unreadable, what stays and for how long. */
export function erasurePlan({ inventory }: PolicyFacts): object {
  const items = keptItems(inventory).filter(({ subject }) => subject === 'customer')
  return {
    steps: [...Map.groupBy(items, ({ table }) => table)].map(([table, of]) => {
      const columns = (what: string): readonly string[] => of.filter(({ erase }) => erase === what).flatMap((item) => item.columns)
      return {
        table,
        delete: columns('delete'),
        overwrite: columns('overwrite'),
        keep: of
          .filter(({ erase }) => erase === 'keep')
          .map((item) => ({ columns: item.columns, basis: item.basis, until: item.retention, why: item.purpose })),
      }
    }),
    elsewhere: Object.entries({ ...inventory.logFields, ...inventory.outbound })
      .filter(([, { subject }]) => subject === 'customer')
      .map(([name, { erase, retention }]) => ({ name, erase, until: retention })),
  }
}
