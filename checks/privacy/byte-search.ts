/** Bytes to look for, and what they stand for. */
export type Pattern = { readonly bytes: Buffer; readonly canary: string; readonly form: string }

/** A pattern that was found; `offset` is its first byte in what was scanned. */
export type Hit = { readonly canary: string; readonly form: string; readonly offset: number }

/** Shorter patterns would be met by chance, and are refused. */
export const PATTERN_BYTES_MIN = 8

const WINDOW = 4
const MULTIPLIER = 0x9e37_79b1

/**
 * Looks for many patterns in one pass: each is filed under its first eight bytes, and two bitmaps, over the first four and over all
 * eight, tell almost every place apart without a look-up. Unlike an automaton over all patterns, its memory grows with their number
 * and not with their length.
 */
export class ByteSearch {
  readonly #byStart = new Map<string, Pattern[]>()
  readonly #halves: Bitmap
  readonly #wholes: Bitmap
  /** Bytes of the longest pattern: pieces of a stream must overlap by as many. */
  readonly patternBytesMax: number

  constructor(patterns: readonly Pattern[]) {
    const bits = Math.min(27, Math.max(16, Math.ceil(Math.log2(patterns.length * 32 + 1))))
    this.#halves = { bytes: new Uint8Array(2 ** bits / 8), shift: 32 - bits }
    this.#wholes = { bytes: new Uint8Array(2 ** bits / 8), shift: 32 - bits }
    for (const pattern of patterns) this.#add(pattern)
    this.patternBytesMax = patterns.reduce((most, { bytes }) => Math.max(most, bytes.length), 0)
  }

  /** Every pattern in these bytes. */
  scan(bytes: Buffer): readonly Hit[] {
    const hits: Hit[] = []
    const { bytes: halves, shift } = this.#halves
    const end = bytes.length - WINDOW
    let word = bytes.length < PATTERN_BYTES_MIN ? 0 : bytes.readInt32BE(0) >>> 8
    for (let index = WINDOW - 1; index < end; index += 1) {
      word = (word << 8) | (bytes[index] ?? 0)
      const place = Math.imul(word, MULTIPLIER) >>> shift
      if (((halves[place >>> 3] ?? 0) & (1 << (place & 7))) !== 0) this.#look(bytes, index - WINDOW + 1, hits)
    }
    return hits
  }

  #add(pattern: Pattern): void {
    const { bytes } = pattern
    if (bytes.length < PATTERN_BYTES_MIN) throw new RangeError(`a pattern of ${bytes.length} bytes is too short`)
    const start = bytes.toString('latin1', 0, PATTERN_BYTES_MIN)
    const known = this.#byStart.get(start)
    if (known === undefined) this.#byStart.set(start, [pattern])
    else known.push(pattern)
    mark(this.#halves, bytes.readInt32BE(0))
    mark(this.#wholes, wholeOf(bytes, 0))
  }

  #look(bytes: Buffer, offset: number, hits: Hit[]): void {
    if (!isMarked(this.#wholes, wholeOf(bytes, offset))) return
    for (const { bytes: wanted, canary, form } of this.#byStart.get(bytes.toString('latin1', offset, offset + PATTERN_BYTES_MIN)) ?? []) {
      const isThere = bytes.compare(wanted, 0, wanted.length, offset, Math.min(offset + wanted.length, bytes.length)) === 0
      if (isThere) hits.push({ canary, form, offset })
    }
  }
}

type Bitmap = { readonly bytes: Uint8Array; readonly shift: number }

const wholeOf = (bytes: Buffer, offset: number): number =>
  Math.imul(bytes.readInt32BE(offset), MULTIPLIER) ^ bytes.readInt32BE(offset + WINDOW)

function mark({ bytes, shift }: Bitmap, word: number): void {
  const place = Math.imul(word, MULTIPLIER) >>> shift
  bytes[place >>> 3] = (bytes[place >>> 3] ?? 0) | (1 << (place & 7))
}

function isMarked({ bytes, shift }: Bitmap, word: number): boolean {
  const place = Math.imul(word, MULTIPLIER) >>> shift
  return ((bytes[place >>> 3] ?? 0) & (1 << (place & 7))) !== 0
}
