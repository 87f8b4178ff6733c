import type { WebSocket } from 'ws'

/**
 * Answers the pings of the other side, one at a time. While a pong waits to be taken, the newest ping is kept and answered next, those
 * before it never. So a side that reads nothing has one pong waiting, however many pings it sends. Source: RFC 6455 §5.5.3 (2011-12).
 */
export function answerPings(socket: WebSocket): void {
  let isWaiting = false
  let newest: Buffer | undefined
  const answer = (data: Buffer): void => {
    isWaiting = true
    socket.pong(data, undefined, next)
  }
  const next = (): void => {
    isWaiting = false
    const data = newest
    newest = undefined
    if (data !== undefined) answer(data)
  }
  socket.on('ping', (data) => {
    if (isWaiting) newest = data
    else answer(data)
  })
}
