import { type Database, type Sql, sql } from '../db/index.ts'
import { isoDate, isUuid, utcDayOf } from '../lib/index.ts'
import type { Browser, BrowserFamily } from './browser.ts'
import { laterNow } from './moment.ts'
import type { IdentityOptions } from './options.ts'
import type { Role } from './roles.ts'
import { hashToken, isToken, makeToken } from './secret-token.ts'

/** Who is signed in, and for which account they act. Times are milliseconds since 1970. */
export type Session = {
  readonly id: string
  readonly personId: string
  /** The account that is acted for. */
  readonly accountId: string
  readonly role: Role
  /** The account that the person opened, whose key seals what is theirs. */
  readonly homeAccountId: string
  /** The account of the team whose issuer opened the session, which acts for nothing else until a proof of the person's own. */
  readonly confinedTo: string | undefined
  /** Until when dangerous acts need no new proof of who it is. */
  readonly freshUntil: number
  /** Whether its end was just put off, so that its browser has to keep it for longer too. */
  readonly isExtended: boolean
}

/** A session that is open, as its person sees it. */
export type OpenSession = { readonly id: string; readonly browser: Browser; readonly createdAt: Date; readonly seenAt: Date }

/** Sessions end when they were not used for twelve hours, and after thirty days. */
export const SESSION_IDLE_HOURS = 12
export const SESSION_DAYS = 30
/** How long after a proof of who it is dangerous acts can be done. */
export const FRESH_MS = 600_000
/** How long acting for a team that asks for its issuer needs no new word of it. */
const VOUCHED_HOURS = 24
const TOUCH_MS = 60_000
const OPEN_MAX = 50

type Parts = Pick<IdentityOptions, 'database' | 'clock' | 'random'>

const hashOf = (token: string): Buffer => hashToken('session', token)
const isOpen = (clock: Parts['clock']): Sql => sql`
  ended_at is null and seen_at > ${laterNow(clock)} - make_interval(hours => ${SESSION_IDLE_HOURS})
  and sign_in_session.created_at > ${laterNow(clock)} - make_interval(days => ${SESSION_DAYS})`

/** Whose session is opened where; `vouchedBy` is the account of the team whose issuer vouched, which it is confined to but where its person `isProven` besides. */
type Opening = {
  readonly personId: string
  readonly browser: Browser
  readonly vouchedBy?: string | undefined
  readonly isProven?: boolean | undefined
  readonly isFresh?: boolean | undefined
}

/**
 * Opens a session and resolves with its token; its hash alone is kept. Dangerous acts can be done for a while where it `isFresh`, which it is where nothing else
 * is said. The oldest of more than fifty ends.
 */
export async function openSession(
  { database, clock, random, ids }: Parts & Pick<IdentityOptions, 'ids'>,
  { personId, browser, vouchedBy, isProven = false, isFresh = true }: Opening,
): Promise<string> {
  const token = makeToken(random)
  const now = clock.now()
  await noteSeen(database, personId, now)
  await database.query(sql`
    insert into sign_in_session (id, token_hash, person_id, browser_family, browser_major, created_at, seen_at, fresh_until,
      vouched_by, vouched_at, confined_to)
    values (${ids.uuid()}::uuid, ${hashOf(token)}, ${personId}::uuid, ${browser.family}, ${browser.major ?? null}::smallint, ${new Date(now)},
      ${new Date(now)}, ${new Date(isFresh ? now + FRESH_MS : now)}, ${vouchedBy ?? null}::uuid, ${vouchedBy === undefined ? null : new Date(now)}::timestamptz,
      ${isProven ? null : (vouchedBy ?? null)}::uuid)`)
  await end(
    database,
    now,
    sql`id in (
    select id from sign_in_session where person_id = ${personId}::uuid and ended_at is null order by created_at desc, id desc offset ${OPEN_MAX})`,
  )
  return token
}

/**
 * The session of a token, undefined for one that is unknown, ended or too old, or whose account was erased. It acts for the account that the
 * person opened, or for another one it is a member of. One that is confined to a team is found for that team by name and for nothing else.
 */
export async function findSession(parts: Parts, token: string | undefined, accountId?: string): Promise<Session | undefined> {
  const wanted = accountId ?? null
  return await find(parts, token, {
    ...{ name: 'find_sign_in_session', accountId, account: sql`coalesce(${wanted}::uuid, person.account_id)` },
    mayAct: sql`(confined_to is null or confined_to = ${wanted}::uuid)`,
  })
}

/** The same whichever account it may act for: the team that it is confined to, else the account that the person opened. */
export async function findAnySession(parts: Parts, token: string | undefined): Promise<Session | undefined> {
  return await find(parts, token, {
    ...{ name: 'find_any_sign_in_session', accountId: undefined, account: sql`coalesce(confined_to, person.account_id)` },
    mayAct: sql`true`,
  })
}

/** The account that a session has to act for, as it was named and as SQL has it, and whether it may; `name` is that of the statement. */
type Looking = { readonly name: string; readonly accountId: string | undefined; readonly account: Sql; readonly mayAct: Sql }

async function find(parts: Parts, token: string | undefined, { name, accountId, account, mayAct }: Looking): Promise<Session | undefined> {
  if (token === undefined || !isToken(token) || (accountId !== undefined && !isUuid(accountId))) return undefined
  const { database, clock } = parts
  const [row] = await database.query<Row>(sql.named(name)`
    select sign_in_session.id, sign_in_session.person_id, seen_at, fresh_until, confined_to, account_member.account_id, role, person.account_id as home_account_id
    from sign_in_session
      join person on person.id = sign_in_session.person_id
      join account as home on home.id = person.account_id and home.status <> 'erased'
      join account_member on account_member.person_id = person.id and account_member.account_id = ${account}
      join account on account.id = account_member.account_id and account.status <> 'erased'
    where token_hash = ${hashOf(token)} and ${isOpen(clock)} and ${mayAct} and not ${lacksVouching(clock)}`)
  if (row === undefined) return undefined
  return {
    id: row.id,
    personId: row.person_id,
    accountId: row.account_id,
    role: row.role,
    homeAccountId: row.home_account_id,
    confinedTo: row.confined_to ?? undefined,
    freshUntil: row.fresh_until.getTime(),
    isExtended: await extend(parts, row),
  }
}

/**
 * A team that has shown a mail domain can ask for its issuer: who is no owner then acts for it by a session that the issuer vouched for within a day, so that
 * who is one no more at the issuer is soon one no more here.
 */
const lacksVouching = (clock: Parts['clock']): Sql => sql`(
  role <> 'owner' and (vouched_by is distinct from account_member.account_id or vouched_at <= ${laterNow(clock)} - make_interval(hours => ${VOUCHED_HOURS}))
  and exists (select from team_issuer where team_issuer.account_id = account_member.account_id and is_required)
  and exists (select from team_domain where team_domain.account_id = account_member.account_id and verified_at is not null))`

/** The issuers that a session has to be vouched for by, by the accounts of a person that ask for it. */
export async function missingVouching(
  { database, clock }: Pick<Parts, 'database' | 'clock'>,
  { personId, sessionId }: { readonly personId: string; readonly sessionId: string },
): Promise<ReadonlyMap<string, string>> {
  const rows = await database.query<{ readonly account_id: string; readonly issuer: string }>(sql`
    select account_member.account_id, required.id as issuer from account_member
      join team_issuer as required on required.account_id = account_member.account_id
      join sign_in_session on sign_in_session.id = ${sessionId}::uuid
    where account_member.person_id = ${personId}::uuid and ${lacksVouching(clock)}`)
  return new Map(rows.map(({ account_id: accountId, issuer }) => [accountId, issuer]))
}

/** Puts the end of a session off that was not used for a minute. */
async function extend({ database, clock }: Parts, row: Row): Promise<boolean> {
  const now = clock.now()
  if (now - row.seen_at.getTime() <= TOUCH_MS) return false
  await database.query(sql`
    update sign_in_session set seen_at = ${new Date(now)} where id = ${row.id}::uuid and seen_at < ${new Date(now)} returning 1`)
  await noteSeen(database, row.person_id, now)
  return true
}

/** Keeps the day that somebody was here on, written once a day at most: what their sessions say of it goes with them. */
async function noteSeen(database: Database, personId: string, now: number): Promise<void> {
  const today = sql`${isoDate(utcDayOf(now))}::date`
  await database.query(sql`
    update person set seen_on = ${today} where id = ${personId}::uuid and (seen_on is null or seen_on < ${today}) returning 1`)
}

type Row = {
  readonly id: string
  readonly person_id: string
  readonly seen_at: Date
  readonly fresh_until: Date
  readonly confined_to: string | null
  readonly account_id: string
  readonly role: Role
  readonly home_account_id: string
}

/** What was shown of who it is: anew by any way, and by one of the person's own, which no issuer of a team is. */
export type Shown = { readonly isFresh: boolean; readonly isOwn?: boolean }

/**
 * Gives a session another token, so that what somebody may have seen of the old one is worth nothing. A proof of the person's own ends its being confined to a
 * team. Undefined when it has ended.
 */
export async function rotateSession(parts: Parts, id: string, { isFresh, isOwn = false }: Shown): Promise<string | undefined> {
  const { database, clock, random } = parts
  const token = makeToken(random)
  const freshUntil = new Date(clock.now() + FRESH_MS)
  const rotated = await database.query(sql`
    update sign_in_session set token_hash = ${hashOf(token)}, fresh_until = case when ${isFresh} then ${freshUntil}::timestamptz else fresh_until end,
      confined_to = case when ${isOwn} then null else confined_to end
    where id = ${id}::uuid and ended_at is null returning 1`)
  return rotated.length === 0 ? undefined : token
}

/** The open sessions of a person, the newest first. */
export async function listSessions({ database, clock }: Parts, personId: string): Promise<readonly OpenSession[]> {
  const rows = await database.query<{
    readonly id: string
    readonly browser_family: BrowserFamily
    readonly browser_major: number | null
    readonly created_at: Date
    readonly seen_at: Date
  }>(sql`
    select id, browser_family, browser_major, created_at, seen_at from sign_in_session
    where person_id = ${personId}::uuid and ${isOpen(clock)} order by created_at desc, id desc`)
  return rows.map((row) => ({
    id: row.id,
    browser: { family: row.browser_family, major: row.browser_major ?? undefined },
    createdAt: row.created_at,
    seenAt: row.seen_at,
  }))
}

/** Ends one session of a person; false when there is no such open one. It holds for the very next request. */
export async function endSession(
  { database, clock }: Parts,
  { personId, id }: { readonly personId: string; readonly id: string },
): Promise<boolean> {
  return isUuid(id) && (await end(database, clock.now(), sql`id = ${id}::uuid and person_id = ${personId}::uuid`)) > 0
}

/** Ends all sessions of a person, but for the one that is to stay. Returns how many. */
export async function endSessions(
  { database, clock }: Pick<Parts, 'database' | 'clock'>,
  { personId, exceptId }: { readonly personId: string; readonly exceptId?: string },
): Promise<number> {
  return await end(database, clock.now(), sql`person_id = ${personId}::uuid and id is distinct from ${exceptId ?? null}::uuid`)
}

async function end(database: Database, now: number, which: Sql): Promise<number> {
  const ended = await database.query(sql`
    update sign_in_session set token_hash = null, ended_at = ${new Date(now)} where ended_at is null and ${which} returning 1`)
  return ended.length
}

/** Whether a person was signed in before, and with this family of browsers in no session that is kept. */
export async function isNewBrowser({ database }: Pick<Parts, 'database'>, personId: string, { family }: Browser): Promise<boolean> {
  const [row] = await database.query<{ readonly any: boolean; readonly same: boolean }>(sql`
    select count(*) > 0 or exists (select from person where id = ${personId}::uuid and seen_on is not null) as any,
      count(*) filter (where browser_family = ${family}) > 0 as same
    from sign_in_session where person_id = ${personId}::uuid`)
  return row?.any === true && !row.same
}
