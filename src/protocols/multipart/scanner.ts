import { fail } from '../../failures.ts'
import { type PartHead, readPartHead } from './part-head.ts'

/** Who is told of the parts of a form. Offsets are in the whole body; `bytes` are valid only while they are told. */
export type PartSink = {
  readonly onPart: (part: PartHead, start: number) => void
  readonly onContent: (bytes: Buffer) => void
  readonly onPartEnd: (end: number) => void
}

/** Longest head of a part, in bytes, and the most parts. */
const HEAD_BYTES_MAX = 8_192
const PARTS_MAX = 1_000

const LINE_END = Buffer.from('\r\n')
const HEAD_END = Buffer.from('\r\n\r\n')
const DASHES = Buffer.from('--')

const START = 0
const AFTER_DELIMITER = 1
const HEAD = 2
const CONTENT = 3
const EPILOGUE = 4

/**
 * Reads a multipart body in chunks cut anywhere; keeps no more than the head of a part. Stricter than the standard where readers differ,
 * so that nobody reads other fields of it than we: the boundary occurs as a delimiter or not at all, lines end in CR LF, and nothing
 * stands before the first part or after the last. Fails with invalid_multipart.
 * Sources: https://www.rfc-editor.org/rfc/rfc7578 (July 2015), https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1 (November 1996).
 */
export class MultipartScanner {
  readonly #sink: PartSink
  readonly #boundary: Buffer
  #carry: Buffer = Buffer.alloc(0)
  /** Offset in the body of the first carried byte. */
  #base = 0
  #state = START
  #parts = 0

  constructor(boundary: string, sink: PartSink) {
    this.#boundary = Buffer.from(`--${boundary}`, 'latin1')
    this.#sink = sink
  }

  /** Whether the closing delimiter has passed. */
  get isComplete(): boolean {
    return this.#state === EPILOGUE
  }

  /** Takes the next bytes. */
  push(chunk: Buffer): void {
    const bytes = this.#carry.length === 0 ? chunk : Buffer.concat([this.#carry, chunk])
    let at = 0
    for (let next = this.#step(bytes, at); next > at; next = this.#step(bytes, at)) at = next
    this.#carry = Buffer.from(bytes.subarray(at))
    this.#base += at
  }

  /** Takes the end of the body. */
  end(): void {
    if (this.#state !== EPILOGUE) refuse()
  }

  /** Reads on from `at`; returns up to where bytes are done with, `at` itself when more are needed. */
  #step(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case START:
        return this.#passStart(bytes, at)
      case AFTER_DELIMITER:
        return this.#passDelimiterEnd(bytes, at)
      case HEAD:
        return this.#passHead(bytes, at)
      case CONTENT:
        return this.#passContent(bytes, at)
      default:
        return this.#passEpilogue(bytes, at)
    }
  }

  #passStart(bytes: Buffer, at: number): number {
    const delimiter = this.#boundary
    if (!delimiter.subarray(0, bytes.length - at).equals(bytes.subarray(at, at + delimiter.length))) refuse()
    if (bytes.length - at < delimiter.length) return at
    this.#state = AFTER_DELIMITER
    return at + delimiter.length
  }

  #passDelimiterEnd(bytes: Buffer, at: number): number {
    if (bytes.length - at < 2) return at
    const two = bytes.subarray(at, at + 2)
    if (two.equals(LINE_END)) this.#state = HEAD
    else if (two.equals(DASHES)) this.#state = EPILOGUE
    else refuse()
    return at + 2
  }

  #passHead(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(HEAD_END, at)
    const length = (end < 0 ? bytes.length : end) - at
    if (length > HEAD_BYTES_MAX) refuse()
    if (end < 0) return at
    this.#parts += 1
    if (this.#parts > PARTS_MAX || bytes.subarray(at, end).includes(this.#boundary)) refuse()
    const after = end + HEAD_END.length
    this.#sink.onPart(readPartHead(bytes.toString('utf8', at, end)), this.#base + after)
    this.#state = CONTENT
    return after
  }

  #passContent(bytes: Buffer, at: number): number {
    const found = bytes.indexOf(this.#boundary, at)
    if (found < 0) {
      // What may be the beginning of a delimiter waits, with the line end before it.
      const safe = bytes.length - this.#boundary.length - 1
      if (safe <= at) return at
      this.#tell(bytes, at, safe)
      return safe
    }
    const end = found - LINE_END.length
    if (end < at || !bytes.subarray(end, found).equals(LINE_END)) refuse()
    this.#tell(bytes, at, end)
    this.#sink.onPartEnd(this.#base + end)
    this.#state = AFTER_DELIMITER
    return found + this.#boundary.length
  }

  #tell(bytes: Buffer, from: number, to: number): void {
    if (to > from) this.#sink.onContent(bytes.subarray(from, to))
  }

  #passEpilogue(bytes: Buffer, at: number): number {
    const rest = bytes.subarray(at)
    if (rest.length > LINE_END.length || !LINE_END.subarray(0, rest.length).equals(rest)) refuse()
    return at
  }
}

const refuse = (): never => fail('invalid_multipart')
