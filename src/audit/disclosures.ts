import { type Database, sql } from '../db/index.ts'

/** How an authority asked, and what came of it. */
export const DISCLOSURE_KINDS = ['order', 'warrant', 'request'] as const
export const DISCLOSURE_OUTCOMES = ['refused', 'nothing-held', 'disclosed'] as const

/** What an authority asked for: the day as "2026-11-21", its country by ISO 3166-1, of how many accounts; what is disclosed is the inventory at most. */
export type Disclosure = {
  readonly id: string
  readonly receivedOn: string
  readonly country: string
  readonly kind: (typeof DISCLOSURE_KINDS)[number]
  readonly outcome: (typeof DISCLOSURE_OUTCOMES)[number]
  readonly accounts: number
}

/** Notes what an authority asked for and got; it cannot be changed later. `now` in milliseconds. */
export async function noteDisclosure(database: Database, disclosure: Disclosure, now: number): Promise<void> {
  const { id, receivedOn, country, kind, outcome, accounts } = disclosure
  await database.query(sql`
    insert into disclosure (id, received_on, country, kind, outcome, accounts, noted_at)
    values (${id}, ${receivedOn}::date, ${country}, ${kind}, ${outcome}, ${accounts}, ${new Date(now)})`)
}

/** Everything that authorities asked for, the newest first. */
export async function listDisclosures(database: Database): Promise<readonly Disclosure[]> {
  const rows = await database.query<Omit<Disclosure, 'receivedOn'> & { readonly received_on: string }>(sql`
    select id, received_on, country, kind, outcome, accounts from disclosure order by received_on desc, id desc limit 1000`)
  return rows.map(({ received_on: receivedOn, ...row }) => ({ ...row, receivedOn }))
}
