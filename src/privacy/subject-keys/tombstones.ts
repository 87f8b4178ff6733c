import { type Database, sql } from '../../db/index.ts'
import type { Tombstone, TombstoneFile } from './tombstone-file.ts'

/** Who was erased, remembered in two places: a table of the database and a file outside it; each makes up for an old copy of the other. */
export type Tombstones = {
  /** Remembers one in both places, the file first; resolves when both hold it. */
  readonly add: (tombstone: Tombstone) => Promise<void>
  readonly has: (tag: Buffer) => Promise<boolean>
  /** Writes into each place what only the other has; resolves with all of them. */
  readonly reconcile: () => Promise<readonly Tombstone[]>
}

const PAGE = 1000

/** Tombstones in a table (its role is farebox_app) and a file. */
export function makeTombstones(database: Database, file: TombstoneFile): Tombstones {
  /** In the file, and not known to be in the table. */
  const pending = new Set<string>()
  return {
    add: async (tombstone) => {
      const name = tombstone.tag.toString('latin1')
      if (!(await isInTable(database, tombstone.tag)) && !pending.has(name)) {
        await file.append([tombstone])
        pending.add(name)
      }
      await insert(database, [tombstone])
      pending.delete(name)
    },
    has: async (tag) => pending.has(tag.toString('latin1')) || (await isInTable(database, tag)),
    reconcile: async () => {
      const all = new Map((await file.all()).map((tombstone) => [tombstone.tag.toString('latin1'), tombstone]))
      const inTable = await readTable(database)
      const missing = inTable.filter(({ tag }) => !all.has(tag.toString('latin1')))
      if (missing.length > 0) await file.append(missing)
      const known = new Set(inTable.map(({ tag }) => tag.toString('latin1')))
      const unknown = [...all].filter(([name]) => !known.has(name)).map(([, tombstone]) => tombstone)
      for (let from = 0; from < unknown.length; from += PAGE) await insert(database, unknown.slice(from, from + PAGE))
      return [...all.values(), ...missing]
    },
  }
}

async function isInTable(database: Database, tag: Buffer): Promise<boolean> {
  return (await database.query(sql`select from erasure where subject_tag = ${tag}`)).length > 0
}

async function insert(database: Database, tombstones: readonly Tombstone[]): Promise<void> {
  const times = tombstones.map(({ destroyedAt }) => new Date(destroyedAt).toISOString())
  await database.query(sql`
    insert into erasure (subject_tag, destroyed_at)
    select decode(tag, 'hex'), destroyed_at
    from unnest(${tombstones.map(({ tag }) => tag.toString('hex'))}::text[], ${times}::timestamptz[]) as given (tag, destroyed_at)
    on conflict do nothing`)
}

async function readTable(database: Database): Promise<readonly Tombstone[]> {
  const found: Tombstone[] = []
  for (let after: Buffer = Buffer.alloc(0); ; ) {
    const page = await database.query<{ readonly subject_tag: Buffer; readonly destroyed_at: Date }>(sql`
      select subject_tag, destroyed_at from erasure where subject_tag > ${after} order by subject_tag limit ${PAGE}`)
    found.push(...page.map((row) => ({ tag: row.subject_tag, destroyedAt: row.destroyed_at.getTime() })))
    const last = page.at(-1)
    if (page.length < PAGE || last === undefined) return found
    after = last.subject_tag
  }
}
