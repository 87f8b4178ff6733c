import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import type { CallRequest, HeadFacts } from '../call-request.ts'
import type { PlainHead } from './plain-head.ts'

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
  #left: number
  #early: Buffer[] = []
  #earlyBytes = 0
  #events: EventEmitter | undefined
  #isDropped = false
  #isLost = false

  /** `first`: what has come of the body already. */
  constructor(socket: Socket, head: PlainHead, first: Buffer) {
    this.socket = socket
    this.url = head.path
    this.headers = head.headers
    this.bodyLength = head.length
    this.facts = head.facts
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
    this.#events?.emit('close')
  }

  on(event: 'data' | 'end' | 'close' | 'error', listener: (part: Buffer) => void): void {
    this.#events ??= new EventEmitter()
    this.#events.on(event, listener)
    // Whoever listens to parts has its other listeners in place a moment later.
    if (event === 'data') process.nextTick(() => this.#flow())
  }

  off(event: 'data' | 'end' | 'close', listener: (part: Buffer) => void): void {
    this.#events?.off(event, listener)
  }

  resume(): void {
    this.#isDropped ||= !this.#isHeard
    if (this.#isDropped) this.#forget()
  }

  get #isHeard(): boolean {
    return this.#events !== undefined && this.#events.listenerCount('data') > 0
  }

  #flow(): void {
    if (!this.#isHeard) return
    for (const part of this.#forget()) this.#events?.emit('data', part)
    if (this.#left === 0) this.#events?.emit('end')
  }

  #tell(part: Buffer): void {
    // What came before goes first.
    if (this.#early.length > 0) this.#keep(part)
    else {
      this.#events?.emit('data', part)
      if (this.#left === 0) this.#events?.emit('end')
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
