import { type Database, type Sql, sql } from '../../db/index.ts'
import { fail } from '../../failures.ts'
import { isUuid } from '../../lib/index.ts'
import type { RightsOptions } from './options.ts'

/** What people can ask for. Source: Regulation (EU) 2016/679, articles 15 to 17, 20 and 21 (2016-04). */
export const REQUEST_KINDS = ['access', 'correct', 'erase', 'export', 'object'] as const
export type RequestKind = (typeof REQUEST_KINDS)[number]

/** How far a request is; `unverified`: its link was mailed and not used yet. */
export const REQUEST_STATES = ['unverified', 'open', 'done', 'refused', 'expired'] as const
export type RequestState = (typeof REQUEST_STATES)[number]

/** A request; `dueAt` is the last day the law gives, `promisedAt` the day we promise. */
export type PrivacyRequest = {
  readonly id: string
  readonly accountId: string
  readonly kind: RequestKind
  readonly channel: 'customer' | 'operator'
  readonly state: RequestState
  readonly createdAt: Date
  readonly verifiedAt: Date | undefined
  readonly promisedAt: Date
  readonly dueAt: Date
  readonly endedAt: Date | undefined
}

const DAY_MS = 86_400_000
/** One month at most, of which 30 days are the shortest common reading. Source: Regulation (EU) 2016/679, article 12(3) (2016-04). */
const DUE_DAYS = 30
const ALARM_DAYS = 20
const PROMISED_DAYS = 3
/** A request whose link nobody used is none. */
const UNVERIFIED_DAYS = 2

/** Writes a request, open at once when the operator knows who asks; what is open already is not opened twice. Fails with account_unknown. */
export async function openRequest(
  { database, ids, clock }: Pick<RightsOptions, 'database' | 'ids' | 'clock'>,
  asked: Pick<PrivacyRequest, 'accountId' | 'kind' | 'channel'>,
): Promise<PrivacyRequest> {
  const now = clock.now()
  const isKnown = asked.channel === 'operator'
  const [same] = await database.query<Row>(sql`
    select * from privacy_request where account_id = ${asked.accountId}::uuid and kind = ${asked.kind} and state = 'open' limit 1`)
  if (isKnown && same !== undefined) return requestOf(same)
  const [row] = await database.query<Row>(sql`
    insert into privacy_request (id, account_id, kind, channel, state, created_at, verified_at, due_at)
    select ${ids.uuid()}::uuid, account.id, ${asked.kind}, ${asked.channel}, ${isKnown ? 'open' : 'unverified'}, ${new Date(now)}::timestamptz,
      ${isKnown ? new Date(now) : null}::timestamptz, ${new Date(now + DUE_DAYS * DAY_MS)}::timestamptz
    from account where account.id = ${asked.accountId}::uuid and account.status <> 'erased'
    returning *`)
  return row === undefined ? fail('account_unknown') : requestOf(row)
}

/** Notes that who asked has used the mailed link. */
export async function verifyRequest({ database, clock }: Pick<RightsOptions, 'database' | 'clock'>, id: string): Promise<void> {
  await database.query(sql`
    update privacy_request set state = 'open', verified_at = ${new Date(clock.now())} where id = ${id}::uuid and state = 'unverified' returning 1`)
}

/** Ends a request. Fails with request_unknown, request_ended. */
export async function endRequest(
  { database, clock }: Pick<RightsOptions, 'database' | 'clock'>,
  id: string,
  state: 'done' | 'refused',
): Promise<PrivacyRequest> {
  if (!isUuid(id)) fail('request_unknown')
  const [row] = await database.query<Row>(sql`
    update privacy_request set state = ${state}, ended_at = ${new Date(clock.now())} where id = ${id}::uuid and state in ('open', 'unverified')
    returning *`)
  if (row !== undefined) return requestOf(row)
  const known = await database.query(sql`select from privacy_request where id = ${id}::uuid`)
  return fail(known.length > 0 ? 'request_ended' : 'request_unknown')
}

/** Ends the open requests of an account that were answered by what was done now. */
export async function settleRequests(
  { database, clock }: Pick<RightsOptions, 'database' | 'clock'>,
  accountId: string,
  kind: RequestKind,
): Promise<void> {
  await database.query(sql`
    update privacy_request set state = 'done', ended_at = ${new Date(clock.now())}
    where account_id = ${accountId}::uuid and kind = ${kind} and state = 'open' returning 1`)
}

/** Which requests to list: those of a state, or all, after the id `cursor`. */
export type RequestPage = { readonly state: RequestState | undefined; readonly cursor: string | undefined; readonly limit: number }

/** Requests, the oldest first; `next` is the cursor of the following page. Fails with invalid_field (cursor). */
export async function listRequests(
  database: Database,
  { state, cursor, limit }: RequestPage,
): Promise<{ readonly requests: readonly PrivacyRequest[]; readonly next: string | undefined }> {
  if (cursor !== undefined && !isUuid(cursor)) fail('invalid_field', { field: 'cursor', expected: 'the "next" of the page before' })
  const wanted: Sql = state === undefined ? sql`true` : sql`state = ${state}`
  const rows = await database.query<Row>(sql`
    select * from privacy_request where ${wanted} and id > ${cursor ?? '00000000-0000-0000-0000-000000000000'}::uuid
    order by id limit ${limit + 1}`)
  const requests = rows.slice(0, limit).map(requestOf)
  return { requests, next: rows.length > limit ? requests.at(-1)?.id : undefined }
}

/** Lets requests go whose link nobody used. */
export async function expireRequests(database: Database, now: number): Promise<void> {
  await database.query(sql`
    delete from privacy_request where state = 'unverified' and created_at < ${new Date(now - UNVERIFIED_DAYS * DAY_MS)} returning 1`)
}

/** How many requests wait for us, and how many of them for so long that somebody has to be told. `now` in milliseconds. */
export async function countRequests(database: Database, now: number): Promise<{ readonly open: number; readonly late: number }> {
  const [row] = await database.query<{ open: bigint; late: bigint }>(sql`
    select count(*) as open, count(*) filter (where created_at <= ${new Date(now - ALARM_DAYS * DAY_MS)}) as late
    from privacy_request where state = 'open'`)
  return { open: Number(row?.open ?? 0n), late: Number(row?.late ?? 0n) }
}

type Row = {
  readonly id: string
  readonly account_id: string
  readonly kind: RequestKind
  readonly channel: 'customer' | 'operator'
  readonly state: RequestState
  readonly created_at: Date
  readonly verified_at: Date | null
  readonly due_at: Date
  readonly ended_at: Date | null
}

const requestOf = (row: Row): PrivacyRequest => ({
  id: row.id,
  accountId: row.account_id,
  kind: row.kind,
  channel: row.channel,
  state: row.state,
  createdAt: row.created_at,
  verifiedAt: row.verified_at ?? undefined,
  promisedAt: new Date(row.created_at.getTime() + PROMISED_DAYS * DAY_MS),
  dueAt: row.due_at,
  endedAt: row.ended_at ?? undefined,
})
