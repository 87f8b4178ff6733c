import { readField } from './reply-head.ts'
import { failMalformed } from './upstream-client-error.ts'

/** Bytes of a line that says how long a chunk is, with what it says besides. */
const SIZE_LINE_BYTES_MAX = 1_024
const TRAILER_BYTES_MAX = 16_384
const SIZE_DIGITS_MAX = 12
const SIZE_LINE = /^([0-9A-Fa-f]{1,12})(?:;[\w!#$%&'*+\-.^`|~]+(?:=[\w!#$%&'*+\-.^`|~]+)?)*$/
const [CR, LF] = [0x0d, 0x0a]
const IN_SIZE = 0
const IN_DATA = 1
const AFTER_DATA = 2
const IN_TRAILERS = 3
const DONE = 4

/** What each byte is as a hexadecimal digit; 16 for those that are none. */
const NO_DIGIT = 16
const DIGITS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(byte).toLowerCase())
  return digit < 0 ? NO_DIGIT : digit
})

/** Who is told of a body's data. */
export type BodyTaker = { readonly onData: (bytes: Buffer) => void }

/** Takes the chunks of a body apart, however they are cut. Trailers are checked and dropped. Source: RFC 9112 §7.1 (2022-06). */
export class ChunkedBody {
  readonly #taker: BodyTaker
  #state = IN_SIZE
  #left = 0
  #line = ''
  #trailerBytes = 0

  constructor(taker: BodyTaker) {
    this.#taker = taker
  }

  get isDone(): boolean {
    return this.#state === DONE
  }

  /** Takes bytes from an offset on; returns the offset after the last that was the body's. */
  push(bytes: Buffer, from: number): number {
    let at = from
    while (at < bytes.length && this.#state !== DONE) at = this.#state === IN_DATA ? this.#passData(bytes, at) : this.#passLine(bytes, at)
    return at
  }

  #passData(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left)
    this.#left -= end - at
    if (this.#left === 0) this.#state = AFTER_DATA
    this.#taker.onData(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end))
    return end
  }

  #passLine(bytes: Buffer, at: number): number {
    if (this.#line === '') {
      const after = this.#state === IN_SIZE ? this.#passSize(bytes, at) : this.#passEmpty(bytes, at)
      if (after > at) return after
    }
    const end = bytes.indexOf(LF, at)
    const line = this.#line + bytes.toString('latin1', at, end < 0 ? bytes.length : end)
    if (line.length > this.#lineBytesMax) failMalformed()
    if (end < 0) {
      this.#line = line
      return bytes.length
    }
    this.#line = ''
    if (line.charCodeAt(line.length - 1) !== CR) failMalformed()
    this.#take(line.slice(0, -1))
    return end + 1
  }

  /** Passes a size that says nothing besides, as nearly all do, where its line is here whole; returns `at` where it is not. */
  #passSize(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length - 2, at + SIZE_DIGITS_MAX)
    let size = 0
    let index = at
    for (; index < end; index += 1) {
      const digit = DIGITS[bytes[index] as number] as number
      if (digit === NO_DIGIT) break
      size = size * 16 + digit
    }
    if (index === at || !isLineEnd(bytes, index)) return at
    this.#begin(size)
    return index + 2
  }

  /** Passes a line with nothing in it, in the same way. */
  #passEmpty(bytes: Buffer, at: number): number {
    if (!isLineEnd(bytes, at) || this.#trailerBytes > 0) return at
    this.#state = this.#state === AFTER_DATA ? IN_SIZE : DONE
    return at + 2
  }

  get #lineBytesMax(): number {
    if (this.#state === AFTER_DATA) return 1
    return this.#state === IN_SIZE ? SIZE_LINE_BYTES_MAX : TRAILER_BYTES_MAX - this.#trailerBytes
  }

  #take(line: string): void {
    if (this.#state === AFTER_DATA) this.#state = IN_SIZE
    else if (this.#state === IN_SIZE) this.#begin(Number.parseInt(SIZE_LINE.exec(line)?.[1] ?? failMalformed(), 16))
    else if (line === '') this.#state = DONE
    else {
      const fields = readField(line)
      // A reader that heeds trailers could see another end in these.
      if (fields['content-length'] !== undefined || fields['transfer-encoding'] !== undefined) failMalformed()
      this.#trailerBytes += line.length
    }
  }

  #begin(size: number): void {
    this.#left = size
    this.#state = size === 0 ? IN_TRAILERS : IN_DATA
  }
}

const isLineEnd = (bytes: Buffer, at: number): boolean => at + 1 < bytes.length && bytes[at] === CR && bytes[at + 1] === LF
