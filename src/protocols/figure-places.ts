import { BACKSLASH, CLOSE_BRACE, COLON, COMMA, isSpace, OPEN_BRACE, QUOTE } from './json-bytes.ts'
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
  const wordPlace = words.length === 0 ? -1 : paths.length - 1
  const wordNames = spelledNames(words.map((word, index) => [word, index]))
  const steps = paths.map((path) => path.split('.'))
  return {
    none,
    plain: (bytes) => {
      const found = none.slice()
      return readObject({ bytes, found, wordPlace, words: wordNames }, 0, names) === bytes.length ? found : undefined
    },
    valuesIn: (told) => steps.map(([name = '', inner]) => (inner === undefined ? told[name] : objectAt(told[name])?.[inner])),
  }
}

/** What a name stands for: a place, or names within an object. */
type Meaning = number | Names
/** Known names with their quotes, by the byte after the first quote; each has a bit of its own. */
type Names = readonly (readonly Name[])[]
type Name = { readonly spelled: Buffer; readonly bit: number; readonly meaning: Meaning }

function namesOf(places: readonly { readonly path: string; readonly place: number }[]): Names {
  const byName = Map.groupBy(places, ({ path }) => path.split('.', 1)[0] ?? '')
  const meanings = [...byName].map(([name, [first, ...others]]): [string, Meaning] => {
    if (first === undefined || first.path === name) return [name, first?.place ?? -1]
    return [name, namesOf([first, ...others].map(({ path, place }) => ({ path: path.slice(name.length + 1), place })))]
  })
  return spelledNames(meanings)
}

function spelledNames(meanings: readonly (readonly [name: string, meaning: Meaning])[]): Names {
  const spelled = meanings.map(([name, meaning], index) => ({ spelled: Buffer.from(`"${name}"`), bit: 1 << index, meaning }))
  return Array.from({ length: 256 }, (_, byte) => spelled.filter((name) => name.spelled[1] === byte))
}

/** The known name that stands at an offset without escapes. */
function nameAt(bytes: Buffer, start: number, names: Names): Name | undefined {
  for (const name of names[bytes[start + 1] as number] ?? []) {
    const { spelled } = name
    let length = 0
    while (length < spelled.length && spelled[length] === bytes[start + length]) length += 1
    if (length === spelled.length) return name
  }
  return undefined
}

type Reading = { readonly bytes: Buffer; readonly found: number[]; readonly wordPlace: number; readonly words: Names }

/** Reads the object that begins at an offset; the offset after it, -1 where something of it is not plain. */
function readObject(reading: Reading, start: number, names: Names): number {
  const { bytes } = reading
  /** Which names were met, by their bits. */
  let met = 0
  let at = pastSpace(bytes, start + 1)
  while (bytes[at] !== CLOSE_BRACE) {
    const name = nameAt(bytes, at, names)
    const nameEnd = name === undefined ? pastPlainText(bytes, at) : at + name.spelled.length
    const colon = pastSpace(bytes, nameEnd)
    if (nameEnd < 0 || bytes[colon] !== COLON) return -1
    if (name !== undefined && (met & name.bit) !== 0) return -1
    met |= name?.bit ?? 0
    const value = pastSpace(bytes, colon + 1)
    const after = name === undefined ? pastValue(bytes, value) : readValue(reading, value, name.meaning)
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
  const meaning = nameAt(bytes, start, words)?.meaning
  found[place] = typeof meaning === 'number' ? meaning : -1
  return pastPlainText(bytes, start)
}

const [ZERO, NINE, SMALL_N] = [0x30, 0x39, 0x6e]
/** Most digits of a figure that is plain: no such is above what counts are taken up to. */
const DIGITS_MAX = 9

/** Offset after a text without escapes; -1 for anything else. */
function pastPlainText(bytes: Buffer, start: number): number {
  if (bytes[start] !== QUOTE) return -1
  let at = start + 1
  for (let byte = bytes[at]; byte !== QUOTE; byte = bytes[at]) {
    if (byte === undefined || byte === BACKSLASH) return -1
    at += 1
  }
  return at + 1
}

function pastSpace(bytes: Buffer, from: number): number {
  let at = from
  while (isSpace(bytes[at] as number)) at += 1
  return at
}
