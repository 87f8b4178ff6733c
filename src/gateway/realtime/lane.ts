import type { RawData, WebSocket } from 'ws'

/** Takes one message; what it returns is waited for before the next. */
export type Taker = (message: Buffer, isBinary: boolean) => Promise<void> | undefined

/** One direction of a session: messages one after the other in their order, and no more is read while one of them waits. */
export class Lane {
  readonly #from: WebSocket
  readonly #take: Taker
  /** What had been read when reading was stopped: at most what one read of the connection held. */
  readonly #waiting: (readonly [Buffer, boolean])[] = []
  #isBusy = false

  constructor(from: WebSocket, take: Taker) {
    this.#from = from
    this.#take = take
    from.on('message', (data, isBinary) => this.#onMessage(bytesOf(data), isBinary))
  }

  #onMessage(message: Buffer, isBinary: boolean): void {
    if (this.#isBusy) {
      this.#waiting.push([message, isBinary])
      this.#from.pause()
    } else this.#run(message, isBinary)
  }

  #run(message: Buffer, isBinary: boolean): void {
    const working = this.#take(message, isBinary)
    if (working === undefined) return
    this.#isBusy = true
    void working.finally(() => this.#next())
  }

  #next(): void {
    this.#isBusy = false
    for (;;) {
      const next = this.#waiting.shift()
      if (next === undefined) break
      this.#run(...next)
      if (this.#isBusy) return
    }
    if (this.#from.isPaused) this.#from.resume()
  }
}

/** Up to so many bytes may wait to be sent before the other side is read no further. */
const WAITING_BYTES_MAX = 1_048_576

/** Sends a message; returns what to wait for where the receiver reads too slowly. */
export function pass(to: WebSocket, message: string | Buffer): Promise<void> | undefined {
  if (to.bufferedAmount < WAITING_BYTES_MAX) {
    to.send(message, { binary: false }, ignore)
    return undefined
  }
  // A receiver that is gone says so by an error, which its end tells of too.
  return new Promise((resolve) => to.send(message, { binary: false }, () => resolve()))
}

const ignore = (): void => {}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}
