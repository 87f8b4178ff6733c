import type { PersonalDataEntry } from '../privacy/index.ts'
import { FORGETTING, type Forgetting } from './forgetting.ts'

/** How long something is kept: for so many days, after which a job deletes it, or as long as `kept` says. */
export type RetentionRule = { readonly days: number } | { readonly kept: string }

/** What each retention of the inventory means. A retention that is not listed does not compile. */
export const RETENTION_RULES: Readonly<Record<PersonalDataEntry['retention'], RetentionRule>> = {
  '24 hours': { days: 1 },
  '7 days': { days: 7 },
  '90 days': { days: 90 },
  account: { kept: 'erased with its account, which is a request and not an age' },
  key: { kept: 'erased with its key, which is a request and not an age' },
  call: { kept: 'deleted by the settlement of the call' },
  minutes: { kept: 'deleted within ten minutes of the return of its money, which nodes make seconds after their last call' },
  '10 years': { kept: 'the books, which the law asks for; they are younger than Farebox can be' },
  catalogue: { kept: 'no data of any person: what the house offers' },
}

/** What deletes the rows of a table that are older than so many days. */
export type RetentionJob = { readonly table: string; readonly days: number } & Forgetting

/**
 * The jobs that the entries of an inventory ask for, one for each table that is kept for some days. Throws RangeError when a table has no
 * way to be forgotten, has more retentions than one, or can be forgotten and is kept.
 */
export function retentionJobs(entries: readonly PersonalDataEntry[]): readonly RetentionJob[] {
  const byTable = Map.groupBy(entries, ({ table }) => table)
  for (const table of Object.keys(FORGETTING))
    if (!byTable.has(table)) throw new RangeError(`${table} is forgotten and not in the inventory`)
  return [...byTable].flatMap(([table, columns]) => {
    const kinds = new Set(columns.map(({ retention }) => retention))
    const [rule, ...others] = [...kinds].map((retention) => RETENTION_RULES[retention])
    const aged = [rule, ...others].filter((one) => one !== undefined && 'days' in one)
    const way = FORGETTING[table]
    if (aged.length === 0 && way === undefined) return []
    if (rule === undefined || !('days' in rule) || others.length > 0) throw new RangeError(`${table} has no single retention`)
    if (way === undefined) throw new RangeError(`nothing forgets ${table}`)
    return [{ table, days: rule.days, ...way }]
  })
}
