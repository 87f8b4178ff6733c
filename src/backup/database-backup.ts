import type { FileHandle } from 'node:fs/promises'
import { z } from 'zod'
import { type DumpRecord, dumpDatabase, type RanMigration } from '../db/index.ts'
import { fail } from '../failures.ts'
import { type Frame, readFrames, writeFrame } from './frames.ts'
import { readContainer } from './read-container.ts'
import type { BackupSecret } from './secret.ts'
import { writeContainer } from './write-container.ts'

/** What a backup of the database says of itself: the mark of the keys that it was made under, and the migrations that made its tables. */
export type AboutDatabase = { readonly keyMark: string; readonly migrations: readonly RanMigration[] }

/** What a backup is made of; `connection` is the owner's URL, `keyMark` is keyMarkOf the master keys, `madeAt` in milliseconds since 1970. */
export type DatabaseBackup = {
  readonly file: FileHandle
  readonly connection: string
  readonly secret: BackupSecret
  readonly keyMark: string
  readonly madeAt: number
}

/** Writes the database as it is at one moment into an empty file. Returns how many tables and rows. Throws as dumpDatabase and writeContainer do. */
export async function writeDatabaseBackup(backup: DatabaseBackup): Promise<{ readonly tables: number; readonly rows: number }> {
  const container = await writeContainer(backup.file, { kind: 'database', ...backup })
  await writeFrame(container, { told: { kind: 'about', keyMark: backup.keyMark } })
  let counted = { tables: 0, rows: 0 }
  await dumpDatabase(backup.connection, async (record) => {
    if (record.kind === 'table-end') counted = { tables: counted.tables + 1, rows: counted.rows + record.rows }
    await writeFrame(container, record.kind === 'rows' ? { bytes: record.bytes } : { told: record })
  })
  await container.finish()
  return counted
}

/** An opened backup of the database, all of whose bytes were checked; `records` reads it from the beginning. */
export type OpenedDatabaseBackup = {
  readonly about: AboutDatabase
  readonly madeAt: string
  readonly records: () => AsyncGenerator<DumpRecord>
}

/** Opens a backup and reads it to its end, so that whatever is wrong with it is told before anything is written. Fails as readContainer does. */
export async function openDatabaseBackup(file: FileHandle, secret: BackupSecret): Promise<OpenedDatabaseBackup> {
  const { header, plain } = await readContainer(file, { kind: 'database', secret })
  let keyMark: string | undefined
  let migrations: readonly RanMigration[] | undefined
  let isWhole = false
  for await (const frame of readFrames(plain())) {
    isWhole = false
    if ('bytes' in frame) continue
    const told = toldOf(frame.told)
    if (told.kind === 'about') keyMark = told.keyMark
    if (told.kind === 'migrations') migrations = told.migrations
    isWhole = told.kind === 'end'
  }
  if (!isWhole || keyMark === undefined || migrations === undefined) return fail('backup_altered')
  return { about: { keyMark, migrations }, madeAt: header.made_at, records: () => recordsOf(readFrames(plain())) }
}

async function* recordsOf(frames: AsyncIterable<Frame>): AsyncGenerator<DumpRecord> {
  for await (const frame of frames) {
    if ('bytes' in frame) yield { kind: 'rows', bytes: frame.bytes }
    else {
      const told = toldOf(frame.told)
      if (told.kind !== 'about') yield told
    }
  }
}

const name = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/)

const TOLD = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('about'), keyMark: z.string() }),
  z.strictObject({ kind: z.literal('migrations'), migrations: z.array(z.strictObject({ name: z.string(), checksum: z.string() })) }),
  z.strictObject({ kind: z.literal('table'), table: name, columns: z.array(name), day: z.iso.date().optional() }),
  z.strictObject({ kind: z.literal('table-end'), rows: z.int().nonnegative(), sum: z.string() }),
  z.strictObject({ kind: z.literal('sequence'), sequence: name, value: z.string().regex(/^-?\d+$/), isCalled: z.boolean() }),
  z.strictObject({ kind: z.literal('end'), tables: z.int().nonnegative() }),
])

/** Whoever wrote the container had its key; what it says is none of ours all the same would be of a newer one that forgot to say so. */
function toldOf(told: unknown): z.output<typeof TOLD> {
  const parsed = TOLD.safeParse(told)
  return parsed.success ? parsed.data : fail('backup_newer', { what: 'something that is not known here' })
}
