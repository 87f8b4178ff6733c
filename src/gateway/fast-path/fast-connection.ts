import type { Socket } from 'node:net'
import type { Clock } from '../../lib/index.ts'
import type { Turn } from '../admission.ts'
import { FastRequest } from './fast-request.ts'
import { FastResponse, type ResponsePlace } from './fast-response.ts'
import { LastHead } from './last-head.ts'
import { type PlainHead, readPlainHead } from './plain-head.ts'
import { WaitingBytes } from './waiting-bytes.ts'

/** How long a client may take, in milliseconds: to its first byte, from the first byte of a request to its last, to the next request. */
export type FastBounds = {
  readonly headersTimeout: number
  readonly requestTimeout: number
  readonly keepAliveTimeout: number
  /** Bytes of the longest body that is read here. */
  readonly bodyBytesMax: number
}

/** What the connections of a fast path have in common. */
export type ConnectionPlace = {
  readonly clock: Clock
  readonly bounds: FastBounds
  /** The paths that are answered here. */
  readonly paths: { has(path: string): boolean }
  /** Whether a request has to wait for its turn, of which it is told then. */
  readonly wait: (head: PlainHead, tell: (turn: Turn) => void) => boolean
  /** `turn`: what it was told, where it has waited. */
  readonly serve: (request: FastRequest, response: FastResponse, turn: Turn | undefined) => Promise<void>
  /** Whether connections end with the answers that are begun now. */
  readonly isEnding: () => boolean
  /** Header lines of every answer, by whether its connection is kept. */
  readonly tailOf: (isKept: boolean) => string
  readonly onClosed: (connection: FastConnection) => void
  /** Takes a connection, and what has been read of it and is not answered. */
  readonly onHandedOver: (connection: FastConnection, socket: Socket, bytes: Buffer) => void
}

/** So much may come after a request before it is answered; the rest waits in the socket. */
const AFTER_BYTES_MAX = 65_536
/** Who asks for nothing for so long, in milliseconds, has the next head read anew: what is kept of a long one takes some 5 kB, half of what a connection takes. */
const HEAD_KEPT_MS = 10_000
const TOO_SLOW = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n'

/** One connection, for as long as all that comes on it is plain. With what is not it goes on to node:http, and never comes back. */
export class FastConnection {
  readonly #socket: Socket
  readonly #place: ConnectionPlace
  readonly #responsePlace: ResponsePlace
  #request: FastRequest | undefined
  #response: FastResponse | undefined
  /** Of a connection that has carried a call a moment ago. */
  #lastHead: LastHead | undefined
  /** A request that waits for its turn, as it came: what is made of it takes many times as much for V8 to carry along. Of a connection that had one wait a moment ago. */
  #waiting: WaitingBytes | undefined
  /** What came after the request that is being answered. */
  #after: Buffer[] = []
  #afterBytes = 0
  #isKept = true
  #isLost = false
  /** A time of the monotonic clock. */
  #expiresAt: number

  constructor(socket: Socket, place: ConnectionPlace) {
    this.#socket = socket
    this.#place = place
    this.#responsePlace = { socket, tail: () => this.#tail(), onEnded: () => this.#onEnded() }
    this.#expiresAt = place.clock.monotonic() + place.bounds.headersTimeout
    socket.on('data', this.#onData)
    socket.on('drain', this.#onDrain)
    socket.on('end', this.#onEnd)
    socket.on('error', this.#onError)
    socket.on('close', this.#onClose)
  }

  /** Whether nobody waits for an answer on it; a request that was answered early may go on being sent. */
  get isUnused(): boolean {
    return !this.#isWaiting && (this.#response === undefined || this.#response.isEnded)
  }

  /** Ends it once all is out that was written. */
  close(): void {
    this.#socket.destroySoon()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** Ends what has taken too long by now, and lets go of what nobody has come back for. */
  expire(now: number): void {
    if (now < this.#expiresAt) {
      if (this.#expiresAt - now < this.#place.bounds.keepAliveTimeout - HEAD_KEPT_MS && this.#request === undefined) {
        this.#lastHead = undefined
        this.#waiting = undefined
      }
      return
    }
    if (!this.#socket.writable) {
      this.#socket.destroy()
      return
    }
    const isNew = this.#request === undefined && this.#socket.bytesRead === 0
    if (isNew || this.#response?.headersSent === false) this.#socket.write(TOO_SLOW, 'latin1')
    this.#socket.destroySoon()
  }

  readonly #onData = (bytes: Buffer): void => {
    const left = this.#request?.left ?? 0
    if (left > 0) this.#push(left < bytes.length ? bytes.subarray(0, left) : bytes)
    if (left < bytes.length) this.#take(left === 0 ? bytes : bytes.subarray(left))
  }

  /** A part of the body; once all of it is here, it is not the client who is waited for. */
  #push(part: Buffer): void {
    const request = this.#request
    request?.push(part)
    if (request?.left !== 0) return
    this.#expiresAt = Number.POSITIVE_INFINITY
    if (this.#response?.isEnded === true) this.#finish()
  }

  /** What is no body of the request that is being read. */
  #take(bytes: Buffer): void {
    if (this.#request === undefined && !this.#isWaiting) this.#begin(bytes)
    else this.#keep(bytes)
  }

  #begin(bytes: Buffer): void {
    const { bounds, wait } = this.#place
    const head = this.#read(bytes)
    if (head === undefined || head.length > bounds.bodyBytesMax) this.#handOver(bytes)
    else if (bytes.length === head.bodyAt + head.length && wait(head, this.#onTurn)) {
      this.#waiting ??= new WaitingBytes()
      this.#waiting.put(bytes)
      this.#expiresAt = Number.POSITIVE_INFINITY
    } else this.#serve(bytes, head, undefined)
  }

  get #isWaiting(): boolean {
    return this.#waiting?.isTaken === true
  }

  #read(bytes: Buffer): PlainHead | undefined {
    return this.#lastHead === undefined ? readPlainHead(bytes, this.#place.paths) : this.#lastHead.read(bytes)
  }

  /** A client that has left meanwhile is for whoever serves to see. */
  readonly #onTurn = (turn: Turn): void => {
    if (this.#waiting === undefined) return
    const bytes = this.#waiting.take()
    const head = this.#read(bytes)
    if (head !== undefined) this.#serve(bytes, head, turn)
  }

  #serve(bytes: Buffer, head: PlainHead, turn: Turn | undefined): void {
    const { clock, bounds, serve } = this.#place
    const end = head.bodyAt + head.length
    const request = new FastRequest(this.#socket, head, bytes.subarray(head.bodyAt, end))
    const response = new FastResponse(this.#responsePlace)
    this.#request = request
    this.#response = response
    this.#expiresAt = request.left > 0 ? clock.monotonic() + bounds.requestTimeout : Number.POSITIVE_INFINITY
    if (bytes.length > end) this.#keep(bytes.subarray(end))
    if (this.#isLost) this.#lose()
    serve(request, response, turn).catch(() => response.destroy())
  }

  #keep(bytes: Buffer): void {
    this.#after.push(bytes)
    this.#afterBytes += bytes.length
    if (this.#afterBytes > AFTER_BYTES_MAX) this.#socket.pause()
  }

  #tail(): string {
    this.#isKept = !this.#place.isEnding()
    return this.#place.tailOf(this.#isKept)
  }

  #onEnded(): void {
    if (!this.#isKept) this.close()
    else if (this.#request?.left === 0) this.#finish()
  }

  /** Request and answer are over. What came early after them is read elsewhere. */
  #finish(): void {
    this.#request = undefined
    this.#response = undefined
    if (this.#after.length > 0) {
      this.#handOver(Buffer.concat(this.#after))
      return
    }
    this.#lastHead ??= new LastHead(this.#place.paths)
    this.#expiresAt = this.#place.clock.monotonic() + this.#place.bounds.keepAliveTimeout
  }

  #handOver(bytes: Buffer): void {
    if (!this.#socket.writable) return
    this.#socket.off('data', this.#onData)
    this.#socket.off('drain', this.#onDrain)
    this.#socket.off('end', this.#onEnd)
    this.#socket.off('error', this.#onError)
    this.#socket.off('close', this.#onClose)
    this.#place.onHandedOver(this, this.#socket, bytes)
  }

  readonly #onDrain = (): void => this.#response?.drained()

  /** As node:http has it: who sends no more is answered no more. */
  readonly #onEnd = (): void => {
    this.#socket.end()
  }

  /** What is told with an error is told with the close that follows it. */
  readonly #onError = (): void => undefined

  readonly #onClose = (): void => {
    this.#isLost = true
    this.#lose()
    this.#place.onClosed(this)
  }

  #lose(): void {
    this.#request?.lose()
    this.#response?.lose()
  }
}
