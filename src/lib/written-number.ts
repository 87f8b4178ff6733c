/**
 * A number of JSON as it was written, where JSON.stringify would write the number otherwise: 1.0, 1e400, or what has more digits than a number holds.
 * It is an object, which JSON.stringify writes as it was. Source: https://tc39.es/proposal-json-parse-with-source/#sec-json.rawjson (2026-11-29).
 */
export type WrittenNumber = { readonly rawJSON: string }

/** Where numbers are kept as they were written: within the objects that are members of some names, or in all of a text. */
export type WrittenPlaces = ReadonlySet<string> | 'everywhere'

type RawJson = { readonly rawJSON: (text: string) => WrittenNumber; readonly isRawJSON: (value: unknown) => boolean }

/** TypeScript does not know them yet. */
const raw = (): RawJson => JSON as typeof JSON & RawJson

/** Whether an object is a number as it was written. Objects of JSON have a prototype, which is asked for first since that costs next to nothing. */
export const isWrittenNumber = (value: object): value is WrittenNumber => Object.getPrototypeOf(value) === null && raw().isRawJSON(value)

/** A number, or how it was written where it would be spelled otherwise. */
export const asWritten = (value: number, word: string): number | WrittenNumber => (String(value) === word ? value : raw().rawJSON(word))

/** Numbers of no more digits are whole as they are. */
const DIGITS_MAX = 15
const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a]
const [PLUS, MINUS, POINT, ZERO, NINE, LARGE_E, SMALL_E] = [0x2b, 0x2d, 0x2e, 0x30, 0x39, 0x45, 0x65]
const [LIST_OPENS, LIST_CLOSES, OBJECT_OPENS, OBJECT_CLOSES] = [0x5b, 0x5d, 0x7b, 0x7d]
const SPACES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d])

/**
 * Whether JSON has a number in such a place that would be spelled otherwise. A key with an escape is not known for a name. Looks at each character
 * there once, and finds the places by what Node searches texts with; whether all of it is JSON is not asked.
 */
export function hasRespelledNumber(text: string, places: WrittenPlaces): boolean {
  if (places === 'everywhere') return endOfUsual(text, 0) === undefined
  for (const name of places) {
    // To look for the first quote as well takes ten times as long, as there are many.
    const key = `${name}"`
    let at = text.indexOf(key)
    while (at >= 0) {
      const after = at + key.length
      const object = text.charCodeAt(at - 1) === QUOTE ? objectAfter(text, after) : undefined
      const end = object === undefined ? after : endOfUsual(text, object)
      if (end === undefined) return true
      at = text.indexOf(key, end)
    }
  }
  return false
}

/** Where the object begins that is the value of a key; undefined where it is none. */
function objectAfter(text: string, from: number): number | undefined {
  const colon = pastSpace(text, from)
  if (text.charCodeAt(colon) !== COLON) return undefined
  const value = pastSpace(text, colon + 1)
  return text.charCodeAt(value) === OBJECT_OPENS ? value : undefined
}

function pastSpace(text: string, from: number): number {
  let at = from
  while (SPACES.has(text.charCodeAt(at))) at += 1
  return at
}

/** Where a value ends, or the text; undefined where there is a number in it that would be spelled otherwise. */
function endOfUsual(text: string, from: number): number | undefined {
  let [at, depth] = [from, 0]
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === MINUS || isDigit(code)) {
      const end = endOfNumber(text, at)
      if (!isUsual(text, at, end)) return undefined
      at = end
      continue
    }
    if (code === QUOTE) at = endOfText(text, at)
    else if (code === OBJECT_OPENS || code === LIST_OPENS) depth += 1
    else if (code === OBJECT_CLOSES || code === LIST_CLOSES) depth -= 1
    at += 1
    if (depth <= 0 && (code === OBJECT_CLOSES || code === LIST_CLOSES)) return at
  }
  return at
}

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE

function endOfNumber(text: string, from: number): number {
  let at = from + 1
  while (isInNumber(text.charCodeAt(at))) at += 1
  return at
}

const isInNumber = (code: number): boolean =>
  isDigit(code) || code === POINT || code === MINUS || code === PLUS || code === SMALL_E || code === LARGE_E

function isUsual(text: string, from: number, end: number): boolean {
  if (end - from <= DIGITS_MAX && text.charCodeAt(from) !== ZERO && isWhole(text, from, end)) return true
  const word = text.slice(from, end)
  return String(Number(word)) === word
}

function isWhole(text: string, from: number, end: number): boolean {
  let at = from
  while (at < end && isDigit(text.charCodeAt(at))) at += 1
  return at === end
}

/** Where the closing quote is of the text that begins here, or the end of all. */
function endOfText(text: string, from: number): number {
  let at = text.indexOf('"', from + 1)
  while (at >= 0 && isEscaped(text, at)) at = text.indexOf('"', at + 1)
  return at < 0 ? text.length : at
}

function isEscaped(text: string, at: number): boolean {
  let first = at
  while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1
  return (at - first) % 2 === 1
}
