import { carryEach, type Database, isDue, sql } from '../db/index.ts'
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
const TRIED_MS = 7 * 86_400_000

type LetterRow = PlanLetter & { readonly id: string }

/**
 * Sends what is written down, some at a time, so that those which are never taken hold up no others, the oldest of them first, and forgets it then;
 * of several who send at once nobody sends what another sent, and after a crash on the way a letter goes twice, never lost. Without `send`, where
 * no mail can be sent, and after seven days of trying it is forgotten all the same.
 */
export async function sendLetters(parts: Pick<PlanParts, 'database' | 'clock'>, send: SendLetter | undefined, log: Log): Promise<void> {
  const { database } = parts
  const now = nowOf(parts)
  if (send === undefined) return void (await database.query(sql`delete from plan_letter`))
  const rows = await database.query<{ readonly id: string }>(sql`
    select id from (select id, created_at from plan_letter where ${isDue(now)} order by random() limit ${LETTERS_MAX}) as drawn order by created_at, id`)
  if (rows.length === 0) return
  const drawn = rows.map(({ id }) => id)
  await carryEach<string, LetterRow>(database, drawn, {
    now,
    take: async (tx, id) => {
      const [row] = await tx.query<LetterRow>(sql`
        select id, account_id as "accountId", template, fields from plan_letter where id = ${id}::uuid and ${isDue(now)} for update skip locked`)
      return row
    },
    rowOf: ({ id }) => ({ table: sql`plan_letter`, is: sql`id = ${id}::uuid` }),
    send: ({ accountId, template, fields }) => send({ accountId, template, fields }),
    note: async (tx, { id }) => void (await tx.query(sql`delete from plan_letter where id = ${id}::uuid`)),
    onUntaken: ({ accountId }, thrown) => log({ event: 'plan-letter-unsent', account: accountId, code: errorCode(thrown) }),
  })
  await database.query(sql`
    delete from plan_letter where id = any(${drawn}::uuid[]) and created_at < ${new Date(now - TRIED_MS)}`)
}
