import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { auditAccounts } from './audit.ts'

/** An account that is served no more, and why: a word such as `balance_not_replay`; `at` is when it was frozen. */
export type FrozenAccount = { readonly accountId: string; readonly reason: string; readonly at: Date }

type Row = { readonly account_id: string; readonly reason: string; readonly frozen_at: Date }

/** Freezes an account for good; the first reason stays. Every node hears of it. Returns false when it was frozen already. */
export async function freezeAccount(database: Database, accountId: string, reason: string): Promise<boolean> {
  const made = await database.query(sql`
    insert into account_freeze (account_id, reason) values (${accountId}::uuid, ${reason}) on conflict (account_id) do nothing returning reason`)
  return made.length > 0
}

/** Every frozen account, the oldest first. */
export async function listFrozen(database: Database): Promise<readonly FrozenAccount[]> {
  const rows = await database.query<Row>(sql`select * from account_freeze order by frozen_at, account_id`)
  return rows.map(frozenOf)
}

/** Whether and why an account is frozen. */
export async function findFrozen(database: Database, accountId: string): Promise<FrozenAccount | undefined> {
  const [row] = await database.query<Row>(sql`select * from account_freeze where account_id = ${accountId}::uuid`)
  return row === undefined ? undefined : frozenOf(row)
}

/**
 * Serves a frozen account again, on every node, when its books agree now. Does nothing for one that is not frozen. Fails with
 * account_broken, and the account stays frozen.
 */
export async function thawAccount(database: Database, accountId: string): Promise<void> {
  const [found] = await auditAccounts(database, [accountId])
  if (found !== undefined) fail('account_broken', { reason: found.reason })
  await database.query(sql`delete from account_freeze where account_id = ${accountId}::uuid`)
}

const frozenOf = (row: Row): FrozenAccount => ({ accountId: row.account_id, reason: row.reason, at: row.frozen_at })
