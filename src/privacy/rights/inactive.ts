import { type Database, type Sql, sql } from '../../db/index.ts'
import { errorCode, isoDate, utcDayOf } from '../../lib/index.ts'
import type { Mailer } from '../../spec/index.ts'
import { advanceErasure } from './advance-erasure.ts'
import type { RightsOptions } from './options.ts'
import { requestErasure } from './request-erasure.ts'

/** What the look for unused accounts goes by; `afterDays` is how long an account may be unused. */
export type InactiveRule = { readonly afterDays: number; readonly mailer: Mailer }

/** What a look did. */
export type InactiveRound = { readonly noticed: number; readonly erased: number }

const DAY_MS = 86_400_000
const FIRST_NOTICE_DAYS = 30
const SECOND_NOTICE_DAYS = 7
const BATCH = 100

/** What is due for an account nobody uses. */
type Due = 'first-notice' | 'second-notice' | 'end'
type Unused = { readonly account_id: string; readonly last_active: string; readonly due: Due }

/**
 * Tells owners of accounts without a call, a credit, a new key or a sign-in that they will be erased, 30 and 7 days before, and erases them at the end.
 * Never earlier than 30 days after the first notice went out and 7 after the second, whatever a clock does; never while money is left; and
 * not at all when the account was used again, or has no e-mail, as then nobody can be told.
 */
export async function lookForInactive(options: RightsOptions, rule: InactiveRule): Promise<InactiveRound> {
  const round = { noticed: 0, erased: 0 }
  const now = await earlierNow(options)
  for (const unused of await findUnused(options.database, now, rule.afterDays)) {
    const done = await handle(options, rule, { unused, now }).catch((thrown: unknown) => {
      options.log({ event: 'inactive-unhandled', account: unused.account_id, code: errorCode(thrown) })
      return undefined
    })
    if (done !== undefined) round[done] += 1
  }
  return round
}

/** Both clocks have to agree that it is time. */
async function earlierNow({ database, clock }: RightsOptions): Promise<number> {
  const [row] = await database.query<{ now: Date }>(sql`select clock_timestamp() as now`)
  return Math.min(clock.now(), row?.now.getTime() ?? 0)
}

/**
 * Accounts that were unused so long that something is due, any of them, so that those whose letters fail each time do not stand before the
 * others; those that were used again are taken off the list first.
 */
async function findUnused(database: Database, now: number, afterDays: number): Promise<readonly Unused[]> {
  const dayAgo = (days: number): string => isoDate(utcDayOf(ago(now, days).getTime()))
  const unused = unusedAt(now)
  await database.query(sql`
    delete from inactive_account where not exists (
      select from (${unused}) as unused where unused.account_id = inactive_account.account_id
        and unused.last_active = inactive_account.last_active) returning 1`)
  return await database.query<Unused>(sql`
    select account_id, last_active, due from (
      select unused.account_id, unused.last_active, case
        when first_notice_at is null then 'first-notice'
        when second_notice_at is null and first_notice_at <= ${ago(now, FIRST_NOTICE_DAYS - SECOND_NOTICE_DAYS)}::timestamptz
          and unused.last_active <= ${dayAgo(afterDays - SECOND_NOTICE_DAYS)}::date then 'second-notice'
        when first_notice_at <= ${ago(now, FIRST_NOTICE_DAYS)}::timestamptz and second_notice_at <= ${ago(now, SECOND_NOTICE_DAYS)}::timestamptz
          and unused.last_active <= ${dayAgo(afterDays)}::date then 'end' end as due
      from (${unused}) as unused left join inactive_account using (account_id)
      where unused.last_active <= ${dayAgo(afterDays - FIRST_NOTICE_DAYS)}::date) as looked
    where due is not null order by random() limit ${BATCH}`)
}

const ago = (now: number, days: number): Date => new Date(now - days * DAY_MS)

/**
 * Accounts without money, or a plan or seat whose period still runs or never ends, and when they were last used. Sessions are asked beside the day that a person
 * was seen on, as a version before this one writes that day nowhere.
 */
const unusedAt = (now: number): Sql => sql`
  select account.id as account_id, greatest(
    (account.created_at at time zone 'UTC')::date,
    (select max(day) from usage_day where usage_day.account_id = account.id),
    (select max((created_at at time zone 'UTC')::date) from transfer where credit_account = account.id),
    (select max((created_at at time zone 'UTC')::date) from api_key where api_key.account_id = account.id),
    (select seen_on from person where person.account_id = account.id),
    (select max((seen_at at time zone 'UTC')::date) from sign_in_session join person on person.id = person_id
      where person.account_id = account.id)) as last_active
  from account join balance on balance.account_id = account.id
  where account.status <> 'erased' and available + held = 0 and email_sealed is not null
    and not exists (select from subscription where subscription.account_id = account.id
      and subscription.state in ('active', 'past_due') and (period_end is null or period_end > ${new Date(now)}::timestamptz))`

type Handled = { readonly unused: Unused; readonly now: number }

async function handle(options: RightsOptions, rule: InactiveRule, handled: Handled): Promise<keyof InactiveRound | undefined> {
  const { account_id: accountId, due } = handled.unused
  if (due !== 'end') return await notice(options, rule, handled)
  const email = await options.accounts.emailOf(accountId)
  if (email === undefined) return undefined
  const isStillDue = (tx: Database): Promise<boolean> => isStillUnused(tx, handled)
  if (!(await requestErasure(options, { accountId, email, giveUp: 0n, cause: 'inactive', isStillDue }))) return undefined
  await advanceErasure(options, accountId)
  return 'erased'
}

/** Whether an account is as it was found, its row kept from others; who came back while letters of others were sent is not erased. */
async function isStillUnused(tx: Database, { unused, now }: Handled): Promise<boolean> {
  const { account_id: accountId, last_active: lastActive } = unused
  await tx.query(sql`select from account where id = ${accountId}::uuid for update`)
  const still = await tx.query(sql`
    select from (${unusedAt(now)}) as unused where account_id = ${accountId}::uuid and last_active = ${lastActive}::date`)
  return still.length > 0
}

/** A notice counts when it was sent; one that could not be is tried again. */
async function notice(options: RightsOptions, { mailer }: InactiveRule, { unused, now }: Handled): Promise<'noticed' | undefined> {
  const email = await options.accounts.emailOf(unused.account_id)
  if (email === undefined) return undefined
  const isFirst = unused.due === 'first-notice'
  await mailer.send('inactive-notice', email, { days: String(isFirst ? FIRST_NOTICE_DAYS : SECOND_NOTICE_DAYS) })
  const at = new Date(now)
  const column = isFirst ? sql`first_notice_at` : sql`second_notice_at`
  await options.database.query(sql`
    insert into inactive_account (account_id, last_active, ${column}) values (${unused.account_id}::uuid, ${unused.last_active}::date, ${at})
    on conflict (account_id) do update set ${column} = ${at}`)
  return 'noticed'
}
