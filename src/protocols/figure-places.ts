import { BACKSLASH, CLOSE_BRACE, COLON, COMMA, isSpace, OPEN_BRACE, QUOTE } from './json-bytes.ts'
import { type KeyTable, keyTable } from './json-keys.ts'
import { endsBare, pastValue } from './json-walk.ts'
import { objectAt, type UsageObject } from './usage-figures.ts'

/** What stands at each place: a whole number, or -1 where there is none. */
export type Figures = readonly number[]

/** Places in a usage object where figures stand. */
export type FigurePlaces = {
  /** Nothing at any place. */
  readonly none: Figures
  /**
   * The figures of an object, by the bytes of its JSON, which is known to be valid; undefined where it has to be parsed to be understood, as
   * with names that are escaped or told twice and figures that are no short whole numbers.
   */
  readonly plain: (bytes: Buffer) => Figures | undefined
  /** What stands at each place of an object that was parsed. */
  readonly valuesIn: (told: UsageObject) => readonly unknown[]
}

/**
 * Places by their names: that of a member, or those of an object and of a member of it with a point between. The last may be one where a word
 * stands, of which the figure is its place among `words`.
 */
export function figurePlaces(paths: readonly string[], words: readonly string[] = []): FigurePlaces {
  const none = paths.map(() => -1)
  const names = namesOf(paths.map((path, place) => ({ path, place })))
  const reading = { wordPlace: words.length === 0 ? -1 : paths.length - 1, words: keyTable(words) }
  const steps = paths.map((path) => path.split('.'))
  return {
    none,
    plain: (bytes) => {
      const found = none.slice()
      return readObject({ bytes, found, ...reading }, 0, names) === bytes.length ? found : undefined
    },
    valuesIn: (told) => steps.map(([name = '', inner]) => (inner === undefined ? told[name] : objectAt(told[name])?.[inner])),
  }
}

/** What a name stands for: a place, or names within an object. */
type Meaning = number | Names
type Names = { readonly table: KeyTable; readonly meanings: readonly Meaning[] }

function namesOf(places: readonly { readonly path: string; readonly place: number }[]): Names {
  const byName = Map.groupBy(places, ({ path }) => path.split('.', 1)[0] ?? '')
  const meanings = [...byName].map(([name, [first, ...others]]): Meaning => {
    if (first === undefined || first.path === name) return first?.place ?? -1
    return namesOf([first, ...others].map(({ path, place }) => ({ path: path.slice(name.length + 1), place })))
  })
  return { table: keyTable([...byName.keys()]), meanings }
}

type Reading = { readonly bytes: Buffer; readonly found: number[]; readonly wordPlace: number; readonly words: KeyTable }

/** Reads the object that begins at an offset; the offset after it, -1 where something of it is not plain. */
function readObject(reading: Reading, start: number, { table, meanings }: Names): number {
  const { bytes } = reading
  /** Which names were met, by their bits. */
  let met = 0
  let at = pastSpace(bytes, start + 1)
  while (bytes[at] !== CLOSE_BRACE) {
    const nameEnd = endOfName(bytes, at)
    const colon = pastSpace(bytes, nameEnd + 1)
    if (nameEnd < 0 || bytes[colon] !== COLON) return -1
    const index = table.find(bytes, at + 1, nameEnd)
    const bit = index < 0 ? 0 : 1 << index
    if ((met & bit) !== 0) return -1
    met |= bit
    const value = pastSpace(bytes, colon + 1)
    const meaning = index < 0 ? undefined : meanings[index]
    const after = meaning === undefined ? pastValue(bytes, value) : readValue(reading, value, meaning)
    if (after < 0) return -1
    at = pastSpace(bytes, after)
    if (bytes[at] === COMMA) at = pastSpace(bytes, at + 1)
  }
  return at + 1
}

function readValue(reading: Reading, start: number, meaning: Meaning): number {
  const { bytes, found } = reading
  const byte = bytes[start] as number
  if (byte === SMALL_N) return start + 'null'.length
  if (typeof meaning !== 'number') return byte === OPEN_BRACE ? readObject(reading, start, meaning) : -1
  if (meaning === reading.wordPlace) return readWord(reading, start, meaning)
  let [at, figure] = [start, 0]
  for (let digit = byte; digit >= ZERO && digit <= NINE; digit = bytes[at] as number) {
    figure = figure * 10 + digit - ZERO
    at += 1
  }
  if (at === start || at - start > DIGITS_MAX || !endsBare(bytes[at])) return -1
  found[meaning] = figure
  return at
}

function readWord({ bytes, found, words }: Reading, start: number, place: number): number {
  const end = endOfName(bytes, start)
  if (end < 0) return -1
  found[place] = words.find(bytes, start + 1, end)
  return end + 1
}

const [ZERO, NINE, SMALL_N] = [0x30, 0x39, 0x6e]
/** Most digits of a figure that is plain: no such is above what counts are taken up to. */
const DIGITS_MAX = 9

/** Offset of the quote that ends a name or a word without escapes; -1 for others. */
function endOfName(bytes: Buffer, start: number): number {
  if (bytes[start] !== QUOTE) return -1
  let at = start + 1
  while (at < bytes.length && bytes[at] !== QUOTE) {
    if (bytes[at] === BACKSLASH) return -1
    at += 1
  }
  return at
}

function pastSpace(bytes: Buffer, from: number): number {
  let at = from
  while (isSpace(bytes[at] as number)) at += 1
  return at
}
