import { Buffer } from 'node:buffer'
import http2, { type ClientHttp2Session, type ClientHttp2Stream, type OutgoingHttpHeaders } from 'node:http2'
import { getDefaultHighWaterMark, setDefaultHighWaterMark } from 'node:stream'
import { takenOut } from '../../lib/index.ts'
import { Exchange } from './exchange.ts'
import { Pieces } from './pieces.ts'
import type { CommonOptions } from './pool-options.ts'
import type { ReplyHandler } from './reply-handler.ts'
import { type HeadParts, lengthOf, takeBody, type UpstreamRequest } from './request-head.ts'
import { errorOf, type UpstreamClientCode, UpstreamClientError } from './upstream-client-error.ts'

/** A request, and who is told of its reply. */
export type Asked = { readonly request: UpstreamRequest; readonly handler: ReplyHandler }

/** What a stream is made of. */
export type SharedStreamOptions = CommonOptions & {
  /** It is over; told before its handler is. */
  readonly onOver: (stream: SharedStream) => void
  /** The upstream wants its calls in HTTP/1.1. */
  readonly onUnspoken: () => void
}

const { NGHTTP2_CANCEL, NGHTTP2_HTTP_1_1_REQUIRED } = http2.constants
/** Values that hold nothing secret; all others are kept out of what either end remembers of heads. Source: RFC 7541 §7.1.3 (2015-05). */
const OPEN_FIELDS: ReadonlySet<string> = new Set(['accept', 'accept-encoding', 'content-length', 'content-type', 'user-agent'])

/** One call over a connection that carries others at the same time. */
export class SharedStream {
  readonly #options: SharedStreamOptions
  readonly #stream: ClientHttp2Stream
  readonly #exchange: Exchange
  readonly #pieces: Pieces
  /** What has come and was not read yet, as its taker is slow. */
  readonly #unread: Buffer[] = []
  #hasHead = false
  #isWhole = false
  /** A time of the monotonic clock. */
  #expiresAt: number

  constructor(session: ClientHttp2Session, { request, handler }: Asked, options: SharedStreamOptions) {
    const { clock, turns, pace } = options
    const stream = openStream(session, fieldsOf(request.head.parts, lengthOf(request.body)))
    this.#options = options
    this.#stream = stream
    this.#expiresAt = clock.monotonic() + request.firstByteMs
    this.#pieces = new Pieces(pace, (piece) => this.#onData(piece))
    this.#exchange = new Exchange(request, handler, {
      ...{ flow: stream, turns },
      end: (error) => this.#fail(error),
      onResumed: () => this.#expireIn(request.idleMs),
    })
    this.#follow()
    handler.onRequestStart(this.#exchange)
    const body = takeBody(request)
    // Bytes alone: of text this Node's HTTP/2 has been seen to send others than were given.
    if (!this.#exchange.isOver) stream.end(Buffer.concat(body))
  }

  get isOver(): boolean {
    return this.#exchange.isOver
  }

  /** Ends it if it has taken too long by now; whether it had. */
  expire(now: number): boolean {
    // Who pauses a reply is slow himself.
    if (now < this.#expiresAt || this.#exchange.isHeld) return false
    this.#failWith(this.#hasHead ? 'UPSTREAM_BODY_TIMEOUT' : 'UPSTREAM_HEAD_TIMEOUT')
    return true
  }

  #expireIn(millis: number): void {
    this.#expiresAt = this.#options.clock.monotonic() + millis
  }

  #follow(): void {
    const stream = this.#stream
    this.#takeOut()
    stream.on('response', (fields) => {
      this.#hasHead = true
      const { ':status': status = 0 } = fields
      this.#guarded(() => this.#exchange.onHead({ status, headers: this.#options.kept.pick(fields) }))
    })
    stream.on('data', (piece: Buffer) => {
      this.#unread.shift()
      this.#pieces.take(piece, !this.#exchange.hasBody)
    })
    stream.once('end', () => {
      if (this.#isWhole) this.#end()
    })
    stream.on('error', () => this.#end())
    stream.once('close', () => this.#end())
  }

  /**
   * Node tells on pieces of what it read for all streams together, all of which would stay for as long as one of them waits. It ends a reply
   * that was cut off as it ends a whole one, but for when; and of a whole one that waits for its taker, nothing is left once its connection is gone.
   */
  #takeOut(): void {
    const stream = this.#stream
    const push = stream.push.bind(stream)
    stream.push = (piece: Buffer | null): boolean => {
      if (piece === null) {
        if (!stream.closed) this.#isWhole = true
        return push(null)
      }
      const bytes = isMostOfItsMemory(piece) ? piece : takenOut(piece, piece.length)
      if (bytes.length > 0) this.#unread.push(bytes)
      return push(bytes)
    }
  }

  #onData(piece: Buffer): void {
    this.#guarded(() => {
      this.#exchange.onData(piece)
      if (this.#exchange.isOver) return
      this.#expireIn(this.#exchange.request.idleMs)
      this.#exchange.took(piece.length)
    })
  }

  #guarded(tell: () => void): void {
    try {
      if (!this.#exchange.isOver) tell()
    } catch (thrown) {
      this.#fail(errorOf(thrown))
    }
  }

  /** No more will come: of a whole reply, all that did is told. */
  #end(): void {
    this.#pieces.passAll()
    if (!this.#isWhole || !this.#hasHead) {
      if (this.#stream.rstCode === NGHTTP2_HTTP_1_1_REQUIRED) this.#options.onUnspoken()
      this.#failWith('UPSTREAM_CONNECTION_LOST')
      return
    }
    for (let piece = this.#unread.shift(); piece !== undefined; piece = this.#unread.shift()) this.#onData(piece)
    this.#finish()
  }

  #finish(): void {
    const exchange = this.#exchange
    if (exchange.isOver) return
    exchange.close()
    if (!exchange.isSent) this.#cancel()
    this.#options.onOver(this)
    exchange.tellEnd()
  }

  #failWith(code: UpstreamClientCode): void {
    if (!this.#exchange.isOver) this.#fail(new UpstreamClientError(code))
  }

  #fail(error: Error): void {
    const exchange = this.#exchange
    if (exchange.isOver) return
    exchange.close()
    this.#cancel()
    this.#options.onOver(this)
    exchange.handler.onResponseError(exchange, error)
  }

  /** What waits in it unread goes with it. */
  #cancel(): void {
    this.#stream.close(NGHTTP2_CANCEL)
    this.#stream.destroy()
  }
}

const isMostOfItsMemory = ({ buffer, length }: Buffer): boolean => buffer.byteLength <= 2 * length

/** A stream that holds no more for a slow reader than its window; by itself it takes as much again, and can be told in no other way. */
function openStream(session: ClientHttp2Session, fields: OutgoingHttpHeaders): ClientHttp2Stream {
  const usual = getDefaultHighWaterMark(false)
  setDefaultHighWaterMark(false, 1)
  try {
    return session.request(fields, { endStream: false })
  } finally {
    setDefaultHighWaterMark(false, usual)
  }
}

function fieldsOf({ origin, path, headers }: HeadParts, length: number): OutgoingHttpHeaders {
  return {
    ...{ ':method': 'POST', ':scheme': 'https', ':authority': new URL(origin).host, ':path': path },
    ...headers,
    'content-length': String(length),
    [http2.sensitiveHeaders]: Object.keys(headers).filter((name) => !OPEN_FIELDS.has(name)),
  }
}
