import { type Database, sql } from '../db/index.ts'
import { type Hold, holdsOf, readListings } from '../privacy/index.ts'
import type { PrivacyLabel } from '../spec/index.ts'

type Row = {
  readonly serial: number
  readonly id: string
  readonly base_url: string
  readonly placement: 'third_party' | 'local'
  readonly privacy: PrivacyLabel
  readonly now: Date
}

/** An upstream that no call goes to yet, whatever its routes say, and why. */
export type HeldUpstream = Hold & { readonly serial: number }

/** Active upstreams that the version of the policy in force does not list as they are, by the database's clock. */
export async function readHeldUpstreams(database: Database): Promise<readonly HeldUpstream[]> {
  const listings = await readListings(database)
  const rows = await database.query<Row>(
    sql`select serial, id, base_url, placement, privacy, statement_timestamp() as now from upstream where is_active order by id collate "C"`,
  )
  return rows.flatMap(({ serial, now, base_url, ...row }) =>
    holdsOf([{ ...row, host: URL.parse(base_url)?.host ?? 'unknown' }], listings, now.getTime()).map((hold) => ({ ...hold, serial })),
  )
}
