import { type Database, sql } from '../../db/index.ts'

/** A version that an account has seen, and how: opened under it, called on after it took effect, or said so. */
export type SeenVersion = { readonly version: number; readonly how: 'sign-up' | 'use' | 'said'; readonly seenAt: number }

/**
 * Notes that accounts call on under the version that holds: those that were charged for a day after it took effect, and were not erased since.
 * Returns how many are new.
 */
export async function noteUse(database: Database, now: number): Promise<number> {
  const rows = await database.query(sql`
    insert into policy_seen (account_id, version, how, seen_at)
    select distinct d.account_id, v.number, 'use', ${new Date(now)}::timestamptz
    from (select number, effective_at from policy_version where effective_at <= ${new Date(now)} order by number desc limit 1) v
      join usage_day d on d.day > (v.effective_at at time zone 'UTC')::date
      join account a on a.id = d.account_id and a.status <> 'erased'
    on conflict do nothing returning account_id`)
  return rows.length
}

/** Notes that an account says that it has seen a version; true when there is such a version. */
export async function noteSaid(
  database: Database,
  said: { readonly accountId: string; readonly version: number; readonly now: number },
): Promise<boolean> {
  const { accountId, version, now } = said
  await database.query(sql`
    insert into policy_seen (account_id, version, how, seen_at)
    select ${accountId}::uuid, number, 'said', ${new Date(now)}::timestamptz from policy_version where number = ${version}
    on conflict do nothing`)
  const rows = await database.query(sql`select 1 from policy_seen where account_id = ${accountId} and version = ${version}`)
  return rows.length > 0
}

type SeenRow = { readonly version: number; readonly how: SeenVersion['how']; readonly seen_at: Date }

/** What an account has seen, the newest version first. */
export async function versionsSeenBy(database: Database, accountId: string): Promise<readonly SeenVersion[]> {
  const rows = await database.query<SeenRow>(
    sql`select version, how, seen_at from policy_seen where account_id = ${accountId} order by version desc`,
  )
  return rows.map(({ version, how, seen_at }) => ({ version, how, seenAt: seen_at.getTime() }))
}
