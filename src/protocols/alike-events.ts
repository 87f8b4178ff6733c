import { BACKSLASH, isEscape, isPlain, isWholeHex, NOTHING, SMALL_U } from './json-bytes.ts'

/** Most values of an event that may differ, and most bytes that are kept of what is around them. */
const VALUES_MAX = 4
const KEPT_BYTES_MAX = 1_024
/** Where none was alike of so many in a row, none will be. */
const VAIN_MAX = 16
/** From this length on Node compares bytes sooner than we do one by one. */
const NATIVE_BYTES_MIN = 64
const LF = 0x0a
const [ZERO, NINE] = [0x30, 0x39]
const NOWHERE: readonly number[] = []

/** A value that may differ, by its offsets: a text with its quotes, or a whole number; `kind`: what its reader knows it by. */
export type AlikeValue = { readonly kind: number; readonly isText: boolean; readonly start: number; readonly end: number }

/** The same, as the next event has it. */
type Value = { readonly kind: number; readonly isText: boolean; start: number; end: number }

/** Where an event lies that was read: from `at` on, and its data from `dataAt` on. */
export type EventPlace = { readonly at: number; readonly length: number; readonly dataAt: number }

/**
 * Knows events that are the last one again but for a few values, as nearly all of a stream are: what is around these is compared, and then the event
 * does what the last one did. It does, as a JSON text keeps its form whatever plain text is between the quotes of a value, or whichever
 * whole number in place of another. What is around the values of one event is kept until another takes its place or the stream ends, and nothing
 * of the values.
 */
export class AlikeEvents {
  readonly #onAlike: (bytes: Buffer, values: readonly AlikeValue[]) => void
  #values: Value[] = []
  #isUnlike = true
  #kept: Buffer = NOTHING
  /** Where the parts of `kept` end, one more than there are values; nowhere where no event is known. */
  #partEnds: readonly number[] = NOWHERE
  #vain = 0

  /** `onAlike` is told of each such event, with its values in their order. */
  constructor(onAlike: (bytes: Buffer, values: readonly AlikeValue[]) => void) {
    this.#onAlike = onAlike
  }

  /** Another event is read, and the last one is over. */
  begin(): void {
    this.#partEnds = NOWHERE
    this.#values = []
    this.#isUnlike = this.#vain >= VAIN_MAX
  }

  /** A value of the event that is read, by its offsets in the data. */
  note(value: AlikeValue): void {
    if (!this.#isUnlike) this.#values.push({ ...value })
  }

  /** The event that is read does more than to count its values when it is read again. */
  unlike(): void {
    this.#isUnlike = true
  }

  /** The event is read. */
  keep(bytes: Buffer, { at, length, dataAt }: EventPlace): void {
    const values = this.#values.sort((a, b) => a.start - b.start)
    const size = values.reduce((left, value) => left - textEnd(value) + textStart(value), length)
    const isKnown = !this.#isUnlike && values.length > 0 && values.length <= VALUES_MAX && size <= KEPT_BYTES_MAX
    // An event that ends in CR ends as the next byte has it.
    if (!isKnown || bytes[at + length - 1] !== LF) return
    this.#vain += 1
    if (this.#kept.length < size) this.#kept = Buffer.allocUnsafeSlow(size)
    const ends: number[] = []
    let [from, kept] = [at, 0]
    for (const value of values) {
      kept += bytes.copy(this.#kept, kept, from, dataAt + textStart(value))
      ends.push(kept)
      from = dataAt + textEnd(value)
    }
    ends.push(kept + bytes.copy(this.#kept, kept, from, at + length))
    this.#partEnds = ends
  }

  /** Reads the events that bytes begin with as far as they are alike and there whole; returns where they end. */
  pass(bytes: Buffer): number {
    let at = 0
    while (at < bytes.length) {
      const end = this.#passOne(bytes, at)
      if (end < 0) break
      this.#vain = 0
      this.#onAlike(bytes, this.#values)
      at = end
    }
    return at
  }

  #passOne(bytes: Buffer, from: number): number {
    const ends = this.#partEnds
    let at = from
    let partFrom = 0
    for (let index = 0; index < ends.length; index += 1) {
      const partTo = ends[index] as number
      if (!this.#isPartAt(bytes, at, { from: partFrom, to: partTo })) return -1
      at += partTo - partFrom
      partFrom = partTo
      const value = this.#values[index]
      if (value === undefined) return at
      at = passValue(bytes, at, value)
      if (at < 0) return -1
    }
    return -1
  }

  #isPartAt(bytes: Buffer, at: number, { from, to }: { readonly from: number; readonly to: number }): boolean {
    const length = to - from
    const kept = this.#kept
    if (bytes.length - at < length) return false
    if (length >= NATIVE_BYTES_MIN) return bytes.compare(kept, from, to, at, at + length) === 0
    for (let index = 0; index < length; index += 1) if (bytes[at + index] !== kept[from + index]) return false
    return true
  }
}

/** Where what may differ of a value begins, and where it ends: a text differs between its quotes. */
const textStart = ({ isText, start }: AlikeValue): number => (isText ? start + 1 : start)
const textEnd = ({ isText, end }: AlikeValue): number => (isText ? end - 1 : end)

/** Passes what may differ of a value and notes where it lies; returns where it ends, -1 where it is no such value. */
function passValue(bytes: Buffer, from: number, unsafeValue: Value): number {
  const end = unsafeValue.isText ? endOfText(bytes, from) : endOfWhole(bytes, from)
  unsafeValue.start = unsafeValue.isText ? from - 1 : from
  unsafeValue.end = unsafeValue.isText ? end + 1 : end
  return end
}

/** Where plain text ends: before a quote, or before what can stand in no text. */
function endOfText(bytes: Buffer, from: number): number {
  let at = from
  while (at < bytes.length) {
    const byte = bytes[at] as number
    if (isPlain(byte)) at += 1
    else if (byte === BACKSLASH && isWholeEscape(bytes, at + 1)) at += bytes[at + 1] === SMALL_U ? 6 : 2
    else return at
  }
  return at
}

/** Whether what follows a backslash is a whole escape with it. */
const isWholeEscape = (bytes: Buffer, at: number): boolean =>
  at < bytes.length && (bytes[at] === SMALL_U ? isWholeHex(bytes, at) : isEscape(bytes[at] as number))

/** Where a whole number ends that begins at an offset; -1 where none does. */
function endOfWhole(bytes: Buffer, from: number): number {
  let at = from
  while (at < bytes.length && (bytes[at] as number) >= ZERO && (bytes[at] as number) <= NINE) at += 1
  return at === from + 1 || (at > from && bytes[from] !== ZERO) ? at : -1
}
