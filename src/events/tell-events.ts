import { carryEach, isDue, sql } from '../db/index.ts'
import { errorCode, type Log } from '../lib/index.ts'
import type { PersonalMailer } from '../notify/index.ts'
import { type AccountEvent, type LetterParts, letterOf } from './letter-of.ts'

/** What tells of events; `tell` is undefined where no letter can be sent, and then events are done with at once. */
export type TellingParts = LetterParts & { readonly tell: PersonalMailer['tell'] | undefined; readonly log: Log }

type Row = { readonly id: string; readonly account_id: string; readonly kind: string; readonly data: AccountEvent['data'] }

const AT_ONCE = 50

/**
 * Writes the letters of events that wait, some at a time and in no order, so that one that is never taken holds up no other; `now` in milliseconds.
 * After a crash between a letter and its note it goes twice. Returns how many events were done with.
 */
export async function tellEvents(parts: TellingParts, now: number): Promise<number> {
  const { database, publicUrl, tell, log } = parts
  const rows = await database.query<Row>(sql`
    select id, account_id, kind, data from account_event where told_at is null and ${isDue(now)} order by random() limit ${AT_ONCE}`)
  return await carryEach<Row, Row>(database, rows, {
    now,
    take: async (tx, row) => {
      const due = await tx.query(sql`
        select 1 from account_event where id = ${row.id}::uuid and told_at is null and ${isDue(now)} for update skip locked`)
      return due.length === 0 ? undefined : row
    },
    rowOf: ({ id }) => ({ table: sql`account_event`, is: sql`id = ${id}::uuid` }),
    send: async ({ account_id: accountId, kind, data }) => {
      const letter = tell && (await letterOf({ database, publicUrl }, { accountId, kind, data }))
      if (letter !== undefined) await tell?.(letter)
    },
    note: async (tx, { id }) => void (await tx.query(sql`update account_event set told_at = ${new Date(now)} where id = ${id}::uuid`)),
    onUntaken: ({ account_id: account }, thrown) => log({ event: 'event-untold', account, code: errorCode(thrown) }),
  })
}
