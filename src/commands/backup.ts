import { existsSync } from 'node:fs'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type BackupSecret, keyMarkOf, noteBackup, refuseUnrestored, writeDatabaseBackup, writeKeyBackup } from '../backup/index.ts'
import type { Config } from '../config.ts'
import { connect, hasTables, refuseRestoring } from '../db/index.ts'
import { FailureError, fail, failure } from '../failures.ts'
import { systemClock } from '../lib/index.ts'
import { hasMasterKeys, keyringProblems, noMasterKeys, openKeyring } from '../privacy/index.ts'
import { ConfigRefusedError } from '../spec/index.ts'
import { PASSPHRASE_OPTION, type SecretFlags, secretOf } from './backup-secret.ts'
import { type BackupSeries, endTurn, makeFolders, namesAt } from './backup-series.ts'
import type { Command, CommandContext } from './command.ts'
import { placeOf, withServer } from './database.ts'
import { JSON_OPTION, printData } from './operator-command.ts'

type Flags = SecretFlags & {
  readonly keys?: string
  readonly into?: string
  readonly keysInto?: string
  readonly keepDays: string
  readonly json?: boolean
}

/**
 * `farebox backup FILE [--keys FILE]`: the database as it is now, sealed, while everything goes on; the keys outside it into a file of their own.
 * `farebox backup --into FOLDER --keys-into FOLDER`: the same under names of the moment, for a timer; what is not kept goes.
 */
export const backup: Command = (program, context) => {
  program
    .argument('[file]', 'the file to write, which is not there yet')
    .option('--keys <file>', 'also write the keys that lie outside the database, into this file; keep it apart, and 7 days at most')
    .option('--into <folder>', 'write it under a name of this moment into a folder, again and again')
    .option('--keys-into <folder>', 'the folder for the keys of these, kept apart; the newest of each day stays, for six days')
    .option('--keep-days <days>', 'for how long those of --into stay: all of 24 hours, then the last of each day', '30')
    .option(...PASSPHRASE_OPTION)
    .option('--recipient <file>', 'close it for the owner of this public key (PEM of openssl, X25519), so that this machine cannot open it')
    .option(...JSON_OPTION)
    .action((file: string | undefined, flags: Flags) => runBackup(context, file, flags))
}

async function runBackup(context: CommandContext, named: string | undefined, flags: Flags): Promise<void> {
  const config = context.config()
  const madeAt = systemClock.now()
  const series = seriesOf(named, flags)
  refuseUnrestored(config.dataDir)
  if (!hasMasterKeys(config.dataDir)) throw new ConfigRefusedError([noMasterKeys(config.dataDir)])
  if (series !== undefined) await makeFolders(series)
  const { file, keys } = series === undefined ? { file: named ?? '', keys: flags.keys } : namesAt(series, madeAt)
  // Said before anything is written, as one of the two alone is no backup.
  for (const path of [file, keys ?? file]) if (existsSync(path)) fail('file_unwritable', { path, problem: 'EEXIST' })
  const secret = await secretOf(context, flags, '--passphrase-file, --recipient or FAREBOX_BACKUP_PASSPHRASE')
  const { tables, rows } = await writeNew(file, (handle) => writeDatabase(context, { handle, secret, madeAt }))
  // After the rows: a person of whom there is a row has a key by now, or was erased, which is remembered.
  const keyFiles = keys === undefined ? 0 : await writeNew(keys, (handle) => writeKeyBackup(handle, config.dataDir, { secret, madeAt }))
  await noteBackup(config.dataDir, madeAt)
  const removed = series === undefined ? 0 : await endTurn(series, { dataDir: config.dataDir, now: madeAt })
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
    removed,
    made_at: new Date(madeAt).toISOString(),
  }
  const text = `${basename(file)}: ${rows} rows of ${tables} tables in ${place}, ${size} bytes.\n${tellKeys(config, keys)}`
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

/** The folders of a series; undefined where one file is named. Fails with invalid_field. */
function seriesOf(file: string | undefined, { into, keysInto, keys, keepDays }: Flags): BackupSeries | undefined {
  if (into === undefined && keysInto === undefined)
    return file === undefined ? fail('invalid_field', { field: 'file', expected: 'a file to write, or --into with a folder' }) : undefined
  if (file !== undefined || keys !== undefined)
    fail('invalid_field', { field: 'file', expected: 'no file and no --keys beside --into: names are made of the moment' })
  if (into === undefined || keysInto === undefined || into === keysInto)
    return fail('invalid_field', { field: 'keys-into', expected: '--into and --keys-into, two folders that are kept apart' })
  const days = /^[1-9]\d{0,3}$/.test(keepDays)
    ? Number(keepDays)
    : fail('invalid_field', { field: 'keep-days', expected: 'a number of days from 1 to 9999' })
  return { into, keysInto, keepDays: days }
}

function tellKeys({ dataDir, keysUrl }: Config, keys: string | undefined): string {
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
