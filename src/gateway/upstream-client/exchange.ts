import { READ_BYTES_MAX } from './open-socket.ts'
import type { ReplyControl, ReplyHandler } from './reply-handler.ts'
import type { ReplyHead } from './reply-head.ts'
import type { ReplyEvents } from './reply-parser.ts'
import type { UpstreamRequest } from './request-head.ts'
import type { Turns } from './turns.ts'
import { errorOf } from './upstream-client-error.ts'

/** One request and its reply; once it is over, nothing that is asked of it touches the connection any more. */
export class Exchange implements ReplyControl, ReplyEvents {
  readonly request: UpstreamRequest
  readonly handler: ReplyHandler
  readonly #place: ExchangePlace
  #turnBytes = 0
  #hasBody = false
  #isWaiting = false
  #isOver = false
  #isSent = false
  #isPaused = false

  constructor(request: UpstreamRequest, handler: ReplyHandler, place: ExchangePlace) {
    this.request = request
    this.handler = handler
    this.#place = place
  }

  onHead({ status, headers }: Pick<ReplyHead, 'status' | 'headers'>): void {
    this.handler.onResponseStart(this, status, headers)
  }

  onData(bytes: Buffer): void {
    this.#hasBody = true
    if (!this.#isOver) this.handler.onResponseData(this, bytes)
  }

  /** Whether anything of the reply's body has come. */
  get hasBody(): boolean {
    return this.#hasBody
  }

  get isOver(): boolean {
    return this.#isOver
  }

  get isSent(): boolean {
    return this.#isSent
  }

  get paused(): boolean {
    return this.#isPaused
  }

  /** Whether nothing is read for now: its taker is slow, or others have their turn. */
  get isHeld(): boolean {
    return this.#isPaused || this.#isWaiting
  }

  /** So many bytes were taken: after each that one read can give, others have their turn. */
  took(bytes: number): void {
    this.#turnBytes += bytes
    if (this.#turnBytes < READ_BYTES_MAX || this.#isWaiting) return
    this.#isWaiting = true
    this.#place.flow.pause()
    this.#place.turns.wait(() => this.#takeTurn())
  }

  /** It is over: its connection is another's, or gone. */
  close(): void {
    this.#isOver = true
    this.#isSent = this.#place.flow.writableLength === 0
  }

  /** Tells that the reply is whole, once it is closed. */
  tellEnd(): void {
    try {
      this.handler.onResponseEnd(this)
    } catch (thrown) {
      this.handler.onResponseError(this, errorOf(thrown))
    }
  }

  pause(): void {
    if (this.#isOver) return
    this.#isPaused = true
    this.#place.flow.pause()
  }

  resume(): void {
    if (this.#isOver || !this.#isPaused) return
    this.#isPaused = false
    this.#place.onResumed(this)
    if (!this.#isWaiting) this.#place.flow.resume()
  }

  abort(reason: Error): void {
    if (!this.#isOver) this.#place.end(reason)
  }

  #takeTurn(): void {
    this.#isWaiting = false
    this.#turnBytes = 0
    if (!this.#isOver && !this.#isPaused) this.#place.flow.resume()
  }
}

/** What is read from, and what is still to be written to it. */
export type Flow = { readonly writableLength: number; readonly pause: () => void; readonly resume: () => void }

/** Where an exchange takes place. */
export type ExchangePlace = {
  readonly flow: Flow
  readonly turns: Turns
  /** Ends the exchange that is under way. */
  readonly end: (error: Error) => void
  readonly onResumed: (exchange: Exchange) => void
}
