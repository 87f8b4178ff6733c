import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { hasCode } from './has-code.ts'

/** Makes a folder that its owner alone may enter, and everything above it. */
export async function makePrivateFolder(folder: string): Promise<void> {
  const isNew = (await mkdir(folder, { recursive: true, mode: 0o700 })) !== undefined
  if (isNew) await syncFolder(dirname(folder))
}

/** Opens a file to read and write; makes it, readable by its owner alone and flushed with its folder, when it is not there. */
export async function openPrivateFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+')
  } catch (thrown) {
    if (!hasCode(thrown, 'ENOENT')) throw thrown
  }
  const file = await open(path, 'a+', 0o600)
  await file.close()
  await syncFolder(dirname(path))
  return await open(path, 'r+')
}

/** Opens a file to read; undefined when it is not there. */
export async function openExisting(path: string, flags: 'r' | 'r+'): Promise<FileHandle | undefined> {
  try {
    return await open(path, flags)
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT')) return undefined
    throw thrown
  }
}

/** Without this a power cut could take back that a file was made or removed. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
