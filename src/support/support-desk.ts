import { carryEach, type Database, isDue, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { type Clock, errorCode, type Ids, isoDate, isUuid, type Log, utcDayOf } from '../lib/index.ts'
import type { Mailer } from '../spec/index.ts'
import { answerRequest, closeRequest, openRequest, readRequest } from './one-request.ts'
import {
  ALARM_DAYS,
  requestOf,
  SUPPORT_COLUMNS,
  type SupportRequest,
  type SupportRow,
  type SupportState,
  type SupportWords,
  type WordSealing,
  wordsOf,
} from './support-request.ts'

/** What a desk works with; `database` has the role farebox_app. */
export type SupportDeskOptions = {
  readonly database: Database
  readonly sealing: WordSealing
  readonly ids: Ids
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
  /** The address of an account; undefined where it has none any more. */
  readonly emailOf: (accountId: string) => Promise<string | undefined>
  /** Undefined where no mail can be sent: then answers are read and nobody is told of them. */
  readonly mailer: Mailer | undefined
}

/** Which requests to list: those of a state, or all, after the id `cursor`. */
export type SupportPage = { readonly state: SupportState | undefined; readonly cursor: string | undefined; readonly limit: number }

/** What customers and operators do with requests. */
export type SupportDesk = {
  /** Takes a question, once for each id where one is given. Fails with account_unknown, support_waiting. */
  readonly ask: (accountId: string, question: string, id?: string) => Promise<SupportRequest>
  /** An account's own requests with their words, the newest first. */
  readonly own: (accountId: string) => Promise<readonly SupportWords[]>
  /** Requests without their words, the oldest first; `next` is the cursor of the following page. Fails with invalid_field (cursor). */
  readonly list: (page: SupportPage) => Promise<{ readonly requests: readonly SupportRequest[]; readonly next: string | undefined }>
  /** One with its words. Fails with request_unknown. */
  readonly read: (id: string) => Promise<SupportWords>
  /** Answers an open request, within a transaction. Fails with request_unknown, request_ended. */
  readonly answer: (tx: Database, id: string, answer: string) => Promise<SupportRequest>
  /** Closes an open or answered request; of `accountId` alone where it is given. Fails with request_unknown, request_ended. */
  readonly close: (id: string, accountId?: string) => Promise<SupportRequest>
  /** How many wait, and how many of them for so long that somebody has to be told. */
  readonly count: () => Promise<{ readonly open: number; readonly late: number }>
  /** Tells those who were answered that they were; returns how many. Who cannot be told now is told later. */
  readonly tellAnswered: () => Promise<number>
}

const OWN_MAX = 100
const DAY_MS = 86_400_000
const TOLD_AT_ONCE = 20

/** The desk over a database. */
export function makeSupportDesk(options: SupportDeskOptions): SupportDesk {
  const { database, sealing, clock } = options
  return {
    ask: (accountId, question, id) => openRequest(options, { accountId, question, id }),
    own: async (accountId) => {
      const rows = await database.query<SupportRow>(sql`
        select ${SUPPORT_COLUMNS} from support_request where account_id = ${accountId}::uuid order by id desc limit ${OWN_MAX}`)
      return await Promise.all(rows.map((row) => wordsOf(row, sealing)))
    },
    list: (page) => listRequests(database, page),
    read: async (id) => wordsOf(await readRequest(database, id), sealing),
    answer: (tx, id, answer) => answerRequest(tx, { sealing, clock }, { id, answer }),
    close: (id, accountId) => closeRequest(database, clock, { id, accountId }),
    count: async () => {
      const [row] = await database.query<{ open: bigint; late: bigint }>(sql`
        select count(*) as open, count(*) filter (where created_at <= ${new Date(clock.now() - ALARM_DAYS * DAY_MS)}) as late
        from support_request where state = 'open'`)
      return { open: Number(row?.open ?? 0n), late: Number(row?.late ?? 0n) }
    },
    tellAnswered: () => tellAnswered(options),
  }
}

async function listRequests(
  database: Database,
  { state, cursor = FIRST_UUID, limit }: SupportPage,
): Promise<{ readonly requests: readonly SupportRequest[]; readonly next: string | undefined }> {
  if (!isUuid(cursor)) fail('invalid_field', { field: 'cursor', expected: 'the "next" of the page before' })
  const rows = await database.query<SupportRow>(sql`
    select ${SUPPORT_COLUMNS} from support_request where ${state === undefined ? sql`true` : sql`state = ${state}`} and id > ${cursor}::uuid
    order by id limit ${limit + 1}`)
  const requests = rows.slice(0, limit).map(requestOf)
  return { requests, next: rows.length > limit ? requests.at(-1)?.id : undefined }
}

const FIRST_UUID = '00000000-0000-0000-0000-000000000000'

type Answered = { readonly id: string; readonly account_id: string; readonly created_at: Date }

/** Some at a time and in no order, so that those whose mails are never taken hold up nobody else; each in a transaction of its own, which other nodes step over. */
async function tellAnswered({ database, clock, log, emailOf, mailer }: SupportDeskOptions): Promise<number> {
  if (mailer === undefined) return 0
  const now = clock.now()
  const untold = await database.query<{ id: string }>(sql`
    select id from support_request where state = 'answered' and told_at is null and ${isDue(now)} order by random() limit ${TOLD_AT_ONCE}`)
  let told = 0
  await carryEach<string, Answered>(
    database,
    untold.map(({ id }) => id),
    {
      now,
      take: async (tx, id) => {
        const [row] = await tx.query<Answered>(sql`
        select id, account_id, created_at from support_request where id = ${id}::uuid and told_at is null and ${isDue(now)} for update skip locked`)
        return row
      },
      rowOf: ({ id }) => ({ table: sql`support_request`, is: sql`id = ${id}::uuid` }),
      send: async ({ account_id: accountId, created_at: askedAt }) => {
        const to = await emailOf(accountId)
        if (to === undefined) return
        await mailer.send('support-answered', to, { asked: isoDate(utcDayOf(askedAt.getTime())) })
        told += 1
      },
      note: async (tx, { id }) =>
        void (await tx.query(sql`update support_request set told_at = ${new Date(clock.now())} where id = ${id}::uuid`)),
      onUntaken: (_, thrown) => log({ event: 'support-answer-untold', code: errorCode(thrown) }),
    },
  )
  return told
}
