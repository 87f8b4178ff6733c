import { type Database, sql } from '../db/index.ts'
import type { NanoUsd } from '../lib/index.ts'
import { HOUSE } from './transfers.ts'

/** What came in and is left of it, what customers have, and what they owe; all in nano-USD, all as the books have it now. */
export type HouseStanding = {
  /** Money that payers sent, less what went back to them. */
  readonly paidIn: NanoUsd
  /** What customers can spend, with what is held for calls that run. */
  readonly credit: NanoUsd
  readonly owed: NanoUsd
  readonly accounts: number
  readonly frozen: number
}

type Row = {
  readonly paid_in: bigint
  readonly credit: bigint
  readonly owed: bigint
  readonly accounts: bigint
  readonly frozen: bigint
}

/** How the house stands. */
export async function houseStanding(database: Database): Promise<HouseStanding> {
  const outside = [HOUSE.deposits, HOUSE.refunds, HOUSE.chargebacks]
  const [row] = await database.query<Row>(sql`
    select (coalesce((select sum(amount) from transfer where debit_account = any(${outside}::uuid[])), 0)
        - coalesce((select sum(amount) from transfer where credit_account = any(${outside}::uuid[])), 0))::bigint as paid_in,
      coalesce((select sum(available + held) from balance), 0)::bigint as credit,
      coalesce((select sum(amount) from account_debt where amount > 0), 0)::bigint as owed,
      (select count(*) from balance) as accounts, (select count(*) from account_freeze) as frozen`)
  if (row === undefined) throw new Error('a sum has a row')
  const { paid_in: paidIn, credit, owed, accounts, frozen } = row
  return { paidIn, credit, owed, accounts: Number(accounts), frozen: Number(frozen) }
}
