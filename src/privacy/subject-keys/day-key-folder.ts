import { link, open, readdir, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { DayKeyStore } from './day-key-store.ts'
import { hasCode } from './has-code.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { makePrivateFolder, openExisting, syncFolder } from './private-files.ts'

const NAME = /^(\d{4}-\d\d-\d\d)\.key$/

/** Keys of days as one file each, in a folder that is no part of any backup; destroyed by zeros over the file before it is unlinked. */
export async function openDayKeyFolder(folder: string): Promise<DayKeyStore> {
  await makePrivateFolder(folder)
  const inTurn = oneAtATime()
  const pathOf = (day: string) => join(folder, `${day}.key`)
  return {
    readDay: (day) => readIfThere(pathOf(day)),
    addDay: (day, wrapped) => inTurn('add', () => addFile(folder, pathOf(day), wrapped)),
    removeDaysBefore: async (day) => {
      const old = (await readdir(folder)).filter((name) => (NAME.exec(name)?.[1] ?? day) < day)
      for (const name of old) await destroyFile(join(folder, name))
      if (old.length > 0) await syncFolder(folder)
      return old.length
    },
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT')) return undefined
    throw thrown
  }
}

/** Written whole aside, then given its name, so that a crash leaves a key or none. */
async function addFile(folder: string, path: string, wrapped: Buffer): Promise<Buffer> {
  const known = await readIfThere(path)
  if (known !== undefined) return known
  const aside = `${path}.new`
  const file = await open(aside, 'w', 0o600)
  try {
    await file.write(wrapped)
    await file.sync()
  } finally {
    await file.close()
  }
  await link(aside, path)
  await unlink(aside)
  await syncFolder(folder)
  return wrapped
}

async function destroyFile(path: string): Promise<void> {
  const file = await openExisting(path, 'r+')
  if (file === undefined) return
  try {
    const { size } = await file.stat()
    await file.write(Buffer.alloc(size), 0, size, 0)
    await file.sync()
  } finally {
    await file.close()
  }
  await unlink(path)
}
