/** A longer request is kept as it came: few are, and a connection shall not keep room for them. */
const ROOM_BYTES_MAX = 4_096
const ROOM_STEP = 512
const NONE = Buffer.alloc(0)

/**
 * The request of a connection that waits for its turn, copied into room that its connection keeps: what came with it dies young, where V8 would
 * carry a buffer for each of thousands along until it is old. The room is wiped when the request is taken out.
 */
export class WaitingBytes {
  #room = NONE
  #length = 0
  #long: Buffer | undefined

  /** Whether a request waits. */
  get isTaken(): boolean {
    return this.#length > 0
  }

  /** Takes a request in, where none waits. */
  put(bytes: Buffer): void {
    this.#length = bytes.length
    if (bytes.length > ROOM_BYTES_MAX) this.#long = bytes
    else {
      if (this.#room.length < bytes.length) this.#room = Buffer.allocUnsafeSlow(Math.ceil(bytes.length / ROOM_STEP) * ROOM_STEP)
      bytes.copy(this.#room)
    }
  }

  /** Takes it out, as bytes of their own; none where none waits. */
  take(): Buffer {
    const long = this.#long
    const length = this.#length
    this.#long = undefined
    this.#length = 0
    if (long !== undefined) return long
    const bytes = Buffer.allocUnsafeSlow(length)
    this.#room.copy(bytes, 0, 0, length)
    this.#room.fill(0, 0, length)
    return bytes
  }
}
