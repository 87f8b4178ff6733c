import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { Keyring } from '../seal.ts'
import { type TombstoneFile, tombstoneFile } from './tombstone-file.ts'

/** The file of a data directory that remembers who was erased. */
export const erasuresOf = (dataDir: string, keyring: Keyring): TombstoneFile => erasuresAt(join(dataDir, 'erasures'), keyring)

const erasuresAt = (path: string, keyring: Keyring): TombstoneFile => tombstoneFile(path, keyring.derive('erasures', Buffer.alloc(0)))

/** Adds to the file `erasures` of a data directory whom another copy of it names; nobody is taken out. Throws TombstoneFileError, and what reading throws. */
export async function addErasures(from: string, dataDir: string, keyring: Keyring): Promise<void> {
  await access(from)
  const own = erasuresOf(dataDir, keyring)
  const known = new Set((await own.all()).map(({ tag }) => tag.toString('latin1')))
  const more = (await erasuresAt(from, keyring).all()).filter(({ tag }) => !known.has(tag.toString('latin1')))
  if (more.length > 0) await own.append(more)
}
