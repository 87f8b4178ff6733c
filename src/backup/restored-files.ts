import { existsSync, readdirSync } from 'node:fs'
import { copyFile, mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { FailureError, fail, failure } from '../failures.ts'
import { errorCode } from '../lib/index.ts'
import { addErasures, hasMasterKeys, openKeyring } from '../privacy/index.ts'
import { ConfigRefusedError, ENVIRONMENT, type Problem } from '../spec/index.ts'
import { keyMarkOf, type OpenedKeyBackup } from './key-backup.ts'

/** Lies in a data directory from before a restore writes anything until it has ended; of its files each is whole, or of no account. */
const FOLDER = 'restoring'

const folderOf = (dataDir: string): string => join(dataDir, FOLDER)
/** Keys as they come out of their backup, until all of them are there. */
const stagedIn = (dataDir: string): string => join(dataDir, FOLDER, 'new')
/** That keys of this data directory are those which the restore put there, and make way when it is begun anew. */
const placedIn = (dataDir: string): string => join(dataDir, FOLDER, 'placed')
/** The file `erasures` as it was before the restore put another there. */
const beforeIn = (dataDir: string): string => join(dataDir, FOLDER, 'erasures')

/** The problem of a data directory whose restore was interrupted. */
export function restoredFilesProblems(dataDir: string): readonly Problem[] {
  const folder = folderOf(dataDir)
  if (!existsSync(folder)) return []
  return [
    {
      ...{ file: ENVIRONMENT, line: 0, column: 0, path: 'FAREBOX_DATA_DIR' },
      expected: 'a data directory that is whole',
      got: `one that farebox restore was interrupted in (${folder})`,
      mend: `run farebox restore again with the same files, which begins anew; or to go on without them, ${withoutThem(dataDir)}`,
    },
  ]
}

const withoutThem = (dataDir: string): string =>
  existsSync(placedIn(dataDir))
    ? `remove ${join(dataDir, 'keys')} and ${join(dataDir, 'erasures')}, then ${folderOf(dataDir)}`
    : `remove ${folderOf(dataDir)}`

/** Throws ConfigRefusedError for a data directory whose restore was interrupted. */
export function refuseUnrestored(dataDir: string): void {
  const problems = restoredFilesProblems(dataDir)
  if (problems.length > 0) throw new ConfigRefusedError(problems)
}

/** What a restore does to a data directory; `keyMark` is that of the backup of the database. */
export type RestoredFiles = {
  readonly dataDir: string
  readonly keyMark: string
  readonly keys: OpenedKeyBackup | undefined
  readonly erasures: string | undefined
}

/**
 * Brings keys and erasures out of their files beside where they belong, and checks that they are those of the backup. Fails with
 * restore_keys_present, restore_keys_missing, restore_keys_differ and backup_unreadable; nothing that was there is touched.
 */
export async function stageFiles({ dataDir, keyMark, keys, erasures }: RestoredFiles): Promise<void> {
  const isPlaced = existsSync(placedIn(dataDir))
  if (keys !== undefined && !isPlaced && hasFiles(join(dataDir, 'keys'))) fail('restore_keys_present', { path: join(dataDir, 'keys') })
  const staged = stagedIn(dataDir)
  const from = keys === undefined ? dataDir : staged
  await rm(staged, { recursive: true, force: true })
  await mkdir(staged, { recursive: true, mode: 0o700 })
  if (keys !== undefined) await keys.writeInto(staged)
  if (!hasMasterKeys(from)) return fail('restore_keys_missing', { path: join(dataDir, 'keys') })
  if (keyMarkOf(openKeyring(from)) !== keyMark) return fail('restore_keys_differ')
  // Whom a file that was there already names stays erased, whatever the backup of the keys knows.
  const known = keys === undefined ? [] : [isPlaced ? beforeIn(dataDir) : join(dataDir, 'erasures')].filter((file) => existsSync(file))
  for (const file of [...known, ...(erasures === undefined ? [] : [erasures])]) await bringErasures(file, from)
}

async function bringErasures(file: string, into: string): Promise<void> {
  await addErasures(file, into, openKeyring(into)).catch((thrown: unknown) => {
    throw new FailureError(failure('backup_unreadable', { path: file, problem: errorCode(thrown) }), thrown)
  })
}

/** Puts what was staged where it belongs: keys last, so that where there are keys there is all. */
export async function placeFiles({ dataDir, keys }: RestoredFiles): Promise<void> {
  if (keys === undefined) return
  const staged = stagedIn(dataDir)
  const erasures = join(dataDir, 'erasures')
  if (!existsSync(placedIn(dataDir))) {
    if (existsSync(erasures)) await copyFile(erasures, beforeIn(dataDir))
    await (await open(placedIn(dataDir), 'w', 0o600)).close()
  }
  const folders = [join(staged, 'keys', 'subjects'), join(staged, 'keys'), staged, folderOf(dataDir), dataDir]
  for (const folder of folders.filter((path) => existsSync(path))) await syncFolder(folder)
  await rename(join(staged, 'erasures'), erasures)
  await rm(join(dataDir, 'keys'), { recursive: true, force: true })
  await rename(join(staged, 'keys'), join(dataDir, 'keys'))
  await syncFolder(dataDir)
}

/** Takes away that a restore is under way, when it has ended. */
export async function endFiles(dataDir: string): Promise<void> {
  await rm(folderOf(dataDir), { recursive: true, force: true })
  await syncFolder(dataDir)
}

/** Leaves a data directory as it was before, when a restore came to nothing. */
export async function undoFiles(dataDir: string): Promise<void> {
  if (existsSync(placedIn(dataDir))) {
    for (const name of ['keys', 'erasures']) await rm(join(dataDir, name), { recursive: true, force: true })
    if (existsSync(beforeIn(dataDir))) await rename(beforeIn(dataDir), join(dataDir, 'erasures'))
  }
  await endFiles(dataDir)
}

const hasFiles = (folder: string): boolean => existsSync(folder) && readdirSync(folder).length > 0

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
