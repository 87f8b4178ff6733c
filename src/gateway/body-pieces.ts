import { GrowingBytes } from '../lib/index.ts'
import type { CallRequest } from './call-request.ts'
import { ClientGone } from './client-gone.ts'

/** So much waits for whoever takes it; then the client does. */
const WAITING_BYTES_MAX = 65_536

/**
 * The body of a request as it comes, with back-pressure. A piece is all that has come in a turn of the event loop: who sends single bytes has eleven
 * thousand of them in what is read at once, and each would be read and waited for by itself.
 */
export class BodyPieces {
  readonly #request: CallRequest
  #waiting = new GrowingBytes({ ownsParts: true })
  #state: 'coming' | 'ended' | 'gone' | 'left' = 'coming'
  #wake: (() => void) | undefined

  constructor(request: CallRequest) {
    this.#request = request
    if (request.destroyed) this.#state = 'gone'
    request.on('data', this.#onData)
    request.on('end', this.#onEnd)
    request.on('close', this.#onClose)
    // What is told with an error is told with the close that follows it.
    request.on('error', () => undefined)
  }

  /** The next bytes, undefined at the end; for one caller at a time. Throws ClientGone. */
  async next(): Promise<Buffer | undefined> {
    if (this.#waiting.length === 0 && this.#state === 'coming') await this.#more()
    if (this.#waiting.length > 0) {
      const bytes = this.#waiting.take()
      if (this.#state === 'coming') this.#request.resume()
      return bytes
    }
    if (this.#state === 'ended') return undefined
    throw new ClientGone()
  }

  /** Takes no more; what the client still sends is read away, so that its connection can carry the next request. */
  leave(): void {
    this.#request.off('data', this.#onData)
    this.#request.off('end', this.#onEnd)
    this.#request.off('close', this.#onClose)
    this.#waiting.drop()
    this.#come('left')
    this.#request.resume()
  }

  readonly #onData = (part: Buffer): void => {
    this.#waiting.push(part)
    if (this.#waiting.length >= WAITING_BYTES_MAX) this.#request.pause?.()
    this.#wakeNextTurn()
  }

  readonly #onEnd = (): void => this.#come('ended')

  readonly #onClose = (): void => {
    if (this.#state === 'coming') this.#come('gone')
  }

  #come(state: 'ended' | 'gone' | 'left'): void {
    this.#state = state
    this.#wakeNextTurn()
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #wakeNextTurn(): void {
    if (this.#wake === undefined) return
    setImmediate(this.#wake)
    this.#wake = undefined
  }
}
