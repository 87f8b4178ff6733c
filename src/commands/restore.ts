import { existsSync } from 'node:fs'
import { copyFile, type FileHandle, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { keyMarkOf, openDatabaseBackup, openKeyBackup } from '../backup/index.ts'
import { checkRestored, type Restored } from '../control/index.ts'
import {
  checkServer,
  dropSchema,
  hasTables,
  type Loaded,
  LoadRefusedError,
  loadDatabase,
  MIGRATIONS,
  migrate,
  readMigrations,
} from '../db/index.ts'
import { FailureError, fail, failure } from '../failures.ts'
import { errorCode } from '../lib/index.ts'
import { openKeyring } from '../privacy/index.ts'
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
  const { tables, rows, erasedAgain, books, madeAt, applied } = done
  const data = { ...{ made_at: madeAt, tables, rows, migrations_applied: applied, erased_again: erasedAgain }, books }
  printData(context, data, { isJson: flags.json, text: tell(done) })
  if (!books.ok) throw new ExitError(FAILED)
}

function tell({ tables, rows, erasedAgain, books, madeAt, applied }: Done): string {
  const newer = applied.length === 0 ? '' : ` It was brought to this version by ${applied.length} migration(s).`
  return [
    `Restored what was there at ${madeAt}: ${rows} rows of ${tables} tables, each read again and compared.${newer}`,
    `Erased again: ${erasedAgain}.`,
    books.ok ? 'The books agree.' : `The books do NOT agree: ${books.problems.join('; ')}`,
    'Next: farebox doctor, then farebox serve',
  ].join('\n')
}

async function restoreFrom(context: CommandContext, file: FileHandle, flags: Flags): Promise<Done> {
  const config = context.config()
  const secret = await secretOf(context, flags, '--passphrase-file, --identity or FAREBOX_BACKUP_PASSPHRASE')
  const { about, madeAt, records } = await openDatabaseBackup(file, secret)
  await refuseUnknown(about.migrations)
  const { keys } = flags
  return await withServer(config, async (connection) => {
    if (await hasTables(connection)) fail('restore_not_empty')
    const isPlaced = keys !== undefined && (await withFile(keys, async (handle) => placeKeys(await openKeyBackup(handle, secret), config)))
    try {
      if (!existsSync(join(config.dataDir, 'keys', 'master-1.key'))) fail('restore_keys_missing', { path: join(config.dataDir, 'keys') })
      if (keyMarkOf(openKeyring(config.dataDir)) !== about.keyMark) fail('restore_keys_differ')
      if (flags.erasures !== undefined) await bringErasures(flags.erasures, config)
      await checkServer(connection)
      const loaded = await fill(connection, { count: about.migrations.length, records })
      const { applied } = await migrate(connection)
      return { ...loaded, madeAt, applied, ...(await checkRestored(config, connection)) }
    } catch (thrown) {
      if (isPlaced && !(await hasTables(connection))) await removeKeys(config)
      throw thrown
    }
  })
}

/** Migrations that this version does not know are those of a newer one. */
async function refuseUnknown(ran: readonly { readonly name: string; readonly checksum: string }[]): Promise<void> {
  const known = await readMigrations(MIGRATIONS)
  const unknown = ran.find(({ name, checksum }, index) => known[index]?.name !== name || known[index].checksum !== checksum)
  if (unknown !== undefined) fail('backup_newer', { what: unknown.name })
}

type Place = { readonly dataDir: string }

async function placeKeys(opened: Awaited<ReturnType<typeof openKeyBackup>>, { dataDir }: Place): Promise<boolean> {
  if (existsSync(join(dataDir, 'keys', 'master-1.key'))) fail('restore_keys_present', { path: join(dataDir, 'keys') })
  await opened.writeInto(dataDir)
  return true
}

async function bringErasures(from: string, { dataDir }: Place): Promise<void> {
  await copyFile(from, join(dataDir, 'erasures')).catch((thrown: unknown) => {
    throw new FailureError(failure('backup_unreadable', { path: from, problem: errorCode(thrown) }), thrown)
  })
}

async function removeKeys({ dataDir }: Place): Promise<void> {
  for (const name of ['keys', 'erasures']) await rm(join(dataDir, name), { recursive: true, force: true })
}

type Filling = { readonly count: number; readonly records: () => Parameters<typeof loadDatabase>[1] }

/** The tables as the backup had them, then its rows; an attempt that failed leaves nothing. */
async function fill(connection: string, { count, records }: Filling): Promise<Loaded> {
  try {
    await migrate(connection, MIGRATIONS, count)
    return await loadDatabase(connection, records())
  } catch (thrown) {
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
