import { type Database, sql } from '../db/index.ts'
import type { NanoUsd } from '../lib/index.ts'

/** A letter about an alarm: `hint` is the first and last characters of the key, `amount` what it spent in five minutes, in nano-USD. */
export type AlarmLetter = { readonly accountId: string; readonly hint: string; readonly amount: NanoUsd; readonly isPaused: boolean }

/** What carries a letter; rejects when it was not taken, which is then tried again. */
export type AlarmMailer = (letter: AlarmLetter) => Promise<void>

type Row = {
  readonly id: string
  readonly account_id: string
  readonly hint: string
  readonly amount: NanoUsd
  readonly is_paused: boolean
  readonly is_repeated: boolean
}

/** After a day a letter would tell of what is long over. */
const LETTER_MS_MAX = 86_400_000
/** A key that goes on is told of once in an hour; that it was paused is told each time. */
const REPEAT_MS = 3_600_000
const LETTERS_AT_ONCE = 100

/** Hands letters that wait to who carries them; returns how many were taken. `now` in milliseconds. */
export async function tellAlarms(database: Database, send: AlarmMailer, now: number): Promise<number> {
  return await database.transaction(async (tx) => {
    const rows = await tx.query<Row>(sql`
      select a.id, a.account_id, k.hint, a.amount, a.is_paused, exists (
        select from key_alarm b where b.key_id = a.key_id and b.id <> a.id and b.kind in ('spike', 'unusual') and b.raised_at <= a.raised_at
          and b.raised_at > a.raised_at - interval '1 millisecond' * ${REPEAT_MS}) as is_repeated
      from key_alarm a join api_key k on k.id = a.key_id
      where a.told_at is null and a.kind in ('spike', 'unusual') and a.raised_at > ${new Date(now - LETTER_MS_MAX)}
      order by a.raised_at limit ${LETTERS_AT_ONCE} for update of a skip locked`)
    let told = 0
    for (const { id, account_id: accountId, hint, amount, is_paused: isPaused, is_repeated: isRepeated } of rows) {
      const isWanted = isPaused || !isRepeated
      if (isWanted && !(await isTaken(send, { accountId, hint, amount, isPaused }))) continue
      await tx.query(sql`update key_alarm set told_at = ${new Date(now)} where id = ${id}::uuid`)
      if (isWanted) told += 1
    }
    return told
  })
}

/** A letter that was not taken waits on, which is where its failure shows. */
const isTaken = (send: AlarmMailer, letter: AlarmLetter): Promise<boolean> =>
  send(letter).then(
    () => true,
    () => false,
  )
