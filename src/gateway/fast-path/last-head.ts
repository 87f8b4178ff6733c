import { type PlainHead, readPlainHead } from './plain-head.ts'

/** A longer head is read anew each time, so that a connection keeps no more than this of what came on it. */
const KEPT_BYTES_MAX = 4_096
const LENGTH_DIGITS_MAX = 10
const ZERO = 0x30
const NONE = Buffer.alloc(0)

/**
 * The head that came last on a connection: whoever asks again sends it again, alike but for the length of the body, so that only that has to be read.
 * What is taken over was read of the very same bytes, so it is what reading them anew would give. It goes with its connection.
 */
export class LastHead {
  readonly #paths: { has(path: string): boolean }
  #head: PlainHead | undefined
  /** The bytes of a head that was read; of their own, as what they came in is larger. */
  #bytes = NONE
  /** Where in them what comes after the digits of the length begins and ends. */
  #restAt = 0
  #end = 0

  constructor(paths: { has(path: string): boolean }) {
    this.#paths = paths
  }

  /** What `readPlainHead` makes of bytes. */
  read(bytes: Buffer): PlainHead | undefined {
    const again = this.#head === undefined ? undefined : this.#again(bytes, this.#head)
    if (again !== undefined) return again
    const head = readPlainHead(bytes, this.#paths)
    if (head !== undefined && head.bodyAt <= KEPT_BYTES_MAX) this.#keep(bytes, head)
    return head
  }

  /** The last head with the length that it has in these bytes; undefined where they are another. */
  #again(bytes: Buffer, last: PlainHead): PlainHead | undefined {
    const { lengthAt } = last
    let [restAt, length] = [lengthAt, 0]
    for (let digit = digitAt(bytes, restAt); digit >= 0 && restAt < lengthAt + LENGTH_DIGITS_MAX; digit = digitAt(bytes, restAt)) {
      if (length === 0 && digit === 0) return undefined
      length = length * 10 + digit
      restAt += 1
    }
    const bodyAt = restAt + this.#end - this.#restAt
    if (length === 0 || bodyAt > bytes.length) return undefined
    if (bytes.compare(this.#bytes, 0, lengthAt, 0, lengthAt) !== 0) return undefined
    if (bytes.compare(this.#bytes, this.#restAt, this.#end, restAt, bodyAt) !== 0) return undefined
    if (length === last.length) return last
    this.#head = { ...last, length, bodyAt }
    return this.#head
  }

  #keep(bytes: Buffer, head: PlainHead): void {
    const { bodyAt, lengthAt, length } = head
    if (this.#bytes.length < bodyAt) this.#bytes = Buffer.allocUnsafeSlow(bodyAt)
    bytes.copy(this.#bytes, 0, 0, bodyAt)
    this.#restAt = lengthAt + String(length).length
    this.#end = bodyAt
    this.#head = head
  }
}

/** The value of the digit at an offset; below zero where there is none. */
function digitAt(bytes: Buffer, at: number): number {
  const digit = (bytes[at] ?? 0) - ZERO
  return digit <= 9 ? digit : -1
}
