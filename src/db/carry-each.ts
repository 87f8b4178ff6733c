import type { Database } from './database.ts'
import { type Sql, sql } from './sql.ts'

/** How what waits in a table is carried outside, such as letters to a mail server. */
export type Carrying<Key, Waiting> = {
  /** The time in milliseconds. */
  readonly now: number
  /** Keeps others from what waits under a key until the transaction ends; undefined where somebody else carries it, or did, or it is not due. */
  readonly take: (tx: Database, key: Key) => Promise<Waiting | undefined>
  /** Carries it outside; rejects when it was not taken there, and then it waits on. */
  readonly send: (waiting: Waiting) => Promise<void>
  /** Notes that it was taken, or never will be. */
  readonly note: (tx: Database, waiting: Waiting) => Promise<void>
  /** Its row, which has the columns tries and next_try_at. */
  readonly rowOf: (waiting: Waiting) => WaitingRow
  /** Hears of each that was not taken. */
  readonly onUntaken?: (waiting: Waiting, thrown: unknown) => void
}

/** A row that waits: the name of its table, and the condition that it alone meets. */
export type WaitingRow = { readonly table: Sql; readonly is: Sql }

/** What is due at a time, in milliseconds, of a table whose rows are carried: a condition. */
export const isDue = (now: number): Sql => sql`(next_try_at is null or next_try_at <= ${new Date(now)})`

/** So many failures that are of no one of them, and the rest waits for the next time. */
const UNREACHABLE_MAX = 3
/** What was refused for good is done with when it would wait the longest: some four hours after the first try, as it may be the server that is set wrong. */
const REFUSALS_MAX = 7

/**
 * Carries outside what waits under some keys, each in a transaction of its own, so that of several who do so at once, or of one who dies at it,
 * nothing goes twice but the one that was on its way. What is not taken waits 10 s, 40 s, and four times as long each time, at most 6 h; what is
 * refused for good, which a failure says with `isForGood`, is given up in the end. Ends early where nobody is there to take it, which a failure
 * says with `isUnreachable`. Returns how many were taken; failures of the database come through.
 */
export async function carryEach<Key, Waiting>(database: Database, keys: readonly Key[], carrying: Carrying<Key, Waiting>): Promise<number> {
  let taken = 0
  let unreachable = 0
  for (const key of keys) {
    const end = await database.transaction((tx) => carryOne(tx, key, carrying))
    if (end === 'taken') taken += 1
    if (end === 'unreachable') unreachable += 1
    if (unreachable === UNREACHABLE_MAX) break
  }
  return taken
}

type End = 'gone' | 'taken' | 'refused' | 'unreachable'

async function carryOne<Key, Waiting>(tx: Database, key: Key, carrying: Carrying<Key, Waiting>): Promise<End> {
  const { now, take, send, note, rowOf, onUntaken } = carrying
  // Whoever takes it may answer each step of the dialogue late, the last one after ten minutes, and the session has nothing to do meanwhile.
  await tx.query(sql`set local idle_in_transaction_session_timeout = '30min'`)
  const waiting = await take(tx, key)
  if (waiting === undefined) return 'gone'
  const failure = await send(waiting).then(
    () => undefined,
    (thrown: unknown) => ({ thrown }),
  )
  if (failure === undefined) {
    await note(tx, waiting)
    return 'taken'
  }
  onUntaken?.(waiting, failure.thrown)
  const tries = await putOff(tx, rowOf(waiting), now)
  if (isForGood(failure.thrown) && tries >= REFUSALS_MAX) await note(tx, waiting)
  return isUnreachable(failure.thrown) ? 'unreachable' : 'refused'
}

/** Returns how often it was tried; the try itself, which is this transaction, may have lasted. */
async function putOff(tx: Database, { table, is }: WaitingRow, now: number): Promise<number> {
  const [row] = await tx.query<{ tries: number }>(sql`
    update ${table} set tries = tries + 1,
      next_try_at = ${new Date(now)}::timestamptz + (clock_timestamp() - transaction_timestamp())
        + least(interval '10 seconds' * power(4, least(tries, 8)), interval '6 hours')
    where ${is} returning tries`)
  return row?.tries ?? 0
}

const isForGood = (thrown: unknown): boolean => thrown instanceof Error && 'isForGood' in thrown && thrown.isForGood === true
const isUnreachable = (thrown: unknown): boolean => thrown instanceof Error && 'isUnreachable' in thrown && thrown.isUnreachable === true
