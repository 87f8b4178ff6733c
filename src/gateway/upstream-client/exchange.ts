import type { Socket } from 'node:net'
import { READ_BYTES_MAX } from './open-socket.ts'
import type { ReplyControl, ReplyHandler } from './reply-handler.ts'
import { ReplyParser } from './reply-parser.ts'
import type { SpelledRequest } from './request-head.ts'
import type { Turns } from './turns.ts'

/** Ends an exchange and its connection. */
export type EndExchange = (error: Error) => void

/** One request and its reply on a connection; once it is over, nothing that is asked of it touches the connection any more. */
export class Exchange implements ReplyControl {
  readonly request: SpelledRequest
  readonly handler: ReplyHandler
  readonly parser: ReplyParser
  readonly #socket: Socket
  readonly #end: EndExchange
  readonly #onResumed: () => void
  readonly #turns: Turns
  #turnBytes = 0
  #isWaiting = false
  #isOver = false
  #isSent = false
  #isPaused = false

  constructor(request: SpelledRequest, handler: ReplyHandler, on: ExchangePlace) {
    this.request = request
    this.handler = handler
    this.#socket = on.socket
    this.#end = on.end
    this.#onResumed = on.onResumed
    this.#turns = on.turns
    this.parser = new ReplyParser({
      onHead: ({ status, headers }) => handler.onResponseStart(this, status, headers),
      onData: (bytes) => {
        if (!this.#isOver) handler.onResponseData(this, bytes)
      },
    })
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
    this.#socket.pause()
    this.#turns.wait(this.#takeTurn)
  }

  /** It is over: its connection is another's, or gone. */
  close(): void {
    this.#isOver = true
    this.#isSent = this.#socket.writableLength === 0
  }

  pause(): void {
    if (this.#isOver) return
    this.#isPaused = true
    this.#socket.pause()
  }

  resume(): void {
    if (this.#isOver || !this.#isPaused) return
    this.#isPaused = false
    this.#onResumed()
    if (!this.#isWaiting) this.#socket.resume()
  }

  abort(reason: Error): void {
    if (!this.#isOver) this.#end(reason)
  }

  readonly #takeTurn = (): void => {
    this.#isWaiting = false
    this.#turnBytes = 0
    if (!this.#isOver && !this.#isPaused) this.#socket.resume()
  }
}

/** Where an exchange takes place. */
export type ExchangePlace = { readonly socket: Socket; readonly end: EndExchange; readonly onResumed: () => void; readonly turns: Turns }
