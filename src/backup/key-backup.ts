import type { FileHandle } from 'node:fs/promises'
import { chmod, mkdir, open, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { fail } from '../failures.ts'
import { errorCode } from '../lib/index.ts'
import type { Keyring } from '../privacy/index.ts'
import { readFrames, writeFrame } from './frames.ts'
import { readContainer } from './read-container.ts'
import type { BackupSecret } from './secret.ts'
import { type NewContainer, writeContainer } from './write-container.ts'

/** What tells whether keys are those that a backup was made under; says nothing of them. */
export const keyMarkOf = (keyring: Keyring): string => keyring.derive('backup-mark', Buffer.alloc(0)).toString('hex')

/**
 * Writes what lies in a data directory outside the database into an empty file: master keys, keys that sign, keys of persons, and who was
 * erased, in this order, so that a key that went meanwhile is one whose erasure is remembered. Keys of days are left out, as they are to be
 * gone within seven days. Returns how many files.
 */
export async function writeKeyBackup(file: FileHandle, dataDir: string, how: Omit<NewContainer, 'kind'>): Promise<number> {
  const container = await writeContainer(file, { kind: 'keys', ...how })
  const paths = await keyPaths(dataDir)
  for (const path of paths) {
    await writeFrame(container, { told: { kind: 'file', path } })
    await writeFrame(container, { bytes: (await readIfThere(join(dataDir, path))) ?? Buffer.alloc(0) })
  }
  await writeFrame(container, { told: { kind: 'end', files: paths.length } })
  await container.finish()
  return paths.length
}

async function keyPaths(dataDir: string): Promise<readonly string[]> {
  const own = (await namesIn(join(dataDir, 'keys'))).filter((name) => FILE.test(`keys/${name}`)).map((name) => `keys/${name}`)
  const subjects = (await namesIn(join(dataDir, 'keys', 'subjects'))).map((name) => `keys/subjects/${name}`)
  return [...own, ...subjects.filter((path) => FILE.test(path)), 'erasures']
}

/** The files that a backup of keys may have; nothing else is written anywhere. */
const FILE = /^(?:erasures|keys\/[\w-]+\.[a-z]+|keys\/subjects\/[0-9a-f]{3}\.keys)$/

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return []
    throw thrown
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return undefined
    throw thrown
  }
}

/** An opened backup of keys, all of whose bytes were checked; `writeInto` puts its files into a data directory that has none of them. */
export type OpenedKeyBackup = { readonly madeAt: string; readonly files: number; readonly writeInto: (dataDir: string) => Promise<void> }

/** Opens a backup of keys and reads it to its end. Fails as readContainer does. */
export async function openKeyBackup(file: FileHandle, secret: BackupSecret): Promise<OpenedKeyBackup> {
  const { header, plain } = await readContainer(file, { kind: 'keys', secret })
  let files = 0
  for await (const _ of filesOf(plain())) files += 1
  return {
    ...{ madeAt: header.made_at, files },
    writeInto: async (dataDir) => {
      for await (const { path, bytes } of filesOf(plain())) await writePrivate(join(dataDir, path), bytes)
    },
  }
}

const TOLD = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), path: z.string().regex(FILE) }),
  z.strictObject({ kind: z.literal('end'), files: z.int().positive() }),
])

async function* filesOf(plain: AsyncIterable<Buffer>): AsyncGenerator<{ readonly path: string; readonly bytes: Buffer }> {
  let path: string | undefined
  let end: number | undefined
  let found = 0
  for await (const frame of readFrames(plain)) {
    if ('bytes' in frame) {
      if (path === undefined) return fail('backup_altered')
      found += 1
      yield { path, bytes: frame.bytes }
      path = undefined
    } else {
      const told = TOLD.safeParse(frame.told)
      if (!told.success) return fail('backup_newer', { what: 'a file that is not known here' })
      if (told.data.kind === 'file') path = told.data.path
      else end = told.data.files
    }
  }
  if (end !== found) fail('backup_altered')
}

async function writePrivate(path: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await chmod(dirname(path), 0o700)
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}
