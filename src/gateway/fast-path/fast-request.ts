import type { Socket } from 'node:net'
import type { CallRequest, HeadFacts } from '../call-request.ts'
import type { PlainHead } from './plain-head.ts'

type Listener = (part: Buffer) => void

const NONE = Buffer.alloc(0)

/** So much of a body may come before anybody asks for it; the rest waits in the socket. */
const EARLY_BYTES_MAX = 65_536

/** The request of a call on a connection of the fast path. */
export class FastRequest implements CallRequest {
  readonly method = 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly bodyLength: number
  readonly facts: HeadFacts
  readonly socket: Socket
  /** The body, where all of it came with the head. */
  readonly whole: Buffer | undefined
  readonly headBytes: number
  #left: number
  #early: Buffer[] = []
  #earlyBytes = 0
  /** Who reads the body, of whom there is one; undefined for an event that nobody hears. */
  #onData: Listener | undefined
  #onEnd: Listener | undefined
  #onClose: Listener | undefined
  #isDropped = false
  #isLost = false

  /** `first`: what has come of the body already. */
  constructor(socket: Socket, head: PlainHead, first: Buffer) {
    this.socket = socket
    this.url = head.path
    this.headers = head.headers
    this.bodyLength = head.length
    this.facts = head.facts
    this.headBytes = head.bodyAt
    this.#left = head.length - first.length
    this.whole = this.#left === 0 ? first : undefined
    if (this.#left > 0 && first.length > 0) this.#keep(first)
  }

  /** Bytes of the body that have not come. */
  get left(): number {
    return this.#left
  }

  get destroyed(): boolean {
    return this.#isLost
  }

  /** Takes the next part of the body, at most what is left of it. */
  push(part: Buffer): void {
    this.#left -= part.length
    if (this.#isDropped) return
    if (this.#isHeard) this.#tell(part)
    else this.#keep(part)
  }

  /** The connection is gone. */
  lose(): void {
    if (this.#isLost) return
    this.#isLost = true
    this.#onClose?.(NONE)
  }

  on(event: 'data' | 'end' | 'close' | 'error', listener: Listener): void {
    if (event === 'end') this.#onEnd = listener
    if (event === 'close') this.#onClose = listener
    if (event !== 'data') return
    this.#onData = listener
    // Whoever listens to parts has its other listeners in place a moment later.
    if (this.#early.length > 0 || this.#left === 0) process.nextTick(() => this.#flow())
  }

  off(event: 'data' | 'end' | 'close', listener: Listener): void {
    if (event === 'data' && this.#onData === listener) this.#onData = undefined
    if (event === 'end' && this.#onEnd === listener) this.#onEnd = undefined
    if (event === 'close' && this.#onClose === listener) this.#onClose = undefined
  }

  resume(): void {
    this.#isDropped ||= !this.#isHeard
    if (this.#isDropped) this.#forget()
  }

  get #isHeard(): boolean {
    return this.#onData !== undefined
  }

  #flow(): void {
    if (!this.#isHeard) return
    for (const part of this.#forget()) this.#onData?.(part)
    if (this.#left === 0) this.#onEnd?.(NONE)
  }

  #tell(part: Buffer): void {
    // What came before goes first.
    if (this.#early.length > 0) this.#keep(part)
    else {
      this.#onData?.(part)
      if (this.#left === 0) this.#onEnd?.(NONE)
    }
  }

  #keep(part: Buffer): void {
    this.#early.push(part)
    this.#earlyBytes += part.length
    if (this.#earlyBytes > EARLY_BYTES_MAX && this.#left > 0) this.socket.pause()
  }

  /** What was kept, which is kept no longer. */
  #forget(): readonly Buffer[] {
    const early = this.#early
    this.#early = []
    this.#earlyBytes = 0
    if (early.length > 0 && this.socket.isPaused()) this.socket.resume()
    return early
  }
}
