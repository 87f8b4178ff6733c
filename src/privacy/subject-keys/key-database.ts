import { join } from 'node:path'
import { checkServer, connect, type Database, migrate, sql } from '../../db/index.ts'
import type { Log } from '../../lib/index.ts'
import { ConfigRefusedError, type Problem } from '../../spec/index.ts'
import type { DayKeyStore } from './day-key-store.ts'
import type { KeyStore } from './key-store.ts'

const PAGE = 1000

/**
 * Keys in a PostgreSQL of their own, shared by several nodes. A removed row is gone for everybody at once; what is left of it in its page
 * goes when the table is written anew, which `tidy` does, also once after each start. The server's write-ahead log and its backups may live
 * seven days at most. Throws ConfigRefusedError for a server that cannot be used, DatabaseError when it cannot be reached.
 */
export async function openKeyDatabase(connection: string, log?: Log): Promise<KeyStore & DayKeyStore> {
  await prepare(connection)
  const database = connect({ connection, role: undefined, poolMax: 4, ...(log === undefined ? {} : { log }) })
  let isTidy = false
  const counted = (removed: number): number => {
    isTidy &&= removed === 0
    return removed
  }
  return {
    ...subjectKeysIn(database, counted),
    ...dayKeysIn(database, counted),
    tidy: async () => {
      if (isTidy) return
      isTidy = true
      try {
        // An ordinary vacuum leaves the bytes of a removed row in the free space of its page.
        for (const table of [sql`vacuum full subject_key`, sql`vacuum full day_key`]) await database.query(table)
      } catch (thrown) {
        isTidy = false
        throw thrown
      }
    },
    close: () => database.end(),
  }
}

async function prepare(connection: string): Promise<void> {
  try {
    await checkServer(connection)
    await migrate(connection, join(import.meta.dirname, 'migrations'))
  } catch (thrown) {
    throw thrown instanceof ConfigRefusedError ? new ConfigRefusedError(ofKeysUrl(thrown.problems)) : thrown
  }
}

/** Problems of a server, told of the setting that names this one. */
export const ofKeysUrl = (problems: readonly Problem[]): readonly Problem[] =>
  problems.map((problem) => (problem.path === 'DATABASE_URL' ? { ...problem, path: 'FAREBOX_KEYS_URL' } : problem))

type Count = (removed: number) => number
type Wrapped = { readonly wrapped: Buffer }

const subjectKeysIn = (database: Database, counted: Count): Pick<KeyStore, 'read' | 'add' | 'remove'> => ({
  read: async (tag) => (await database.query<Wrapped>(sql`select wrapped from subject_key where subject_tag = ${tag}`))[0]?.wrapped,
  add: async (tag, wrapped) => {
    const [row] = await database.query<Wrapped>(sql`
      insert into subject_key (subject_tag, wrapped) values (${tag}, ${wrapped})
      on conflict (subject_tag) do update set subject_tag = excluded.subject_tag returning wrapped`)
    return row?.wrapped ?? wrapped
  },
  remove: async (tags) => {
    for (let from = 0; from < tags.length; from += PAGE) {
      const page = tags.slice(from, from + PAGE).map((tag) => tag.toString('hex'))
      const removed = await database.query(sql`
        delete from subject_key where subject_tag in (select decode(tag, 'hex') from unnest(${page}::text[]) as given (tag)) returning 1`)
      counted(removed.length)
    }
  },
})

const dayKeysIn = (database: Database, counted: Count): DayKeyStore => ({
  readDay: async (day) => (await database.query<Wrapped>(sql`select wrapped from day_key where day = ${day}::date`))[0]?.wrapped,
  addDay: async (day, wrapped) => {
    const [row] = await database.query<Wrapped>(sql`
      insert into day_key (day, wrapped) values (${day}::date, ${wrapped}) on conflict (day) do update set day = excluded.day returning wrapped`)
    return row?.wrapped ?? wrapped
  },
  removeDaysBefore: async (day) => counted((await database.query(sql`delete from day_key where day < ${day}::date returning 1`)).length),
})

/** Whether this node has the master keys that the others have; the first one to ask says which they are. */
export async function hasSameMasters(connection: string, mark: Buffer): Promise<boolean> {
  const database = connect({ connection, role: undefined, poolMax: 1 })
  try {
    return await database.transaction(async (tx) => {
      await tx.query(sql`lock table keyring_mark in exclusive mode`)
      const [row] = await tx.query<{ readonly mark: Buffer }>(sql`select mark from keyring_mark`)
      if (row !== undefined) return row.mark.equals(mark)
      await tx.query(sql`insert into keyring_mark (mark) values (${mark})`)
      return true
    })
  } finally {
    await database.end()
  }
}
