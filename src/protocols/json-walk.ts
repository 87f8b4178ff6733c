import { endOfText, readJson } from '../lib/index.ts'
import { CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, isSpace, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './json-bytes.ts'

/** A value within a JSON text: offsets of its first byte and after its last. */
export type Value = { readonly start: number; readonly end: number }

/** A member of an object; `at` is where its name begins. */
export type Member = Value & { readonly at: number; readonly name: string }

/** The root of a text that is known to be valid JSON. */
export const rootOf = (body: Buffer): Value => {
  const start = pastSpace(body, 0)
  return { start, end: pastValue(body, start) }
}

/** The elements of an array, in order; none of anything else. */
export function* elements(body: Buffer, array: Value | undefined): Generator<Value> {
  if (array === undefined || body[array.start] !== OPEN_BRACKET) return
  let at = pastSpace(body, array.start + 1)
  while (body[at] !== CLOSE_BRACKET) {
    const value = { start: at, end: pastValue(body, at) }
    yield value
    at = pastComma(body, value.end)
  }
}

/** The members of an object with one of these names, as they come; none of anything else. */
export function* members(body: Buffer, object: Value | undefined, names: readonly string[]): Generator<Member> {
  if (object === undefined || body[object.start] !== OPEN_BRACE) return
  let at = pastSpace(body, object.start + 1)
  while (body[at] !== CLOSE_BRACE) {
    const nameEnd = pastText(body, at)
    const colon = pastSpace(body, nameEnd)
    if (body[colon] !== COLON) throw new TypeError('no JSON')
    const start = pastSpace(body, colon + 1)
    const end = pastValue(body, start)
    const name = nameEnd - at <= NAME_BYTES_MAX ? textIn(body, { start: at, end: nameEnd }) : undefined
    if (name !== undefined && names.includes(name)) yield { at, name, start, end }
    at = pastComma(body, end)
  }
}

/** The last member of a name, which is the one that most readers take; undefined where there is none. */
export const member = (body: Buffer, object: Value | undefined, name: string): Member | undefined =>
  [...members(body, object, [name])].at(-1)

/** A text; undefined where the value is none. */
export function textIn(body: Buffer, value: Value | undefined): string | undefined {
  if (value === undefined || body[value.start] !== QUOTE) return undefined
  return readJson(body.toString('utf8', value.start, value.end)) as string
}

/** Longest name that is looked at, with quotes and escapes. */
const NAME_BYTES_MAX = 200

function pastSpace(body: Buffer, from: number): number {
  let at = from
  while (at < body.length && isSpace(body[at] as number)) at += 1
  if (at === body.length) throw new TypeError('no JSON')
  return at
}

function pastComma(body: Buffer, from: number): number {
  const at = pastSpace(body, from)
  return body[at] === COMMA ? pastSpace(body, at + 1) : at
}

/** Offset after a text that begins at an offset. */
function pastText(body: Buffer, start: number): number {
  if (body[start] !== QUOTE) throw new TypeError('no JSON')
  const end = endOfText(body, start)
  if (end === body.length) throw new TypeError('no JSON')
  return end + 1
}

/** Offset after the value that begins at an offset of a text that is known to be valid JSON. */
export function pastValue(body: Buffer, start: number): number {
  if (body[start] === QUOTE) return pastText(body, start)
  let depth = 0
  let at = start
  do {
    const byte = body[at]
    if (byte === undefined) throw new TypeError('no JSON')
    if (byte === QUOTE) at = pastText(body, at) - 1
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1
    at += 1
  } while (depth > 0 || !endsBare(body[at]))
  return at
}

/** Whether a number, a literal or what was closed has ended before a byte. */
export const endsBare = (byte: number | undefined): boolean =>
  byte === undefined || byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || isSpace(byte)
