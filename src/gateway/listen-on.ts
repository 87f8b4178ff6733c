import type { Server as HttpServer } from 'node:http'
import net, { type Server, type Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import { readAccepted } from './accepted-reads.ts'

/** So many bytes of an answer may wait for a slow client before no more of it is read from its upstream. */
export const WAITING_BYTES_MAX = 16_384

/**
 * Has `server` serve what comes to all of these copies of one listening handle. libuv accepts one connection of a handle in each turn of the
 * event loop, and under load a turn takes long: with a single handle, who comes new would wait behind all who are connected. Returns the
 * servers to close. Source: https://github.com/libuv/libuv/pull/3696 (2022-07-19).
 */
export function listenOn(server: HttpServer & { readonly allowHalfOpen?: boolean }, handles: readonly Server[]): readonly Server[] {
  const options = { allowHalfOpen: server.allowHalfOpen ?? false, noDelay: true, highWaterMark: WAITING_BYTES_MAX }
  // What TLS is taken off is read by Node itself.
  const readOf = server instanceof TlsServer ? (socket: Socket): Socket => socket : readAccepted
  const accept = (socket: Socket): void => void server.emit('connection', readOf(socket))
  const doors = handles.map((handle) => net.createServer(options, accept).listen(handle))
  // It begins to look at how long its connections take.
  server.emit('listening')
  return [server, ...doors]
}

/** Lets nobody in any more; resolves when all connections have ended. */
export async function closeAllOf(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve())
        }),
    ),
  )
}
