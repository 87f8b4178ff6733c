import { ChunkedBody } from './chunked-body.ts'
import type { ReplyHead } from './reply-head.ts'
import type { ReplyHeads } from './reply-heads.ts'
import { failMalformed, UpstreamClientError } from './upstream-client-error.ts'

/** What a parser tells, in this order. */
export type ReplyEvents = {
  readonly onHead: (head: ReplyHead) => void
  readonly onData: (bytes: Buffer) => void
}

const HEAD_BYTES_MAX = 65_536
const INTERIM_MAX = 16
const HEAD_END = Buffer.from('\r\n\r\n')
const SWITCHING_PROTOCOLS = 101

/**
 * Reads one reply out of bytes that are cut anywhere. Interim heads are passed over. Throws UpstreamClientError with
 * UPSTREAM_REPLY_MALFORMED, after which nothing of the connection can be used.
 */
export class ReplyParser {
  readonly #events: ReplyEvents
  readonly #heads: ReplyHeads
  #carry: Buffer | undefined
  #interims = 0
  #head: ReplyHead | undefined
  #left = 0
  #chunks: ChunkedBody | undefined
  #isDone = false

  /** `heads`: who reads those of its connection. */
  constructor(events: ReplyEvents, heads: ReplyHeads) {
    this.#events = events
    this.#heads = heads
  }

  /** The final head; undefined until it is there. */
  get head(): ReplyHead | undefined {
    return this.#head
  }

  /** Whether the whole reply has come. */
  get isDone(): boolean {
    return this.#isDone
  }

  /** Takes bytes; returns how many of them were the reply's. */
  push(bytes: Buffer): number {
    let at = 0
    let chunk = bytes
    while (this.#head === undefined) {
      if (at === chunk.length) return bytes.length
      const joined: Buffer = this.#carry === undefined ? chunk : Buffer.concat([this.#carry, chunk])
      // One that comes in pieces is not compared at each of them.
      const after = this.#carry === undefined ? this.#passAgain(chunk, at) : -1
      this.#carry = undefined
      at = after < 0 ? this.#passHead(joined, at) : after
      // Offsets are those of what came with this call.
      chunk = joined
    }
    const end = this.#passBody(chunk, at)
    return bytes.length - (chunk.length - end)
  }

  /** Takes the end of the connection. Throws UPSTREAM_CONNECTION_LOST where more should have come. */
  end(): void {
    if (this.#head?.framing.kind !== 'close') throw new UpstreamClientError('UPSTREAM_CONNECTION_LOST')
    this.#isDone = true
  }

  /** Passes a head that is the last one of its connection again; -1 where it has to be read. */
  #passAgain(bytes: Buffer, from: number): number {
    const head = this.#heads.readAgain(bytes, from)
    const { end } = this.#heads
    if (head === undefined || end - from > HEAD_BYTES_MAX) return -1
    this.#begin(head)
    return end
  }

  #passHead(bytes: Buffer, from: number): number {
    const end = bytes.indexOf(HEAD_END, from)
    if ((end < 0 ? bytes.length : end) - from > HEAD_BYTES_MAX) failMalformed()
    if (end < 0) {
      this.#carry = from === 0 ? bytes : bytes.subarray(from)
      return bytes.length
    }
    const head = this.#heads.read({ bytes, from, to: end })
    if (head.status >= 200) this.#begin(head)
    else this.#passInterim(head)
    return end + HEAD_END.length
  }

  /** Interim heads are of this version alone, and promise another head on the same connection. */
  #passInterim({ status, isKept }: ReplyHead): void {
    this.#interims += 1
    if (status === SWITCHING_PROTOCOLS || !isKept || this.#interims > INTERIM_MAX) failMalformed()
  }

  #begin(head: ReplyHead): void {
    this.#head = head
    const { framing } = head
    if (framing.kind === 'length') this.#left = framing.bytes
    if (framing.kind === 'chunked') this.#chunks = new ChunkedBody(this.#events)
    this.#isDone = framing.kind === 'length' && framing.bytes === 0
    this.#events.onHead(head)
  }

  #passBody(bytes: Buffer, from: number): number {
    if (this.#isDone || from === bytes.length) return from
    if (this.#chunks !== undefined) {
      const end = this.#chunks.push(bytes, from)
      this.#isDone = this.#chunks.isDone
      return end
    }
    const end = this.#head?.framing.kind === 'close' ? bytes.length : Math.min(bytes.length, from + this.#left)
    this.#left -= end - from
    this.#isDone = this.#head?.framing.kind === 'length' && this.#left === 0
    this.#events.onData(from === 0 && end === bytes.length ? bytes : bytes.subarray(from, end))
    return end
  }
}
