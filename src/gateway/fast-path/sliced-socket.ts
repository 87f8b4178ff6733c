import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/**
 * So much of what came is given on at a time. What is read from a socket at once may be eleven thousand chunks of a byte each, and node:http hands over every
 * one of them before anything else has its turn.
 */
const SLICE_BYTES = 4_096
const NONE = Buffer.alloc(0)

type Done = (error?: Error | null) => void

/** A connection for node:http, which gets what came on it in slices, each when it is its turn. */
export class SlicedSocket extends Duplex {
  readonly #socket: Socket
  readonly #share: (step: () => void) => void
  #left: Buffer
  #isWaiting = false
  #isEnded = false

  /** `left`: what has been read and stands before all that comes; `share`: calls a step when it is its turn. */
  constructor(socket: Socket, left: Buffer, share: (step: () => void) => void) {
    super({ decodeStrings: false })
    this.#socket = socket
    this.#left = left
    this.#share = share
    socket.pause()
    socket.on('data', (bytes: Buffer) => {
      socket.pause()
      this.#left = bytes
      this.#wait()
    })
    // It may be told of before what came last is given on.
    socket.on('end', () => {
      this.#isEnded = true
      this.#wait()
    })
    socket.on('timeout', () => this.emit('timeout'))
    socket.on('error', (error) => this.destroy(error))
    socket.on('close', () => this.destroy())
    this.#wait()
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress
  }

  get bytesRead(): number {
    return this.#socket.bytesRead
  }

  setTimeout(millis: number): this {
    this.#socket.setTimeout(millis)
    return this
  }

  setNoDelay(isOn?: boolean): this {
    this.#socket.setNoDelay(isOn)
    return this
  }

  /** Ends it once all is out that was written. */
  destroySoon(): void {
    if (this.writable) this.end()
    if (this.writableFinished) this.destroy()
    else this.once('finish', () => this.destroy())
  }

  override _read(): void {
    this.#wait()
  }

  override _write(bytes: Buffer | string, encoding: BufferEncoding, done: Done): void {
    this.#socket.write(bytes, encoding, done)
  }

  override _writev(writes: readonly { readonly chunk: Buffer | string; readonly encoding: BufferEncoding }[], done: Done): void {
    this.#socket.cork()
    for (const [index, { chunk, encoding }] of writes.entries())
      this.#socket.write(chunk, encoding, index === writes.length - 1 ? done : undefined)
    this.#socket.uncork()
  }

  override _final(done: Done): void {
    this.#socket.end(done)
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#left = NONE
    if (this.#socket.closed) done(error)
    else this.#socket.once('close', () => done(error)).destroy()
  }

  #wait(): void {
    if (this.#isWaiting) return
    this.#isWaiting = true
    this.#share(() => {
      this.#isWaiting = false
      this.#give()
    })
  }

  #give(): void {
    if (this.destroyed) return
    const slice = this.#left.subarray(0, SLICE_BYTES)
    // An empty view would keep what was read in memory for as long as the connection is silent.
    this.#left = slice.length < this.#left.length ? this.#left.subarray(slice.length) : NONE
    if (slice.length > 0 && !this.push(slice)) return
    if (this.#left.length > 0) this.#wait()
    else if (this.#isEnded) this.push(null)
    else this.#socket.resume()
  }
}
