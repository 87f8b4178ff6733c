import { type Database, sql } from '../db/index.ts'

/** Up to when an account has read what was announced; undefined where it read nothing yet. */
export async function newsSeenAt(database: Database, accountId: string): Promise<Date | undefined> {
  const [row] = await database.query<{ readonly news_seen_at: Date | null }>(sql`
    select news_seen_at from notification_setting where account_id = ${accountId}::uuid`)
  return row?.news_seen_at ?? undefined
}

/** Notes that what was announced up to a time is read; it never becomes unread. Of an account that is erased nothing is kept. */
export async function noteNewsSeen(database: Database, accountId: string, at: Date): Promise<void> {
  await database.query(sql`
    insert into notification_setting as known (account_id, news_seen_at)
    select id, ${at}::timestamptz from account where id = ${accountId}::uuid and status <> 'erased' for share
    on conflict (account_id) do update set news_seen_at = greatest(known.news_seen_at, excluded.news_seen_at)`)
}

/** How many announcements went out after a time and are still there. */
export async function countNews(database: Database, after: Date): Promise<number> {
  const [row] = await database.query<{ readonly count: number }>(sql`
    select count(*)::integer as count from announcement where publish_at > ${after} and published_at is not null and withdrawn_at is null`)
  return row?.count ?? 0
}
