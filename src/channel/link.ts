// The global of this name is a getter, asked for each read and each write.
import { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import type { Codec, Handlers, Place } from './codec.ts'
import type { Block } from './fields.ts'
import type { MessageOf, MessageTable } from './messages.ts'

/** Type byte of the one frame of free length: the catalogue, which only control sends. */
const TEXT_FRAME = 0xff
const TEXT_BYTES_MAX = 64 * 1024 * 1024
/** Room for the messages of a turn, as long as they need no more. */
const PENDING_BYTES = 16 * 1024
const NOTHING = Buffer.alloc(0)

/** One end of the control channel over a connected local socket; what is sent in one turn of the event loop goes out in one write. */
export class Link<Out extends MessageTable, In extends MessageTable> {
  readonly #socket: Socket
  readonly #options: LinkOptions<Out, In>
  readonly #out: Codec<Out>
  #pending: Block
  #used = 0
  #isScheduled = false
  #isClosed = false
  #onFlushed: (() => void)[] = []
  readonly #flushSoon = (): void => this.flush()

  constructor(options: LinkOptions<Out, In>) {
    this.#socket = options.socket
    this.#options = options
    this.#out = options.out
    this.#pending = options.out.blockOf(Buffer.allocUnsafe(PENDING_BYTES))
    const reader = new FrameReader(options)
    this.#socket.on('data', (chunk: Buffer) => {
      if (!this.#read(reader, chunk)) this.#socket.destroy()
    })
    this.#socket.on('error', () => this.#socket.destroy())
    this.#socket.once('close', () => {
      this.#isClosed = true
      options.onClose()
      this.#tellFlushed()
    })
  }

  #read(reader: FrameReader<Out, In>, chunk: Buffer): boolean {
    const { onFault } = this.#options
    if (onFault === undefined) return reader.push(chunk)
    try {
      return reader.push(chunk)
    } catch (thrown) {
      onFault(thrown)
      return false
    }
  }

  /** Puts a message in the next write. */
  send<K extends keyof Out>(name: K, message: MessageOf<Out, K>): void {
    if (this.#isClosed) return
    const size = this.#out.sizeOf(name)
    this.#makeRoom(size)
    this.#out.write(name, message, { block: this.#pending, offset: this.#used })
    this.#took(size)
  }

  /** Puts a message in the next write that has been written already. */
  sendBytes(message: Buffer): void {
    if (this.#isClosed) return
    this.#makeRoom(message.length)
    message.copy(this.#pending.bytes, this.#used)
    this.#took(message.length)
  }

  /** Does something when all that was sent so far is out of this process, together with whatever else is sent in this turn, or cannot be. */
  afterFlush(work: () => void): void {
    this.#onFlushed.push(work)
    this.#schedule()
  }

  #took(size: number): void {
    this.#used += size
    this.#schedule()
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(this.#flushSoon)
  }

  /** Sends a text; control alone may, as its other end does not accept one. */
  sendText(text: string): void {
    const head = Buffer.alloc(5)
    const body = Buffer.from(text)
    head[0] = TEXT_FRAME
    head.writeUInt32LE(body.length, 1)
    this.flush()
    if (!this.#isClosed) this.#socket.write(Buffer.concat([head, body]))
  }

  /** Hands what was sent so far to the kernel, so that it arrives even if this process dies now. */
  flush(): void {
    this.#isScheduled = false
    if (this.#used > 0 && !this.#isClosed) {
      const bytes = Buffer.from(this.#pending.bytes.subarray(0, this.#used))
      this.#used = 0
      this.#socket.write(bytes)
    }
    this.#tellFlushed()
  }

  #tellFlushed(): void {
    const works = this.#onFlushed
    if (works.length === 0) return
    // What is begun by these waits for the next flush.
    this.#onFlushed = []
    for (const work of works) work()
  }

  close(): void {
    this.flush()
    this.#socket.end()
  }

  #makeRoom(size: number): void {
    const { bytes } = this.#pending
    if (this.#used + size <= bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(bytes.length * 2, this.#used + size))
    bytes.copy(larger, 0, 0, this.#used)
    this.#pending = this.#out.blockOf(larger)
  }
}

/** What a link needs; `onText` is absent on the end that accepts none. */
export type LinkOptions<Out extends MessageTable, In extends MessageTable> = {
  readonly socket: Socket
  readonly out: Codec<Out>
  readonly in: Codec<In>
  readonly handlers: Handlers<In>
  readonly onText?: (text: string) => void
  readonly onClose: () => void
  /** Told of what a handler threw, which ends the channel; where it is absent, that ends the process. */
  readonly onFault?: (thrown: unknown) => void
}

/** Cuts a byte stream in frames. */
class FrameReader<Out extends MessageTable, In extends MessageTable> {
  readonly #options: LinkOptions<Out, In>
  readonly #dispatch: (at: Place) => void
  #carry: Buffer = NOTHING

  constructor(options: LinkOptions<Out, In>) {
    this.#options = options
    this.#dispatch = options.in.dispatcher(options.handlers)
  }

  /** Takes bytes; false when they are no frames of ours. */
  push(chunk: Buffer): boolean {
    const bytes = this.#carry.length === 0 ? chunk : Buffer.concat([this.#carry, chunk])
    const block = this.#options.in.blockOf(bytes)
    let offset = 0
    while (offset < bytes.length) {
      const size = this.#sizeAt(bytes, offset)
      if (size === undefined) return false
      if (offset + size > bytes.length) break
      this.#take(block, { offset, size })
      offset += size
    }
    this.#carry = offset === bytes.length ? NOTHING : Buffer.from(bytes.subarray(offset))
    return true
  }

  /** Bytes of the frame that begins here; as many as are needed to know where its length is not there yet. */
  #sizeAt(bytes: Buffer, offset: number): number | undefined {
    const type = bytes[offset] ?? 0
    if (type !== TEXT_FRAME || this.#options.onText === undefined) return this.#options.in.sizeOfType(type)
    if (offset + 5 > bytes.length) return 5
    const length = bytes.readUInt32LE(offset + 1)
    return length <= TEXT_BYTES_MAX ? 5 + length : undefined
  }

  #take(block: Block, { offset, size }: { readonly offset: number; readonly size: number }): void {
    const { bytes } = block
    if (bytes[offset] === TEXT_FRAME) this.#options.onText?.(bytes.toString('utf8', offset + 5, offset + size))
    else this.#dispatch({ block, offset })
  }
}
