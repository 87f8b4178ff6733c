import { Buffer } from 'node:buffer'
import { NOTHING } from './json-bytes.ts'

/** Where wanted values of a JSON text lie, and their bytes where these are to be kept while chunks pass. */
export class FieldSpans {
  readonly #starts: number[]
  readonly #ends: number[]
  readonly #captures: Buffer[]
  readonly #captureBytesMax: number

  /** `absent` is -1 for each value that is wanted. */
  constructor(absent: readonly number[], captureBytesMax: number) {
    this.#starts = absent.slice()
    this.#ends = absent.slice()
    this.#captures = captureBytesMax > 0 ? absent.map(() => NOTHING) : []
    this.#captureBytesMax = captureBytesMax
  }

  /** Offset of a value's first byte, -1 when it did not occur. */
  startOf(field: number): number {
    return this.#starts[field] ?? -1
  }

  /** Offset after a value's last byte, -1 when it has not ended. */
  endOf(field: number): number {
    return this.#ends[field] ?? -1
  }

  /** The bytes of a value that has ended, if they are kept and were not too many. */
  captured(field: number): Buffer | undefined {
    const length = this.endOf(field) - this.startOf(field)
    const capture = this.#captures[field]
    return capture !== undefined && length > 0 && capture.length === length ? capture : undefined
  }

  /** Forgets everything. */
  reset(): void {
    for (let field = 0; field < this.#starts.length; field += 1) {
      this.#starts[field] = -1
      this.#ends[field] = -1
      if (this.#captures.length > 0) this.#captures[field] = NOTHING
    }
  }

  /** A value begins at an offset; an earlier one of the same field is forgotten. */
  begin(field: number, at: number): void {
    this.#starts[field] = at
    this.#ends[field] = -1
    if (this.#captures.length > 0) this.#captures[field] = NOTHING
  }

  /** A value ends before an offset. */
  end(field: number, at: number): void {
    this.#ends[field] = at
  }

  /** Keeps the bytes of a value that lie in a chunk before `to`; `base` is the offset of the chunk in the text. */
  keep(field: number, { chunk, base, to }: { readonly chunk: Buffer; readonly base: number; readonly to: number }): void {
    const earlier = this.#captures[field]
    if (earlier === undefined) return
    const start = this.startOf(field) - base
    const from = Math.max(start, 0)
    const length = earlier.length + to - from
    const isGapless = start >= 0 || earlier.length === -start
    if (!isGapless || length > this.#captureBytesMax) return
    const kept = Buffer.allocUnsafe(length)
    if (earlier.length > 0) earlier.copy(kept)
    chunk.copy(kept, earlier.length, from, to)
    this.#captures[field] = kept
  }
}
