import { join } from 'node:path'
import { checkServer, connect, type Database, migrate, sql } from '../../db/index.ts'
import type { Log } from '../../lib/index.ts'
import type { DayKeyStore } from './day-key-store.ts'
import type { KeyStore } from './key-store.ts'

const PAGE = 1000

/**
 * Keys in a PostgreSQL of their own, shared by several nodes. Deleted rows are vacuumed at once; its write-ahead log and its backups may
 * live seven days at most. Throws ConfigRefusedError for a server that cannot be used, DatabaseError when it cannot be reached.
 */
export async function openKeyDatabase(connection: string, log?: Log): Promise<KeyStore & DayKeyStore> {
  await checkServer(connection)
  await migrate(connection, join(import.meta.dirname, 'migrations'))
  const database = connect({ connection, role: undefined, poolMax: 4, ...(log === undefined ? {} : { log }) })
  return {
    read: async (tag) => {
      const [row] = await database.query<{ readonly wrapped: Buffer }>(sql`select wrapped from subject_key where subject_tag = ${tag}`)
      return row?.wrapped
    },
    add: async (tag, wrapped) => {
      const [row] = await database.query<{ readonly wrapped: Buffer }>(sql`
        insert into subject_key (subject_tag, wrapped) values (${tag}, ${wrapped})
        on conflict (subject_tag) do update set subject_tag = excluded.subject_tag returning wrapped`)
      return row?.wrapped ?? wrapped
    },
    remove: (tags) => removeKeys(database, tags),
    ...dayKeysIn(database),
    close: () => database.end(),
  }
}

async function removeKeys(database: Database, tags: readonly Buffer[]): Promise<void> {
  let removed = 0
  for (let from = 0; from < tags.length; from += PAGE) {
    const page = tags.slice(from, from + PAGE).map((tag) => tag.toString('hex'))
    removed += (
      await database.query(sql`
        delete from subject_key where subject_tag in (select decode(tag, 'hex') from unnest(${page}::text[]) as given (tag)) returning 1`)
    ).length
  }
  // Without it the bytes of a deleted row stay in its page.
  if (removed > 0) await database.query(sql`vacuum subject_key`)
}

const dayKeysIn = (database: Database): DayKeyStore => ({
  readDay: async (day) => {
    const [row] = await database.query<{ readonly wrapped: Buffer }>(sql`select wrapped from day_key where day = ${day}::date`)
    return row?.wrapped
  },
  addDay: async (day, wrapped) => {
    const [row] = await database.query<{ readonly wrapped: Buffer }>(sql`
      insert into day_key (day, wrapped) values (${day}::date, ${wrapped}) on conflict (day) do update set day = excluded.day returning wrapped`)
    return row?.wrapped ?? wrapped
  },
  removeDaysBefore: async (day) => {
    const removed = await database.query(sql`delete from day_key where day < ${day}::date returning 1`)
    if (removed.length > 0) await database.query(sql`vacuum day_key`)
    return removed.length
  },
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
