import { carryEach, type Database, isDue, sql } from '../../db/index.ts'
import { comingProviders } from './coming-providers.ts'
import { readListings } from './holds.ts'
import { noticeDaysOf } from './notice-days.ts'
import type { ProviderLabel } from './provider-label.ts'

/**
 * A letter about a version that will take effect, and the providers that calls can go to from then on and not before; who carries it looks
 * the address up and writes the words.
 */
export type PolicyLetter = {
  readonly accountId: string
  readonly version: number
  readonly effectiveAt: number
  readonly coming: readonly ProviderLabel[]
}

/** What carries letters; rejects when one was not taken, which is then tried again. */
export type PolicyMailer = { readonly send: (letter: PolicyLetter) => Promise<void> }

const DAY_SECONDS = 86_400
const LETTERS_AT_ONCE = 100

/**
 * Notes who has to be told of significant versions that are to come: every account with an address that was there when the version was
 * published. Later ones saw it when they were opened. Returns how many are new.
 */
export async function queueNotices(database: Database, now: number): Promise<number> {
  const rows = await database.query(sql`
    insert into policy_notice (version, account_id)
    select v.number, a.id from policy_version v cross join account a
    where v.is_significant and v.effective_at > ${new Date(now)} and a.email_sealed is not null
      and not exists (select from policy_seen s where s.account_id = a.id and s.version = v.number)
    on conflict do nothing returning account_id`)
  return rows.length
}

type NoticeRow = { readonly version: number; readonly account_id: string }

/**
 * Hands letters that are due to who carries them, some at a time and in no order, so that one that is never taken holds up no other; returns
 * how many were taken. Each is noted by itself, so that of several who send at once, or of one who dies at it, nobody sends what another sent.
 */
export async function sendNotices(database: Database, mailer: PolicyMailer, now: number): Promise<number> {
  const rows = await database.query<NoticeRow>(sql`
    select version, account_id from policy_notice where told_at is null and ${isDue(now)} order by random() limit ${LETTERS_AT_ONCE}`)
  if (rows.length === 0) return 0
  const listings = await readListings(database)
  return await carryEach<NoticeRow, PolicyLetter>(database, rows, {
    now,
    take: async (tx, { version, account_id: accountId }) => {
      const [before, listing] = [version - 1, version].map((number) => listings.find((one) => one.number === number))
      if (listing === undefined) return undefined
      const due = await tx.query(sql`
        select 1 from policy_notice where version = ${version} and account_id = ${accountId} and told_at is null and ${isDue(now)}
        for update skip locked`)
      return due.length === 0
        ? undefined
        : { accountId, version, effectiveAt: listing.effectiveAt, coming: comingProviders(before, listing) }
    },
    rowOf: ({ version, accountId }) => ({ table: sql`policy_notice`, is: sql`version = ${version} and account_id = ${accountId}` }),
    send: (letter) => mailer.send(letter),
    note: async (tx, { version, accountId }) =>
      void (await tx.query(sql`
        update policy_notice set told_at = ${new Date(now)} where version = ${version} and account_id = ${accountId}`)),
  })
}

/**
 * Puts off the effect of versions of which somebody was not told in time: it comes when the notice is over for the last who was told, and
 * not while somebody is not. Nobody is missed, however long letters take.
 */
export async function putOffUntold(database: Database, now: number): Promise<void> {
  const seconds = noticeDaysOf('policy') * DAY_SECONDS
  await database.query(sql`
    update policy_version v set effective_at = due.at
    from (
      select n.version, max(coalesce(n.told_at, ${new Date(now)})) + make_interval(secs => ${seconds}) as at
      from policy_notice n group by n.version
    ) due
    where v.number = due.version and v.effective_at > ${new Date(now)} and due.at > v.effective_at`)
  // What was published later takes effect no sooner.
  await database.query(sql`
    update policy_version v set effective_at = before.at
    from (
      select number, max(effective_at) over (order by number rows between unbounded preceding and 1 preceding) as at from policy_version
    ) before
    where v.number = before.number and v.effective_at > ${new Date(now)} and before.at > v.effective_at`)
}

/** Letters that wait, and accounts with an address that nobody noted for a version to come: the second has to be 0. */
export type NoticeCounts = { readonly waiting: number; readonly missed: number }

/** How the telling stands. */
export async function countNotices(database: Database, now: number): Promise<NoticeCounts> {
  const [row] = await database.query<NoticeCounts>(sql`
    select
      (select count(*)::int from policy_notice where told_at is null) as waiting,
      (select count(*)::int from policy_version v cross join account a
        where v.is_significant and v.effective_at > ${new Date(now)} and a.email_sealed is not null
          and not exists (select from policy_notice n where n.version = v.number and n.account_id = a.id)
          and not exists (select from policy_seen s where s.version = v.number and s.account_id = a.id)) as missed`)
  return row ?? { waiting: 0, missed: 0 }
}
