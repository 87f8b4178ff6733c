import type { PolicyFacts } from '../facts.ts'

/** What has to go at which age, by table: the list that jobs of retention are held against. */
export const retentionJobs = ({ inventory }: PolicyFacts): readonly RetentionJob[] =>
  [...Map.groupBy(inventory.columns, ({ table, retention }) => JSON.stringify([table, retention])).values()].flatMap((of) => {
    const [first] = of
    if (first === undefined) return []
    return [{ table: first.table, retention: first.retention, columns: of.map(({ column }) => column) }]
  })

/** A table, or some of its columns, and the age at which it goes. */
export type RetentionJob = { readonly table: string; readonly retention: string; readonly columns: readonly string[] }
