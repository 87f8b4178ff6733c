import { type Database, type Sql, sql } from '../db/index.ts'
import { type Browser, type BrowserFamily, FRESH_MS, hashToken, isToken, laterNow, makeToken } from '../identity/index.ts'
import { isUuid } from '../lib/index.ts'
import { type Operator, operatorOf, TOKEN_OWNER } from './operator.ts'
import type { OperatorOptions } from './options.ts'
import type { OperatorRole } from './role.ts'

/** A browser that an operator is signed in with. Times are milliseconds since 1970. */
export type OperatorSession = {
  readonly id: string
  readonly operator: Operator
  readonly way: SessionWay
  /** Until when dangerous acts need no new proof of who it is. */
  readonly freshUntil: number
  /** Whether its end was just put off, so that its browser has to keep it for longer too. */
  readonly isExtended: boolean
}

/** By what a session was opened. */
export type SessionWay = 'token' | 'passkey' | 'password' | 'recovery-code' | 'issuer'

/** A session that is open, as its operator sees it. */
export type OpenOperatorSession = {
  readonly id: string
  readonly way: SessionWay
  readonly browser: Browser
  readonly createdAt: Date
  readonly seenAt: Date
}

/** Sessions end when they were not used for twelve hours, and after twenty-four. */
export const OPERATOR_IDLE_HOURS = 12
const HOURS_MAX = 24
const TOUCH_MS = 60_000
const OPEN_MAX = 20

type Parts = Pick<OperatorOptions, 'database' | 'clock' | 'random' | 'tokenHash'>

/** A session of the configured token is bound to it, so that it ends with it. */
const boundTo = (tokenHash: Buffer, id: string | undefined): string => (id === undefined ? tokenHash.toString('hex') : '')
const hashOf = (token: string, bound: string): Buffer => hashToken('operator-session', token, bound)
const isOpen = (clock: Parts['clock']): Sql => sql`
  operator_session.ended_at is null and seen_at > ${laterNow(clock)} - make_interval(hours => ${OPERATOR_IDLE_HOURS})
  and operator_session.created_at > ${laterNow(clock)} - make_interval(hours => ${HOURS_MAX})`
const isOf = (id: string | undefined): Sql => sql`operator_session.operator_id is not distinct from ${id ?? null}::uuid`

/** Opens a session and resolves with its token; its hash alone is kept. The oldest of more than twenty ends. */
export async function openOperatorSession(
  { database, clock, random, ids, tokenHash }: Parts & Pick<OperatorOptions, 'ids'>,
  {
    operator,
    way,
    browser,
    isFresh = true,
  }: Pick<OperatorSession, 'operator' | 'way'> & { readonly browser: Browser; readonly isFresh?: boolean },
): Promise<string> {
  const token = makeToken(random)
  const now = clock.now()
  await database.query(sql`
    insert into operator_session (id, token_hash, operator_id, way, browser_family, browser_major, created_at, seen_at, fresh_until)
    values (${ids.uuid()}::uuid, ${hashOf(token, boundTo(tokenHash, operator.id))}, ${operator.id ?? null}::uuid, ${way}, ${browser.family},
      ${browser.major ?? null}::smallint, ${new Date(now)}, ${new Date(now)}, ${new Date(isFresh ? now + FRESH_MS : now)})`)
  const older = sql`id in (
    select id from operator_session where ${isOf(operator.id)} and ended_at is null order by created_at desc, id desc offset ${OPEN_MAX})`
  await end(database, now, older)
  return token
}

/** The session of a cookie's value; undefined for one that is unknown, ended or too old, or whose operator or configured token is no more. */
export async function findOperatorSession(parts: Parts, token: string | undefined): Promise<OperatorSession | undefined> {
  if (token === undefined || !isToken(token)) return undefined
  const { database, clock, tokenHash } = parts
  const [row] = await database.query<Row>(sql.named('find_operator_session')`
    select operator_session.id, operator_id, way, seen_at, fresh_until, name, role
    from operator_session left join operator on operator.id = operator_id
    where (token_hash = ${hashOf(token, '')} and operator_id is not null and operator.ended_at is null
        or token_hash = ${hashOf(token, boundTo(tokenHash, undefined))} and operator_id is null)
      and (way <> 'token' or operator_id is null or exists (
        select from operator_token where operator_token.name = operator.name and revoked_at is null))
      and ${isOpen(clock)}`)
  if (row === undefined) return undefined
  return {
    ...{ id: row.id, operator: operatorOfRow(row), way: row.way, freshUntil: row.fresh_until.getTime() },
    isExtended: await extend(parts, row),
  }
}

type Row = {
  readonly id: string
  readonly operator_id: string | null
  readonly way: SessionWay
  readonly seen_at: Date
  readonly fresh_until: Date
  readonly name: string | null
  readonly role: OperatorRole | null
}

const operatorOfRow = ({ operator_id: id, name, role }: Row): Operator =>
  id === null || name === null || role === null ? TOKEN_OWNER : operatorOf({ id, name, role })

/** Puts the end of a session off that was not used for a minute. */
async function extend({ database, clock }: Parts, row: Row): Promise<boolean> {
  const now = clock.now()
  if (now - row.seen_at.getTime() <= TOUCH_MS) return false
  await database.query(sql`
    update operator_session set seen_at = ${new Date(now)} where id = ${row.id}::uuid and seen_at < ${new Date(now)} returning 1`)
  return true
}

/** Gives a session that was proven anew another token, and ten minutes for dangerous acts. Undefined when it has ended. */
export async function freshenSession(parts: Parts, { id, operator }: OperatorSession): Promise<string | undefined> {
  const { database, clock, random, tokenHash } = parts
  const token = makeToken(random)
  const rotated = await database.query(sql`
    update operator_session set token_hash = ${hashOf(token, boundTo(tokenHash, operator.id))}, fresh_until = ${new Date(clock.now() + FRESH_MS)}
    where id = ${id}::uuid and ended_at is null returning 1`)
  return rotated.length === 0 ? undefined : token
}

/** The open sessions of an operator, the newest first. */
export async function listOperatorSessions({ database, clock }: Parts, id: string | undefined): Promise<readonly OpenOperatorSession[]> {
  const rows = await database.query<{
    readonly id: string
    readonly way: SessionWay
    readonly browser_family: BrowserFamily
    readonly browser_major: number | null
    readonly created_at: Date
    readonly seen_at: Date
  }>(sql`
    select id, way, browser_family, browser_major, created_at, seen_at from operator_session
    where ${isOf(id)} and ${isOpen(clock)} order by created_at desc, id desc`)
  return rows.map((row) => ({
    ...{ id: row.id, way: row.way, browser: { family: row.browser_family, major: row.browser_major ?? undefined } },
    ...{ createdAt: row.created_at, seenAt: row.seen_at },
  }))
}

/** Ends one session of an operator; false when there is no such open one. It holds for the very next request. */
export async function endOperatorSession(
  { database, clock }: Parts,
  { operatorId, id }: { readonly operatorId: string | undefined; readonly id: string },
): Promise<boolean> {
  return isUuid(id) && (await end(database, clock.now(), sql`id = ${id}::uuid and ${isOf(operatorId)}`)) > 0
}

/** Ends all other sessions of an operator at `now` (milliseconds); resolves with how many. */
export const endOtherOperatorSessions = (
  database: Database,
  { operatorId, exceptId, now }: { readonly operatorId: string | undefined; readonly exceptId: string; readonly now: number },
): Promise<number> => end(database, now, sql`id <> ${exceptId}::uuid and ${isOf(operatorId)}`)

async function end(database: Database, now: number, which: Sql): Promise<number> {
  const ended = await database.query(sql`
    update operator_session set token_hash = null, ended_at = ${new Date(now)} where ended_at is null and ${which} returning 1`)
  return ended.length
}
