import { type Database, sql } from '../db/index.ts'
import type { NanoUsd } from '../lib/index.ts'

/** What an account was credited for money, by hand or by a way to pay, less what of it was undone. */
export async function totalPaidIn(database: Database, accountId: string): Promise<NanoUsd> {
  const [row] = await database.query<{ sum: NanoUsd }>(sql`
    select coalesce(sum(amount), 0)::bigint as sum from transfer
    where credit_account = ${accountId}::uuid and kind in ('manual', 'deposit')
      and not exists (select from transfer undone where undone.reverses = transfer.id)`)
  return row?.sum ?? 0n
}
