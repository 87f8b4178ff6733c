import { existsSync } from 'node:fs'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type BackupSecret, keyMarkOf, refuseUnrestored, writeDatabaseBackup, writeKeyBackup } from '../backup/index.ts'
import type { Config } from '../config.ts'
import { connect, hasTables, refuseRestoring } from '../db/index.ts'
import { FailureError, fail, failure } from '../failures.ts'
import { systemClock } from '../lib/index.ts'
import { hasMasterKeys, keyringProblems, noMasterKeys, openKeyring } from '../privacy/index.ts'
import { ConfigRefusedError } from '../spec/index.ts'
import { PASSPHRASE_OPTION, type SecretFlags, secretOf } from './backup-secret.ts'
import type { Command, CommandContext } from './command.ts'
import { placeOf, withServer } from './database.ts'
import { noteBackup } from './last-backup.ts'
import { JSON_OPTION, printData } from './operator-command.ts'

type Flags = SecretFlags & { readonly keys?: string; readonly json?: boolean }

/** `farebox backup FILE [--keys FILE]`: the database as it is now, sealed, while everything goes on; the keys outside it into a file of their own. */
export const backup: Command = (program, context) => {
  program
    .argument('<file>', 'the file to write, which is not there yet')
    .option('--keys <file>', 'also write the keys that lie outside the database, into this file; keep it apart, and 7 days at most')
    .option(...PASSPHRASE_OPTION)
    .option('--recipient <file>', 'close it for the owner of this public key (PEM of openssl, X25519), so that this machine cannot open it')
    .option(...JSON_OPTION)
    .action((file: string, flags: Flags) => runBackup(context, file, flags))
}

async function runBackup(context: CommandContext, file: string, flags: Flags): Promise<void> {
  const config = context.config()
  refuseUnrestored(config.dataDir)
  if (!hasMasterKeys(config.dataDir)) throw new ConfigRefusedError([noMasterKeys(config.dataDir)])
  // Said before anything is written, as one of the two alone is no backup.
  for (const path of [file, flags.keys ?? file]) if (existsSync(path)) fail('file_unwritable', { path, problem: 'EEXIST' })
  const secret = await secretOf(context, flags, '--passphrase-file, --recipient or FAREBOX_BACKUP_PASSPHRASE')
  const madeAt = systemClock.now()
  const { tables, rows } = await writeNew(file, (handle) => writeDatabase(context, { handle, secret, madeAt }))
  // After the rows: a person of whom there is a row has a key by now, or was erased, which is remembered.
  const { keys } = flags
  const keyFiles = keys === undefined ? 0 : await writeNew(keys, (handle) => writeKeyBackup(handle, config.dataDir, { secret, madeAt }))
  await noteBackup(config.dataDir, madeAt)
  const { size } = await stat(file)
  const place = placeOf(config)
  const data = {
    file,
    database: place,
    bytes: size,
    tables,
    rows,
    keys: keys ?? null,
    key_files: keyFiles,
    made_at: new Date(madeAt).toISOString(),
  }
  const text = `${basename(file)}: ${rows} rows of ${tables} tables in ${place}, ${size} bytes.\n${tellKeys(config, flags)}`
  printData(context, data, { isJson: flags.json, text })
}

type Writing = { readonly handle: FileHandle; readonly secret: BackupSecret; readonly madeAt: number }

function writeDatabase(context: CommandContext, { handle, secret, madeAt }: Writing): ReturnType<typeof writeDatabaseBackup> {
  const config = context.config()
  const write = async (connection: string) => {
    await refuseRestoring(connection)
    if (!(await hasTables(connection))) fail('backup_nothing')
    await refuseOtherKeys(connection, config)
    return await writeDatabaseBackup({ file: handle, connection, secret, keyMark: keyMarkOf(openKeyring(config.dataDir)), madeAt })
  }
  return withServer(config, write, context.note)
}

/** A backup beside other keys than those of its database could never be read again. Throws ConfigRefusedError. */
async function refuseOtherKeys(connection: string, { dataDir }: Config): Promise<void> {
  const database = connect({ connection, role: undefined, poolMax: 1 })
  try {
    const problems = await keyringProblems(database, dataDir)
    if (problems.length > 0) throw new ConfigRefusedError(problems)
  } finally {
    await database.end()
  }
}

function tellKeys({ dataDir, keysUrl }: Config, { keys }: Flags): string {
  if (keys === undefined)
    return `Not in it: the keys in ${join(dataDir, 'keys')}, without which it cannot be used. Write them apart with --keys, or copy that folder.`
  const shared = keysUrl === undefined ? '' : ' Keys of persons lie in the database of FAREBOX_KEYS_URL, whose own backups have them.'
  return `${basename(keys)}: the keys. Keep it apart from the other, and destroy it within 7 days, as it holds keys of people who may be erased.${shared}`
}

/**
 * Writes a file that is not there yet, for its owner's eyes alone; it has its name from when it is whole, so that whatever interrupts this
 * leaves at most a file FILE.part, which the next try replaces. Fails with file_unwritable.
 */
async function writeNew<T>(path: string, write: (file: FileHandle) => Promise<T>): Promise<T> {
  const part = `${path}.part`
  try {
    await rm(part, { force: true })
    const file = await open(part, 'wx', 0o600)
    const written = await closing(file, write)
    await rename(part, path)
    return written
  } catch (thrown) {
    await rm(part, { force: true })
    throw isOfFile(thrown, part) ? new FailureError(failure('file_unwritable', { path, problem: thrown.code }), thrown) : thrown
  }
}

async function closing<T>(file: FileHandle, write: (file: FileHandle) => Promise<T>): Promise<T> {
  try {
    return await write(file)
  } finally {
    await file.close()
  }
}

/** Failures of the file system name the call that failed, and what it was about; those of an open file name no path. */
const isOfFile = (thrown: unknown, path: string): thrown is Error & { readonly code: string } =>
  thrown instanceof Error && 'syscall' in thrown && 'code' in thrown && (!('path' in thrown) || thrown.path === path)
