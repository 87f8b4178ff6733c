import http2, { type ClientHttp2Session } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { errorCode } from '../../lib/index.ts'
import type { OpeningSocket } from './open-socket.ts'
import { type CommonOptions, IDLE_MS } from './pool-options.ts'
import type { ReplyControl } from './reply-handler.ts'
import { type Asked, SharedStream } from './shared-stream.ts'
import { errorOf, UpstreamClientError } from './upstream-client-error.ts'

/** Whom a connection tells of itself. */
export type SharedConnectionOwner = {
  /** The upstream does not speak HTTP/2, or not as it should. */
  readonly onUnspoken: () => void
  /** It cannot carry a call after all, of which nothing was sent. */
  readonly onReturned: (asked: Asked) => void
  readonly onClosed: (connection: SharedConnection) => void
}

/** What a connection is made of. */
export type SharedConnectionOptions = CommonOptions & {
  readonly url: URL
  readonly opening: OpeningSocket
  readonly owner: SharedConnectionOwner
}

/** As many as most upstreams allow. Source: RFC 9113 §6.5.2 (2022-06). */
const STREAMS_MAX = 100
/** What one reply may send before it is read: as the protocol begins. */
const STREAM_WINDOW_BYTES = 65_535
const SESSION = {
  settings: { enablePush: false, initialWindowSize: STREAM_WINDOW_BYTES, maxHeaderListSize: 65_536 },
  maxHeaderListPairs: 256,
  /** In megabytes, over all of its streams. */
  maxSessionMemory: 64,
}
/** What can be done to a reply that was never asked for. */
const NOTHING: ReplyControl = { paused: false, isSent: true, pause: () => undefined, resume: () => undefined, abort: () => undefined }

/** A connection to an upstream that carries many calls at the same time, in HTTP/2. */
export class SharedConnection {
  readonly #options: SharedConnectionOptions
  readonly #streams = new Set<SharedStream>()
  /** Calls that wait until it is there. */
  readonly #waiting: Asked[] = []
  #session: ClientHttp2Session | undefined
  #isReady = false
  #isClosing = false
  #streamsMax = STREAMS_MAX
  /** A time of the monotonic clock. */
  #expiresAt: number

  constructor(options: SharedConnectionOptions) {
    this.#options = options
    const { clock, connectMs, opening, owner } = options
    const { socket, readyEvent } = opening
    this.#expiresAt = clock.monotonic() + connectMs
    socket.once(readyEvent, () => this.#begin())
    socket.on('error', (error) => this.#fail(error))
    socket.once('close', () => {
      this.#fail(new UpstreamClientError('UPSTREAM_CONNECTION_LOST'))
      owner.onClosed(this)
    })
  }

  /** Whether it can carry one more, as far as this end knows. */
  get hasRoom(): boolean {
    return !this.#isClosing && this.#session?.closed !== true && this.#streams.size + this.#waiting.length < this.#streamsMax
  }

  get isIdle(): boolean {
    return this.#isReady && this.#streams.size === 0
  }

  /** Sends a request, once the connection is there. */
  send(asked: Asked): void {
    if (this.#session !== undefined && this.#isReady) this.#carry(this.#session, asked)
    else this.#waiting.push(asked)
  }

  /** Ends what has taken too long by now. Where a reply did, others may: what is new goes elsewhere. */
  expire(now: number): void {
    for (const stream of this.#streams) if (stream.expire(now)) this.#isClosing = true
    if (now < this.#expiresAt) return
    if (this.#isReady) this.destroy()
    else this.#fail(new UpstreamClientError('UPSTREAM_CONNECT_TIMEOUT'))
  }

  destroy(): void {
    this.#isClosing = true
    this.#session?.destroy()
    this.#options.opening.socket.destroy()
  }

  #begin(): void {
    const { url, opening } = this.#options
    const socket = opening.socket as TLSSocket
    if (socket.alpnProtocol !== 'h2') {
      this.#giveUp()
      return
    }
    const session = http2.connect(url, { ...SESSION, createConnection: () => socket })
    this.#session = session
    session.on('remoteSettings', ({ maxConcurrentStreams = STREAMS_MAX }) => this.#onSettings(session, maxConcurrentStreams))
    session.on('error', (error) => this.#fail(error))
    session.on('goaway', (code) => {
      this.#isClosing = true
      if (code !== http2.constants.NGHTTP2_NO_ERROR) this.#options.owner.onUnspoken()
      this.#rest()
    })
  }

  #onSettings(session: ClientHttp2Session, streamsMax: number): void {
    this.#streamsMax = Math.min(STREAMS_MAX, streamsMax)
    if (this.#isReady) return
    if (this.#streamsMax === 0) {
      this.#giveUp()
      return
    }
    // No stream that is not read may hold up the others.
    session.setLocalWindowSize(STREAM_WINDOW_BYTES * this.#streamsMax)
    this.#isReady = true
    const waiting = this.#waiting.splice(0)
    for (const asked of waiting) {
      if (this.hasRoom) this.#carry(session, asked)
      else this.#options.owner.onReturned(asked)
    }
    this.#rest()
  }

  #carry(session: ClientHttp2Session, asked: Asked): void {
    this.#expiresAt = Number.POSITIVE_INFINITY
    session.ref()
    try {
      const { onUnspoken } = this.#options.owner
      const stream = new SharedStream(session, asked, { ...this.#options, onUnspoken, onOver: (one) => this.#forget(one) })
      if (!stream.isOver) this.#streams.add(stream)
    } catch (thrown) {
      this.#rest()
      asked.handler.onResponseError(NOTHING, errorOf(thrown))
    }
  }

  #forget(stream: SharedStream): void {
    this.#streams.delete(stream)
    this.#rest()
  }

  /** Waits for the next call where it carries none, but keeps no process alive for it. */
  #rest(): void {
    if (this.#streams.size > 0) return
    this.#expiresAt = this.#options.clock.monotonic() + IDLE_MS
    if (this.#isClosing) this.destroy()
    else this.#session?.unref()
  }

  #giveUp(): void {
    const { owner } = this.#options
    this.#isClosing = true
    owner.onUnspoken()
    for (const asked of this.#waiting.splice(0)) owner.onReturned(asked)
    this.destroy()
  }

  #fail(error: Error): void {
    this.#isClosing = true
    if (errorCode(error).startsWith('ERR_HTTP2_')) this.#options.owner.onUnspoken()
    for (const { handler } of this.#waiting.splice(0)) handler.onResponseError(NOTHING, error)
    this.destroy()
  }
}
