import { endOfText, type JsonBounds } from './json-bounds.ts'
import { asWritten, type WrittenPlaces } from './written-number.ts'

type Container = unknown[] | Record<string, unknown>
/** What may come next, besides white space. */
type Awaits = 'value' | 'first value' | 'key' | 'first key' | 'colon' | 'rest of a text' | 'rest of a word' | 'comma' | 'nothing'

const [QUOTE, BACKSLASH, COLON, COMMA, SMALL_U] = [0x22, 0x5c, 0x3a, 0x2c, 0x75]
const [ZERO, NINE] = [0x30, 0x39]
const [LIST_OPENS, LIST_CLOSES, OBJECT_OPENS, OBJECT_CLOSES] = [0x5b, 0x5d, 0x7b, 0x7d]
/** Bytes of an escape with four digits, the longest. */
const ESCAPE_BYTES = 6
/** Numbers of fewer digits are whole as they are. */
const DIGITS_MAX = 16
/** Texts of so many bytes are looked through here; to ask Node for that costs more. */
const SHORT_BYTES = 24

const IS_SPACE = tableOf((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d)
/** What stands in a text for itself, a byte a character. */
const IS_PLAIN = tableOf((byte) => byte >= 0x20 && byte < 0x80 && byte !== QUOTE && byte !== BACKSLASH)
/** What numbers, true, false and null are made of; whether they are some is for JSON.parse to say. */
const IS_WORD = tableOf((byte) => /[0-9A-Za-z+.-]/.test(String.fromCharCode(byte)))

/**
 * Reads JSON as it comes, so that much of it holds nobody up when it has ended: the value that JSON.parse makes of all of it, or none where it makes none or a
 * bound is passed. In the places that are given, numbers that would be spelled otherwise are kept as they were written. No bytes are kept.
 */
export class JsonInParts {
  readonly #bounds: JsonBounds
  /** Objects and lists that are open, the outermost first, and for each object the key whose value comes. */
  readonly #open: Container[] = []
  readonly #keys: string[] = []
  /** The innermost that is open, and whether it is a list. */
  #place: Container | undefined
  #isInList = false
  /** Names of the members whose numbers are kept as they were written, and how many are open around the one that is read; undefined within none. */
  readonly #written: ReadonlySet<string> | undefined
  #writtenFrom: number | undefined
  #parts = 0
  #awaits: Awaits = 'value'
  /** Whether the text that is being read is a key. */
  #isKey = false
  /** What has come of the text or word that is being read. */
  #read = ''
  /** A few bytes that can be read only with those that come next. */
  #carried: Buffer | undefined
  #value: unknown
  #isBroken = false

  constructor(bounds: JsonBounds, written?: WrittenPlaces) {
    this.#bounds = bounds
    this.#written = written === 'everywhere' ? undefined : written
    // Nothing closes what is around all.
    this.#writtenFrom = written === 'everywhere' ? -1 : undefined
  }

  /** Takes the next bytes, which are read no more afterwards. */
  push(part: Buffer): void {
    if (this.#isBroken) return
    const bytes = this.#carried === undefined ? part : Buffer.concat([this.#carried, part])
    this.#carried = undefined
    try {
      for (let at = 0; at < bytes.length; ) at = this.#readOn(bytes, at)
    } catch {
      this.#break()
    }
  }

  /** The value, once all has come; undefined where there is none. */
  end(): unknown {
    if (this.#isBroken) return undefined
    try {
      if (this.#awaits === 'rest of a word') this.#endWord()
    } catch {
      this.#break()
    }
    return this.#awaits === 'nothing' ? this.#value : undefined
  }

  #break(): void {
    this.#isBroken = true
    this.#open.length = 0
    this.#keys.length = 0
    this.#stand(undefined)
    this.#read = ''
    this.#value = undefined
  }

  /** Reads a token, or what there is of it; where the next one begins. */
  #readOn(bytes: Buffer, at: number): number {
    if (this.#awaits === 'rest of a text') return this.#readText(bytes, at)
    if (this.#awaits === 'rest of a word') return this.#readWord(bytes, at)
    const byte = bytes[at] ?? 0
    if (IS_SPACE[byte] === 1) return at + 1
    if (byte >= ZERO && byte <= NINE && (this.#awaits === 'value' || this.#awaits === 'first value')) return this.#readWhole(bytes, at)
    this.#begin(byte)
    return at + 1
  }

  /** A number as most are: some digits, of which what comes says that there are no more. Any other is a word. */
  #readWhole(bytes: Buffer, from: number): number {
    // What begins with a zero has one digit, or is no number.
    const until = Math.min(bytes.length, from + (bytes[from] === ZERO ? 2 : DIGITS_MAX))
    let [at, value] = [from, 0]
    for (let byte = bytes[at] ?? 0; at < until && byte >= ZERO && byte <= NINE; byte = bytes[at] ?? 0) {
      value = value * 10 + byte - ZERO
      at += 1
    }
    if (at < until && IS_WORD[bytes[at] ?? 0] !== 1) this.#put(value)
    else {
      at = from
      this.#awaits = 'rest of a word'
    }
    return at
  }

  #begin(byte: number): void {
    switch (this.#awaits) {
      case 'value':
      case 'first value':
        if (byte === LIST_CLOSES && this.#awaits === 'first value') this.#close()
        else this.#beginValue(byte)
        return
      case 'key':
      case 'first key':
        if (byte === OBJECT_CLOSES && this.#awaits === 'first key') this.#close()
        else this.#beginText(byte, true)
        return
      case 'colon':
        must(byte === COLON)
        this.#count()
        this.#awaits = 'value'
        return
      case 'comma':
        this.#goOn(byte)
        return
      case 'nothing':
      case 'rest of a text':
      case 'rest of a word':
        throw new NoJson()
    }
  }

  #beginValue(byte: number): void {
    if (byte === OBJECT_OPENS) this.#enter({}, 'first key')
    else if (byte === LIST_OPENS) this.#enter([], 'first value')
    else if (IS_WORD[byte] === 1) {
      this.#read = String.fromCharCode(byte)
      this.#awaits = 'rest of a word'
    } else this.#beginText(byte, false)
  }

  #beginText(byte: number, isKey: boolean): void {
    must(byte === QUOTE)
    this.#isKey = isKey
    this.#awaits = 'rest of a text'
  }

  #enter(container: Container, awaits: Awaits): void {
    this.#count()
    must(this.#open.length < this.#bounds.depthMax)
    if (this.#written !== undefined && this.#writtenFrom === undefined && awaits === 'first key' && !this.#isInList)
      this.#writtenFrom = this.#written.has(this.#keys.at(-1) ?? '') ? this.#open.length : undefined
    this.#open.push(container)
    this.#stand(container)
    this.#awaits = awaits
  }

  #count(): void {
    this.#parts += 1
    must(this.#parts <= this.#bounds.partsMax)
  }

  /** After a value that stands in another. */
  #goOn(byte: number): void {
    if (byte === COMMA) this.#awaits = this.#isInList ? 'value' : 'key'
    else {
      must(byte === (this.#isInList ? LIST_CLOSES : OBJECT_CLOSES))
      this.#close()
    }
  }

  #close(): void {
    const closed = this.#open.pop()
    if (this.#open.length === this.#writtenFrom) this.#writtenFrom = undefined
    this.#stand(this.#open.at(-1))
    this.#put(closed)
  }

  #stand(place: Container | undefined): void {
    this.#place = place
    this.#isInList = Array.isArray(place)
  }

  /** A value is whole: it is the next in what it stands in, or all there is. */
  #put(value: unknown): void {
    const place = this.#place
    this.#awaits = place === undefined ? 'nothing' : 'comma'
    if (place === undefined) this.#value = value
    else if (Array.isArray(place)) place.push(value)
    else setMember(place, this.#keys.pop() ?? '', value)
  }

  #readText(bytes: Buffer, from: number): number {
    let at = from
    const near = Math.min(bytes.length, from + SHORT_BYTES)
    while (at < near && IS_PLAIN[bytes[at] ?? 0] === 1) at += 1
    if (bytes[at] === QUOTE) return this.#endText(this.#read + bytes.toString('latin1', from, at), at)
    const end = endOfText(bytes, at - 1)
    if (end < bytes.length) return this.#endText(this.#read + textOf(bytes, from, end), end)
    const whole = wholeUntil(bytes, from)
    this.#read += textOf(bytes, from, whole)
    if (whole < bytes.length) this.#carried = Buffer.from(bytes.subarray(whole))
    return bytes.length
  }

  /** `at`: of the closing quote. */
  #endText(text: string, at: number): number {
    this.#read = ''
    if (this.#isKey) {
      this.#keys.push(text)
      this.#awaits = 'colon'
    } else this.#put(text)
    return at + 1
  }

  #readWord(bytes: Buffer, from: number): number {
    let at = from
    while (at < bytes.length && IS_WORD[bytes[at] ?? 0] === 1) at += 1
    this.#read += bytes.toString('latin1', from, at)
    if (at < bytes.length) this.#endWord()
    return at
  }

  #endWord(): void {
    const word = this.#read
    this.#read = ''
    const value: unknown = JSON.parse(word)
    this.#put(this.#writtenFrom !== undefined && typeof value === 'number' ? asWritten(value, word) : value)
  }
}

/** What is read is no JSON, or too much. */
class NoJson extends Error {}

function must(holds: boolean): void {
  if (!holds) throw new NoJson()
}

function tableOf(holds: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (holds(byte) ? 1 : 0))
}

/** The characters of a piece of a text; throws where they are none of JSON's. */
const textOf = (bytes: Buffer, from: number, to: number): string => JSON.parse(`"${bytes.toString('utf8', from, to)}"`) as string

/** Up to where bytes within a text can be read without those that follow: neither in an escape nor in a character. */
function wholeUntil(bytes: Buffer, from: number): number {
  const opened = openEscape(bytes, from)
  if (opened !== undefined) return opened
  let last = bytes.length - 1
  while (last >= from && last > bytes.length - 4 && isContinuation(bytes[last] ?? 0)) last -= 1
  return last >= from && (bytes[last] ?? 0) >= 0xc0 ? last : bytes.length
}

/** Where an escape begins that has not come whole. */
function openEscape(bytes: Buffer, from: number): number | undefined {
  const at = bytes.lastIndexOf(BACKSLASH)
  if (at < from || at <= bytes.length - ESCAPE_BYTES) return undefined
  let first = at
  while (first > from && bytes[first - 1] === BACKSLASH) first -= 1
  if ((at - first) % 2 === 1) return undefined
  return at === bytes.length - 1 || bytes[at + 1] === SMALL_U ? at : undefined
}

/** Whether a byte is within a character of several. */
const isContinuation = (byte: number): boolean => byte >= 0x80 && byte < 0xc0

/** As JSON.parse has it, whatever the name is. */
function setMember(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
  else object[name] = value
}
