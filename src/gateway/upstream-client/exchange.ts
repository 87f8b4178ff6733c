import type { Socket } from 'node:net'
import type { ReplyControl, ReplyHandler } from './reply-handler.ts'
import { ReplyParser } from './reply-parser.ts'
import type { SpelledRequest } from './request-head.ts'

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
  #isOver = false
  #isSent = false
  #isPaused = false

  constructor(request: SpelledRequest, handler: ReplyHandler, on: ExchangePlace) {
    this.request = request
    this.handler = handler
    this.#socket = on.socket
    this.#end = on.end
    this.#onResumed = on.onResumed
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
    this.#socket.resume()
  }

  abort(reason: Error): void {
    if (!this.#isOver) this.#end(reason)
  }
}

/** Where an exchange takes place. */
export type ExchangePlace = { readonly socket: Socket; readonly end: EndExchange; readonly onResumed: () => void }
