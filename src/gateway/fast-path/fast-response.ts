import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { type HeaderFields, hasField, headerLines } from '../../lib/index.ts'
import type { CallResponse } from '../call-response.ts'

/** What a response is told of its connection, and tells it. */
export type ResponsePlace = {
  readonly socket: Socket
  /** Header lines that stand in every answer, each with its end: the date, whether and how long the connection is kept. */
  readonly tail: () => string
  /** All of it is written. */
  readonly onEnded: () => void
}

/** Up to this size a piece of a body is joined to what frames it, as the copy costs less than a write of several parts. */
const JOINED_BYTES_MAX = 16_384

/** The answer to a call on a connection of the fast path: by its length where a header tells it, else in chunks. */
export class FastResponse implements CallResponse {
  readonly #place: ResponsePlace
  /** The head, while it waits for the first bytes of the body. */
  #head = ''
  #framing: 'length' | 'chunks' | 'no body' = 'chunks'
  #isEnded = false
  headersSent = false
  #isLost = false
  #onClose: (() => void)[] = []
  #onDrain: (() => void)[] = []

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
    if (this.headersSent) throw new Error('a head is written once')
    const lines = headerLines(fields)
    if (lines === undefined) throw new Error('a header that would read as another')
    const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n${lines}`
    const hasLength = hasField(fields, 'content-length')
    const hasBody = status >= 200 && status !== 204 && status !== 304
    this.#framing = !hasBody ? 'no body' : hasLength ? 'length' : 'chunks'
    this.#head = `${head}${this.#place.tail()}${this.#framing === 'chunks' ? 'Transfer-Encoding: chunked\r\n\r\n' : '\r\n'}`
    this.headersSent = true
  }

  write(bytes: Buffer): boolean {
    if (this.#isEnded || bytes.length === 0) return true
    return this.#send(bytes, '')
  }

  end(body: Buffer | string = ''): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#send(body, this.#framing === 'chunks' ? '0\r\n\r\n' : '')
    this.#place.onEnded()
  }

  destroy(): void {
    this.#place.socket.destroy()
  }

  once(_: 'close', listener: () => void): void {
    this.#onClose.push(listener)
  }

  on(_: 'drain', listener: () => void): void {
    this.#onDrain.push(listener)
  }

  removeListener(_: 'close', listener: () => void): void {
    this.#onClose = this.#onClose.filter((one) => one !== listener)
  }

  /** The connection takes bytes again. */
  drained(): void {
    for (const listener of this.#onDrain) listener()
  }

  /** The connection is gone. */
  lose(): void {
    if (this.#isLost) return
    this.#isLost = true
    for (const listener of this.#onClose.splice(0)) listener()
  }

  /** Writes what waits, a piece of the body in its frame, and what comes after it. A text is one of bytes. */
  #send(piece: Buffer | string, after: string): boolean {
    const { socket } = this.#place
    if (!socket.writable) return false
    const isFramed = this.#framing === 'chunks' && piece.length > 0
    const before = isFramed ? `${this.#head}${piece.length.toString(16)}\r\n` : this.#head
    const end = isFramed ? `\r\n${after}` : after
    this.#head = ''
    if (this.#framing === 'no body') return before === '' || socket.write(before, 'latin1')
    if (typeof piece === 'string' || piece.length <= JOINED_BYTES_MAX)
      return socket.write(`${before}${typeof piece === 'string' ? piece : piece.toString('latin1')}${end}`, 'latin1')
    socket.cork()
    if (before !== '') socket.write(before, 'latin1')
    let wantsMore = socket.write(piece)
    if (end !== '') wantsMore = socket.write(end, 'latin1')
    socket.uncork()
    return wantsMore
  }
}
