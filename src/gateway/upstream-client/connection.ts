import { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import { Exchange, type ExchangePlace } from './exchange.ts'
import type { OpeningSocket } from './open-socket.ts'
import { Pieces } from './pieces.ts'
import type { CommonOptions } from './pool-options.ts'
import type { ReplyHandler } from './reply-handler.ts'
import { ReplyHeads } from './reply-heads.ts'
import { ReplyParser } from './reply-parser.ts'
import { headFor, lengthOf, takeBody, type UpstreamRequest } from './request-head.ts'
import { errorOf, type UpstreamClientCode, UpstreamClientError } from './upstream-client-error.ts'

/** Whom a connection tells of itself. */
export type ConnectionOwner = {
  /** It can carry another request; `keptMs`: for as long the upstream keeps it, where it says so. */
  readonly onIdle: (connection: Connection, keptMs: number | undefined) => void
  readonly onClosed: (connection: Connection) => void
}

/** What a connection is made of. */
export type ConnectionOptions = CommonOptions & OpeningSocket & { readonly owner: ConnectionOwner }

/** Up to this size it costs less to copy head and body into one piece than to have the system gather two. */
const JOINED_BYTES_MAX = 8_192
const SMALL_BYTES_MAX = 1_024

type ConnectionPlace = ExchangePlace & { readonly heads: ReplyHeads }

/** An exchange whose reply is read out of the connection's bytes. */
class ParsedExchange extends Exchange {
  readonly parser: ReplyParser

  constructor(request: UpstreamRequest, handler: ReplyHandler, place: ConnectionPlace) {
    super(request, handler, place)
    this.parser = new ReplyParser(this, place.heads)
  }
}

/** A connection to an upstream, which carries one request at a time. */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #place: ConnectionPlace
  readonly #pieces: Pieces
  #exchange: ParsedExchange | undefined
  #isReady = false
  /** A time of the monotonic clock. */
  #expiresAt = Number.POSITIVE_INFINITY

  constructor(options: ConnectionOptions) {
    this.#options = options
    const { socket, readyEvent, turns, pace, kept } = options
    this.#pieces = new Pieces(pace, (piece) => this.#onData(piece))
    this.#place = {
      flow: socket,
      turns,
      heads: new ReplyHeads(kept),
      end: (error) => this.#fail(error),
      onResumed: ({ request }) => this.#expireIn(request.idleMs),
    }
    socket.once(readyEvent, () => {
      this.#isReady = true
      this.#write()
    })
    socket.on('data', (piece: Buffer) => this.#pieces.take(piece, this.#exchange?.hasBody !== true))
    socket.on('end', () => this.#onEnd())
    socket.on('error', (error) => {
      this.#pieces.passAll()
      this.#fail(error)
    })
    socket.once('close', () => {
      this.#pieces.passAll()
      this.#failWith('UPSTREAM_CONNECTION_LOST')
      options.owner.onClosed(this)
    })
  }

  /** Whether it can still carry a request, as far as this end knows. */
  get isOpen(): boolean {
    const { socket } = this.#options
    return !socket.destroyed && socket.writable && socket.readable
  }

  /** Sends a request, once the connection is there. */
  send(request: UpstreamRequest, handler: ReplyHandler): void {
    const { socket, clock, connectMs } = this.#options
    this.#exchange = new ParsedExchange(request, handler, this.#place)
    socket.ref()
    if (this.#isReady) this.#write()
    else this.#expiresAt = clock.monotonic() + connectMs
  }

  /** Waits for the next request, but keeps no process alive for it. */
  rest(millis: number): void {
    this.#expireIn(millis)
    this.#options.socket.unref()
  }

  /** Ends what has taken too long by now. */
  expire(now: number): void {
    if (now < this.#expiresAt) return
    const exchange = this.#exchange
    if (exchange === undefined) this.#options.socket.destroy()
    else if (!this.#isReady) this.#failWith('UPSTREAM_CONNECT_TIMEOUT')
    else if (exchange.parser.head === undefined) this.#failWith('UPSTREAM_HEAD_TIMEOUT')
    // Who pauses a reply is slow himself.
    else if (!exchange.isHeld) this.#failWith('UPSTREAM_BODY_TIMEOUT')
  }

  destroy(): void {
    this.#options.socket.destroy()
  }

  #expireIn(millis: number): void {
    this.#expiresAt = this.#options.clock.monotonic() + millis
  }

  #write(): void {
    const exchange = this.#exchange
    if (exchange === undefined) return
    const { socket } = this.#options
    const { request, handler } = exchange
    handler.onRequestStart(exchange)
    if (exchange.isOver) return
    this.#expireIn(request.firstByteMs)
    const body = takeBody(request)
    const length = lengthOf(body)
    const head = headFor(request.head, length)
    if (head.length + length <= JOINED_BYTES_MAX) socket.write(joined(head, body, length))
    else writePieces(socket, head, body)
  }

  #onData(chunk: Buffer): void {
    const exchange = this.#exchange
    // Nobody asked for it, so what it would answer is anybody's guess.
    if (exchange === undefined) {
      this.destroy()
      return
    }
    try {
      const used = exchange.parser.push(chunk)
      if (exchange.isOver) return
      if (exchange.parser.isDone) this.#finish(exchange, used === chunk.length)
      else {
        // A head that comes at once says nothing of when the answer begins.
        if (exchange.hasBody) this.#expireIn(exchange.request.idleMs)
        exchange.took(chunk.length)
      }
    } catch (thrown) {
      this.#fail(errorOf(thrown))
    }
  }

  #onEnd(): void {
    this.#pieces.passAll()
    const exchange = this.#exchange
    if (exchange === undefined) {
      this.destroy()
      return
    }
    try {
      exchange.parser.end()
      this.#finish(exchange, false)
    } catch (thrown) {
      this.#fail(errorOf(thrown))
    }
  }

  /** The reply is whole; the connection is used again only if nothing was left over on either side. */
  #finish(exchange: ParsedExchange, isClean: boolean): void {
    const { socket, owner } = this.#options
    const { head } = exchange.parser
    exchange.close()
    this.#exchange = undefined
    if (isClean && this.#pieces.isEmpty && head?.isKept === true && socket.writableLength === 0 && this.isOpen) {
      if (exchange.isHeld) socket.resume()
      owner.onIdle(this, head.keptMs)
    } else this.destroy()
    exchange.tellEnd()
  }

  #failWith(code: UpstreamClientCode): void {
    if (this.#exchange !== undefined) this.#fail(new UpstreamClientError(code))
  }

  #fail(error: Error): void {
    const exchange = this.#exchange
    this.#exchange = undefined
    this.destroy()
    if (exchange === undefined) return
    exchange.close()
    exchange.handler.onResponseError(exchange, error)
  }
}

/** A head, each character of which is a byte, and pieces of a body of so many bytes as one. */
function joined(head: string, body: readonly Buffer[], length: number): Buffer {
  const bytes = Buffer.allocUnsafe(head.length + length)
  let at = bytes.write(head, 'latin1')
  for (const piece of body) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

/** Writes a head and a body: small pieces that it begins with go with the head, as one more to gather costs as much as to copy a kilobyte. */
function writePieces(socket: Socket, head: string, body: readonly Buffer[]): void {
  const large = body.findIndex(({ length }) => length > SMALL_BYTES_MAX)
  const small = large < 0 ? body : body.slice(0, large)
  socket.cork()
  socket.write(joined(head, small, lengthOf(small)))
  for (const piece of body.slice(small.length)) if (piece.length > 0) socket.write(piece)
  socket.uncork()
}
