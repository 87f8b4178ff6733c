import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Local sockets of one node. */
export type RuntimePaths = { readonly channel: string; readonly http: string }

/** sockaddr_un holds 108 bytes with its final zero. Source: unix(7). */
const PATH_BYTES_MAX = 100

/** Where the node's local sockets lie: in the data directory, or, when that path is too long for a socket, in a private directory named after it. */
export function runtimePaths(dataDir: string): RuntimePaths {
  const own = join(dataDir, 'run')
  const isShort = Buffer.byteLength(join(own, 'channel.sock')) <= PATH_BYTES_MAX
  const name = createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 16)
  const directory = isShort ? own : join(tmpdir(), `farebox-${name}`)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const status = lstatSync(directory)
  if (!status.isDirectory() || status.uid !== process.getuid?.())
    throw new Error('the directory for local sockets belongs to somebody else')
  chmodSync(directory, 0o700)
  return { channel: join(directory, 'channel.sock'), http: join(directory, 'http.sock') }
}

/** Removes sockets that a process which is gone has left; the data directory's lock says that it is gone. */
export function removeStaleSockets(paths: RuntimePaths): void {
  rmSync(paths.channel, { force: true })
  rmSync(paths.http, { force: true })
}
