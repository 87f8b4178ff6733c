import type { Server as HttpServer } from 'node:http'
import net, { type Server } from 'node:net'

/** So many bytes of an answer may wait for a slow client before no more of it is read from its upstream. */
export const WAITING_BYTES_MAX = 16_384

/**
 * Has `server` serve what comes to all of these copies of one listening handle. libuv accepts one connection of a handle in each turn of the
 * event loop, and under load a turn takes long: with a single handle, who comes new would wait behind all who are connected. Returns the
 * servers to close. Source: https://github.com/libuv/libuv/pull/3696 (2022-07-19).
 */
export function listenOn(
  server: HttpServer & { readonly allowHalfOpen?: boolean },
  [first, ...others]: readonly Server[],
): readonly Server[] {
  server.listen(first)
  const options = { allowHalfOpen: server.allowHalfOpen ?? false, noDelay: true, highWaterMark: WAITING_BYTES_MAX }
  const more = others.map((handle) => net.createServer(options, (socket) => server.emit('connection', socket)).listen(handle))
  return [server, ...more]
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
