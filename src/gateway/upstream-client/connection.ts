import { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import type { Clock } from '../../lib/index.ts'
import { Exchange, type ExchangePlace } from './exchange.ts'
import type { FieldNames } from './field-names.ts'
import type { OpeningSocket } from './open-socket.ts'
import type { Pace } from './pace.ts'
import type { ReplyHandler } from './reply-handler.ts'
import { ReplyHeads } from './reply-heads.ts'
import { headFor, type UpstreamRequest } from './request-head.ts'
import type { Turns } from './turns.ts'
import { type UpstreamClientCode, UpstreamClientError } from './upstream-client-error.ts'

/** Whom a connection tells of itself. */
export type ConnectionOwner = {
  /** It can carry another request; `keptMs`: for as long the upstream keeps it, where it says so. */
  readonly onIdle: (connection: Connection, keptMs: number | undefined) => void
  readonly onClosed: (connection: Connection) => void
}

/** What a connection is made of. */
export type ConnectionOptions = OpeningSocket & {
  readonly connectMs: number
  readonly clock: Clock
  readonly turns: Turns
  readonly pace: Pace
  readonly kept: FieldNames
  readonly owner: ConnectionOwner
}

/** Up to this size it costs less to copy head and body into one piece than to have the system gather two. */
const JOINED_BYTES_MAX = 8_192
const SMALL_BYTES_MAX = 1_024
/** What comes in larger pieces is no stream of tokens, or has been waiting already. */
const PIECE_BYTES_MAX = 1_024
/** So many pieces of a connection wait at most. */
const PIECES_MAX = 8
const WRITTEN: readonly Buffer[] = []

/** A connection to an upstream, which carries one request at a time. */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #exchangePlace: ExchangePlace
  #exchange: Exchange | undefined
  #isReady = false
  /** What has come and waits for its turn. */
  readonly #waiting: Buffer[] = []
  /** A time of the monotonic clock. */
  #expiresAt = Number.POSITIVE_INFINITY

  constructor(options: ConnectionOptions) {
    this.#options = options
    const { socket, readyEvent, turns, kept } = options
    this.#exchangePlace = {
      socket,
      turns,
      heads: new ReplyHeads(kept),
      end: (error) => this.#fail(error),
      onResumed: ({ request }) => this.#expireIn(request.idleMs),
    }
    socket.once(readyEvent, () => {
      this.#isReady = true
      this.#write()
    })
    socket.on('data', (chunk: Buffer) => this.#onPiece(chunk))
    socket.on('end', () => this.#onEnd())
    socket.on('error', (error) => {
      this.#readWaiting()
      this.#fail(error)
    })
    socket.once('close', () => {
      this.#readWaiting()
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
    this.#exchange = new Exchange(request, handler, this.#exchangePlace)
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
    const { body } = request
    request.body = WRITTEN
    const length = lengthOf(body)
    const head = headFor(request.head, length)
    if (head.length + length <= JOINED_BYTES_MAX) socket.write(joined(head, body, length))
    else writePieces(socket, head, body)
  }

  /** Small pieces of a body may have to wait for their turn; what comes after one that waits does, too. */
  #onPiece(piece: Buffer): void {
    const isUrgent = this.#exchange?.hasBody !== true || piece.length > PIECE_BYTES_MAX
    if (this.#waiting.length === 0 && (isUrgent || this.#options.pace.take())) {
      this.#onData(piece)
      return
    }
    this.#waiting.push(piece)
    if (this.#waiting.length > PIECES_MAX) this.#readWaiting()
    else if (this.#waiting.length === 1) this.#options.pace.wait(() => this.#readWaiting())
  }

  #readWaiting(): void {
    for (let piece = this.#waiting.shift(); piece !== undefined; piece = this.#waiting.shift()) this.#onData(piece)
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
    this.#readWaiting()
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
  #finish(exchange: Exchange, isClean: boolean): void {
    const { socket, owner } = this.#options
    const { head } = exchange.parser
    exchange.close()
    this.#exchange = undefined
    if (isClean && this.#waiting.length === 0 && head?.isKept === true && socket.writableLength === 0 && this.isOpen) {
      if (exchange.isHeld) socket.resume()
      owner.onIdle(this, head.keptMs)
    } else this.destroy()
    try {
      exchange.handler.onResponseEnd(exchange)
    } catch (thrown) {
      exchange.handler.onResponseError(exchange, errorOf(thrown))
    }
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

function lengthOf(body: readonly Buffer[]): number {
  let length = 0
  for (const piece of body) length += piece.length
  return length
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

const errorOf = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new UpstreamClientError('UPSTREAM_REPLY_MALFORMED'))
