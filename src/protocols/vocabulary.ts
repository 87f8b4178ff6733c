/** Where a token may lie; some two and a half slots for each. */
const SLOTS = 2 ** 19
const NOT_THERE = -1
const NEWLINE = '\n'.charCodeAt(0)
const SPACE = ' '.charCodeAt(0)
const PADDING = '='.charCodeAt(0)
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/**
 * The tokens of a byte-pair vocabulary, each with its rank, in flat tables. As strings there would be two hundred thousand of them, and half of the time of
 * each whole collection of memory would go to look through what never changes.
 */
export class Vocabulary {
  /** All tokens one after the other, by their rank. */
  readonly #bytes: Uint8Array
  /** Where the token of each rank begins, and at last where all end. */
  readonly #starts: Uint32Array
  /** One more than the rank of the token in each slot; a token lies in the first free slot from its hash on. */
  readonly #slots = new Uint32Array(SLOTS)

  /** `file`: on each line a token in base64 and its rank, in order from 0; throws on any other. Source: the files `*.tiktoken` of OpenAI's tiktoken (2026-11-29). */
  constructor(file: Uint8Array) {
    this.#bytes = new Uint8Array(file.length)
    const starts: number[] = [0]
    let [end, size] = [0, 0]
    for (let at = 0; at < file.length; size += 1) {
      end += decodeBase64(file, at, this.#bytes.subarray(end))
      starts.push(end)
      at = nextLine(file, at, size)
    }
    this.#bytes = this.#bytes.slice(0, end)
    this.#starts = Uint32Array.from(starts)
    for (let rank = 0; rank < size; rank += 1) this.#slots[this.#freeSlot(rank)] = rank + 1
  }

  /** The rank of the token that the bytes from `from` to `to` are; -1 where they are none. */
  rankOf(bytes: Uint8Array, from: number, to: number): number {
    for (let slot = hashOf(bytes, from, to); ; slot = (slot + 1) % SLOTS) {
      const rank = (this.#slots[slot] ?? 0) - 1
      if (rank === NOT_THERE || (this.#length(rank) === to - from && this.#isAt(bytes, from, rank))) return rank
    }
  }

  #length(rank: number): number {
    return (this.#starts[rank + 1] ?? 0) - (this.#starts[rank] ?? 0)
  }

  /** Whether the token of a rank stands in `bytes` from `from` on. */
  #isAt(bytes: Uint8Array, from: number, rank: number): boolean {
    const start = this.#starts[rank] ?? 0
    for (let at = this.#length(rank) - 1; at >= 0; at -= 1) if (bytes[from + at] !== this.#bytes[start + at]) return false
    return true
  }

  #freeSlot(rank: number): number {
    let slot = hashOf(this.#bytes, this.#starts[rank] ?? 0, this.#starts[rank + 1] ?? 0)
    while (this.#slots[slot] !== 0) slot = (slot + 1) % SLOTS
    return slot
  }
}

/** FNV-1a, folded. Source: draft-eastlake-fnv-17 (2019-05). */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193)
  return (hash ^ (hash >>> 15)) & (SLOTS - 1)
}

const VALUES = Uint8Array.from({ length: 256 }, (_, code) => Math.max(0, BASE64.indexOf(String.fromCharCode(code))))

/** Writes what stands in base64 from `at` to the next space; returns how many bytes that is. */
function decodeBase64(file: Uint8Array, at: number, into: Uint8Array): number {
  let [bits, held, written] = [0, 0, 0]
  for (let next = at; file[next] !== SPACE && file[next] !== PADDING && next < file.length; next += 1) {
    bits = ((bits << 6) | (VALUES[file[next] ?? 0] ?? 0)) & 0xffff
    held += 6
    if (held < 8) continue
    held -= 8
    into[written] = bits >>> held
    written += 1
  }
  return written
}

/** Where the line after the one at `at` begins, which has to say the rank that is due. */
function nextLine(file: Uint8Array, at: number, rank: number): number {
  const end = file.indexOf(NEWLINE, at)
  let said = 0
  for (let next = file.indexOf(SPACE, at) + 1; next < end; next += 1) said = said * 10 + (file[next] ?? 0) - 48
  if (end === -1 || said !== rank) throw new Error(`the vocabulary has no line for its token ${rank}`)
  return end + 1
}
