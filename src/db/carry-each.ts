import type { Database } from './database.ts'
import { sql } from './sql.ts'

/** How what waits in a table is carried outside, such as letters to a mail server. */
export type Carrying<Key, Waiting> = {
  /** Keeps others from what waits under a key until the transaction ends; undefined where somebody else carries it, or did. */
  readonly take: (tx: Database, key: Key) => Promise<Waiting | undefined>
  /** Carries it outside; rejects when it was not taken there, and then it waits on. */
  readonly send: (waiting: Waiting) => Promise<void>
  /** Notes that it was taken. */
  readonly note: (tx: Database, waiting: Waiting) => Promise<void>
  /** Hears of each that was not taken. */
  readonly onUntaken?: (waiting: Waiting, thrown: unknown) => void
}

/** So many failures that are of no one of them, and the rest waits for the next time. */
const UNREACHABLE_MAX = 3

/**
 * Carries outside what waits under some keys, each in a transaction of its own, so that of several who do so at once, or of one who dies at it,
 * nothing goes twice but the one that was on its way. Ends early where nobody is there to take it, which a failure says with `isUnreachable`.
 * Returns how many were taken; failures of the database come through.
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
  const { take, send, note, onUntaken } = carrying
  // Whoever takes it may answer each step of the dialogue late, and the session has nothing to do meanwhile.
  await tx.query(sql`set local idle_in_transaction_session_timeout = '10min'`)
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
  return isUnreachable(failure.thrown) ? 'unreachable' : 'refused'
}

const isUnreachable = (thrown: unknown): boolean => thrown instanceof Error && 'isUnreachable' in thrown && thrown.isUnreachable === true
