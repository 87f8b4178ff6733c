import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fail } from '../failures.ts'
import { ConfigRefusedError, ENVIRONMENT } from '../spec/index.ts'

/** An exclusive hold of a data directory. */
export type DataDirLock = { readonly release: () => Promise<void> }

/** Result codes: somebody else has the lock; the file cannot be written or made. Source: https://sqlite.org/rescode.html (2026-11). */
const BUSY = 5
const CLOSED_TO_US = [8, 14]

/** Files that are locked: one that nobody refers to any more would be closed, and its lock with it. */
const LOCKED = new Set<DatabaseSync>()

/**
 * Takes the data directory (made if missing) for this process alone. Throws `data_dir_locked` when another process, or this one, has
 * it, and ConfigRefusedError when we may not write there; nothing is touched then. The lock is the kernel's record lock on the empty
 * file `lock`, taken through SQLite, as Node offers no other way to one; it ends with the process however that ends, and holds between
 * containers that share the directory.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  const path = join(dataDir, 'lock')
  const file = openFile(dataDir, path)
  chmodSync(path, 0o600)
  LOCKED.add(file)
  return {
    release: async () => {
      if (LOCKED.delete(file)) file.close()
    },
  }
}

function openFile(dataDir: string, path: string): DatabaseSync {
  let file: DatabaseSync | undefined
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    file = new DatabaseSync(path, { timeout: 0 })
    file.exec('pragma journal_mode = memory; begin exclusive')
    return file
  } catch (thrown) {
    file?.close()
    if (!(thrown instanceof Error)) throw thrown
    if ('errcode' in thrown && thrown.errcode === BUSY) fail('data_dir_locked')
    const isClosed = 'errcode' in thrown ? CLOSED_TO_US.includes(Number(thrown.errcode)) : 'code' in thrown
    throw isClosed ? refusal(dataDir) : thrown
  }
}

const refusal = (dataDir: string) =>
  new ConfigRefusedError([
    {
      file: ENVIRONMENT,
      line: 0,
      column: 0,
      path: 'FAREBOX_DATA_DIR',
      expected: 'a directory that Farebox can make or write to',
      got: dataDir,
      mend: 'run Farebox as the user that owns it, change its owner, or set FAREBOX_DATA_DIR to another directory',
    },
  ])
