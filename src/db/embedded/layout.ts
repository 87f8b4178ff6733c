import { createHash } from 'node:crypto'
import { chmodSync, chownSync, lstatSync, mkdirSync, readlinkSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Binaries } from './binaries.ts'
import { refuse } from './refusals.ts'
import type { ServerUser } from './server-user.ts'

/** Where everything of one server lies. */
export type Layout = {
  readonly root: string
  /** PostgreSQL's data directory. */
  readonly cluster: string
  /** Where it is made, so that a half-made one is never taken for a whole one. */
  readonly unfinished: string
  readonly socketDirectory: string
  readonly libraryLinks: string
  readonly password: string
  /** The password as initdb reads it; there for that moment only. */
  readonly initialPassword: string
  /** What the server says when it cannot go on; nothing else is written there. */
  readonly log: string
}

/** The port is part of the socket's name and nothing more. */
export const PORT = 5432

/** sockaddr_un holds 108 bytes on Linux and 104 elsewhere, with the closing zero. */
const SOCKET_PATH_BYTES_MAX = process.platform === 'linux' ? 107 : 103

/** Where a server of this data directory (which exists) lies; makes nothing. */
export function layoutOf(dataDir: string): Layout {
  const root = join(realpathSync(dataDir), 'postgres')
  return {
    root,
    cluster: join(root, 'data'),
    unfinished: join(root, 'data.unfinished'),
    socketDirectory: socketDirectoryOf(root),
    libraryLinks: join(root, 'lib'),
    password: join(root, 'superuser-password'),
    initialPassword: join(root, 'initdb-password'),
    log: join(root, 'server.log'),
  }
}

function socketDirectoryOf(root: string): string {
  const name = `farebox-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`
  const fits = [join(root, 'socket'), join(realpathSync(tmpdir()), name), join(realpathSync('/tmp'), name)].find(
    (directory) => Buffer.byteLength(join(directory, `.s.PGSQL.${PORT}`)) <= SOCKET_PATH_BYTES_MAX,
  )
  if (fits !== undefined) return fits
  throw refuse('FAREBOX_DATA_DIR', { expected: 'a short path', got: 'one too long for a socket', mend: 'set it to a shorter path' })
}

/** Makes the folders that are missing, with the right owners, and the library links. */
export function prepareLayout(layout: Layout, binaries: Binaries, user: ServerUser): void {
  // Root's folder is open for passing through, so that the server's user gets to its own below.
  makeFolder(layout.root, user === undefined ? 0o700 : 0o711, undefined)
  makeFolder(layout.libraryLinks, user === undefined ? 0o700 : 0o755, undefined)
  makeFolder(layout.socketDirectory, 0o700, user)
  for (const { name, file } of binaries.links) linkLibrary(join(layout.libraryLinks, name), file)
}

/** Makes a folder of `user`, or ours; refuses one that is somebody else's or a link, as in a folder that all may write to. */
export function makeFolder(path: string, mode: number, user: ServerUser): void {
  mkdirSync(path, { recursive: true, mode })
  const found = lstatSync(path)
  const self = process.getuid?.() ?? found.uid
  const owner = user?.uid ?? self
  if (!found.isDirectory() || (found.uid !== owner && found.uid !== self)) {
    throw refuse('FAREBOX_DATA_DIR', {
      expected: `${path} to be a folder of user ${owner}`,
      got: `one of user ${found.uid}`,
      mend: 'run Farebox as the user that owns the data directory, or remove that folder if it is not yours',
    })
  }
  if (user !== undefined && found.uid !== user.uid) chownSync(path, user.uid, user.gid)
  if ((found.mode & 0o777) !== mode) chmodSync(path, mode)
}

function linkLibrary(path: string, file: string): void {
  if (readLink(path) === file) return
  rmSync(path, { force: true })
  symlinkSync(file, path)
}

function readLink(path: string): string | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found?.isSymbolicLink() ? readlinkSync(path) : undefined
}
