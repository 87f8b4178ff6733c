import { carryEach, type Database, isDue, sql } from '../../db/index.ts'
import type { NanoUsd } from '../../lib/index.ts'

/** Below what an account is told, where it set that itself, and whether it is below now as far as was looked. */
export type BalanceAlert = { readonly threshold: NanoUsd | undefined; readonly isLow: boolean }

/** The alert of an account. */
export async function alertOf(database: Database, accountId: string): Promise<BalanceAlert> {
  const [row] = await database.query<{ threshold: NanoUsd | null; is_low: boolean }>(sql`
    select threshold, is_low from balance_alert where account_id = ${accountId}`)
  return { threshold: row?.threshold ?? undefined, isLow: row?.is_low ?? false }
}

/** Sets below what an account is told; undefined: what the house says. */
export async function setAlert(database: Database, accountId: string, threshold: NanoUsd | undefined): Promise<void> {
  await database.query(sql`
    insert into balance_alert (account_id, threshold) values (${accountId}, ${threshold ?? null})
    on conflict (account_id) do update set threshold = excluded.threshold`)
}

/** An account whose balance crossed its threshold: `low`, or `back` above it. */
export type BalanceCrossing = { readonly accountId: string; readonly way: 'low' | 'back'; readonly threshold: NanoUsd }

/**
 * Notes accounts whose balance crossed their threshold since they were last looked at, at most `limit`, so that a letter waits for each crossing;
 * returns how many there are. What is held for running calls counts as theirs, so that no call alone makes an account poor.
 */
export async function noteCrossings(
  database: Database,
  { lowBalance, limit }: { readonly lowBalance: NanoUsd | undefined; readonly limit: number },
): Promise<number> {
  const rows = await database.query(sql`
    with looked as (
      select balance.account_id, coalesce(alert.is_low, false) as was_low, coalesce(alert.threshold, ${lowBalance ?? null}::bigint) as threshold,
        balance.available + balance.held as has
      from balance join account on account.id = balance.account_id left join balance_alert alert on alert.account_id = balance.account_id
      where account.status = 'active' and coalesce(alert.threshold, ${lowBalance ?? null}::bigint) is not null
        and (alert.account_id is not null or exists (select from transfer where credit_account = balance.account_id))
    ), crossed as (
      select account_id, has < threshold as is_low, threshold from looked where (has < threshold) <> was_low order by account_id limit ${limit}
    )
    insert into balance_alert (account_id, is_low, is_told) select account_id, is_low, false from crossed
    on conflict (account_id) do update set is_low = excluded.is_low, is_told = false, tries = 0, next_try_at = null returning account_id`)
  return rows.length
}

/** What carries a letter; rejects when it was not taken, which is then tried again. */
export type CrossingMailer = (crossing: BalanceCrossing) => Promise<void>

/** Which letters about balances go out: at most `limit`, at the time `now` in milliseconds, below `lowBalance` where an account set nothing itself. */
export type TellingCrossings = { readonly lowBalance: NanoUsd | undefined; readonly limit: number; readonly now: number }

/** Hands the letters that wait to who carries them, in no order; returns how many were taken. */
export async function tellCrossings(
  database: Database,
  send: CrossingMailer,
  { lowBalance, limit, now }: TellingCrossings,
): Promise<number> {
  const rows = await database.query<{ account_id: string }>(sql`
    select account_id from balance_alert where not is_told and ${isDue(now)} order by random() limit ${limit}`)
  return await carryEach(
    database,
    rows.map(({ account_id: accountId }) => accountId),
    { now, take: (tx, accountId) => takeCrossing(tx, accountId, { lowBalance, now }), send, note: noteTold, rowOf },
  )
}

/** The row itself is left to whoever changes a threshold or notes the next crossing, who need not wait for a mail server. */
async function takeCrossing(
  tx: Database,
  accountId: string,
  { lowBalance, now }: Omit<TellingCrossings, 'limit'>,
): Promise<BalanceCrossing | undefined> {
  const [lock] = await tx.query<{ is_mine: boolean }>(sql`
    select pg_try_advisory_xact_lock(hashtextextended(${`balance-alert:${accountId}`}, 0)) as is_mine`)
  if (lock?.is_mine !== true) return undefined
  const [row] = await tx.query<{ is_low: boolean; threshold: NanoUsd }>(sql`
    select is_low, coalesce(threshold, ${lowBalance ?? 0n}::bigint) as threshold from balance_alert
    where account_id = ${accountId}::uuid and not is_told and ${isDue(now)}`)
  return row && { accountId, way: row.is_low ? 'low' : 'back', threshold: row.threshold }
}

/** Where the balance crossed again meanwhile, that letter waits on. */
const noteTold = async (tx: Database, crossing: BalanceCrossing): Promise<void> =>
  void (await tx.query(sql`update balance_alert set is_told = true where ${rowOf(crossing).is}`))

const rowOf = ({ accountId, way }: BalanceCrossing) => ({
  table: sql`balance_alert`,
  is: sql`account_id = ${accountId}::uuid and is_low = ${way === 'low'}`,
})
