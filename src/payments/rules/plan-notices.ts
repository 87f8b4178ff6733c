import { carryEach, type Database, isDue, sql } from '../../db/index.ts'
import { reachedPeople } from './reached-people.ts'

/** A letter about a plan whose calls will cost, or cost by now, another share of the list price: multipliers in millionths, from when on in milliseconds. */
export type PlanNotice = {
  readonly accountId: string
  readonly plan: string
  readonly before: number
  readonly after: number
  readonly effectiveAt: number
  readonly hasBegun: boolean
}

/** What carries letters; rejects when one was not taken, which is then tried again. */
export type PlanNoticeMailer = (letter: PlanNotice) => Promise<void>

const DAY_SECONDS = 86_400
const LETTERS_AT_ONCE = 100

/** Who pays by a plan: whose own plan it is, and who is subscribed to it, since when. */
const MEMBERS = sql`(
  select plan_id, id as account_id, null::timestamptz as since from account where plan_id is not null
  union
  select plan_id, account_id, created_at as since from subscription where plan_id is not null and state in ('starting', 'active', 'past_due')) as member`

const REACHED = reachedPeople({ account: sql`member.account_id`, at: sql`change.created_at` })

/** A change that began is told of for so long, where its letters were not taken. */
const BEGUN_DAYS = 7

/**
 * Notes who has to be told of changes of plans that are to come, and once of those that hold, as some hold as soon as they are written: whoever pays
 * by the plan, then, and has an address, and every member with one of an account that does. Nobody is noted twice. Returns how many are new.
 */
export async function queuePlanNotices(database: Database, now: number): Promise<number> {
  const rows = await database.query(sql`
    with begun as (
      update plan_change set members_noted_at = ${new Date(now)}
      where begun_at is not null and multiplier_before is not null and members_noted_at is null
      returning id, plan_id, created_at, begun_at, multiplier_before, price_multiplier)
    insert into plan_change_notice (plan_change, account_id)
    select change.id, reached.account_id
    from (
        select id, plan_id, created_at, null::timestamptz as held_since from plan_change
        where effective_at > ${new Date(now)} and cancelled_at is null and begun_at is null
        union all select id, plan_id, created_at, begun_at from begun where multiplier_before <> price_multiplier) as change
      join ${MEMBERS} on member.plan_id = change.plan_id join lateral ${REACHED} reached on true
      join account on account.id = reached.account_id
    where account.email_sealed is not null and coalesce(member.since <= change.held_since, true)
    on conflict do nothing returning 1`)
  return rows.length
}

type Row = {
  readonly plan_change: number
  readonly account_id: string
  readonly plan: string
  readonly before: number
  readonly after: number
  readonly effective_at: Date
  readonly has_begun: boolean
}

/** Hands letters that wait to who carries them, some at a time; of a change that was cancelled nobody is told. Returns how many were taken. */
export async function sendPlanNotices(database: Database, send: PlanNoticeMailer, now: number): Promise<number> {
  const rows = await database.query<Row>(sql`
    select notice.plan_change, notice.account_id, coalesce(plan.name, plan.id) as plan, change.price_multiplier as after, change.effective_at,
      change.begun_at is not null as has_begun, coalesce(change.multiplier_before, (select earlier.price_multiplier from plan_change earlier
        where earlier.plan_id = change.plan_id and earlier.begun_at is null and earlier.cancelled_at is null
          and (earlier.effective_at, earlier.id) < (change.effective_at, change.id)
        order by earlier.effective_at desc, earlier.id desc limit 1), plan.price_multiplier) as before
    from plan_change_notice notice join plan_change change on change.id = notice.plan_change join plan on plan.id = change.plan_id
    where notice.told_at is null and ${isDue(now)} and change.cancelled_at is null and (change.begun_at is null
      or (change.multiplier_before <> change.price_multiplier and change.begun_at > ${new Date(now - BEGUN_DAYS * DAY_SECONDS * 1000)}))
    order by random() limit ${LETTERS_AT_ONCE}`)
  return await carryEach<Row, Row>(database, rows, {
    now,
    take: (tx, row) => takeNotice(tx, row, now),
    rowOf: ({ plan_change: change, account_id: accountId }) => ({
      table: sql`plan_change_notice`,
      is: sql`plan_change = ${change} and account_id = ${accountId}::uuid`,
    }),
    send: ({ account_id: accountId, plan, before, after, effective_at: at, has_begun: hasBegun }) =>
      send({ accountId, plan, before, after, effectiveAt: at.getTime(), hasBegun }),
    note: async (tx, { plan_change: change, account_id: accountId }) =>
      void (await tx.query(sql`
        update plan_change_notice set told_at = ${new Date(now)} where plan_change = ${change} and account_id = ${accountId}::uuid`)),
  })
}

/** A change that has begun since it was read waits for its next letter, which says so. */
async function takeNotice(tx: Database, row: Row, now: number): Promise<Row | undefined> {
  const due = await tx.query(sql`
    select 1 from plan_change_notice notice join plan_change change on change.id = notice.plan_change
    where notice.plan_change = ${row.plan_change} and notice.account_id = ${row.account_id}::uuid and notice.told_at is null
      and change.cancelled_at is null and (change.begun_at is not null) = ${row.has_begun} and ${isDue(now)} for update of notice skip locked`)
  return due.length === 0 ? undefined : row
}

/** Changes to come that a member from before their notice began was, or would be, told of less than so many days before they hold. */
export async function countShortPlanNotices(
  database: Database,
  { days, now }: { readonly days: number; readonly now: number },
): Promise<number> {
  const notice = sql`make_interval(secs => ${days * DAY_SECONDS})`
  const [row] = await database.query<{ count: number }>(sql`
    select count(distinct notice.plan_change)::int as count
    from plan_change_notice notice join plan_change change on change.id = notice.plan_change
    where change.effective_at > ${new Date(now)} and change.cancelled_at is null and change.begun_at is null
      and coalesce(notice.told_at, ${new Date(now)}) + ${notice} > change.effective_at
      and exists (select from subscription s where s.account_id = notice.account_id and s.plan_id = change.plan_id
        and s.created_at + ${notice} <= change.effective_at)`)
  return row?.count ?? 0
}
