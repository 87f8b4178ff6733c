import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http'
import type { Server as NetServer, Server, Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { SimAnswer } from './fault-answers.ts'

/** One request under way and the way to answer it. */
export type Exchange = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly socket: Socket
}

/** Whether the client has gone (or the upstream was closed). */
export const isGone = (exchange: Exchange): boolean => exchange.socket.destroyed || exchange.response.destroyed

/** Waits, or until the connection closes if that is sooner. */
export function pause(exchange: Exchange, milliseconds: number): Promise<void> {
  if (milliseconds <= 0 || isGone(exchange)) return Promise.resolve()
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      exchange.socket.off('close', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    exchange.socket.once('close', done)
  })
}

/** Waits until the connection is closed by the other side; an hour at most. */
export const untilClosed = (exchange: Exchange): Promise<void> => pause(exchange, 3_600_000)

/** Writes to the body, or to the bare socket; waits when the other side reads slowly. False when the client has gone. */
export async function writeOut(exchange: Exchange, bytes: Buffer | string, isBare = false): Promise<boolean> {
  if (isGone(exchange)) return false
  const target = isBare ? exchange.socket : exchange.response
  if (target.write(bytes)) return true
  await new Promise<void>((resolve) => {
    const done = (): void => {
      target.off('drain', done)
      exchange.socket.off('close', done)
      resolve()
    }
    target.once('drain', done)
    exchange.socket.once('close', done)
  })
  return !isGone(exchange)
}

/** How a body is cut into writes. */
export type SplitOptions = { readonly bytes: number | undefined; readonly delayMs: number; readonly isBare?: boolean }

/** Writes in pieces of `bytes`, each on a turn of its own, so that the client reads them apart. False when the client has gone. */
export async function writeSplit(exchange: Exchange, text: string, split: SplitOptions): Promise<boolean> {
  const size = split.bytes
  if (size === undefined || size <= 0) {
    const isWritten = await writeOut(exchange, text, split.isBare)
    // Writes of one turn leave in one packet; a turn between them keeps them apart.
    await nextTurn()
    return isWritten
  }
  const whole = Buffer.from(text)
  for (let at = 0; at < whole.length; at += size) {
    if (!(await writeOut(exchange, whole.subarray(at, at + size), split.isBare))) return false
    if (split.delayMs > 0) await pause(exchange, split.delayMs)
    else await nextTurn()
  }
  return !isGone(exchange)
}

/** The body of a request; undefined when it is larger than `bytesMax` or the client left. */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer | undefined> {
  const parts: Buffer[] = []
  let size = 0
  try {
    for await (const part of request) {
      const bytes: Buffer = part
      size += bytes.length
      if (size > bytesMax) return undefined
      parts.push(bytes)
    }
  } catch {
    // The client broke off while sending; there is nobody left to answer.
    return undefined
  }
  return Buffer.concat(parts)
}

/** Sends a whole answer and is done with it. */
export function sendAnswer(exchange: Exchange, { status, headers, body }: SimAnswer): void {
  if (isGone(exchange)) return
  exchange.response.writeHead(status, status === 204 ? headers : { 'content-length': String(Buffer.byteLength(body)), ...headers })
  exchange.response.end(body)
}

/** The same, in pieces that the client reads apart. */
export async function sendInPieces(exchange: Exchange, { status, headers, body }: SimAnswer, split: SplitOptions): Promise<void> {
  exchange.response.writeHead(status, headers)
  if (await writeSplit(exchange, body, split)) exchange.response.end()
}

/** Binds a server and tells its port. */
export function listenOn(server: Server, listen: Listen): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.once('listening', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
    server.listen(listen)
  })
}

/** Where to listen: an address, or a server whose handle is shared. */
export type Listen = { readonly host: string; readonly port: number } | NetServer

/** Ends all connections and stops listening. */
export function closeServer(server: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
