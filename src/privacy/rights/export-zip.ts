import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { sql } from '../../db/index.ts'
import { errorCode } from '../../lib/index.ts'
import { readTypes } from './column-text.ts'
import { csvRows, type ExportSource, exportedColumns, jsonRows } from './export-rows.ts'
import { exportSchema } from './export-schema.ts'
import { backendOf, onceWaitedFor } from './give-way.ts'
import type { RightsOptions } from './options.ts'
import { ownedTables } from './personal-tables.ts'

/** Level 1 of DEFLATE halves nothing but time: rows of calls are much alike. */
const LEVEL = 1

/** Whoever reads nothing for so long has gone, and nobody reads one export for longer than this; each holds a connection to the database. */
const QUIET_MS = 30_000
const LAST_MS = 3_600_000

/** How long an export waits for whoever reads it, in milliseconds; for tests. */
export type ExportTimes = { readonly quietMs: number; readonly lastMs: number }

/**
 * An export that was ended as nobody read on (EXPORT_UNREAD), as a purge or an upgrade waited for what it reads, and everybody's calls behind them
 * (EXPORT_GAVE_WAY), or by a failure, of which it says the code alone: the words of one can hold what was read, and whoever serves the stream prints them.
 */
class ExportEndedError extends Error {
  readonly code: string
  constructor(code: string) {
    super(code)
    this.code = code
  }
}

/**
 * All that an account's owner gets, as a ZIP file that is made while it is read: schema.json, codes.json, and each table as JSON and CSV, out
 * of one snapshot of the database. Nothing of it lies anywhere before or after. The stream fails when the database does, when nobody reads on,
 * or when a purge waits for it, and gives the connection back then; `onEnd` is told so. Source: APPNOTE.TXT 6.3.10, pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (2026-11-26).
 */
export function streamExport(
  options: RightsOptions,
  accountId: string,
  { onEnd, quietMs = QUIET_MS, lastMs = LAST_MS }: Partial<ExportTimes> & { readonly onEnd: () => void },
): Readable {
  const giveUp = (): void => void out.destroy(new ExportEndedError('EXPORT_UNREAD'))
  const [quiet, last] = [setTimeout(giveUp, quietMs), setTimeout(giveUp, lastMs)]
  const out = new Transform({
    transform: (piece, _encoding, done) => {
      quiet.refresh()
      done(null, piece)
    },
  })
  writeExport(options, accountId, out)
    .catch((thrown: unknown) => {
      const code = errorCode(thrown)
      options.log({ event: 'export-broken', account: accountId, code })
      out.destroy(new ExportEndedError(code))
    })
    .finally(() => {
      clearTimeout(quiet)
      clearTimeout(last)
      onEnd()
    })
  return out
}

async function writeExport(options: RightsOptions, accountId: string, out: Transform): Promise<void> {
  const { inventory, readers, database, clock } = options
  const codes = await options.codes()
  await database.transaction(async (tx) => {
    await tx.query(sql`set transaction isolation level repeatable read read only`)
    // Before the snapshot is taken: a purge that writes a partition anew is not seen as one that emptied it. It locks calls before their sums.
    await tx.query(sql`lock table usage_event in access share mode`)
    const tables = ownedTables(inventory)
    const source: ExportSource = { tx, tables, types: await readTypes(tx), readers, accountId }
    const backend = await backendOf(tx)
    // Given up before there was anything to read: told as what it is, which a pipeline into a closed stream does not.
    if (out.errored !== null) throw out.errored
    const zip = new ZipFile()
    const about = { mtime: new Date(clock.now()), mode: 0o100600, compressionLevel: LEVEL }
    const failed = Promise.withResolvers<never>()
    zip.on('error', failed.reject)
    let reading: Readable | undefined
    const add = (name: string, pieces: () => AsyncIterable<string>): void =>
      zip.addReadStreamLazy(name, about, (ready) => {
        // The archive does not listen for failures of what it reads.
        reading = Readable.from(pieces(), { objectMode: false }).on('error', failed.reject)
        ready(null, reading)
      })
    zip.addBuffer(
      textOf({ account_id: accountId, made_at: about.mtime.toISOString(), ...exportSchema(inventory, tables, source.types) }),
      'schema.json',
      about,
    )
    zip.addBuffer(textOf(codes), 'codes.json', about)
    for (const one of tables.filter((table) => exportedColumns(table).length > 0)) {
      add(`${one.table}.json`, () => jsonRows(source, one))
      add(`${one.table}.csv`, () => csvRows(source, one))
    }
    zip.end()
    const done = new AbortController()
    void onceWaitedFor({ database, backend, signal: done.signal }, () => out.destroy(new ExportEndedError('EXPORT_GAVE_WAY')))
    try {
      await Promise.race([pipeline(zip.outputStream, out), failed.promise])
    } finally {
      done.abort()
      reading?.destroy()
    }
  })
}

const textOf = (value: object): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`)
