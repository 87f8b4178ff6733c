import { carryEach, type Database, isDue, sql } from '../db/index.ts'
import type { NanoUsd } from '../lib/index.ts'

/** A letter about an alarm: `hint` is the first and last characters of the key, `amount` what it spent in five minutes, in nano-USD. */
export type AlarmLetter = { readonly accountId: string; readonly hint: string; readonly amount: NanoUsd; readonly isPaused: boolean }

/** What carries a letter; rejects when it was not taken, which is then tried again. */
export type AlarmMailer = (letter: AlarmLetter) => Promise<void>

type Row = {
  readonly id: string
  readonly account_id: string
  readonly key_id: string
  readonly hint: string
  readonly amount: NanoUsd
  readonly is_paused: boolean
  readonly raised_at: Date
}

/** After a day a letter would tell of what is long over. */
const LETTER_MS_MAX = 86_400_000
/** A key that goes on is told of once in an hour; that it was paused is told each time. */
const REPEAT_MS = 3_600_000
const LETTERS_AT_ONCE = 100

/**
 * Hands letters that wait to who carries them, some at a time and in no order, so that those that are never taken hold up no others; returns how
 * many were taken. `now` in milliseconds. An alarm that needs no letter of its own counts as
 * told when it was raised, one that had a letter as told after that.
 */
export async function tellAlarms(database: Database, send: AlarmMailer, now: number): Promise<number> {
  const rows = await database.query<Row>(sql`
    select a.id, a.account_id, a.key_id, k.hint, a.amount, a.is_paused, a.raised_at
    from key_alarm a join api_key k on k.id = a.key_id
    where a.told_at is null and ${isDue(now)} and a.kind in ('spike', 'unusual') and a.raised_at > ${new Date(now - LETTER_MS_MAX)}
    order by random() limit ${LETTERS_AT_ONCE}`)
  return await carryEach<Row, Row>(database, rows, {
    now,
    take: (tx, row) => takeAlarm(tx, row, now),
    rowOf: ({ id }) => ({ table: sql`key_alarm`, is: sql`id = ${id}::uuid` }),
    send: ({ account_id: accountId, hint, amount, is_paused: isPaused }) => send({ accountId, hint, amount, isPaused }),
    note: async (tx, { id }) =>
      void (await tx.query(sql`
        update key_alarm set told_at = greatest(${new Date(now)}, raised_at + interval '1 millisecond') where id = ${id}::uuid`)),
  })
}

async function takeAlarm(tx: Database, row: Row, now: number): Promise<Row | undefined> {
  const due = await tx.query(sql`
    select 1 from key_alarm where id = ${row.id}::uuid and told_at is null and ${isDue(now)} for update skip locked`)
  if (due.length === 0) return undefined
  if (row.is_paused || !(await isRepeated(tx, row))) return row
  await tx.query(sql`update key_alarm set told_at = raised_at where id = ${row.id}::uuid`)
  return undefined
}

/** Whether there was, or will be, a letter about the same key within the hour before. */
async function isRepeated(tx: Database, { id, key_id: keyId, raised_at: raisedAt }: Row): Promise<boolean> {
  const before = await tx.query(sql`
    select from key_alarm where key_id = ${keyId}::uuid and id <> ${id}::uuid and kind in ('spike', 'unusual')
      and raised_at <= ${raisedAt} and raised_at > ${new Date(raisedAt.getTime() - REPEAT_MS)}
      and (told_at is null or told_at > raised_at) limit 1`)
  return before.length > 0
}
