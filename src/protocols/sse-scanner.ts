import { letGo } from '../lib/index.ts'

/** An event of a stream that has data. Valid only while it is being told, as its bytes may be overwritten afterwards. */
export type SseEvent = {
  /** Where the event's data lies: `bytes` from `from` to `to`; lines of data are joined by a line feed. */
  readonly bytes: Buffer
  readonly from: number
  readonly to: number
  /** Where the event itself begins in `bytes`; -1 where its data were joined. */
  readonly at: number
  /** Offsets in the stream, from the first byte after the event before to the end of this event's blank line. */
  readonly start: number
  readonly end: number
}

/** Told of an event; all of it, its other lines too, begins in `raw` at `rawAt`. */
export type OnEvent = (event: SseEvent, raw: Buffer, rawAt: number) => void

/** Most bytes of an unfinished event that are kept; a longer one flows on and is not told. */
export const EVENT_BYTES_MAX = 1_048_576

const LF = 0x0a
const CR = 0x0d
const COLON = 0x3a
const SPACE = 0x20
const BOM = Buffer.from([0xef, 0xbb, 0xbf])
const DATA = Buffer.from('data')
const LINE_FEED = Buffer.from([LF])

/**
 * Splits a byte stream in server-sent events, cut anywhere. Unlike a browser it also tells a last event that lacks its blank line, as
 * what it says was sent. Names of events are not told: our protocols repeat them in the data. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html (2026-11).
 */
export class SseScanner {
  readonly #onEvent: OnEvent
  readonly #eventBytesMax: number
  /** Bytes of earlier chunks. */
  #base = 0
  #eventStart = 0
  #carry = Buffer.alloc(0)
  #carryLength = 0
  #isOverlong = false
  #isAtLineStart = true
  #isAfterCr = false
  /** Whether a CR occurred at all; until then lines are found faster. */
  #hasCr = false
  /** The chunk before ended in the CR of a blank line; an LF may still belong to it. */
  #isEndingAtCr = false

  constructor(onEvent: OnEvent, eventBytesMax: number = EVENT_BYTES_MAX) {
    this.#onEvent = onEvent
    this.#eventBytesMax = eventBytesMax
  }

  /** Offset in the stream where the unfinished event starts; equals `total` when there is none. */
  get eventStart(): number {
    return this.#eventStart
  }

  /** Whether an event has begun and not ended. */
  get isInEvent(): boolean {
    return this.#eventStart < this.#base
  }

  /** Bytes taken so far. */
  get total(): number {
    return this.#base
  }

  /** Bytes of the unfinished event, a view valid until the next call; undefined when it has grown too long to be told. */
  get unfinished(): Buffer | undefined {
    return this.#isOverlong ? undefined : this.#carry.subarray(0, this.#carryLength)
  }

  /** Takes the next bytes and tells the events that they end. */
  push(chunk: Buffer): void {
    this.#hasCr ||= chunk.includes(CR)
    let from = 0
    for (;;) {
      const end = this.#hasCr ? this.#findEnd(chunk, from) : this.#findEndByLf(chunk, from)
      if (end < 0) break
      this.#finish(chunk, { from, end })
      from = end
    }
    if (from < chunk.length) this.#keep(from === 0 ? chunk : chunk.subarray(from))
    this.#base += chunk.length
  }

  /** Passes over whole events that were read elsewhere; only where it is in none. */
  skip(bytes: number): void {
    this.#base += bytes
    this.#eventStart = this.#base
  }

  /** Takes the end of the stream and tells an event that lacks its blank line. */
  end(): void {
    if (this.#carryLength > 0) this.#finish(this.#carry, { from: 0, end: 0 })
  }

  #findEndByLf(chunk: Buffer, from: number): number {
    let index = from
    for (;;) {
      const feed = chunk.indexOf(LF, index)
      if (feed < 0) {
        if (index < chunk.length) this.#isAtLineStart = false
        return -1
      }
      if (feed === index && this.#isAtLineStart) return feed + 1
      this.#isAtLineStart = true
      index = feed + 1
    }
  }

  /** The same where lines may end in CR or CR LF. */
  #findEnd(chunk: Buffer, from: number): number {
    if (this.#isEndingAtCr && chunk.length > 0) {
      this.#isEndingAtCr = false
      this.#isAfterCr = false
      return chunk[from] === LF ? from + 1 : from
    }
    for (let index = from; index < chunk.length; index += 1) {
      const byte = chunk[index]
      const isSecondHalf = byte === LF && this.#isAfterCr
      this.#isAfterCr = byte === CR
      if (isSecondHalf) continue
      const isLineEnd = byte === LF || byte === CR
      if (isLineEnd && this.#isAtLineStart) {
        if (byte === LF) return index + 1
        if (index + 1 < chunk.length) return this.#endAfterCr(chunk, index + 1)
        this.#isEndingAtCr = true
        return -1
      }
      this.#isAtLineStart = isLineEnd
    }
    return -1
  }

  #endAfterCr(chunk: Buffer, next: number): number {
    this.#isAfterCr = false
    return chunk[next] === LF ? next + 1 : next
  }

  /** An event ends: in this chunk alone, or with what was kept of earlier ones. */
  #finish(chunk: Buffer, { from, end }: { readonly from: number; readonly end: number }): void {
    const start = this.#eventStart
    this.#eventStart = this.#base + end
    this.#isAtLineStart = true
    if (this.#carryLength === 0 && !this.#isOverlong) {
      this.#tell(chunk, { from, to: end, start })
      return
    }
    if (end > from) this.#keep(chunk.subarray(from, end))
    if (!this.#isOverlong) this.#tell(this.#carry, { from: 0, to: this.#carryLength, start })
    this.#carryLength = 0
    this.#isOverlong = false
  }

  #keep(part: Buffer): void {
    const length = this.#carryLength + part.length
    if (this.#isOverlong || length > this.#eventBytesMax) {
      this.#isOverlong = true
      this.#carryLength = 0
      letGo(this.#carry)
      this.#carry = Buffer.alloc(0)
      return
    }
    if (length > this.#carry.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#carry.length, 1_024))
      this.#carry.copy(larger, 0, 0, this.#carryLength)
      letGo(this.#carry)
      this.#carry = larger
    }
    part.copy(this.#carry, this.#carryLength)
    this.#carryLength = length
  }

  #tell(bytes: Buffer, { from, to, start }: { readonly from: number; readonly to: number; readonly start: number }): void {
    const hasBom = start === 0 && bytes[from] === BOM[0] && bytes.subarray(from, from + BOM.length).equals(BOM)
    const data = readData(bytes, { from: hasBom ? from + BOM.length : from, to, hasCr: this.#hasCr })
    if (data === undefined) return
    this.#onEvent(
      { bytes: data.bytes, from: data.from, to: data.to, at: data.bytes === bytes ? from : -1, start, end: start + to - from },
      bytes,
      from,
    )
  }
}

type Data = { readonly bytes: Buffer; readonly from: number; readonly to: number }

type Lines = { readonly from: number; readonly to: number; readonly hasCr: boolean }

/** The data of a whole event; undefined when it has no line of data. */
function readData(bytes: Buffer, { from, to, hasCr }: Lines): Data | undefined {
  let first: Data | undefined
  const more: Buffer[] = []
  for (let index = from; index < to; ) {
    const end = lineEnd(bytes, { from: index, to, hasCr })
    if (isDataLine(bytes, index, end)) {
      const start = valueStart(bytes, index + DATA.length, end)
      if (first === undefined) first = { bytes, from: start, to: end }
      else more.push(LINE_FEED, bytes.subarray(start, end))
    }
    index = end + 1
  }
  if (first === undefined || more.length === 0) return first
  const joined = Buffer.concat([bytes.subarray(first.from, first.to), ...more])
  return { bytes: joined, from: 0, to: joined.length }
}

/** Where a line ends. CR LF then counts as a line and an empty one, which says the same inside an event. */
function lineEnd(bytes: Buffer, { from, to, hasCr }: Lines): number {
  if (hasCr) {
    let index = from
    while (index < to && bytes[index] !== CR && bytes[index] !== LF) index += 1
    return index
  }
  const feed = bytes.indexOf(LF, from)
  return feed < 0 || feed > to ? to : feed
}

function isDataLine(bytes: Buffer, from: number, to: number): boolean {
  const after = from + DATA.length
  if (after > to || (after < to && bytes[after] !== COLON)) return false
  return bytes[from] === DATA[0] && bytes[from + 1] === DATA[1] && bytes[from + 2] === DATA[2] && bytes[from + 3] === DATA[3]
}

/** After the colon and one space; `from` is where the colon would be. */
const valueStart = (bytes: Buffer, from: number, to: number): number =>
  from === to ? to : from + 1 < to && bytes[from + 1] === SPACE ? from + 2 : from + 1
