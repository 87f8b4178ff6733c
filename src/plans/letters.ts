import { type Database, sql } from '../db/index.ts'
import { errorCode, type Log } from '../lib/index.ts'
import type { MailTemplate } from '../spec/index.ts'
import { nowOf, type PlanParts } from './parts.ts'

/** A letter that is to be sent; it is written down with what it tells of, so that neither is without the other. */
export type PlanLetter = {
  readonly accountId: string
  readonly template: Extract<MailTemplate, `subscription-${string}` | 'seat-free'>
  readonly fields: Readonly<Record<string, string>>
}

/** Writes a letter down. */
export async function noteLetter(tx: Database, parts: Pick<PlanParts, 'ids' | 'clock'>, letter: PlanLetter): Promise<void> {
  await tx.query(sql`
    insert into plan_letter (id, account_id, template, fields, created_at)
    values (${parts.ids.uuid()}, ${letter.accountId}::uuid, ${letter.template}, ${JSON.stringify(letter.fields)}::jsonb, ${new Date(nowOf(parts))})`)
}

/** Sends a letter to an account; resolves also where it has no address any more. */
export type SendLetter = (letter: PlanLetter) => Promise<void>

const LETTERS_MAX = 100

/**
 * Sends what is written down, some at a time, so that those which are never taken hold up no others, the oldest of them first, and forgets it then;
 * after a crash between the two a letter goes twice, never lost. Without `send`, where no mail can be sent, and after seven days of trying it is
 * forgotten all the same.
 */
export async function sendLetters(parts: Pick<PlanParts, 'database' | 'clock'>, send: SendLetter | undefined, log: Log): Promise<void> {
  const { database } = parts
  const rows = await database.query<PlanLetter & { readonly id: string; readonly created_at: Date }>(sql`
    select id, account_id as "accountId", template, fields, created_at
    from (select * from plan_letter order by random() limit ${LETTERS_MAX}) as drawn order by created_at, id`)
  for (const { id, created_at: writtenAt, ...letter } of rows) {
    const isSent = send === undefined || (await isTaken(send, letter, log))
    if (isSent || writtenAt.getTime() < nowOf(parts) - TRIED_MS) await database.query(sql`delete from plan_letter where id = ${id}::uuid`)
  }
}

const TRIED_MS = 7 * 86_400_000

async function isTaken(send: SendLetter, letter: PlanLetter, log: Log): Promise<boolean> {
  try {
    await send(letter)
    return true
  } catch (thrown) {
    log({ event: 'plan-letter-unsent', account: letter.accountId, code: errorCode(thrown) })
    return false
  }
}
