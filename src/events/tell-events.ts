import { type Database, sql } from '../db/index.ts'
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
  return await parts.database.transaction(async (tx) => {
    const rows = await tx.query<Row>(sql`
      select id, account_id, kind, data from account_event where told_at is null order by random() limit ${AT_ONCE} for update skip locked`)
    let told = 0
    for (const row of rows) {
      if (!(await isTold(parts, tx, row))) continue
      await tx.query(sql`update account_event set told_at = ${new Date(now)} where id = ${row.id}::uuid`)
      told += 1
    }
    return told
  })
}

async function isTold({ publicUrl, tell, log }: TellingParts, database: Database, row: Row): Promise<boolean> {
  const accountId = row.account_id
  try {
    const letter = tell && (await letterOf({ database, publicUrl }, { accountId, kind: row.kind, data: row.data }))
    if (letter !== undefined) await tell?.(letter)
    return true
  } catch (thrown) {
    log({ event: 'event-untold', account: accountId, code: errorCode(thrown) })
    return false
  }
}
