import { type Database, sql } from '../../db/index.ts'
import { reachedPeople } from './reached-people.ts'

/** A letter about a plan whose calls will cost another share of the list price: multipliers in millionths, from when on in milliseconds. */
export type PlanNotice = {
  readonly accountId: string
  readonly plan: string
  readonly before: number
  readonly after: number
  readonly effectiveAt: number
}

/** What carries letters; rejects when one was not taken, which is then tried again. */
export type PlanNoticeMailer = (letter: PlanNotice) => Promise<void>

const DAY_SECONDS = 86_400
const LETTERS_AT_ONCE = 100

/** Who pays by a plan: whose own plan it is, and who is subscribed to it. */
const MEMBERS = sql`(
  select plan_id, id as account_id from account where plan_id is not null
  union
  select plan_id, account_id from subscription where plan_id is not null and state in ('starting', 'active', 'past_due')) as member`

const REACHED = reachedPeople({ account: sql`member.account_id`, at: sql`change.created_at` })

/**
 * Notes who has to be told of changes of plans that are to come: whoever pays by the plan and has an address, and every
 * member with one of an account that does. Nobody is noted twice. Returns how many are new.
 */
export async function queuePlanNotices(database: Database, now: number): Promise<number> {
  const rows = await database.query(sql`
    insert into plan_change_notice (plan_change, account_id)
    select change.id, reached.account_id
    from plan_change change join ${MEMBERS} on member.plan_id = change.plan_id join lateral ${REACHED} reached on true
      join account on account.id = reached.account_id
    where change.effective_at > ${new Date(now)} and change.cancelled_at is null and change.begun_at is null and account.email_sealed is not null
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
}

/** Hands letters that wait to who carries them, some at a time; of a change that was cancelled nobody is told. Returns how many were taken. */
export async function sendPlanNotices(database: Database, send: PlanNoticeMailer, now: number): Promise<number> {
  return await database.transaction(async (tx) => {
    const rows = await tx.query<Row>(sql`
      select notice.plan_change, notice.account_id, coalesce(plan.name, plan.id) as plan, change.price_multiplier as after, change.effective_at,
        coalesce((select earlier.price_multiplier from plan_change earlier
          where earlier.plan_id = change.plan_id and earlier.begun_at is null and earlier.cancelled_at is null
            and (earlier.effective_at, earlier.id) < (change.effective_at, change.id)
          order by earlier.effective_at desc, earlier.id desc limit 1), plan.price_multiplier) as before
      from plan_change_notice notice join plan_change change on change.id = notice.plan_change join plan on plan.id = change.plan_id
      where notice.told_at is null and change.cancelled_at is null and change.begun_at is null
      order by random() limit ${LETTERS_AT_ONCE} for update of notice skip locked`)
    let sent = 0
    for (const { plan_change: change, account_id: accountId, plan, before, after, effective_at } of rows) {
      if (!(await isTaken(send, { accountId, plan, before, after, effectiveAt: effective_at.getTime() }))) continue
      await tx.query(sql`
        update plan_change_notice set told_at = ${new Date(now)} where plan_change = ${change} and account_id = ${accountId}::uuid`)
      sent += 1
    }
    return sent
  })
}

const isTaken = (send: PlanNoticeMailer, letter: PlanNotice): Promise<boolean> =>
  send(letter).then(
    () => true,
    () => false,
  )

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
