const FIRST_BYTES = 65_536
const NONE = Buffer.alloc(0)
/** What is shorter costs more to give back than it is. */
const LET_GO_BYTES_MIN = 4_096

/**
 * Bytes that come in parts, in one piece of memory that doubles as they come. Parts that are kept as they are take some hundred bytes each, so that
 * whoever sends single bytes has four hundred times as many kept for them; and V8 would look for the dead ones only after some hundred megabytes.
 */
export class GrowingBytes {
  /** A single part, where it may be kept as it is. */
  #first: Buffer | undefined
  #block = NONE
  #length = 0

  readonly #ownsParts: boolean
  readonly #expected: number
  readonly #before: number

  /**
   * `ownsParts`: nobody else reads a part once it was pushed, so that it may be kept as it is, and its memory be given back. `expected`: how many bytes
   * are said to come; where so many do, they are alone in their memory in the end. `before`: as `letGo` has it, of the first part.
   */
  constructor({ ownsParts, expected = 0, before = 0 }: Growing) {
    this.#ownsParts = ownsParts
    this.#expected = expected
    this.#before = before
  }

  get length(): number {
    return this.#length
  }

  /** Takes a part; of one that it owns the memory is given back at once, where that is its alone. */
  push(part: Buffer): void {
    const { length } = part
    if (length === 0) return
    if (this.#length === 0 && this.#ownsParts) this.#first = part
    else {
      if (this.#first !== undefined) this.#append(this.#first, 0)
      this.#first = undefined
      this.#append(part, this.#length)
    }
    this.#length += length
  }

  /** All that has come; it is this caller's then, and nothing is here any more. */
  take(): Buffer {
    const bytes = this.#first ?? this.#block.subarray(0, this.#length)
    this.#forget()
    return bytes
  }

  /** Gives back what has come. */
  drop(): void {
    letGo(this.#first ?? this.#block, this.#before)
    this.#forget()
  }

  #forget(): void {
    this.#first = undefined
    this.#block = NONE
    this.#length = 0
  }

  #append(part: Buffer, at: number): void {
    if (at + part.length > this.#block.length) this.#grow(at + part.length)
    part.copy(this.#block, at)
    if (this.#ownsParts) letGo(part, this.#before)
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(this.#sizeFor(needed))
    this.#block.copy(grown)
    letGo(this.#block)
    this.#block = grown
  }

  /** Whoever says how much comes is believed in steps, as nobody has to send what they said. */
  #sizeFor(needed: number): number {
    const held = this.#block.length
    if (this.#expected < needed) return Math.max(needed, FIRST_BYTES, 2 * held)
    return Math.min(this.#expected, Math.max(needed, FIRST_BYTES, 4 * held))
  }
}

type Growing = { readonly ownsParts: boolean; readonly expected?: number; readonly before?: number | undefined }

/**
 * Gives memory back at once, where it is these bytes' alone: V8 would keep some hundred megabytes of such before it looks. Nobody may read them, or have
 * them on their way to a socket; they are empty afterwards. `before`: as many bytes in front of them, such as the head that came with them, are read by
 * nobody either.
 */
export function letGo({ buffer, byteOffset, byteLength }: Buffer, before = 0): void {
  const isAlone = buffer instanceof ArrayBuffer && byteOffset <= before && byteOffset + byteLength === buffer.byteLength
  if (isAlone && byteLength >= LET_GO_BYTES_MIN) buffer.transfer(0)
}
