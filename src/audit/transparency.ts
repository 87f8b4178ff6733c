import { type Database, sql } from '../db/index.ts'
import { type Disclosure, listDisclosures } from './disclosures.ts'

/** What operators did in a month ("2026-11") with what belongs to people: looks, changes, and how many accounts they named. */
export type AccessMonth = { readonly month: string; readonly looks: number; readonly changes: number; readonly accounts: number }

/** What a transparency report is made of, each part the newest first. */
export type Transparency = {
  readonly months: readonly AccessMonth[]
  readonly disclosures: readonly Disclosure[]
  readonly checkpoints: number
}

const MONTHS_MAX = 24
/** What happens where operators sign in; it opens nothing that belongs to people. */
const AT_THE_DOOR = '^operators\\.(sign-in|sign-in-refused|sign-out|session-ended|proof|proof-refused|joined)$'

/** The report, counted from the audit log and from what was noted of authorities. */
export async function readTransparency(database: Database): Promise<Transparency> {
  const months = await database.query<AccessMonth>(sql`
    select to_char(at at time zone 'UTC', 'YYYY-MM') as month,
      count(*) filter (where action ~ '\\.(read|list)$')::int as looks,
      count(*) filter (where action !~ '\\.(read|list)$')::int as changes,
      count(distinct account_id)::int as accounts
    from audit_entry where action !~ ${AT_THE_DOOR} group by 1 order by 1 desc limit ${MONTHS_MAX}`)
  const [counted] = await database.query<{ checkpoints: number }>(sql`select count(*)::int as checkpoints from audit_day`)
  return { months, disclosures: await listDisclosures(database), checkpoints: counted?.checkpoints ?? 0 }
}
