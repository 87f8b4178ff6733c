import { readJson } from '../lib/index.ts'
import { BACKSLASH } from './json-bytes.ts'

/** Which of a table's names a key means, and whether it is spelled exactly so once unescaped. */
type Meant = { readonly index: number; readonly isExact: boolean }

/** Longest key, in bytes as sent, that is compared at all: our longest name with every letter escaped fits twice. */
export const KEY_BYTES_MAX = 512

/** Room for each length of a name: one place for each way the last five bits of its first byte can be. */
const LETTERS = 32
const NONE = -1
const NONE_MEANT: Meant = { index: NONE, isExact: false }

/** Finds which of a few known names a key of a JSON text spells; names are ASCII. */
export class KeyTable {
  readonly names: readonly string[]
  readonly #indices: ReadonlyMap<string, number>
  readonly #foldedIndices: ReadonlyMap<string, number>
  /** Names longer than any of these are none of them. */
  readonly #lengthMax: number
  /** By length and first byte the index of the first such name, and by the index of a name that of the next such one; -1 where there is none. */
  readonly #first: number[]
  readonly #next: number[]
  /** The names one behind the other, and by index where each begins. */
  readonly #letters: readonly number[]
  readonly #startsAt: number[]
  /** By length 1 where a name of it has capitals. */
  readonly #capitals: number[]

  constructor(names: readonly string[]) {
    this.names = names
    this.#indices = new Map(names.map((name, index) => [name, index]))
    this.#foldedIndices = new Map(names.map((name, index) => [folded(name), index]))
    this.#lengthMax = Math.max(0, ...names.map((name) => name.length))
    this.#letters = [...Buffer.from(names.join(''), 'latin1')]
    this.#first = Array.from({ length: (this.#lengthMax + 1) * LETTERS }, () => NONE)
    this.#next = names.map(() => NONE)
    this.#startsAt = names.map(() => 0)
    this.#capitals = Array.from({ length: this.#lengthMax + 1 }, () => 0)
    let at = this.#letters.length
    // From the last on, so that of two alike the first is found.
    for (let index = names.length - 1; index >= 0; index -= 1) {
      const name = names[index] ?? ''
      at -= name.length
      this.#startsAt[index] = at
      const place = placeOf(name.length, this.#letters[at] ?? 0)
      this.#next[index] = this.#first[place] ?? NONE
      this.#first[place] = index
      if (name !== folded(name)) this.#capitals[name.length] = 1
    }
  }

  /** The index of a name of the table; -1 for others. */
  indexOf(name: string): number {
    return this.#indices.get(name) ?? NONE
  }

  /** Index of the name spelled exactly by bytes that hold no escape; -1 when none. */
  find(bytes: Buffer, from: number, to: number): number {
    let index = this.#firstOf(bytes, from, to)
    while (index >= 0 && !this.#isAt(index, bytes, { from, to })) index = this.#next[index] as number
    return index
  }

  /** Whether a name of this length has capitals, so that it can be spelled without any. */
  hasCapitals(length: number): boolean {
    return length <= this.#lengthMax && this.#capitals[length] === 1
  }

  /** For keys with escapes, capitals or other letters (names may have capitals too). */
  findOdd(bytes: Buffer, from: number, to: number): Meant {
    const asItStands = this.find(bytes, from, to)
    if (asItStands >= 0) return { index: asItStands, isExact: true }
    // In another case it would still be as long and begin with the same letter.
    if (this.#firstOf(bytes, from, to) < 0 && isAscii(bytes, from, to)) return NONE_MEANT
    const text = unescaped(bytes, from, to)
    const exact = this.indexOf(text)
    return exact >= 0 ? { index: exact, isExact: true } : { index: this.#foldedIndices.get(folded(text)) ?? NONE, isExact: false }
  }

  /** Index of the first name that is as long and begins with the same letter, in whatever case. */
  #firstOf(bytes: Buffer, from: number, to: number): number {
    const length = to - from
    return length > this.#lengthMax || length === 0 ? NONE : (this.#first[placeOf(length, bytes[from] as number)] as number)
  }

  #isAt(index: number, bytes: Buffer, { from, to }: { readonly from: number; readonly to: number }): boolean {
    const shift = (this.#startsAt[index] as number) - from
    for (let at = from; at < to; at += 1) if (this.#letters[at + shift] !== bytes[at]) return false
    return true
  }
}

const placeOf = (length: number, byte: number): number => length * LETTERS + (byte & (LETTERS - 1))

/** Whether bytes are ASCII without escapes. */
function isAscii(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if ((bytes[at] as number) >= 0x80 || bytes[at] === BACKSLASH) return false
  return true
}

function unescaped(bytes: Buffer, from: number, to: number): string {
  if (to - from > KEY_BYTES_MAX) return ''
  return readJson(`"${bytes.toString('utf8', from, to)}"`) as string
}

/**
 * Some servers (Go's encoding/json: https://pkg.go.dev/encoding/json#Unmarshal) match keys without regard to case, also the long s and
 * the Kelvin sign; a "Model" beside "model" would be read by them and not by us.
 */
const folded = (text: string): string => text.toUpperCase().toLowerCase()
