import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { type HeaderFields, hasField, headerLines, roomFor } from '../../lib/index.ts'
import type { CallResponse } from '../call-response.ts'

/** What a response is told of its connection, and tells it. */
export type ResponsePlace = {
  readonly socket: Socket
  /** Header lines that stand in every answer, each with its end: the date, whether and how long the connection is kept. */
  readonly tail: () => string
  /** All of it is written. */
  readonly onEnded: () => void
}

/**
 * Up to this size a piece of a body is joined to what frames it. A write of several parts is cheaper from two kilobytes on, but a piece that waits for a slow
 * reader keeps all of the read that it came in.
 */
const JOINED_BYTES_MAX = 16_384

const statusLine = (status: number): string => `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`
const OK = statusLine(200)

type Listeners = readonly (() => void)[]
const NOBODY: Listeners = []
const NOTHING = Buffer.alloc(0)

/** The answer to a call on a connection of the fast path: by its length where a header tells it, else in chunks. */
export class FastResponse implements CallResponse {
  readonly #place: ResponsePlace
  /** The head, while it waits for the first bytes of the body. */
  #head = ''
  #framing: 'length' | 'chunks' | 'no body' = 'chunks'
  #isEnded = false
  headersSent = false
  #isLost = false
  #onClose = NOBODY
  #onDrain = NOBODY

  constructor(place: ResponsePlace) {
    this.#place = place
  }

  get socket(): Socket {
    return this.#place.socket
  }

  get destroyed(): boolean {
    return this.#isLost
  }

  get closed(): boolean {
    return this.#isLost
  }

  get isEnded(): boolean {
    return this.#isEnded
  }

  /** Throws on what would read as something else, before anything is written. */
  writeHead(status: number, fields: HeaderFields): void {
    const lines = headerLines(fields)
    if (lines === undefined) throw new Error('a header that would read as another')
    this.writeLines(status, lines, hasField(fields, 'content-length'))
  }

  writeLines(status: number, lines: string, hasLength: boolean): void {
    if (this.headersSent) throw new Error('a head is written once')
    const hasBody = status >= 200 && status !== 204 && status !== 304
    this.#framing = !hasBody ? 'no body' : hasLength ? 'length' : 'chunks'
    const end = this.#framing === 'chunks' ? 'Transfer-Encoding: chunked\r\n\r\n' : '\r\n'
    this.#head = `${status === 200 ? OK : statusLine(status)}${lines}${this.#place.tail()}${end}`
    this.headersSent = true
  }

  write(bytes: Buffer): boolean {
    if (this.#isEnded || bytes.length === 0) return true
    return this.#send(bytes, '')
  }

  /** A text is one of bytes. */
  end(body: Buffer | string = NOTHING): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#send(typeof body === 'string' ? Buffer.from(body, 'latin1') : body, this.#framing === 'chunks' ? '0\r\n\r\n' : '')
    this.#place.onEnded()
  }

  destroy(): void {
    this.#place.socket.destroy()
  }

  once(_: 'close', listener: () => void): void {
    this.#onClose = withOne(this.#onClose, listener)
  }

  on(_: 'drain', listener: () => void): void {
    this.#onDrain = withOne(this.#onDrain, listener)
  }

  removeListener(_: 'close', listener: () => void): void {
    if (this.#onClose.length === 1 && this.#onClose[0] === listener) this.#onClose = NOBODY
    else this.#onClose = this.#onClose.filter((one) => one !== listener)
  }

  /** The connection takes bytes again. */
  drained(): void {
    for (const listener of this.#onDrain) listener()
  }

  /** The connection is gone. */
  lose(): void {
    if (this.#isLost) return
    this.#isLost = true
    const listeners = this.#onClose
    this.#onClose = NOBODY
    for (const listener of listeners) listener()
  }

  /** Writes what waits, a piece of the body in its frame, and what comes after it. */
  #send(piece: Buffer, after: string): boolean {
    const { socket } = this.#place
    if (!socket.writable) return false
    const body = this.#framing === 'no body' ? NOTHING : piece
    const isFramed = this.#framing === 'chunks' && body.length > 0
    const before = isFramed ? `${this.#head}${body.length.toString(16)}\r\n` : this.#head
    const end = isFramed ? `\r\n${after}` : after
    this.#head = ''
    if (body.length <= JOINED_BYTES_MAX) {
      const bytes = joined(before, body, end)
      if (bytes.length > 0) socket.write(bytes)
      return hasRoom(socket)
    }
    socket.cork()
    if (before !== '') socket.write(Buffer.from(before, 'latin1'))
    socket.write(body)
    if (end !== '') socket.write(Buffer.from(end, 'latin1'))
    socket.uncork()
    return hasRoom(socket)
  }
}

/** Whether more may be written: what the system took at once does not wait, though the stream says so. Where it is false, the stream tells when it has drained. */
const hasRoom = (socket: Socket): boolean => socket.writableLength < socket.writableHighWaterMark

/** A piece of a body with what stands before and behind it, as one: written as bytes, since a text of them would be copied twice more. */
function joined(before: string, piece: Buffer, end: string): Buffer {
  const bytes = roomFor(before.length + piece.length + end.length)
  bytes.write(before, 'latin1')
  bytes.set(piece, before.length)
  if (end !== '') bytes.write(end, before.length + piece.length, 'latin1')
  return bytes
}

/** Most have one listener or none; a list that grows takes room for many at once. */
const withOne = (listeners: Listeners, listener: () => void): Listeners => (listeners.length === 0 ? [listener] : [...listeners, listener])
