import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../lib/index.ts'

/** A file of the data directory that holds when the last backup was made, and nothing else. */
const NAME = 'last-backup'

/** Remembers that a backup was made now, in milliseconds since 1970, for farebox doctor and metrics. */
export async function noteBackup(dataDir: string, madeAt: number): Promise<void> {
  await writeFile(join(dataDir, NAME), `${new Date(madeAt).toISOString()}\n`, { mode: 0o600 })
}

/** When farebox backup last ran on this data directory, in milliseconds since 1970; undefined for never. */
export async function readLastBackup(dataDir: string): Promise<number | undefined> {
  try {
    const time = Date.parse((await readFile(join(dataDir, NAME), 'utf8')).trim())
    return Number.isNaN(time) ? undefined : time
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return undefined
    throw thrown
  }
}
