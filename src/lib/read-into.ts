import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net'

/** What an accepted socket has that is not declared: the system's socket, as Node's own. */
type WithHandle = { _handle: object | null }

/**
 * An accepted connection, to be called before anything of it is read, as a socket that reads into memory of one's own: `buffer` is where the next read goes,
 * and what `told` returns for so many bytes is given on as data. Node gives this to sockets that connect only; to others it gives 64 kB
 * anew for each read, and copies what came. Source: https://nodejs.org/api/net.html#new-netsocketoptions (2026-11-30).
 */
export function readInto(
  accepted: Socket,
  { buffer, told }: { readonly buffer: OnReadOpts['buffer']; readonly told: (count: number) => Buffer },
): Socket {
  const holder = accepted as unknown as WithHandle
  const handle = holder._handle
  holder._handle = null
  const { allowHalfOpen, readableHighWaterMark, writableHighWaterMark } = accepted
  const onread = { buffer, callback: (count: number): boolean => socket.emit('data', told(count)) }
  const options = { handle, allowHalfOpen, readableHighWaterMark, writableHighWaterMark, onread }
  const socket = new Socket(options as SocketConstructorOpts)
  // Its server counts the one that was accepted.
  socket.once('close', () => accepted.destroy())
  return socket
}
