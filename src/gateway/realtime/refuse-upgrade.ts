import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Failure } from '../../failures.ts'
import { SESSION_REFUSALS } from '../../protocols/index.ts'
import { SOCKET_BOUNDS } from './bounds.ts'

/**
 * Answers a request for a session with a failure, as any other path of the protocol would, and ends the connection: at once when the client
 * ends its side, and in any case after the time that a close of a session may take, as nothing else bounds it any more.
 */
export function refuseUpgrade(socket: Duplex, told: Failure, requestId: string): void {
  if (socket.destroyed) return
  const body = SESSION_REFUSALS.encodeError(told, requestId)
  const head = [
    `HTTP/1.1 ${told.status} ${STATUS_CODES[told.status] ?? ''}`,
    `x-request-id: ${requestId}`,
    'cache-control: no-store',
    'content-type: application/json',
    `content-length: ${body.length}`,
    ...(told.retryAfterSeconds === undefined ? [] : [`retry-after: ${told.retryAfterSeconds}`]),
    'connection: close',
  ]
  socket.end(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]))
  // Where something lies unread the client's end would not be seen.
  socket.resume()
  const late = setTimeout(() => socket.destroy(), SOCKET_BOUNDS.closeTimeout)
  socket.once('close', () => clearTimeout(late))
}
