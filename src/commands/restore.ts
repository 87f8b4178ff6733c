import { type FileHandle, open } from 'node:fs/promises'
import {
  endFiles,
  type OpenedKeyBackup,
  openDatabaseBackup,
  openKeyBackup,
  placeFiles,
  type RestoredFiles,
  stageFiles,
  undoFiles,
} from '../backup/index.ts'
import type { Config } from '../config.ts'
import { checkRestored, type Restored } from '../control/index.ts'
import {
  beginRestoring,
  checkServer,
  dropSchema,
  endRestoring,
  hasTables,
  isRestoring,
  type Loaded,
  LoadRefusedError,
  loadDatabase,
  MIGRATIONS,
  migrateRestoring,
  readMigrations,
} from '../db/index.ts'
import { FailureError, fail, failure } from '../failures.ts'
import { errorCode } from '../lib/index.ts'
import { PASSPHRASE_OPTION, type SecretFlags, secretOf } from './backup-secret.ts'
import { type Command, type CommandContext, ExitError } from './command.ts'
import { withServer } from './database.ts'
import { JSON_OPTION, printData } from './operator-command.ts'

type Flags = SecretFlags & { readonly keys?: string; readonly erasures?: string; readonly json?: boolean }

const FAILED = 1

/** `farebox restore FILE [--keys FILE]`: fills an empty database; all is checked before anything is written, and the books after. */
export const restore: Command = (program, context) => {
  program
    .argument('<file>', 'a file that farebox backup wrote')
    .option('--keys <file>', 'the file that backup --keys wrote; without it the keys have to be in the data directory already')
    .option('--erasures <file>', 'the newest copy of the file "erasures", so that whoever was erased since is erased again')
    .option(...PASSPHRASE_OPTION)
    .option('--identity <file>', 'the private key (PEM, X25519) whose public half closed the backup')
    .option(...JSON_OPTION)
    .action((file: string, flags: Flags) => runRestore(context, file, flags))
}

type Done = Loaded & Restored & { readonly madeAt: string; readonly applied: readonly string[] }

async function runRestore(context: CommandContext, file: string, flags: Flags): Promise<void> {
  const done = await withFile(file, (handle) => restoreFrom(context, handle, flags))
  const { tables, rows, erasedAgain, operatorsEndedAgain, books, madeAt, applied } = done
  const again = { erased_again: erasedAgain, operators_ended_again: operatorsEndedAgain }
  const data = { ...{ made_at: madeAt, tables, rows, migrations_applied: applied }, ...again, books }
  printData(context, data, { isJson: flags.json, text: tell(done) })
  if (!books.ok) throw new ExitError(FAILED)
}

function tell({ tables, rows, erasedAgain, operatorsEndedAgain, books, madeAt, applied }: Done): string {
  const newer = applied.length === 0 ? '' : ` It was brought to this version by ${applied.length} migration(s).`
  return [
    `Restored what was there at ${madeAt}: ${rows} rows of ${tables} tables, each read again and compared.${newer}`,
    `Erased again: ${erasedAgain}.${operatorsEndedAgain === 0 ? '' : ` Operators ended again: ${operatorsEndedAgain}.`}`,
    books.ok ? 'The books agree.' : `The books do NOT agree: ${books.problems.join('; ')}`,
    'Next: farebox doctor, then farebox serve',
  ].join('\n')
}

async function restoreFrom(context: CommandContext, file: FileHandle, flags: Flags): Promise<Done> {
  const config = context.config()
  const secret = await secretOf(context, flags, '--passphrase-file, --identity or FAREBOX_BACKUP_PASSPHRASE')
  const { about, madeAt, records } = await openDatabaseBackup(file, secret)
  await refuseUnknown(about.migrations)
  const restoring = async (keys: OpenedKeyBackup | undefined): Promise<Done> => {
    const files: RestoredFiles = { dataDir: config.dataDir, keyMark: about.keyMark, keys, erasures: flags.erasures }
    const filling = { config, files, count: about.migrations.length, records }
    return { ...(await withServer(config, (connection) => restoreInto(connection, filling))), madeAt }
  }
  const { keys } = flags
  return await (keys === undefined
    ? restoring(undefined)
    : withFile(keys, async (handle) => restoring(await openKeyBackup(handle, secret))))
}

type Filling = {
  readonly config: Config
  readonly files: RestoredFiles
  readonly count: number
  readonly records: () => Parameters<typeof loadDatabase>[1]
}

/**
 * Until the last step the data directory and the database both say that a restore is under way, so that nothing starts on a part of it,
 * and a restore that was interrupted anywhere can be begun anew. One that came to nothing leaves both as they were.
 */
async function restoreInto(connection: string, { config, files, count, records }: Filling): Promise<Omit<Done, 'madeAt'>> {
  if ((await hasTables(connection)) && !(await isRestoring(connection))) fail('restore_not_empty')
  try {
    await stageFiles(files)
    await checkServer(connection)
    await beginRestoring(connection)
  } catch (thrown) {
    await undoFiles(files.dataDir)
    throw thrown
  }
  const loaded = await fill(connection, { files, count, records })
  const { applied } = await migrateRestoring(connection)
  const restored = await checkRestored(config, connection)
  await endFiles(files.dataDir)
  await endRestoring(connection)
  return { ...loaded, applied, ...restored }
}

/** Migrations that this version does not know are those of a newer one. */
async function refuseUnknown(ran: readonly { readonly name: string; readonly checksum: string }[]): Promise<void> {
  const known = await readMigrations(MIGRATIONS)
  const unknown = ran.find(({ name, checksum }, index) => known[index]?.name !== name || known[index].checksum !== checksum)
  if (unknown !== undefined) fail('backup_newer', { what: unknown.name })
}

/** Keys where they belong, the tables as the backup had them, then its rows; an attempt that failed leaves nothing. */
async function fill(connection: string, { files, count, records }: Omit<Filling, 'config'>): Promise<Loaded> {
  try {
    await placeFiles(files)
    await migrateRestoring(connection, count)
    return await loadDatabase(connection, records())
  } catch (thrown) {
    await undoFiles(files.dataDir)
    await dropSchema(connection)
    throw thrown instanceof LoadRefusedError ? new FailureError(failure('restore_refused'), thrown) : thrown
  }
}

async function withFile<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, 'r').catch((thrown: unknown) => {
    throw new FailureError(failure('backup_unreadable', { path, problem: errorCode(thrown) }), thrown)
  })
  try {
    return await work(file)
  } finally {
    await file.close()
  }
}
