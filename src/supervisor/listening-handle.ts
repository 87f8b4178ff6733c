import net from 'node:net'

/** A bound socket that several processes can listen on. */
export type ListeningHandle = net.Server

/** Rejects with a code such as EADDRINUSE where nothing can listen; a bare bind would find out only in the gateways. */
export function probe({ host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = net.createServer()
    server.once('error', reject)
    server.listen(port, host, () => server.close(() => resolve()))
  })
}

type CreateHandle = (address: string, port: number, family: 4 | 6) => number | { readonly close: () => void }

/**
 * Binds the public address without accepting on it: gateways listen on copies of it, and while none does, connections wait in the
 * kernel's queue instead of being refused. Node's cluster module binds its sockets by the same call; there is no public one that binds
 * without accepting. Throws an error with a code such as EADDRINUSE.
 */
export function bindHandle({ host, port }: { readonly host: string; readonly port: number }): ListeningHandle {
  const createHandle = (net as unknown as { readonly _createServerHandle?: CreateHandle })._createServerHandle
  if (createHandle === undefined) throw Object.assign(new Error('cannot bind'), { code: 'ERR_NO_SERVER_HANDLE' })
  const address = host === 'localhost' ? '127.0.0.1' : host
  const handle = createHandle(address, port, address.includes(':') ? 6 : 4)
  if (typeof handle !== 'number') return handle as unknown as ListeningHandle
  const code = ERROR_NAMES.get(handle) ?? 'ERR_LISTEN'
  throw Object.assign(new Error('cannot bind'), { code })
}

/** The commonest of libuv's error numbers on Linux and macOS. */
const ERROR_NAMES: ReadonlyMap<number, string> = new Map([
  [-98, 'EADDRINUSE'],
  [-48, 'EADDRINUSE'],
  [-99, 'EADDRNOTAVAIL'],
  [-49, 'EADDRNOTAVAIL'],
  [-13, 'EACCES'],
])
